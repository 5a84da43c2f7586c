"""Commands of several steps, and one verb for several things."""
from .ask import say
from .engine import Line, Random, act
from .home import climate, cover, light, lock, room, switched
from .media import alarm, media, timer, volume
from .robot import drive, goto, obj, task, turn
from .words import APPLIANCES, COVERS, LAMPS, LOCKS, OBJECTS, SPOTS

JOIN = ' and | and | then | and then | after that | and after that |, then |, |, and |. then | and also |. | followed by | next '.split('|')
HOME = [light, light, switched, cover, lock, climate, media, volume]
ROBOT = [drive, drive, turn, turn, goto, obj, task]


def steps(r: Random) -> Line:
    n = r.pick([2, 2, 2, 2, 2, 3, 3, 3, 4])
    pool = ROBOT if r.maybe(.6) else HOME if r.maybe(.75) else HOME + ROBOT + [say, timer, alarm]
    text, calls = '', []
    for i in range(n):
        t, c = r.pick(pool)(r)
        if i:
            text += r.pick(JOIN) if i == n - 1 else r.pick(JOIN + [', ', ', ', ' ', ' '])
        text += t
        calls += c
    if r.maybe(.08):
        text = 'first ' + text
    return text, calls


def shared(r: Random) -> Line:
    """One verb, two or three things."""
    n = r.random()
    k = 2 if r.maybe(.75) else 3

    def items(pool):
        out = []
        while len(out) < k:
            x = r.pick(pool)
            if x not in out:
                out.append(x)
        return out

    def listed(xs):
        det = r.word('the |the |')
        xs = [det + x if i == 0 or r.maybe(.6) else x for i, x in enumerate(xs)]
        return ', '.join(xs[:-1]) + r.word(' and | and |, and ') + xs[-1]
    p = r.word('on|off')
    if n < .25:
        d = items(APPLIANCES)
        return r.say('(turn|switch) {p} {d}|(turn|switch) {d} {p}', p=p, d=listed(d)), [act('power.set', device=x, power=p) for x in d]
    if n < .4:
        a = items([room(r) for _ in range(6)])
        return (r.say('(turn|switch) {p} the (lights|light) in {a}|(turn|switch) the lights {p} in {a}|(turn|switch) {p} {a} lights', p=p, a=listed(a)), [act('light.set', area=x, power=p) for x in a])
    if n < .6:
        d = items(LAMPS)
        return r.say('(turn|switch) {p} {d}|(turn|switch) {d} {p}', p=p, d=listed(d)), [act('light.set', device=x, power=p) for x in d]
    if n < .75:
        l, d, a = r.pick(LAMPS), r.pick(APPLIANCES), room(r)
        if r.maybe(.5):
            return r.say('(turn|switch) {p} the {a} (lights|light) and the {d}', p=p, a=a, d=d), [act('light.set', area=a, power=p), act('power.set', device=d, power=p)]
        return r.say('(turn|switch) {p} the {d} and the {l}', p=p, d=d, l=l), [act('power.set', device=d, power=p), act('light.set', device=l, power=p)]
    if n < .85:
        s = r.word('open|close')
        d = items(COVERS)
        return r.say('{s} {d}', s=s, d=listed(d)), [act('cover.set', device=x, state=s) for x in d]
    s = r.word('lock|unlock')
    d = items(LOCKS)
    return r.say('{s} {d}', s=s, d=listed(d)), [act('lock.set', device=x, state=s) for x in d]


def errand(r: Random) -> Line:
    """Fetching in several steps, with "it" for the thing (the plan repeats its name)."""
    o, p, s, q = r.pick(OBJECTS), room(r) if r.maybe(.6) else r.pick(SPOTS), r.pick(SPOTS), r.pick(SPOTS)
    go = r.say('(go|move|drive|navigate) (to|into) the {p}', p=p)
    j = r.say('(and|then|and then|, then|,)')
    find, pick = act('robot.object', op='find', object=o), act('robot.object', op='pick', object=o)
    bring, place = act('robot.object', op='bring', object=o, to='me'), act('robot.object', op='place', object=o, to=q)
    n = r.random()
    if n < .3:
        return r.say('{g} {j} (bring|get|fetch) me the {o}', g=go, j=j, o=o), [act('robot.goto', place=p), bring]
    if n < .45:
        return r.say('{g} {j} (find|look for|search for) the {o}', g=go, j=j, o=o), [act('robot.goto', place=p), find]
    if n < .6:
        return r.say('{g} {j} (find|look for) the {o} (and|then) bring it [back] to me', g=go, j=j, o=o), [act('robot.goto', place=p), find, bring]
    if n < .75:
        return r.say('(take|grab|pick up|get) the {o} (from|on) the {s} and (put|place) it (on|in) the {q}', o=o, s=s, q=q), [act('robot.object', op='pick', object=o, from_=s), place]
    if n < .88:
        return r.say('(find|search for|look for) the {o} and bring it to me', o=o), [find, bring]
    return r.say('(pick up|take|grab) the {o} and (bring|carry|take) it to the {q}', o=o, q=q), [pick, act('robot.object', op='bring', object=o, to=q)]
