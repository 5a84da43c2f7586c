"""Scores of predicted plans: valid, action (same actions in the same order), strict (all arguments equal).

The same meaning as the score.py beside the command sets: strings are compared as words without articles and plurals,
distances in metres, durations in seconds; a query counts by its action alone.
"""
import re
from typing import Any, Dict, List, Optional, Tuple

from codec import Call
from labels import ARTICLES
from schema import ARGS, NUM, REQUIRED, STR
from text_passes import text_pass

METRES = {'m': 1, 'cm': .01, 'ft': .3048, 'in': .0254, 'yd': .9144, 'step': .5}
TEXT = {'device', 'area', 'query', 'name', 'place', 'object', 'from', 'to', 'target', 'text', 'label', 'time', 'date', 'command',
        'color', 'kind'}


def words(v: Any) -> List[str]:
    s = re.sub(r"[^\w\s.%']", ' ', text_pass(str(v)))
    s = ' '.join(w for w in s.split() if w not in ARTICLES).strip(' .')
    s = re.sub(r'\b(\d+)[: ]?(\d\d)?\s*(am|pm|a\.m\.?|p\.m\.?)', lambda m: m.group(1) + ('' if m.group(2) in (None, '00') else m.group(2))
               + m.group(3).replace('.', ''), s)
    return [re.sub(r'(?<=[a-z]{3})s$', '', w) for w in s.replace("'", ' ').split()]


def canonical(call: Call) -> Tuple[str, Dict[str, Any]]:
    n, g = call['action'], dict(call['args'])
    if n == 'robot.turn' and g.get('direction') == 'around':
        g.pop('direction')
        g['degrees'] = 180
    if n == 'robot.turn' and g.get('degrees') in (180, 360):
        g.pop('direction', None)
    if n == 'robot.drive' and 'distance' in g and g.get('unit'):
        g['metres'] = round(g.pop('distance') * METRES[g.pop('unit')], 3)
    if n == 'timer.do':
        for p in ('', 'of_'):
            k = [p + x for x in ('hours', 'minutes', 'seconds')]
            if any(x in g for x in k):
                g[p + 'total'] = sum(g.pop(x, 0) * m for x, m in zip(k, (3600, 60, 1)))
    if n == 'query':
        g = {}
    if n == 'robot.object' and words(g.get('to', 'x')) in (['me'], ['us']):
        g.pop('to')
    return n, g


def same(a: Call, b: Call) -> bool:
    (n, g), (m, h) = canonical(a), canonical(b)
    if n != m:
        return False
    for k in set(g) | set(h):
        x, y = g.get(k), h.get(k)
        if k in TEXT:
            if (words(x) if x else []) != (words(y) if y else []):
                return False
        elif isinstance(x, (int, float)) and isinstance(y, (int, float)) and not isinstance(x, bool):
            if abs(x - y) > 1e-2 * max(1, abs(x)):
                return False
        elif x != y:
            return False
    return True


def fits(kind: Any, v: Any) -> bool:
    """Is v a value of an argument of this kind?"""
    if kind == NUM:
        return isinstance(v, (int, float)) and not isinstance(v, bool)
    if kind == STR:
        return isinstance(v, str) and bool(v.strip())
    return kind is not None and v in kind


def valid(calls: Optional[List[Call]]) -> bool:
    """Known actions, required arguments there, every value of its kind."""
    return bool(calls) and all(
        c['action'] in ARGS and all(k in c['args'] for k in REQUIRED[c['action']])
        and all(fits(ARGS[c['action']].get(k), v) for k, v in c['args'].items()) for c in calls)


def score(gold: List[List[Call]], predicted: List[Optional[List[Call]]]) -> Dict[str, float]:
    c = {'n': len(gold), 'valid': 0, 'action': 0, 'strict': 0}
    for g, p in zip(gold, predicted):
        if not valid(p):
            continue
        c['valid'] += 1
        if [x['action'] for x in p] == [x['action'] for x in g]:
            c['action'] += 1
            c['strict'] += all(same(x, y) for x, y in zip(g, p))
    return {k: v if k == 'n' else round(v / max(1, c['n']), 4) for k, v in c.items()}
