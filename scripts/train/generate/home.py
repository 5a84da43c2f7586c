"""Lights, switched things, climate, covers and locks."""
from .engine import Line, Random, act
from .words import APPLIANCES, COLORS, COVERS, DOORS, FANS, LAMPS, LOCKS, PLAIN_ROOMS, ROOMS

ON = '(turn|switch|put|power|flip) on|activate|enable|start|engage'
OFF = '(turn|switch|shut|power|cut|flip) off|deactivate|disable|kill|shut down|power down'


def room(r: Random) -> str:
    return r.pick(PLAIN_ROOMS if r.maybe(.7) else ROOMS)


def which_light(r: Random):
    """(words for some light, arguments that name it): a room is an area, a lamp with a name is a device."""
    n = r.random()
    if n < .3:
        return r.say('(the|all the|my|all|) (lights|light|lamps|lighting)|it|everything in here|the light bulb'), {}
    if n < .68:
        a = room(r)
        if r.maybe(.06):
            return r.say('(the|) ' + a + ' lamp'), {'device': 'lamp', 'area': a}
        w = r.say('(the|my|) {a} (light|lights)|(the|all the|all|) (light|lights) (in|in|of|at|inside|on) (the|my|) {a}|'
                  '(the|all|) lights (in|on) the {a}', a=a)
        return w, {'area': a}
    d = r.name(LAMPS) if r.maybe(.9) else 'lamp'
    if n < .9:
        return r.say('(the|my|) ' + d), {'device': d}
    a = room(r)
    return r.say('(the|) {d} (in|of) (the|my) {a}|(the|) {a} {d}', d=d, a=a), {'device': d, 'area': a}


def light(r: Random) -> Line:
    w, a = which_light(r)
    n = r.random()
    if n < .42:
        on = r.maybe(.5)
        p = 'on' if on else 'off'
        t = r.say('({v}) {w}|({v}) {w}|(turn|switch|put|shut|flip) {w} {p}|(turn|switch|put) {w} {p}|{w} {p}|set {w} to {p}|(have|get) {w} (turned|switched) {p}|'
                  'i (want|need|would like) {w} (turned|switched|) {p}|{w} (should|must) be {p}|make sure {w} (is|are) {p}'
                  .replace('{v}', ON if on else OFF), w=w, p=p)
        if not a and r.maybe(.15):
            t = r.say('lights on|light on|let there be light|light it up|illuminate the room' if on else
                      'lights out|lights off|light off|it is time to sleep lights off|darkness please')
        elif 'area' in a and len(a) == 1 and r.maybe(.08):
            t = r.say('(light up|illuminate|brighten up) the ' + a['area']) if on else r.say('(black out|turn off|put out) the ' + a['area'])
        return t, [act('light.set', **a, power=p)]
    if n < .58:
        b = r.pick([r.randint(1, 100), r.randint(1, 20) * 5, r.randint(1, 10) * 10])
        pc = r.say('{b}%|{b}%|{b} percent|{b}', b=b)
        if r.maybe(.15):
            q, b = r.pick([('max', 100), ('maximum', 100), ('full', 100), ('half', 50), ('min', 0), ('minimum', 0)])
            return r.say('(set|turn|put|bring) {w} to {q} [brightness]|{w} (to|at) {q} [brightness]|set the brightness of {w} to {q}|{q} brightness for {w}',
                         w=w, q=q), [act('light.set', **a, brightness=b)]
        t = r.say('(set|dim|change|adjust|put|bring|turn) {w} to {b}|(set|change|adjust) the brightness (of|on|for) {w} to {b}|dim {w} (down|) to {b}|'
                  '(turn|bring) {w} (up|down) to {b}|{w} (at|to) {b} [brightness]|set {w} (at|to) {b} brightness|brighten {w} to {b}|'
                  '(set|change) {w} brightness to {b}|(lower|raise|reduce|increase) {w} to {b}', w=w, b=pc)
        if not a and r.maybe(.3):
            t = r.say('(set|change|adjust|dim) [the] brightness to {b}|brightness {b}|(dim|brighten) to {b}', b=pc)
        return t, [act('light.set', **a, brightness=b)]
    if n < .8:
        up = r.maybe(.5)
        s, by = ('up' if up else 'down'), None
        t = r.say('(brighten|turn up|increase|raise) {w}|make {w} (a bit|a little|much|) brighter|turn {w} up|{w} brighter|'
                  '(increase|raise|turn up) the brightness (of|in|on) {w}|more light from {w}' if up else
                  '(dim|lower|turn down|reduce|darken|soften) {w}|make {w} (a bit|a little|) (dimmer|darker|less bright)|turn {w} down|{w} dimmer|'
                  '(decrease|reduce|lower|turn down) the brightness (of|in|on) {w}', w=w)
        if not a and r.maybe(.35):
            t = r.say('make it (a bit|a little|much|) brighter|brighter|[i need] more light|(it is|it\'s) too dark [in here]|i can\'t see anything|'
                      'increase the brightness|brighten the room|(it is|it\'s) (getting|so) dark in here' if up else
                      'make it (a bit|a little|) (darker|dimmer)|dimmer|darker|less light|(it is|it\'s) too bright [in here]|dim it|reduce the brightness|dim the room')
        elif r.maybe(.25):
            by = r.randint(1, 10) * 5
            t = r.say('(brighten|increase|raise|turn up) {w} by {b}|(increase|raise) the brightness of {w} by {b}|make {w} {b} brighter' if up else
                      '(dim|decrease|lower|reduce|turn down) {w} by {b}|(decrease|lower|reduce) the brightness of {w} by {b}|make {w} {b} (darker|dimmer)',
                      w=w, b=f'{by}%')
        return t, [act('light.set', **a, step=s, by=by)]
    if n < .96 or w == 'it':
        c = r.pick(COLORS)
        t = r.say('(turn|make|set|change|color|switch|paint|put) {w} [to] {c}|(set|change) the colo(r|ur) of {w} to {c}|(set|change) {w} colo(r|ur) to {c}|'
                  'i want {w} [to be] {c}|{w} {c}|change {w} to [the color] {c}|(give me|i want) {c} light', w=w, c=c)
        if t.endswith(c + ' light'):
            a = {}
        return t, [act('light.set', **a, color=c)]
    k = r.pick([2000, 2200, 2700, 3000, 3500, 4000, 5000, 6500])
    return (r.say('set {w} to {k} kelvin|make {w} {k} k|(set|change) the (color|colour) temperature of {w} to {k} [kelvin]', w=w, k=k),
            [act('light.set', **a, kelvin=k)])


def switched(r: Random) -> Line:
    if r.maybe(.07):
        p = r.word('on|off|off')
        a = room(r) if r.maybe(.3) else None
        d = r.word('everything|all devices|all the devices|all appliances')
        return (r.say('(turn|switch|shut) {d} {p}' if not a else '(turn|switch|shut) {p} {d} in the {a}', d=d, p=p, a=a),
                [act('power.set', device=d.replace('all the ', '').replace('all ', ''), area=a, power=p)])
    d = r.name(FANS if r.maybe(.2) else APPLIANCES)
    n = r.random()
    a = room(r) if n < .3 else None
    w = r.say('(the|my|) {d}' if not a else '(the|my|) {a} {d}|(the|my) {d} in (the|my|) {a}', d=d, a=a)
    if r.maybe(.22) and d.endswith(tuple(FANS)):
        s = r.randint(1, 20) * 5
        q = f'{s}%' if r.maybe(.8) else str(s)
        if r.maybe(.15):
            q, s = r.pick([('max', 100), ('maximum', 100), ('half', 50), ('full', 100), ('minimum', 0)])
        return (r.say('(set|put|turn|change) {w} to {q} [speed]|(set|change) {w} speed to {q}|(set|change) the speed of {w} to {q}|run {w} at {q} [speed]|{w} (speed|) {q}',
                      w=w, q=q), [act('power.set', device=d, area=a, speed=s)])
    on = r.maybe(.5)
    p = 'on' if on else 'off'
    t = r.say('({v}) {w}|({v}) {w}|(turn|switch) {w} {p}|(turn|switch|put) {w} {p}|{w} {p}|(get|set) {w} (going|running)|i (need|want) {w} (on|running)|make sure {w} is {p}'
              .replace('{v}', ON) if on else
              '({v}) {w}|({v}) {w}|(turn|switch|shut) {w} {p}|(turn|switch) {w} {p}|{w} {p}|stop {w}|i want {w} (turned|switched|) {p}|make sure {w} is {p}|'
              'i don\'t need {w} [anymore] turn it off|i forgot to turn off {w}'.replace('{v}', OFF), w=w, p=p)
    return t, [act('power.set', device=d, area=a, power=p)]


def climate(r: Random) -> Line:
    """No device: what is heated or cooled is a room or the home (the majority's convention)."""
    a = room(r) if r.maybe(.35) else None
    h = r.word('thermostat|heating|temperature|heater|ac|air conditioning|air conditioner|hvac|heat|radiator|climate')
    w = r.say('(the|) {h}' if not a else '(the|) {a} {h}|the {h} in the {a}', h=h, a=a)
    n = r.random()
    if n < .45:
        t = r.pick([r.randint(10, 30), r.randint(55, 85), r.randint(15, 25), r.randint(30, 50) / 2])
        t = int(t) if t == int(t) else t
        d = r.say('{t}|{t} degrees|{t} degrees|{t}°|{t} c|{t} degrees (celsius|fahrenheit)|{t}f', t=t)
        x = r.say('(set|turn|change|put|adjust|bring) {w} (to|to|at) {d}|{w} [to] {d}|(turn|set) {w} (up|down) to {d}|(raise|lower|increase|decrease) {w} to {d}', w=w, d=d)
        if a is None and r.maybe(.3):
            x = r.say('(make|set) it {t} degrees [in here]|(heat|cool) [it] [down] to {t} degrees|i want it (to be|at) {t} degrees|set it to {t} degrees|{t} degrees please', t=t)
        elif a and r.maybe(.3):
            x = r.say('(heat|cool|warm) the {a} to {d}|set the {a} to {t} degrees|make the {a} {t} degrees|i want the {a} at {d}|{a} {t} degrees', a=a, d=d, t=t)
        return x, [act('climate.set', area=a, temperature=t)]
    if n < .72:
        up = r.maybe(.5)
        by = r.randint(1, 6) if r.maybe(.3) else None
        b = r.say('by {b} degree(s|)', b=by) if by else ''
        x = r.say('(turn up|increase|raise) {w} {b}|turn {w} up {b}|(turn|crank) {w} (higher|up) {b}' if up else
                  '(turn down|decrease|lower|reduce) {w} {b}|turn {w} down {b}|turn {w} lower {b}', w=w, b=b)
        if not by and r.maybe(.45):
            where = f' the {a}' if a else ' it'
            x = r.say(f'make{where} (warmer|hotter|a bit warmer)|(it is|it\'s) (too|so) cold in ' + (f'the {a}' if a else 'here') + f'|(warm|heat){where} up' if up else
                      f'make{where} (cooler|colder|a bit cooler)|(it is|it\'s) (too|so) (hot|warm) in ' + (f'the {a}' if a else 'here') + f'|cool{where} down')
            if not a and r.maybe(.4):
                x = r.say("(i'm|i am|we are) (cold|freezing)|i feel cold|warmer [please]" if up else "(i'm|i am|we are) (hot|sweating|boiling)|i feel hot|cooler [please]")
        return x, [act('climate.set', area=a, step='up' if up else 'down', by=by)]
    m = r.word('heat|cool|auto|off|fan|off|heat|cool')
    at = f' in the {a}' if a else ''
    if m == 'heat':
        x = r.say('(turn|switch) on the (heating|heat|heater|thermostat|radiator){at}|(turn|switch) the (heating|heat|heater) on{at}|start heating{at}|'
                  '(set|put|switch) the (hvac|thermostat|climate|ac) to heat [mode]{at}|heating on{at}|i want the heating on{at}', at=at)
    elif m == 'cool':
        x = r.say('(turn|switch) on the (ac|air conditioning|air conditioner|a/c|cooling|aircon){at}|(turn|switch) the (ac|air conditioner|cooling) on{at}|'
                  '(set|put|switch) the (hvac|thermostat|climate|ac) to cool [mode]{at}|start cooling{at}|ac on{at}', at=at)
    elif m == 'off':
        x = r.say('(turn|switch|shut) off the (heating|ac|air conditioning|heater|hvac|thermostat|climate|heat){at}|(turn|switch) the (heating|ac|heater|heat|hvac) off{at}|'
                  'stop (heating|cooling){at}|(heating|ac|heater) off{at}|set the (hvac|thermostat) to off{at}', at=at)
    else:
        x = r.say('(set|put|switch|change) the (hvac|thermostat|climate|ac|air conditioner|heating) to {m} [mode]{at}|{m} mode for the (thermostat|ac|hvac){at}', m=m, at=at)
    return x, [act('climate.set', area=a, mode=m)]


def cover(r: Random) -> Line:
    named = r.maybe(.4)
    d = r.name(DOORS if named else COVERS, .1)
    a = room(r) if r.maybe(.1 if named else .5) else None
    if a == 'garage' and d == 'door':
        a = None
    w = r.say('(the|my|) {d}' if not a else '(the|) {a} {d}|(the|) {d} (in|of) (the|my|) {a}', d=d, a=a)
    n = r.random()
    if n < .18:
        p = r.pick([r.randint(1, 19) * 5, r.randint(1, 99)])
        q = r.say('{p}%|{p} percent|{p}', p=p)
        if r.maybe(.2):
            q, p = 'half', 50
            return (r.say('(open|close|lower|raise) {w} half way|{w} half [open]|(set|put) {w} to half', w=w), [act('cover.set', device=d, area=a, position=p)])
        return (r.say('(set|move|open|close|put|bring) {w} to {q}|{w} [to] {q} [open]|open {w} {q}|(set|change) the position of {w} to {q}|(set|change) {w} position to {q}',
                      w=w, q=q), [act('cover.set', device=d, area=a, position=p)])
    s = r.word('open|open|close|close|stop') if n < .95 else 'stop'
    v = {'open': 'open|open|open|raise|lift|open up|pull up|roll up|draw back' if not named else 'open|open|open up|lift|raise',
         'close': 'close|close|shut|lower|bring down|pull down|roll down|draw' if not named else 'close|close|shut|bring down|lower',
         'stop': 'stop|halt|hold|stop moving|freeze'}[s]
    past = {'open': 'open|opened|up', 'close': 'closed|shut|down', 'stop': 'stopped'}[s]
    return (r.say(f'({v}) {{w}}|({v}) {{w}}|({v}) {{w}}|i (want|need|would like) {{w}} ({past})|make sure {{w}} is ({past})|get {{w}} ({past})', w=w),
            [act('cover.set', device=d, area=a, state=s)])


def lock(r: Random) -> Line:
    s = r.word('lock|unlock')
    if r.maybe(.04):
        return ('lock up' if s == 'lock' else 'unlock [it]'.replace('[it]', 'it')), [act('lock.set', state=s)]
    d = r.name(LOCKS, .12)
    a = room(r) if r.maybe(.12) else None
    w = r.say('(the|my|all the|)  {d}' if not a else 'the {d} (in|of) the {a}', d=d, a=a)
    return (r.say('{s} {w}|{s} {w}|{s} {w}|(make sure|ensure|check that) {w} (is|are) {s}ed|{w} (needs|need) to be {s}ed|i want {w} {s}ed|{s} up {w}'
                  + ('|secure {w}|bolt {w}|engage the lock on {w}' if s == 'lock' else '|disengage the lock on {w}|unbolt {w}'), s=s, w=w),
            [act('lock.set', device=d, area=a, state=s)])
