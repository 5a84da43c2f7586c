"""Banks of sayings: phrasings written one by one, each under the plan it asks for (`*.txt` beside this file).

  light.set area={room} power=on            a plan: calls, `; ` between them, each an action and its arguments (`none`: nothing for us)
    the {room} could (do with|use) some light       templates of the engine that all ask for it; {slot}s are those of SLOTS, {room2} is another draw
"""
import functools
import glob
import os
import re
from typing import Any, Callable, Dict, Iterator, List, Tuple

from schema import ARGS, NUM, REQUIRED

from ..engine import Line, Random, act, parse
from ..home import room
from ..media import time_of_day
from ..manner import mixed
from ..robot import length, spot, thing
from ..speech import sentence
from ..wider_robot import long_place
from ..words import APPLIANCES, ARTISTS, COLORS, COVERS, FANS, GENRES, LAMPS, LOCKS, NAMES, STATIONS

HERE = os.path.dirname(os.path.abspath(__file__))
SPEAKERS = 'tv|radio|speaker|stereo|television|soundbar|sonos|music player|projector|telly|headphones|smart speaker|hi-fi'.split('|')
SHOWS = 'the crown|stranger things|toy story|the office|planet earth|star trek|casablanca|the lion king|friends|jurassic park|breaking bad|peppa pig|sherlock|the matrix|frozen|top gear|finding nemo|the news at 10|doctor who|alien'.split('|')
DAYS = 'tomorrow|monday|tuesday|wednesday|thursday|friday|saturday|sunday|the weekend|tomorrow morning|next monday|weekdays|tonight|next friday|the day after tomorrow'.split('|')
LABELS = 'pasta|laundry|gym|pizza|tea|eggs|bread|school|work|medicine|rice|workout|cookies|nap|homework|meeting|turkey|coffee|parking|yoga|plants|swimming|roast|soup'.split('|')

def destination(r: Random) -> str:
    """A long place that takes an article."""
    while True:
        p = long_place(r)
        if not p.startswith(('where ', 'charging ')) and "'s " not in p and not p[-1].isdigit():
            return p


SLOTS: Dict[str, Callable[[Random], Any]] = {
    'room': room, 'lamp': lambda r: r.name(LAMPS), 'appliance': lambda r: r.name(APPLIANCES), 'cover': lambda r: r.pick(COVERS), 'lock': lambda r: r.name(LOCKS), 'fan': lambda r: r.pick(FANS),
    'speaker': lambda r: r.pick(SPEAKERS), 'color': lambda r: r.pick(COLORS), 'object': thing, 'place': spot, 'spot': destination, 'person': lambda r: r.pick(NAMES), 'artist': lambda r: r.pick(ARTISTS),
    'genre': lambda r: r.pick(GENRES), 'station': lambda r: r.pick(STATIONS), 'show': lambda r: r.pick(SHOWS), 'time': time_of_day, 'day': lambda r: r.pick(DAYS), 'label': lambda r: r.name(LABELS),
    'percent': lambda r: r.pick([r.randint(1, 100), 5 * r.randint(1, 20)]), 'celsius': lambda r: r.randint(15, 28), 'fahrenheit': lambda r: r.randint(60, 82), 'n': lambda r: r.randint(2, 60),
    'small': lambda r: r.randint(2, 9), 'angle': lambda r: r.pick([15, 20, 30, 40, 45, 60, 75, 90, 120, 135, 150, 180, r.randint(5, 180)]), 'metres': lambda r: r.randint(1, 20),
    'kelvin': lambda r: 100 * r.randint(22, 65), 'word': lambda r: r.invented(), 'message': sentence,
}
"""What a {slot} is filled with."""

Call = Tuple[str, Dict[str, str]]
Saying = Tuple[List[Call], List[str]]   # a plan, its templates


def calls_of(plan: str) -> List[Call]:
    """A plan's line taken apart; ValueError where the schema has no such thing."""
    out = []
    for call in plan.split('; '):
        action, _, rest = call.partition(' ')
        if action not in ARGS:
            raise ValueError(f'no action {action}')
        args = dict(re.findall(r'(\w+)=(.*?)(?= \w+=|$)', rest))
        for key in args:
            if key not in ARGS[action]:
                raise ValueError(f'{action} has no {key}')
            kind = ARGS[action][key]
            if isinstance(kind, list) and args[key] not in [str(v).lower() for v in kind]:
                raise ValueError(f'{action} {key}={args[key]}')
        if set(REQUIRED[action]) - set(args):
            raise ValueError(f'{action} lacks {set(REQUIRED[action]) - set(args)}')
        out.append((action, args))
    return out


def read(path: str) -> List[Saying]:
    """The sayings of a bank; ValueError names the line that is wrong."""
    out: List[Saying] = []
    with open(path, encoding='utf-8') as f:
        for i, line in enumerate(f, 1):
            if not line.strip() or line.lstrip().startswith('#'):
                continue
            try:
                if not line[0].isspace():
                    out.append((calls_of(line.strip()), []))
                    continue
                plan, template = out[-1][0], line.strip()
                parse('(' + template + ')')
                names = set(re.findall(r'\{(\w+)\}', template))
                wanted = {n for _, args in plan for v in args.values() for n in re.findall(r'\{(\w+)\}', v)}
                if wanted - names:
                    raise ValueError(f'the plan wants {wanted - names}')
                if any(n.rstrip('23456789') not in SLOTS for n in names):
                    raise ValueError(f'unknown slot among {names}')
                out[-1][1].append(template)
            except (ValueError, AssertionError, IndexError) as e:
                raise ValueError(f'{os.path.basename(path)}:{i}: {e}: {line.strip()[:80]}') from e
    return [s for s in out if s[1]]


def value(kind: Any, text: str) -> Any:
    """An argument's value out of its words."""
    if kind == NUM:
        return float(text) if '.' in text else int(text)
    return {'true': True, 'false': False}[text] if isinstance(kind, list) and True in kind else text


def said(r: Random, plan: List[Call], template: str) -> Line:
    """One saying with its slots filled."""
    slots = {n: SLOTS[n.rstrip('23456789')](r) for n in sorted(set(re.findall(r'\{(\w+)\}', template)))}
    return r.say(template, **slots), [act(action, **{k + '_' * (k == 'from'): value(ARGS[action][k], v.format(**slots)) for k, v in args.items()}) for action, args in plan]


@functools.lru_cache(maxsize=None)
def bank(name: str) -> Tuple[Tuple[List[Call], str], ...]:
    """Every template of a bank with its plan."""
    return tuple((plan, t) for plan, templates in read(os.path.join(HERE, name + '.txt')) for t in templates)


def banks() -> List[str]:
    return sorted(os.path.splitext(os.path.basename(p))[0] for p in glob.glob(os.path.join(HERE, '*.txt')))


def lines(seed: int) -> Iterator[Line]:
    """Endless commands out of all banks, each template as often as any other; the same seed gives the same ones."""
    sayings = [s for name in banks() for s in bank(name)]

    def saying(r: Random) -> Line:
        return said(r, *r.pick(sayings))
    return mixed(seed, [([(saying, 1)], 1)], {saying})
