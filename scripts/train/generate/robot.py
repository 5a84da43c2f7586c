"""Robots: driving, turning, going somewhere, handling things, tasks, stopping."""
from .engine import Line, Random, act
from .home import room
from .words import FLOORS, NAMES, OBJECTS, PEOPLE, PLACES, ROBOTS, SPOTS

UNITS = {'m': 'metre(s|)|meter(s|)|metres|meters|m', 'cm': 'cm|centimeter(s|)|centimetre(s|)|centimeters', 'ft': 'feet|foot|feet|ft', 'in': 'inch(es|)|inches',
         'yd': 'yard(s|)|yards', 'step': 'step(s|)|steps|paces'}


def length(r: Random):
    """(words, distance, unit)."""
    u = r.word('m|m|m|ft|ft|cm|in|yd|step')
    n = r.random()
    if n < .12 and u != 'cm':
        one = {'m': 'a metre|a meter', 'ft': 'a foot', 'in': 'an inch', 'yd': 'a yard', 'step': 'a step'}[u]
        half = {'m': 'half a metre|half a meter', 'ft': 'half a foot', 'in': 'half an inch', 'yd': 'half a yard', 'step': 'half a step'}[u]
        return (r.word(one), 1, u) if r.maybe(.6) else (r.word(half), .5, u)
    v = r.pick([r.randint(1, 10), r.randint(1, 5), r.randint(1, 30), r.randint(1, 40) / 2]) if u != 'cm' else r.pick([r.randint(1, 20) * 5, r.randint(1, 99)])
    v = int(v) if v == int(v) else v
    return f'{v} ' + r.say(UNITS[u]), v, u


def drive(r: Random) -> Line:
    d = r.word('forward|forward|forward|forward|back|back|left|right|up|down')
    t, v, u = length(r)
    how = r.say('(slowly|a bit|carefully|quickly|) ') if r.maybe(.1) else ''
    if r.maybe(.3):
        t, v, u = '', None, None
    go = {'forward': '(go|move|drive|walk|roll|proceed|come|step|head|advance) (forward|forward|forwards|straight|ahead|straight ahead|on)|(advance|continue|keep going)|(go|move|drive) straight|forward',
          'back': '(go|move|drive|walk|step|roll) (back|backward|backwards)|back up|reverse|(go|drive) in reverse|backwards',
          'left': '(move|slide|strafe|step|shift|drive|go) [to (your|the)] left|sidestep left|strafe left', 'right': '(move|slide|strafe|step|shift|drive|go) [to (your|the)] right|sidestep right|strafe right',
          'up': '(fly|go|rise|climb|move) up|ascend|take off|(raise|lift) yourself', 'down': '(fly|go|move|come) down|descend|land|(lower) yourself'}[d]
    if v is None:
        if d in ('up', 'down') and r.maybe(.2):
            pass
        return r.say(f'({go}) {how}'), [act('robot.drive', direction=d)]
    x = r.say(f'({go}) {how} {{t}}|({go}) {{t}}|({go}) (for|by|about|exactly|another) {{t}}', t=t)
    if d == 'forward' and r.maybe(.25):
        x = r.say('(go|move|drive|proceed|walk|advance|continue) {t} [forward|ahead|straight]|{t} forward', t=t)
    elif d == 'back' and r.maybe(.25):
        x = r.say('(go|move|drive) {t} (back|backwards)|{t} back', t=t)
    return x, [act('robot.drive', direction=d, distance=v, unit=u)]


def turn(r: Random) -> Line:
    n = r.random()
    v = r.word('turn|turn|turn|rotate|spin|pivot|swivel')
    side = r.word('left|right')
    if n < .2:
        return r.say('{v} [to] [the|your] {s}|{v} {s}|make a {s} [turn]|{v} {s}|veer {s}|take a {s}|hang a {s}|{s} turn|{s}', v=v, s=side), [act('robot.turn', direction=side)]
    if n < .55:
        g = r.pick([90, 45, 180, 30, 60, 10, r.randint(1, 360), r.randint(1, 36) * 5])
        if g in (180, 360) and r.maybe(.4):
            return r.say('{v} [around] {g} degrees|{v} {g}|do a {g}|{v} {g} degrees', v=v, g=g), [act('robot.turn', degrees=g)]
        return (r.say('{v} {s} {g} degrees|{v} {g} degrees [to the|to your] {s}|{v} {g} degrees {s}|{v} to the {s} [by] {g} degrees|{v} {s} by {g} [degrees]|{v} {g} {s}|{g} degrees [to the] {s}|'
                      '(move|go) {g} degrees [to the] {s}|{v} {s} {g}|make a {g} degree {s} turn|{v} {g}° {s}', v=v, s=side, g=g), [act('robot.turn', direction=side, degrees=g)])
    if n < .68:
        return r.say('turn around|(turn|spin|rotate|face) around|turn back|make a u turn|about face|turn right around|look behind you'), [act('robot.turn', direction='around')]
    if n < .75:
        g = r.pick([90, 45, 180, 360, r.randint(1, 360)])
        return r.say('{v} {g} degrees|{v} by {g} degrees', v=v, g=g), [act('robot.turn', degrees=g)]
    to = r.word('north|south|east|west|north|south|east|west|northeast|northwest|southeast|southwest|me|the door|the window|the wall|the table|the light|the exit|the camera|the tv|the kitchen|the sofa')
    return r.say('(turn|rotate|pivot) [to|towards|to face|toward] {t}|(face|face towards) [due] {t}|(turn|rotate) to face {t}|turn due {t}|orient yourself (to|towards) {t}', t=to), [act('robot.turn', to=to.replace('the ', ''))]


def place(r: Random) -> str:
    n = r.random()
    if n < .5:
        return room(r)
    p = r.name(PLACES if r.maybe(.7) else SPOTS, .12)
    return r.say('{p} (in|of) the {a}|{p} near the {q}|{p} next to the {q}', p=p, a=room(r), q=r.pick(SPOTS)) if r.maybe(.12) and ' ' not in p else p


def goto(r: Random) -> Line:
    p = place(r)
    if r.maybe(.06):
        p = r.word('here|home|me')
        return (r.say('come (here|over here)') if p == 'here' else r.say('(go|drive|come) home') if p == 'home' else r.say('come to me|(come|drive) over to me')), [act('robot.goto', place=p)]
    return (r.say('(go|go|go|move|drive|navigate|head|walk|travel|proceed|run|come|get) (to|to|to|over to|into|towards|near) (the|the|my|) {p}|'
                  '(visit|enter|approach|reach) the {p}|(go|move|drive) through the {p}|meet me (at|in) the {p}|i need you (in|at) the {p}|take yourself to the {p}', p=p),
            [act('robot.goto', place=p)])


def thing(r: Random) -> str:
    o = r.name(OBJECTS, .08)
    if r.maybe(.2) and ' ' not in o:
        o = r.word('red|blue|green|small|big|empty|yellow|black|white|clean|dirty|old|plastic|glass|silver|wooden|other|left') + ' ' + o
    return o


def spot(r: Random) -> str:
    n = r.random()
    if n < .55:
        return r.pick(SPOTS)
    if n < .85:
        return room(r)
    return r.say('{s} (in|of) the {a}', s=r.pick(SPOTS), a=room(r))


def obj(r: Random) -> Line:
    o, at, to = thing(r), spot(r), spot(r)
    det = r.say('(the|the|a|my|some|the)')
    on = r.say('(from|from|off|on|in) the')
    op = r.word('pick|place|bring|bring|find|release|bring')
    if op == 'pick':
        f = at if r.maybe(.5) else None
        x = r.say('(pick up|grab|take|get|grasp|lift|fetch|collect|pick|remove) {d} {o} {f}|pick {d} {o} up {f}', d=det, o=o, f=f'{on} {at}' if f else '')
        return x, [act('robot.object', op='pick', object=o, from_=f)]
    if op == 'place':
        return (r.say('(put|place|set|drop|leave|lay|store|put down|put away|hang) {d} {o} (on|in|into|onto|inside|under|on top of|down on) the {t}', d=det, o=o, t=to)
                .replace('under the', 'on the'), [act('robot.object', op='place', object=o, to=to)])
    if op == 'find':
        f = at if r.maybe(.45) else None
        return (r.say('(find|search for|look for|locate|where is|see if you can find|help me find|go find|find me) {d} {o} {f}', d=det, o=o, f=r.say('(in|on) the ') + ' ' + at if f else ''),
                [act('robot.object', op='find', object=o, from_=f)])
    if op == 'release':
        if r.maybe(.35):
            return r.say('(let go|release|drop it|let it go|open (your|the) (hand|gripper)|release it|put it down)'), [act('robot.object', op='release')]
        return r.say('(release|let go of|drop|hand over) (the|that) {o}', o=o), [act('robot.object', op='release', object=o)]
    f = at if r.maybe(.4) else None
    fx = r.say('from the ') + ' ' + at if f else ''
    n = r.random()
    if n < .5:
        x = r.say('(bring|get|fetch|give|hand|pass) me {d} {o} {f}|(bring|get|fetch|give|hand|pass|grab) me {d} {o} {f}|(bring|fetch) {d} {o} {f} to me|(bring|get) {d} {o} to me {f}|'
                  'can i (have|get) {d} {o} {f}|i (want|need|would like) {d} {o} {f}', d=det, o=o, f=fx)
        return x, [act('robot.object', op='bring', object=o, from_=f, to='me' if 'me' in x.split() else None)]
    if n < .75:
        return r.say('(bring|carry|take|deliver|move|transport|return) {d} {o} {f} (to|to|into|over to) the {t}', d=det, o=o, f=fx, t=to), [act('robot.object', op='bring', object=o, from_=f, to=to)]
    p = r.pick(PEOPLE)
    return r.say('(bring|give|take|deliver|carry|hand) {d} {o} {f} to {p}|(bring|give|hand|get) {p} {d} {o} {f}', d=det, o=o, f=fx, p=p), [act('robot.object', op='bring', object=o, from_=f, to=p)]


def task(r: Random) -> Line:
    n, bot = r.random(), r.say('(the|) (robot|vacuum|vacuum cleaner|robot vacuum|roomba|hoover|cleaner|vacuum robot)')
    if n < .3:
        t = r.pick(FLOORS) if r.maybe(.35) else room(r)
        if r.maybe(.5):
            return (r.say('(start|run|turn on|switch on|activate|launch) {b}|start (cleaning|vacuuming|mowing|the cleaning)|(clean|vacuum|hoover)|(clean|vacuum|tidy) up|have {b} (clean|start)|'
                          '(tell|ask) {b} to (start|clean|start cleaning)|{b} start|let {b} clean|start {b} cleaning|resume cleaning|start the (lawn mower|mower)|begin cleaning', b=bot), [act('robot.task', op='clean')])
        x = r.say('(clean|vacuum|sweep|mop|hoover|tidy|tidy up|wash|clean up|dust|scrub) the {t}|(start|run) {b} (in|on) the {t}|(clean|vacuum) (in|up) the {t}|have {b} clean the {t}|'
                  'the {t} (needs cleaning|is dirty|needs to be vacuumed)', t=t, b=bot)
        if t == 'lawn':
            x = r.say('mow the lawn|cut the lawn|start mowing the lawn')
        return x, [act('robot.task', op='clean', target=t)]
    if n < .48:
        m = r.say('(the|) (robot|vacuum|mower|lawn mower|rover|roomba|vacuum cleaner|robot vacuum)')
        return (r.say('(return|go back|go|drive|head) to (your|the) (dock|charger|base|charging station|docking station|home base|station)|(dock|recharge|go charge|charge yourself|go and charge|go recharge)|'
                      '(send|return|bring) {m} (to its|to the|back to its) (dock|base|charger|station|charging station)|dock {m}|charge {m}|(return|go) to base|{m} (return to base|go home|dock|charge)|'
                      'park {m}|return (home|to home)|go back to base|send {m} home|your battery is low go charge|bring {m} home', m=m), [act('robot.task', op='dock')])
    if n < .65:
        p = r.pick(PEOPLE)
        if r.maybe(.3):
            return _follow_me(r)
        to = place(r) if r.maybe(.25) else None
        return (r.say('(follow|go after|go along with|accompany|track|trail|chase|keep up with) {p} {t}', p=p, t=f'to the {to}' if to else ''), [act('robot.task', op='follow', target=p, to=to)])
    if n < .8:
        p, to = r.pick(PEOPLE), place(r)
        x = r.say('(guide|lead|escort|accompany|show|walk) {p} to the {t}|(take|lead|guide) {p} (over|) to the {t}|show {p} (the way|the way) to the {t}', p=p, t=to)
        if r.maybe(.1):
            return r.say('(guide|lead|escort) {p} [out]', p=p), [act('robot.task', op='guide', target=p)]
        return x, [act('robot.task', op='guide', target=p, to=to)]
    if n < .93:
        of = r.say('of (the|that|this|my) {o}|of (me|us|what you see|what\'s in front of you|this)', o=r.pick(OBJECTS + PLACES[:40]))
        return (r.say('(take|snap|send|capture|shoot|get|make) (a|another|one more|) (photo|picture|image|pic|snapshot) {of}|(take|send) me a (photo|picture) {of}|photo|picture|photograph {w}|'
                      '(take|send) [a] (photo|picture)', of=of if r.maybe(.35) else '', w=r.say('the {o}|this|me', o=r.pick(OBJECTS))), [act('robot.task', op='photo')])
    t = r.word('me|the door|the window|the table|the camera|the wall|the ceiling')
    if r.maybe(.5):
        return r.say('look|look (around|up|closely)|take a look [around]|have a look around|scan the room'), [act('robot.task', op='look')]
    return r.say('(look at|watch|keep an eye on|have a look at) {t}', t=t), [act('robot.task', op='look', target=t.replace('the ', ''))]


def _follow_me(r: Random) -> Line:
    return r.word('follow me|follow me|come with me|come along with me|stay with me|keep following me|walk with me|follow me around|stay close to me|accompany me'), [
        act('robot.task', op='follow', target='me')]


def stop(r: Random) -> Line:
    b = r.pick(ROBOTS)
    return (r.say('stop|stop|stop|halt|freeze|stop (moving|right there|now|driving|immediately|it|there|at once)|emergency stop|don\'t move|do not move|hold on|wait|hold (still|it)|stay [there|here|where you are]|'
                  'stand still|stop the {b}|(pause|halt) the {b}|stop (cleaning|vacuuming|mowing|following me|turning)|abort [the mission]|cancel (mowing|cleaning|the cleaning)|pause (cleaning|mowing)|'
                  'tell the {b} to (stop|wait)|stop stop stop|whoa stop|no stop|turn off the (vacuum|mower|robot|roomba)|that\'s enough stop|brake|enough stop moving|stop everything', b=b), [act('robot.stop')])
