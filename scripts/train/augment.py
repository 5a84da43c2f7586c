"""More lines like the human ones: the way they are said is kept, names and numbers are exchanged, manners vary.

Without it 15 thousand lines would be seen dozens of times and learned by heart.
"""
import random
import re
from collections import defaultdict
from typing import Dict, Iterable, Iterator, List, Optional, Tuple

from codec import Call
from generate.engine import Random
from generate.manner import manner
from generate.words import APPLIANCES, COLORS, COVERS, LAMPS, OBJECTS, PLACES, ROOMS, SPOTS
from schema import ARGS, NUM, STR

Pools = Dict[Tuple[str, str], List[str]]
FIXED = {('robot.object', 'to', 'me'), ('robot.task', 'target', 'me')}
SWAP = {('light.set', 'area'), ('power.set', 'device'), ('power.set', 'area'), ('light.set', 'color'), ('robot.object', 'object'), ('robot.object', 'from'),
        ('robot.object', 'to'), ('robot.goto', 'place'), ('media.do', 'query'), ('lock.set', 'device'), ('cover.set', 'area'), ('climate.set', 'area'),
        ('light.set', 'device'), ('volume.set', 'device'), ('media.do', 'device'), ('robot.task', 'target'), ('robot.task', 'to'), ('alarm.do', 'time')}


def pools(lines: List[Tuple[str, List[Call]]]) -> Pools:
    """What stands in each argument of the lines, and what the generator knows for it."""
    out: Pools = defaultdict(list)
    for _, calls in lines:
        for c in calls:
            for k, v in c['args'].items():
                if ARGS[c['action']][k] == STR and (c['action'], k, v) not in FIXED:
                    out[c['action'], k].append(v)
    for key in list(out):
        out[key] = sorted(set(out[key]))   # each name once
        extra = {'area': ROOMS, 'color': COLORS, 'object': OBJECTS, 'from': SPOTS + ROOMS, 'place': PLACES + ROOMS}.get(key[1])
        extra = {('power.set', 'device'): APPLIANCES, ('robot.object', 'to'): SPOTS + ROOMS, ('light.set', 'device'): LAMPS, ('cover.set', 'device'): COVERS}.get(key, extra)
        out[key] += extra or []
    return out


def vary(r: Random, text: str, calls: List[Call], names: Pools, swap: float) -> Optional[Tuple[str, List[Call]]]:
    """One variant of a line (text passed, strings spans of it)."""
    calls = [{'action': c['action'], 'args': dict(c['args'])} for c in calls]
    for i, c in enumerate(calls):
        for k, v in list(c['args'].items()):
            kind = ARGS[c['action']][k]
            if kind == STR and (c['action'], k) in SWAP and (c['action'], k, v) not in FIXED and r.maybe(swap):
                new = r.pick(names[c['action'], k])
                text, n = re.subn(r'(?<![\w\'])' + re.escape(v) + r'(?![\w\'])', lambda m: new, text)
                if n != 1:
                    return None
                for other in calls[i:]:   # "it": the same name may stand in several calls
                    for j, w in other['args'].items():
                        if w == v and ARGS[other['action']][j] == STR:
                            other['args'][j] = new
            elif kind == NUM and r.maybe(.6) and v == int(v) and v > 1:
                old = str(int(v))
                top = {'degrees': 180, 'brightness': 100, 'level': 100, 'temperature': 30}.get(k, 20)
                new = r.randint(2, top) if r.maybe(.6) else 5 * r.randint(1, max(1, top // 5))
                text, n = re.subn(r'(?<![\w.])' + old + r'(?![\w.]*\d)', str(new), text)
                if n != 1:
                    return None
                c['args'][k] = new
    return manner(r, text, plain=True) if r.maybe(.3) else text, calls


def augment(lines: List[Tuple[str, List[Call]]], count: int, seed: int, swap: float) -> List[Tuple[str, List[Call]]]:
    """`count` variants of `lines`, taken in turn."""
    r, names, out = Random(seed), pools(lines), []
    order = list(range(len(lines)))
    while len(out) < count:
        random.Random(r.random()).shuffle(order)
        for i in order:
            v = vary(r, *lines[i], names, swap)
            if v:
                out.append(v)
    return out[:count]


JOIN = ' and | and | then | and then | after that |, then |, |, and |. then |. | and also | next | '.split('|')


OPEN_END = {('say', 'text'), ('timer.do', 'command')}
"""Arguments that take in whatever is said after them."""


def joinable(text: str, calls: List[Call]) -> bool:
    """Whether a command is short and done when it ends, so that another may follow."""
    return len(text.split()) < 12 and calls[0]['action'] not in ('none', 'query') and not any((c['action'], k) in OPEN_END for c in calls for k in c['args'])


def joined(lines: Dict[str, List[Tuple[str, List[Call]]]], count: int, seed: int) -> List[Tuple[str, List[Call]]]:
    """`count` lines made of two or three commands of one world, said one after the other."""
    r = Random(f'{seed}/joined')
    worlds = [[x for n in names for x in lines.get(n, ()) if joinable(*x)]
              for names in (('scout_train', 'huric', 'alfred_steps'), ('scout_train', 'huric'), ('hwu64_iot', 'thingpedia_iot', 'home_llm_specific'), ('sayings',))]
    worlds = [w for w in worlds if w]
    out: List[Tuple[str, List[Call]]] = []
    while worlds and len(out) < count:
        w = r.pick(worlds)
        text, calls = '', []
        for i in range(r.pick([2, 2, 2, 2, 3])):
            t, c = r.pick(w)
            text, calls = text + (r.pick(JOIN) if i else '') + t, calls + c
        out.append((text, calls))
    return out


HEADED = {('light.set', 'device'), ('cover.set', 'device'), ('media.do', 'device'), ('volume.set', 'device')}
"""Names that say what sort of thing it is by their last word, which is kept."""
BARE = {('power.set', 'device'), ('lock.set', 'device'), ('query', 'device'), ('robot.object', 'object'), ('robot.object', 'from'), ('robot.object', 'to'), ('robot.goto', 'place'),
        ('robot.task', 'target'), ('robot.task', 'to'), ('robot.turn', 'to')}


def rare_name(r: Random, words: List[str], key: Tuple[str, str], old: str) -> Optional[str]:
    """A name of words that are seldom or never heard in commands, of the same sort as `old`; None where there is none."""
    w = r.pick(words) if r.maybe(.75) else r.invented()
    if key[1] == 'area':
        return w if r.maybe(.75) else w + r.word(' room| hall| wing| house| corner| floor')
    head = old.split()[-1]
    if key in HEADED:
        return w + ' ' + head if r.maybe(.85) else f'{w} {r.pick(words)} {head}'
    if key in BARE and old not in ('me', 'us', 'it', 'everything', 'here', 'home', 'north', 'south', 'east', 'west'):
        n = r.random()
        return w if n < .4 else f'{w} {head}' if n < .75 else f'{w} {r.pick(words)}' if n < .9 else f'{head} {r.randint(1, 12)}'
    return None


def renamed(lines: Iterable[Tuple[str, List[Call]]], words: List[str], seed: int) -> Iterator[Tuple[str, List[Call]]]:
    """The lines in which every room, and most things, could be given a rare name: the command has to be read without knowing them."""
    r = Random(f'{seed}/renamed')
    for text, calls in lines:
        out, changed = [{'action': c['action'], 'args': dict(c['args'])} for c in calls], False
        for i, c in enumerate(out):
            for k, v in list(c['args'].items()):
                if ARGS[c['action']][k] != STR or not (k == 'area' or r.maybe(.6)):
                    continue
                new = rare_name(r, words, (c['action'], k), v)
                if not new:
                    continue
                said, n = re.subn(r"(?<![\w'])" + re.escape(v) + r"(?![\w'])", lambda _: new, text)
                if n != 1:
                    continue
                text, changed = said, True
                for other in out[i:]:
                    for j, w in other['args'].items():
                        if w == v and ARGS[other['action']][j] == STR:
                            other['args'][j] = new
        if changed:
            yield text, out
