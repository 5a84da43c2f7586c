"""More kinds: durations of several units, open text to be said, indirect wishes, devices of a room, fetching in more words."""
from .engine import Line, Random, act
from .home import climate, cover, light, lock, room, switched, which_light
from .media import FOR, PLAYERS, media, volume
from .nothing import nonsense
from .robot import drive, goto, length, obj, spot, stop, task, thing, turn
from .several import shared, steps
from .words import APPLIANCES, COLORS, LAMPS, NAMES, OBJECTS, ROOMS, SPOTS


def several_units(r: Random, prefix: str = ''):
    """A duration that says two or three units, or hours: (words, arguments)."""
    h, m, s = r.randint(1, 23), r.randint(1, 59), r.randint(1, 59)
    t, k = r.pick([
        ('{h} hour(s|) [and] {m} minute(s|)', {'hours': h, 'minutes': m}), ('{h} hour(s|) and {m} minutes', {'hours': h, 'minutes': m}),
        ('{m} minutes [and] {s} seconds', {'minutes': m, 'seconds': s}), ('{m} minute(s|) and {s} second(s|)', {'minutes': m, 'seconds': s}),
        ('{h} hour(s|) {m} minutes [and] {s} seconds', {'hours': h, 'minutes': m, 'seconds': s}), ('{h} hour(s|)', {'hours': h}), ('an hour', {'hours': 1}),
        ('1 hour and {m} minutes', {'hours': 1, 'minutes': m}), ('{h} hours', {'hours': h}), ('{s} seconds', {'seconds': s}), ('half an hour', {'hours': .5}),
        ('an hour and {m} minutes', {'hours': 1, 'minutes': m}), ('{h} and a half hours', {'hours': h + .5}), ('{m} minutes', {'minutes': m})])
    return r.say(t, h=h, m=m, s=s), {prefix + x: v for x, v in k.items()}


def timer(r: Random) -> Line:
    d, k = several_units(r)
    n = r.random()
    if n < .35:
        name = r.pick(FOR) if r.maybe(.7) else nonsense(r)
        name = name if r.maybe(.45) else None
        return (r.say('(set|start|create|make) (a|another|) timer for {d} {x}|(set|start) a {d} timer {x}|{d} timer {x}|timer for {d} {x}|(set|start|create) a {n} timer for {d}|countdown {d}|'
                      'i need a timer for {d} {x}'.replace('(set|start|create) a {n} timer for {d}|', '' if not name else '(set|start|create) a {n} timer for {d}|'),
                      d=d, n=name, x=r.say('for (the|my|) {n}|called {n}|named {n}', n=name) if name else ''), [act('timer.do', op='start', **k, name=name)])
    if n < .7:
        c, _ = r.pick([light, switched, cover, lock, climate, media, volume, light, switched])(r)
        if len(c.split()) > 9 or ' in ' + d in c:
            c = r.word('turn off the lights|turn the heater off|open the garage door|close the blinds|start the coffee machine|lock the front door')
        return (r.say('in {d} {c}|{c} in {d}|{c} in {d}|{c} after {d}|{d} from now {c}|in {d} please {c}|after {d} {c}|wait {d} and [then] {c}', d=d, c=c),
                [act('timer.do', op='start', **k, command=c)])
    op = r.word('add|subtract|cancel|status|pause|resume')
    e, of = several_units(r, 'of_')
    w = r.say('(the|my) {e} timer|(the|my) timer for {e}', e=e)
    if r.maybe(.4):
        name = r.pick(FOR)
        w, of = r.say('(the|my) {n} timer', n=name), {'name': name}
    if op in ('add', 'subtract'):
        return (r.say('add {d} to {w}|(extend|increase) {w} by {d}|{d} more (on|for) {w}' if op == 'add' else '(take|remove|subtract) {d} (off|from) {w}|(shorten|reduce|decrease) {w} by {d}', d=d, w=w),
                [act('timer.do', op=op, **k, **of)])
    return (r.say({'cancel': '(cancel|stop|delete|remove) {w}', 'status': 'how (much time|long) is left on {w}|time left on {w}|how much longer (on|for) {w}', 'pause': 'pause {w}', 'resume': '(resume|continue) {w}'}[op], w=w),
            [act('timer.do', op=op, **of)])


def sentence(r: Random) -> str:
    """Something to be said aloud."""
    a, o, p, s = room(r), r.pick(OBJECTS), r.pick(NAMES), r.pick(SPOTS)
    return r.say("(it's|it is) time (to leave|for bed|to go|to eat|for school|for dinner|to get up)|the {o} is (on|in) the {s}|{p} is (here|at the door|in the {a}|on the phone|late)|i'm (on my way|coming home|leaving now|in the {a})|"
                 "(dinner|lunch|breakfast|the {o}|tea|everything) is (ready|on the table|done|finished)|please (come to|clean|leave|tidy up) the {a}|(don't|do not) forget (your|the) {o}|we (need|have run out of) {o}|"
                 "(good|have a good) (morning|night|evening|day)|the {d} is (done|finished|broken|on)|there is {o} (in|on) the {s}|(turn|switch) off the {d}|where is my {o}|who took the {o}|(hello|hi|welcome|goodbye|thank you) {p}|"
                 "the (guests|kids|neighbours) are (here|coming|waiting)|(i|we) will be (back|there|home) in {n} minutes|it is {n} o'clock|what (is|was) that|(everybody|everyone) (out|come here|to the {a})|my name is {p}|"
                 "(stop|no) (running|shouting|fighting) in the {a}|{x} {o} {p}|the (door|window|gate) is (open|closed)|(bring|get) me the {o}", a=a, o=o, p=p, s=s, d=r.pick(APPLIANCES), n=r.randint(2, 50), x=nonsense(r))


def say(r: Random) -> Line:
    t, p = sentence(r), r.pick(NAMES)
    n = r.random()
    if n < .5:
        return r.say('(say|announce|broadcast|announce that|broadcast that|shout|say out loud|make an announcement that|repeat after me|read out) {t}', t=t), [act('say', text=t)]
    if n < .85:
        return r.say('(tell|inform) {p} that {t}|say {t} to {p}|tell {p} {t}|let {p} know [that] {t}|announce to {p} that {t}', p=p, t=t), [act('say', text=t, to=p)]
    a = room(r)
    return r.say('(announce|broadcast|say) in the {a} [that] {t}|(announce|broadcast|say) {t} in the {a}', a=a, t=t), [act('say', text=t, to=a)]


def wish(r: Random) -> Line:
    """Said without naming the action."""
    a = room(r) if r.maybe(.45) else None
    here = f'in the {a}' if a else r.word('in here|in here|here|')
    c = r.random()
    if c < .25:
        return (r.say("(it's|it is|it's getting|it is so|it's much too|it feels) (too|) (cold|chilly|freezing) {h}|(i'm|i am|we are) (cold|freezing) {h}|(warm|heat) (it|things) up {h}|could it be warmer {h}|it should be warmer {h}", h=here),
                [act('climate.set', area=a, step='up')])
    if c < .5:
        return (r.say("(it's|it is|it's getting|it is so|it's much too|it feels) (too|) (hot|warm|stuffy) {h}|(i'm|i am|we are) (hot|melting|sweating) {h}|cool (it|things) down {h}|could it be cooler {h}|it should be colder {h}", h=here),
                [act('climate.set', area=a, step='down')])
    if c < .75:
        return (r.say("(it's|it is|it's getting|it is so|it's much too) (too|) (dark|gloomy|dim) {h}|i can't see (a thing|anything) {h}|i need more light {h}|could it be brighter {h}|more light {h}", h=here), [act('light.set', area=a, step='up')])
    return (r.say("(it's|it is|it is so|it's much too) (too|) bright {h}|the (light|lights) {h} (is|are) too bright|it should be darker {h}|less light {h}|could it be (darker|dimmer) {h}", h=here), [act('light.set', area=a, step='down')])


def floors(r: Random) -> Line:
    p, a = r.word('on|off'), r.word('upstairs|downstairs|outside|upstairs|downstairs|outdoors')
    return (r.say('(turn|switch) {p} (the|all the|all) lights {a}|(turn|switch) (the|all the) lights {p} {a}|(turn|switch) {p} the {a} lights|{a} lights {p}|lights {p} {a}', p=p, a=a), [act('light.set', area=a, power=p)])


def player_of_room(r: Random) -> Line:
    d, a = r.pick(PLAYERS), room(r)
    w = r.say('the {a} {d}|the {d} in the {a}', a=a, d=d)
    n = r.random()
    if n < .3:
        m = r.maybe(.6)
        return r.say('mute {w}|silence {w}' if m else 'unmute {w}', w=w), [act('volume.set', device=d, area=a, mute=m)]
    if n < .55:
        v = r.randint(1, 100)
        return r.say('set {w} [volume] to {v}[%]|set the volume (of|on) {w} to {v}[%]|turn {w} (up|down) to {v}[%]', w=w, v=v), [act('volume.set', device=d, area=a, level=v)]
    if n < .8:
        s = r.word('up|down')
        return r.say('turn {s} {w}|turn {w} {s}|turn {s} the volume (of|on) {w}|volume {s} on {w}', w=w, s=s), [act('volume.set', device=d, area=a, step=s)]
    op = r.word('pause|resume|next|previous|stop')
    return (r.say({'next': '(next|skip to the next) (song|track) on {w}|skip on {w}', 'previous': '(previous|last) (song|track) on {w}|go back a (song|track) on {w}'}.get(op, '{o} {w}|{o} the music on {w}|{o} (the movie|playing) on {w}'), o=op, w=w),
            [act('media.do', op=op, device=d, area=a)])


def moves(r: Random) -> Line:
    n = r.random()
    g = r.pick([45, 90, 180, 30, r.randint(1, 359)])
    t, v, u = length(r)
    if n < .3:
        s, w = r.pick([('right', 'clockwise'), ('left', 'counterclockwise'), ('left', 'counter clockwise'), ('left', 'anticlockwise'), ('right', 'clockwise')])
        if r.maybe(.3):
            return r.say('(turn|rotate|spin|pivot) {w}', w=w), [act('robot.turn', direction=s)]
        return r.say('(turn|rotate|spin|pivot) {w} [by] {g} degrees|(turn|rotate|spin) {g} degrees {w}', w=w, g=g), [act('robot.turn', direction=s, degrees=g)]
    if n < .6:
        d, w = r.pick([('back', 'back up|back off|move back|go backwards|step back|reverse|scoot back'), ('forward', 'go forward|move ahead|come closer|move forward|inch forward|go straight|drive on'),
                       ('left', 'move left|scoot left|shift left'), ('right', 'move right|scoot right|shift right')])
        return r.word(w) + r.word(' a little| a bit| slowly| just a little| a tiny bit| a little more| a little bit'), [act('robot.drive', direction=d)]
    if n < .8:
        d, w = r.pick([('up', 'fly up|rise|ascend|climb'), ('down', 'fly down|descend|sink|drop down'), ('back', 'back off|back away'), ('forward', 'inch forward|roll on'), ('back', 'reverse|back up')])
        return r.word(w) + r.word(' | by ') + t, [act('robot.drive', direction=d, distance=v, unit=u)]
    return r.word('hold position|stay put|halt right there|stop where you are|stop at once|cease all movement|stop stop|hold your position|do not go any further|stop moving now|all stop'), [act('robot.stop')]


def fetch(r: Random) -> Line:
    """Going, finding, taking and giving, in the words of service robots."""
    o, a, b, p = thing(r), spot(r), spot(r), r.pick(NAMES[:18] + ['me', 'me', 'the guest', 'the man', 'my mother'])
    it = r.word('it|it|them|this')
    j = r.word(' and | then |, | and then |, and ')
    out, calls = [], []
    if r.maybe(.45):
        out.append(r.say('(go|navigate|move|drive|head|proceed) to the {a}', a=a))
        calls.append(act('robot.goto', place=a))
        first = r.word('pick|find|both')
        a = None
    else:
        first = r.word('pick|find|pick|both')
    of = r.say('(from|on|in) the ') + ' ' + a if a and r.maybe(.75) else ''
    named = a if of else None
    if first in ('find', 'both'):
        out.append(r.say('(find|locate|look for|search for) (the|a|my) {o} {f}', o=o, f=of))
        calls.append(act('robot.object', op='find', object=o, from_=named))
        if first == 'both':
            out.append(r.say('(take|grab|pick up|get|grasp) {i}', i=it).replace('pick up', 'pick up'))
            calls.append(act('robot.object', op='pick', object=o))
    else:
        out.append(r.say('(take|grab|pick up|get|grasp) (the|a|my) {o} {f}', o=o, f=of))
        calls.append(act('robot.object', op='pick', object=o, from_=named))
    n = r.random()
    if n < .4:
        out.append(r.say('(bring|give|deliver|hand|take) {i} to {p}', i=it, p=p))
        calls.append(act('robot.object', op='bring', object=o, to=p))
    elif n < .7:
        out.append(r.say('(put|place|set|leave) {i} (on|in|into|onto) the {b}', i=it, b=b))
        calls.append(act('robot.object', op='place', object=o, to=b))
    elif n < .9:
        out.append(r.say('(bring|carry|take|deliver) {i} to the {b}', i=it, b=b))
        calls.append(act('robot.object', op='bring', object=o, to=b))
    return ''.join((j if i == len(out) - 1 else r.word(', |, | and | then ')) * (i > 0) + x for i, x in enumerate(out)), calls


def vacuum(r: Random) -> Line:
    """The cleaner as people speak of it: switched, sent, told to wait."""
    a = r.word('||kitchen|bedroom|garage|desk|hall|corner|left|living room|attic|office')
    v = r.say('(the|my|the) {a} (vacuum|vacuum cleaner|robot vacuum|vacuum|roomba|cleaning robot|mop|hoover)', a=a)
    n = r.random()
    if n < .5:
        return (r.say('(pause|stop|halt) {v}|(turn|switch|shut) off {v}|(turn|switch|shut) {v} off|(i need|i want|get|have) {v} (paused|stopped|turned off)|tell {v} to (stop|wait|pause|hold on|stop cleaning|take a break)|'
                      'i want {v} to (stop|wait|pause|take a break) [from cleaning]|(make|have) {v} (stop|wait)|{v} (should|needs to|must) (stop|wait|pause)|stop {v} from cleaning', v=v), [act('robot.stop')])
    if n < .75:
        return (r.say('(turn|switch) on {v}|(turn|switch) {v} on|(i need|i want|get|have) {v} (started|running|turned on|to clean)|tell {v} to (start|clean|go|get going|start cleaning)|'
                      'activate {v}|start {v}|{v} should (start|clean)|(let|make|have) {v} (start|clean)', v=v), [act('robot.task', op='clean')])
    return (r.say('(send|return|get|bring) {v} (home|back home|to its base|back to its dock|to the charger|back to base)|tell {v} to (go home|charge|dock|return to base|go back to the dock)|'
                  '{v} should (go home|dock|charge)|(charge|dock|recharge) {v}|i want {v} (charged|docked|to go home|back at its base)', v=v), [act('robot.task', op='dock')])


def asked(r: Random) -> Line:
    """Questions in more words; the thing asked about is named, with its room."""
    a, d = room(r), r.name(APPLIANCES + LAMPS + ['heating', 'vacuum', 'blinds', 'window', 'front door', 'garage door', 'curtains', 'sensor', 'lights', 'robot', 'ac'])
    ask = r.word("tell me|show me|update me on|let me know|notify me of|report|get|retrieve|fetch|announce|find out|check|what's|what is|give me|i want to know|can you tell me|display|verify|read me")
    n = r.random()
    if n < .3:
        w, args = (r.say('(the|my) {a} {d}|the {d} in the {a}', a=a, d=d), {'device': d, 'area': a}) if r.maybe(.4) else (r.say('(the|my) {d}', d=d), {'device': d})
        return (r.say("{q} the (status|state|on off state|power state|condition) of {w}|what (is|'s) {w} (doing|up to|status)|{q} whether {w} is (on|off|on or off|running)|(is|are) {w} (on|off|running|active|on or off) [now]|"
                      "how is {w} doing|{w} status|is {w} still (on|running|open)|have i (left on|turned off|closed) {w}|was {w} (turned off|left on)", q=ask, w=w), [act('query', kind='state', **args)])
    if n < .55:
        if r.maybe(.35):
            return r.say('{q} the [current] temperature [reading]|what does the (thermometer|thermostat) say|how many degrees is it|is it (warm|cold|hot)', q=ask), [act('query', kind='temperature')]
        return (r.say("{q} the [current] temperature (in|of|at|for) the {a}|{q} the {a} temperature|what does the {a} (thermometer|thermostat) say|this {a}'s temperature is what|is the {a} (warm|cold|hot|cool)|how (warm|cold|hot) is my {a}", q=ask, a=a),
                [act('query', kind='temperature', area=a)])
    if n < .7:
        if r.maybe(.35):
            return r.say('{q} the [current] humidity [level]|how (humid|damp|dry) is it', q=ask), [act('query', kind='humidity')]
        return r.say('{q} the humidity [level] (in|of) the {a}|{q} the {a} humidity [level]|how (humid|damp|dry) is my {a}', q=ask, a=a), [act('query', kind='humidity', area=a)]
    if n < .85:
        b = r.word('robot|rover|vacuum|mower|drone|phone|tablet|lock|doorbell|remote|sensor|vacuum cleaner|car')
        return (r.say("{q} the battery (level|status|charge|) (of|on) the {b}|{q} the {b}'s battery [level]|how (full|empty|charged) is the {b}'s battery|how much (battery|charge|power) is left (in|on) the {b}|is the {b} (charging|charged|fully charged|low on battery)|"
                      "does the {b} have enough (battery|charge)|{b} battery", q=ask, b=b), [act('query', kind='battery', device=b)])
    w = r.word('|today|tomorrow|tonight|next week|on sunday|this evening|this afternoon|at noon|for the weekend|later today')
    return (r.say("{q} the (weather|forecast|weather forecast|weather conditions) {w}|will (it|there) be (sun|rain|snow|wind|fog|storms|sunny|rainy|cloudy|foggy|chilly|freezing|humid) {w}|(is|will) it (get|be getting) (colder|warmer|chilly) {w}|"
                  "do i need (boots|sunscreen|an umbrella|a hat|gloves) {w}|is (rain|snow|a storm) expected {w}|how (cold|hot|warm|windy) will it be {w}|any (rain|snow|storms) {w}", q=ask, w=w).replace('it be getting', 'it get'),
            [act('query', kind='weather')])


def two_rooms(r: Random) -> Line:
    """Two things with rooms of their own under one verb or two."""
    p, a, b, d, l = r.word('on|off'), room(r), r.pick(ROOMS), r.pick(APPLIANCES), r.pick(LAMPS)
    first, second = act('light.set', area=a, power=p), act('power.set', device=d, area=b, power=p)
    n = r.random()
    if n < .3:
        return r.say('(turn|switch) {p} the {a} (light|lights) and the {b} {d}|(turn|switch) the {a} (light|lights) and the {b} {d} {p}', p=p, a=a, b=b, d=d), [first, second]
    if n < .6:
        return r.say('(turn|switch) {p} the {b} {d} and the {a} (light|lights)|(turn|switch) the {b} {d} and the {a} (light|lights) {p}', p=p, a=a, b=b, d=d), [second, first]
    if n < .8:
        return r.say('(turn|switch) {p} the {l} and the {a} (light|lights)|(turn|switch) the {l} and the {a} lights {p}', p=p, a=a, l=l), [act('light.set', device=l, power=p), first]
    t, c = r.pick([lock, cover, switched, climate])(r)
    return t + r.word(' and | and then |, then |, ') + r.say('(turn|switch) {p} the {a} (light|lights)|(turn|switch) the {a} (light|lights) {p}', p=p, a=a), c + [first]


def both(r: Random) -> Line:
    """Colour and brightness in one go; and what no plan can say ("all but"), which is none rather than too much."""
    w, a = which_light(r)
    if r.maybe(.3):
        x, p = r.say('the {a} (light|lights)|the {l}|the {d}', a=room(r), l=r.pick(LAMPS), d=r.pick(APPLIANCES)), r.word('on|off|off')
        return (r.say('(turn|switch) {p} (everything|all lights|all the lights|all devices|every light) (except|but|except for|apart from|other than) {x}|(turn|switch) (everything|all the lights) {p} (except|but|except for|apart from) {x}',
                      p=p, x=x), [act('none')])
    c, b = r.pick(COLORS), r.randint(1, 20) * 5
    return (r.say('(set|turn|make|change) {w} [to] {c} (at|and|with|and set it to) {b}% [brightness]|(set|turn) {w} to {b}% [brightness] (and|in) {c}|{w} {c} (at|and) {b}%|(set|make) {w} {c}, {b}%', w=w, c=c, b=b),
            [act('light.set', **a, brightness=b, color=c)])


MIX = [(both, 5), (timer, 14), (say, 8), (wish, 7), (floors, 3), (player_of_room, 6), (moves, 6), (fetch, 9), (two_rooms, 6), (vacuum, 5), (asked, 9), (steps, 10), (shared, 3),
       (light, 6), (cover, 3), (obj, 3), (turn, 2), (goto, 2), (drive, 2), (task, 3), (stop, 1), (climate, 3)]
OPEN_END = {say}
