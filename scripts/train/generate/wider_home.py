"""The home in many more words: light, switched things, climate, covers, locks, sound, timers, alarms, questions."""
from .engine import Line, Random, act
from .home import room, which_light
from .media import PLAYERS
from .words import APPLIANCES, ARTISTS, COLORS, COVERS, DOORS, FANS, GENRES, LOCKS, NAMES, PODCASTS, SONGS, STATIONS

DO_ON = "(turn|switch|put|flip|get|click) on|activate|enable|start|engage|power up|fire up|bring up|light up"
DO_OFF = '(turn|switch|shut|put|flip|cut|click|knock) off|deactivate|disable|kill|shut down|turn out|put out|extinguish|switch out'


def lamp(r: Random) -> Line:
    w, a = which_light(r)
    n = r.random()
    if n < .3:
        on = r.maybe(.5)
        p = 'on' if on else 'off'
        if r.maybe(.35):   # no name, or a room alone
            b = room(r) if r.maybe(.6) else None
            h = r.say('(in|for) the {b}|in the {b}', b=b) if b else r.word('|in here|here|please|now|')
            t = (r.say("(could|can) (we|i) (have|get) [some] (light|lights) {h}|[i need] [some] (light|lights) {h}|(give me|i want|we need|i'd like|get|let's have) (some|a little|) light {h}|(lights|light) on {h}|hit the lights {h}|light it up {h}|let there be light {h}|it's pitch black {h} (turn|switch) on the light", h=h)
                 if on else r.say("(kill|cut|douse|hit|turn out|put out) the (lights|light) {h}|lights (out|off) {h}|no more light {h}|(i don't need|we don't need|nobody needs) (the|) light[s] {h}|make it dark {h}|lights out {h}|(can you get the lights off|get the lights off) {h}", h=h).replace('light[s]', 'lights'))
            return t, [act('light.set', area=b, power=p)]
        return (r.say('({v}) {w}|(turn|switch|put|flip) {w} {p}|{w} {p} (please|now|)|{w} (needs to be|should be|has to be|must be|ought to be) {p}|i (want|need|would like|\'d like|\'d love) {w} {p}|(can|could) (you|we|i) (get|have) {w} {p}|(have|leave|keep|get) {w} {p}|(make sure|see to it that|check that) {w} (is|are|gets) {p}|let\'s (have|get|turn) {w} {p}|would you mind (turning|switching) {p} {w}|'
                      'would you mind (turning|switching) {w} {p}|i forgot to turn {p} {w}|(tell|ask) {w} to (turn|go) {p}|(set|change|toggle|switch) {w} to {p}|how about (turning|switching) {p} {w}'.replace('{v}', DO_ON if on else DO_OFF), w=w, p=p), [act('light.set', **a, power=p)])
    if n < .52:
        b = r.pick([r.randint(1, 100), r.randint(1, 20) * 5, r.randint(1, 10) * 10])
        q = r.say('{b}%|{b}%|{b} percent|{b}', b=b)
        if r.maybe(.25):
            q, b = r.pick([('full', 100), ('full brightness', 100), ('max', 100), ('maximum', 100), ('half', 50), ('half brightness', 50), ('minimum', 0), ('full power', 100), ('max brightness', 100), ('the max', 100), ('the highest', 100), ('the lowest', 0), ('the minimum', 0)])
        x = r.say('{w} (to|at|on) {q}|(set|put|dim|turn|bring|take|crank|drop|push|adjust|change|make|fade|have|get|keep) {w} [up|down] (to|to|at) {q}|i (want|need|\'d like) {w} (at|on) {q}|(brightness|light level|intensity) of {w} (to|at) {q}|{w} brightness {q}|(let\'s have|give me) {w} at {q}|make {w} {q} [bright]|{q} for {w}|{q} on {w}', w=w, q=q)
        if a == {} and r.maybe(.4):
            x = r.say('(brightness|light|lights|lights) [to|at] {q}|(dim|brighten) [it|things|the room|the place] [down|up] to {q}|lights at {q}', q=q)
        return x, [act('light.set', **a, brightness=b)]
    if n < .76:
        up, by = r.maybe(.5), r.randint(1, 12) * 5 if r.maybe(.25) else None
        m = r.say('by {by}%|by {by} percent|{by}%', by=by) if by else r.word('||a bit|a little|a notch|slightly|some|a tad|a little bit|just a touch|a lot|more')
        t = (r.say('(brighten|brighten up|turn up|increase|raise|boost|lift|crank up|bump up) {w} {m}|(bring|turn|push|take|bump|crank) {w} up {m}|{w} up {m}|more (light|brightness) (from|on|for) {w}|{w} (is|are) (too|way too) (dim|dark)|{w} (could|should) be [a bit] brighter|make {w} [a bit|a little|a lot|way|slightly] brighter|i want {w} brighter' if up else
                   '(dim|lower|turn down|decrease|soften|tone down|reduce|darken|ease) {w} {m}|(bring|turn|take|fade) {w} down {m}|{w} down {m}|less (light|brightness) (from|on) {w}|{w} (is|are) (too|way too|a bit too) (bright|strong|harsh)|{w} (could|should) be [a bit] (dimmer|softer|darker)|make {w} [a bit|a little|a lot|slightly] (dimmer|softer|darker|less bright)|i want {w} (dimmer|softer)', w=w, m=m))
        return t, [act('light.set', **a, step='up' if up else 'down', by=by if by and str(by) in t else None)]
    c = r.pick(COLORS)
    x = r.say('(turn|make|set|change|color|switch|put|paint|light up|tint) {w} [to|in] {c}|{w} [to|in] {c}|(bathe|light up|fill|wash) {w} in {c}|(give|get) me {c} (light|lights)|(colour|color) {w} {c}|i (want|need|would like|\'d love) {w} [to be|in] {c}|can {w} be {c}|make {w} (glow|shine|turn|go) {c}|{c} (for|on) {w}|have {w} (shine|glow|go) {c}|let {w} be {c}', w=w, c=c)
    if 'me ' + c in x:
        a = {}
    if a.get('area') and len(a) == 1 and r.maybe(.3):
        x = r.say('(make|turn|set|paint|color|light) the {a} (cosy and|all|nice and|completely|to|in|) {c}', a=a['area'], c=c)
    return x, [act('light.set', **a, color=c)]


def device(r: Random) -> Line:
    d, n = r.name(APPLIANCES + FANS, .25), r.random()
    if r.maybe(.12):
        d = r.word('telly|tele|wifi router|christmas tree|water pump|air fryer|bread maker|standing fan|game console|record player|heated blanket|pizza oven|coffee pot|ice maker|treadmill|massage chair|garbage disposal|hot tub|white noise machine|baby monitor|power strip|smart plug 2|plug 3')
    a = room(r) if r.maybe(.22) else None
    w = r.say('(the|my|our|) {d}' if not a else '(the|my|) {a} {d}|(the|my) {d} in (the|my) {a}', d=d, a=a)
    if n < .2 and any(d.endswith(f) for f in FANS):
        s = r.randint(1, 20) * 5
        q = r.say('{s}%|{s} percent', s=s)
        if r.maybe(.35):
            q, s = r.pick([('full', 100), ('max', 100), ('full speed', 100), ('half', 50), ('half speed', 50), ('maximum', 100), ('full power', 100), ('the lowest', 0), ('the highest', 100)])
        return r.say('(put|set|turn|run|have|crank|get|keep) {w} (on|to|at) {q}|{w} (at|to|on) {q}|{q} on {w}|(speed|set the speed) of {w} to {q}|i want {w} at {q}', w=w, q=q), [act('power.set', device=d, area=a, speed=s)]
    on = r.maybe(.5)
    p = 'on' if on else 'off'
    t = r.say("({v}) {w}|(turn|switch|flip|put) {w} {p}|{w} {p} [please|now]|(get|set) {w} (going|running|started|working)|(run|boot up|launch|start up|fire up|power on|kick on|crank up|plug in|wake up) {w}|let {w} run|i (need|want|'d like) {w} (on|running|started|going)|(make sure|see that) {w} is (on|running)|would you mind (turning|switching) (on {w}|{w} on)|"
              "(can|could) (we|i) (have|get) {w} on|(begin|initiate) {w}|time to (run|start|turn on) {w}" if on else
              "({v}) {w}|(turn|switch|shut) {w} {p}|{w} {p} [please|now]|(stop|quit|power off|power down|unplug|halt|end|shut) {w}|i (want|need|'d like) {w} (off|stopped|turned off|shut off)|(make sure|see that|check that) {w} is off|(we|i) don't need {w} (anymore|now|on)|would you mind (turning|switching) (off {w}|{w} off)|no need for {w} (anymore|now)|(can|could) (we|i|you) (have|get) {w} off|"
              "(put|send) {w} to sleep|give {w} a rest".replace('|(put|send) {w} to sleep|give {w} a rest', ''), w=w, p=p)
    return t.replace('{v}', ''), [act('power.set', device=d, area=a, power=p)]


def heat(r: Random) -> Line:
    a = room(r) if r.maybe(.35) else None
    h = r.word('thermostat|heating|temperature|heat|ac|air conditioning|air conditioner|hvac|heater|radiator|aircon|temp|climate|central heating')
    w = r.say('(the|) {h}' if not a else '(the|) {a} {h}|the {h} in the {a}', h=h, a=a)
    at, n = f'in the {a}' if a else r.word('|in here||'), r.random()
    if n < .45:
        t = r.pick([r.randint(10, 30), r.randint(15, 26), r.randint(55, 85), r.randint(30, 52) / 2])
        t = int(t) if t == int(t) else t
        d = r.say('{t}|{t} degrees|{t} degrees|{t}°|{t} degrees (celsius|fahrenheit)|{t} c|{t} f|{t}c', t=t)
        return (r.say("(set|turn|put|bring|take|drop|push|crank|adjust|change|lower|raise|get|hold|keep|bump|move|reset|program) {w} [up|down] (to|to|at|on) {d}|{w} (to|at|) {d}|(make|keep|get) it {d} {h}|(i want|i'd like|we want|let's have|let's make|can we have|could we make) it [to be] {d} {h}|i want {w} (at|to be|on) {d}|(warm|heat|cool) (it|things|the house|the place|the room) [up|down] to {d} {h}|{d} {h}|"
                      "(bring|get) (it|the house|the room) (up|down) to {d} {h}".replace('the room', 'the room' if not a else 'it').replace('the house', 'the house' if not a else 'it'), w=w, d=d, h=at) if not a or r.maybe(.6) else
                r.say('(heat|warm|cool|get|bring|set|make|keep) [up] the {a} [up|down] (to|at) {d}|make the {a} {d}|the {a} (should be|must be|needs to be|has to be) (at|) {d}|i (want|need|\'d like) the {a} (at|to be) {d}|{d} (in|for) the {a}', a=a, d=d), [act('climate.set', area=a, temperature=t)])
    if n < .75:
        up = r.maybe(.5)
        by = r.randint(1, 8) if r.maybe(.4) else None
        b = r.say('by {b} degree(s|)|by {b}|{b} degrees|by {b} degrees', b=by) if by else r.word('||a bit|a little|a notch|slightly|a touch|some more')
        heating = w.replace('the ac', 'the heat').replace('aircon', 'heat').replace('air conditioning', 'heating').replace('air conditioner', 'heater').replace('ac', 'heat') if r.maybe(.9) else w
        x = (r.say("(turn up|increase|raise|crank|crank up|bump up|boost|push up|up) {w} {b}|(turn|bump|crank|push|bring|take|nudge|kick) {w} up {b}|{w} up {b}|(make|get) (it|{r}) {b} (warmer|hotter)|(warm|heat) (it|{r}|things) up {b}" if up else
                   "(turn down|decrease|lower|reduce|drop|bring down) {w} {b}|(turn|bring|take|drop|nudge) {w} down {b}|{w} down {b}|(make|get) (it|{r}) {b} (cooler|colder)|cool (it|{r}|things) down {b}", w=heating, b=b, r=f'the {a}' if a else 'it in here'))
        if a and a not in x:
            a = None
        if not by and r.maybe(.4):
            a = room(r) if r.maybe(.35) else None
            h = f'in the {a}' if a else r.word('in here|here||inside|')
            x = (r.say("(it's|it is|it's getting|it feels|it's so|it's way too|it's a bit) (cold|chilly|freezing|nippy|frosty|icy|too cold) {h}|(i'm|i am|we're|we are|the kids are|my feet are|my hands are) (cold|freezing|shivering|frozen|chilly)|i (feel|am feeling) (cold|chilly)|(can|could) (we|it|you) (get|be|make it) [a bit] warmer {h}|need more heat {h}|more (heat|warmth) {h}|feels like (a fridge|winter|the north pole) {h}" if up else
                       "(it's|it is|it's getting|it feels|it's so|it's way too|it's a bit) (hot|warm|stuffy|boiling|sweltering|too hot|too warm|roasting) {h}|(i'm|i am|we're|we are) (hot|sweating|melting|boiling|burning up|roasting|overheating|way too hot|too warm)|i (feel|am feeling) (hot|too warm)|(can|could) (we|it|you) (get|be|make it) [a bit] (cooler|colder) {h}|less heat {h}|like (an oven|a sauna) {h}|crank [up] the (ac|air|aircon|air conditioning)|i need (some|) cooler air {h}", h=h))
            if a and a not in x:
                a = None
        return x, [act('climate.set', area=a, step='up' if up else 'down', by=by if by and str(by) in x else None)]
    m = r.word('heat|cool|auto|off|fan|heat|cool|off')
    x = r.say({'heat': "(turn|switch|put|kick|fire) on the (heating|heat|heater|radiator|furnace|central heating) {h}|(turn|switch|put|get|have) the (heating|heat|heater|radiator) on {h}|(start|activate|enable) the (heating|heat|heater) {h}|heat(ing|er) on {h}|(set|put|switch) the (thermostat|hvac|ac|climate) (to|in|on|into) (heat|heating) [mode] {h}|i want the heat(ing|) on {h}|start (heating|warming) the {b}",
               'cool': "(turn|switch|put|kick|fire) on the (ac|a/c|air conditioning|air conditioner|aircon|cooling|air con|air) {h}|(turn|switch|put|get|have) the (ac|air conditioning|aircon|air conditioner|cooling) on {h}|(start|activate|enable) the (ac|air conditioning|cooling) {h}|(ac|air conditioning) on {h}|(set|put|switch) the (thermostat|hvac|ac|climate) (to|in|on|into) (cool|cooling) [mode] {h}|start cooling the {b}|run the (ac|air conditioner) {h}",
               'off': "(turn|switch|shut|put|cut|kill) off the (heating|heat|heater|ac|air conditioning|thermostat|hvac|aircon|air con|radiator|cooling) {h}|(turn|switch|shut|get) the (heating|heat|heater|ac|air conditioning|thermostat|hvac|aircon|radiator) off {h}|(kill|stop|disable|deactivate) the (heating|heat|ac|hvac|air conditioning) {h}|(heating|heat|ac|heater|hvac) off {h}|stop (heating|cooling) {h}|no more (heating|ac) {h}|(set|put) the (thermostat|hvac|climate) to off {h}",
               'auto': '(set|put|switch|turn|change|leave) the (thermostat|hvac|ac|climate|heating|air conditioning) (to|on|in|into) auto[matic] [mode] {h}|auto mode [for the (ac|hvac|thermostat)] {h}|let the (thermostat|hvac|ac) run on auto {h}'.replace('auto[matic]', '(auto|automatic)'),
               'fan': '(set|put|switch|turn|change) the (thermostat|hvac|ac|climate|air conditioning|air conditioner) (to|on|in|into) fan [only] [mode] {h}|fan mode (for|on) the (ac|hvac|thermostat) {h}|(run|use) (the ac|the hvac|the air conditioner) in fan mode {h}|just the fan on the ac {h}'}[m],
              h=f'in the {a}' if a else '', b=a or 'house')
    return x, [act('climate.set', area=a if a and a in x else None, mode=m)]


def shade(r: Random) -> Line:
    named = r.maybe(.4)
    d = r.name((DOORS if named else COVERS) + ['left curtain', 'right blind', 'patio awning', 'front window', 'roof window', 'bay window', 'south blinds', 'roller door', 'car port gate', 'chicken coop door'], .12)
    a = room(r) if r.maybe(.1 if named else .45) else None
    a = None if a == 'garage' and d == 'door' else a
    w = r.say('(the|my|our|all the|) {d}' if not a else '(the|) {a} {d}|(the|) {d} (in|of|to) (the|my) {a}', d=d, a=a)
    n = r.random()
    if n < .25:
        p = r.pick([r.randint(1, 19) * 5, r.randint(1, 99)])
        q = r.say('{p}%|{p} percent|{p}', p=p)
        if r.maybe(.4):
            return r.say('(open|close|lower|raise|pull|put|draw|set|shut) {w} (half way|halfway|half)|half (open|close|shut) {w}|{w} half (open|closed|way)|(halfway|half way) (open|close) {w}|(open|close) {w} (by half|half way please)', w=w), [act('cover.set', device=d, area=a, position=50)]
        return r.say('(set|move|put|bring|open|close|lower|raise|adjust|pull|get|have) {w} (to|at|to|by) {q}|{w} [to|at] {q} [open]|{q} on {w}|i want {w} {q} open|position {q} for {w}|(open|raise) {w} {q}|make {w} {q} open', w=w, q=q), [act('cover.set', device=d, area=a, position=p)]
    s = r.word('open|open|open|close|close|close|stop')
    v = {'open': 'open|open up|raise|lift|pull up|roll up|draw back|pull open|draw open|unroll|unfold|extend|crack|throw open|pop open|slide open|let up|pull back|part',
         'close': 'close|shut|lower|bring down|pull down|roll down|draw|let down|pull shut|slide shut|drop|retract|close up|pull closed|drop down|seal|pull together',
         'stop': 'stop|halt|hold|freeze|pause'}[s]
    state = {'open': 'open|opened|up|raised|wide open', 'close': 'closed|shut|down|lowered', 'stop': 'stopped'}[s]
    if s != 'stop' and r.maybe(.3):
        return r.say(f'{{w}} ({"up|open" if s == "open" else "down|shut|closed"}) [please|now]|(get|have|put|leave|keep|pull) {{w}} ({state}) [all the way|completely|fully]|(make sure|check|see) [that] {{w}} (is|are) ({state})|i (want|need|\'d like) {{w}} ({state})|{{w}} (should|must|needs to|has to) be ({state})|would you mind {"opening" if s == "open" else "closing"} {{w}}|{{w}} all the way ({"up" if s == "open" else "down"})', w=w), [act('cover.set', device=d, area=a, state=s)]
    return r.say(f'({v}) {{w}} [all the way|completely|fully|up|please|now||||]|({v}) {{w}}'.replace(' [all the way|completely|fully|up|please|now||||]', ' [all the way|completely|fully|for me]' if s != 'stop' else ''), w=w), [act('cover.set', device=d, area=a, state=s)]


def bolt(r: Random) -> Line:
    s = r.word('lock|unlock')
    d = r.name(LOCKS + ['side entrance', 'service door', 'back gate', 'tool shed', 'bike shed', 'lobby door', 'fire escape', 'front entrance', 'pool gate', 'greenhouse', 'trunk', 'bathroom window', 'locker', 'gate to the yard'], .15)
    a = room(r) if r.maybe(.12) else None
    w = r.say('(the|my|our|all the|all|) {d}' if not a else 'the {d} (in|of|to) the {a}', d=d, a=a)
    return (r.say("{s} {w} [please|now|for me|for {p}|up]|{w} (needs|need|has|have|ought) to be {s}ed|{w} (should|must) be {s}ed|i (want|need|would like|'d like) {w} {s}ed|(make sure|ensure|check that|see that|verify that|see to it that) {w} (is|are|gets) {s}ed|(get|keep|have|leave) {w} {s}ed|would you mind {s}ing {w}|(go|go and|please|can you go) {s} {w}|{w} {s}"
                  + ('|(secure|bolt|latch|lock up|deadbolt|lock down|close and lock) {w}|(engage|set|throw|turn) the (lock|bolt) (on|of|for) {w}|(put|turn) the lock on (at|for) {w}'.replace('|(put|turn) the lock on (at|for) {w}', '') if s == 'lock' else
                     '|(unbolt|unlatch|unsecure) {w}|(open|disengage|release|undo) the (lock|bolt) (on|of|for) {w}|let {p} in unlock {w}|take the lock off {w}'), s=s, w=w, p=r.pick(NAMES[:18])), [act('lock.set', device=d, area=a, state=s)])


def sound(r: Random) -> Line:
    n, where, at = r.random(), {}, ''
    if r.maybe(.3):
        a, d = room(r), r.pick(PLAYERS)
        at, where = r.pick([(f'in the {a}', {'area': a}), (f'on the {d}', {'device': d}), (f'on the {a} {d}', {'device': d, 'area': a}), (f'on the {d} in the {a}', {'device': d, 'area': a}), (f'on the {a} speaker', {'device': 'speaker', 'area': a})])
    w = r.word('the volume|volume|the sound|the music|the audio|it|the speaker volume|the volume')
    if w in ('it',) and at:
        w = 'the volume'
    if n < .22:
        v = r.pick([r.randint(0, 100), r.randint(1, 10), r.randint(1, 20) * 5])
        q = r.say('{v}|{v}%|{v} percent|{v}', v=v)
        return (r.say('{w} (to|at|) {q} {at}|(set|turn|put|bring|crank|drop|take|make|pump|adjust|change|get) {w} [up|down] (to|to|at) {q} {at}|(volume|sound) [level] {q} {at}|volume (number|level) {q} {at}', w=w if w != 'it' else 'volume', q=q, at=at), [act('volume.set', **where, level=v)])
    if n < .45:
        up = r.maybe(.5)
        m = r.word('||a bit|a little|a notch|slightly|some|a lot|a tad|way')
        t = (r.say("(turn|crank|pump|bring|bump) {w} up {m} {at}|(turn up|crank up|pump up|raise|increase|boost|up) {w} {m} {at}|(louder|more volume|volume up|play it louder|make it louder) {m} {at}|i (can't|can barely|can hardly|cannot|couldn't) hear (it|you|a thing|the music|that|this song|what they say|the tv|him|the movie)|(it's|that's|the music is|you are|the volume is) (too|way too|a bit too) (quiet|low|soft)|(speak|talk) (up|louder)|blast it {at}|rock the house" if up else
                   "(turn|bring|take|tone|keep) {w} down {m} {at}|(turn down|lower|reduce|decrease|soften) {w} {m} {at}|(quieter|less volume|volume down|not so loud|softer|make it quieter) {m} {at}|(it's|that's|the music is|you are|the volume is|this is) (too|way too|a bit too|so|really) loud|(speak|talk) (softer|quieter|more quietly|softly)|my ears hurt|keep it down {at}|i can't hear myself think", w=w, m=m, at=at))
        where = where if at and at in t else {}
        return t.replace('the tv', 'it') if not where else t, [act('volume.set', **where, step='up' if up else 'down')]
    if n < .55:
        m = r.maybe(.6)
        if not at or r.maybe(.3):
            return r.say('mute|mute it|be quiet|hush|shush|silence please|no sound|quiet down|go silent|mute everything|zip it|sound off|turn off the sound|cut the sound|silent mode' if m else
                         'unmute|unmute it|sound on|turn the sound back on|bring back the sound|stop muting'), [act('volume.set', mute=m)]
        return (r.say('(mute|silence) (the sound|the volume|the music|everything|it|this|the audio) {at}|mute {at}|(kill|cut|turn off|switch off) the (sound|volume|audio) {at}' if m else
                      'unmute [it|the sound|the audio|the music|everything] {at}|(turn|switch|bring|put) the (sound|volume|audio) back on {at}|sound back on {at}|(turn|switch) on the (sound|audio) {at}|stop muting {at}', at=at), [act('volume.set', **where, mute=m)])
    if n < .78:
        q = r.say('({s}|{s} by {a}|{a}|{g}|{g}|some {g}|{t}|{p}|the {x}|{x} by {x}|{x} {y}|the album {s}|the song {x}|my {g} playlist|my (morning|workout|favorite|party|road trip|{x}) (playlist|songs|mix|music)|something (relaxing|happy|by {a}|upbeat|calm|slow|loud|new)|the (latest|newest|first|next) (album|song|episode) (by|of) {a}|the soundtrack (of|from) {s}|songs (from|by|of) {a}|(old|new|good|classic|slow) (songs|music|jazz|rock|{g})|'
                  'the (news|radio|news podcast|latest news|top hits|charts|morning show)|(audiobook|podcast) {x}|{g} (from the|of the) (eighties|nineties|seventies))', s=r.pick(SONGS), a=r.pick(ARTISTS), g=r.pick(GENRES), t=r.pick(STATIONS), p=r.pick(PODCASTS), x=r.invented(), y=r.invented())
        t = r.say("(play|play|play|play me|put on|start|start playing|turn on|throw on|spin|queue up|listen to|let's hear|i want to hear|i'd like to hear|let me hear|i wanna hear|can we hear|i feel like listening to|could you play|how about playing|stream|let's listen to|i'm in the mood for|shuffle|continue with|go ahead and play) {q} {at}", q=q, at=at)
        q = q[4:] if q.startswith('the ') else q[3:] if q.startswith('my ') else q[5:] if q.startswith('some ') else q
        return t.replace('turn on', 'put on').replace('start ' + q, 'play ' + q), [act('media.do', op='play', query=q, **where)]
    op = r.word('pause|resume|stop|next|previous|next|pause|stop|previous')
    m = r.word('music|song|track|playback|movie|video|audio|playlist|podcast|radio|audiobook|show|album')
    t = r.say({'pause': '(pause|hold|freeze) (the|this|that) {m} {at}|pause [it|this|playback] {at}|(hold on|wait) pause (it|that|the {m}) {at}|put the {m} on (pause|hold) {at}',
               'resume': '(resume|continue|unpause|keep playing|go on with|carry on with|go back to playing) (the {m}|{m}|it|playback|my {m}) {at}|(keep playing|press play|hit play|play again|continue playing|carry on playing|unpause|resume) {at}|start the {m} again {at}',
               'stop': '(stop|end|quit|kill|cut) (the|this|that) {m} {at}|stop playing [the {m}|that|this] {at}|(turn|switch|shut) off the music {at}|(no more|enough) (music|of this song) {at}|stop the {m} please {at}',
               'next': "(next|skip|forward to the next|jump to the next|go to the next|play the next|another) (song|one|track|episode|station|video) {at}|(skip|skip this|skip this one|skip ahead|skip it|skip the {m}) {at}|(i don't like|i hate|i'm tired of) this (song|one|track) (next|skip it|play the next one|skip)|next [please] {at}|play (another|a different) (song|one|track) {at}|change the (song|track) {at}",
               'previous': '(previous|go back to the previous|play the previous|back to the previous|back to the last|play the last) (song|track|one|episode|station) {at}|(play|put on) (that|the last|that last) (song|one|track) (again|once more) {at}|go back (a|one) (song|track|episode) {at}|what was that (song|one) play it again|last (song|track) again {at}|previous [one] {at}|replay (that|the last) (song|track|one) {at}|one (song|track) back {at}'}[op], m=m, at=at)
    return t, [act('media.do', op=op, **(where if at and at in t else {}))]
