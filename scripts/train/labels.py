"""Labels of the command sets, made expressible: every string a span of the passed text, every number a literal of it.

The sets were labelled by several people for several purposes; what can be repaired without guessing is repaired
here, the rest returns None and is left out of training (it stays in the held-out test).
"""
import re
from typing import List, Optional

from codec import Call
from schema import ARGS, STR
from text_passes import text_pass

ARTICLES = set('the a an my your our his her their this that these those some please any all of'.split())
TAIL = set('light lights lamp door speaker radio blinds switch garage media 1 2'.split())
"""Words a name may end with in a label without being said."""
ROOMS = set('bathroom bedroom kitchen office hallway nursery study garage attic basement den hall lounge'.split()) | {
    'living room', 'dining room', 'guest room', 'master bedroom', 'laundry room', 'game room', 'play room'}
ROOM_LIGHT = re.compile(r'(.+) (?:light|lights)$')
OUTSIDE = re.compile(r'\b(temperature|warm|cold|hot|cool|degrees)\b.*\b(outside|outdoors)\b(?!.*\b(in|will|tomorrow|tonight|for)\b)')


def words_of(s: str) -> List[str]:
    """What counts when two names are compared: no articles, no plural, no punctuation."""
    w = re.sub(r"[^\w']+", ' ', s).replace("'", '').split()
    return [re.sub(r'(?<=\w{3})s$', '', x) for x in w if x not in ARTICLES]


def spans(passed: str, longest: int):
    """Word-aligned spans of the text, shortest first."""
    at = [(m.start(), m.end()) for m in re.finditer(r"[\w'.°&/-]*\w|\S", passed)]
    for n in range(1, longest + 1):
        for i in range(len(at) - n + 1):
            yield passed[at[i][0]:at[i + n - 1][1]]


def as_span(passed: str, label: str) -> Optional[str]:
    """The span of the passed text that a label means, or None."""
    direct = text_pass(label)
    if direct and re.search(r'(?<!\w)' + re.escape(direct) + r'(?!\w)', passed):
        return direct
    want = words_of(direct)
    if not want:
        return None
    longest = len(want) + 3
    return next((s for s in spans(passed, longest) if words_of(s) == want), None)


def as_name(passed: str, label: str) -> Optional[str]:
    """Like as_span, but the generic end of a name may be unsaid ("bar light" in "light up the bar")."""
    words = label.split()
    while words:
        s = as_span(passed, ' '.join(words))
        if s or words[-1] not in TAIL:
            return s
        words.pop()
    return None


def repair(passed: str, calls: List[Call]) -> Optional[List[Call]]:
    """The same plan with every string a span of `passed`, or None."""
    out = []
    for call in calls:
        args = {}
        for k, v in call['args'].items():
            if ARGS[call['action']][k] == STR:
                v = (as_name if k == 'device' else as_span)(passed, v)
                if v is None:
                    return None
            args[k] = v
        if call['action'] == 'light.set' and args.get('device') in ROOMS and 'area' not in args:
            args['area'] = args.pop('device')   # the majority's convention: a room is an area
        m = ROOM_LIGHT.match(args.get('device', '')) if call['action'] == 'light.set' and 'area' not in args else None
        if m and m.group(1) in ROOMS:
            args['area'] = m.group(1)
            del args['device']
        if call['action'] == 'light.set' and 'area' in args and 'device' not in args:
            m = re.search(rf"(?<!\w){re.escape(args['area'])} (lamps?)(?! ?\d)(?!\w)", passed)
            if m:
                args['device'] = m.group(1)   # of a room's lights the lamps: some sets name the room alone
        if call['action'] == 'query' and OUTSIDE.search(passed):
            m = re.search(r'\b(outside|outdoors)\b', passed)
            args = {'kind': 'temperature', 'area': m.group()}
        out.append({'action': call['action'], 'args': args})
    return out
