"""Robots in many more words: stopping, charging, going, moving, handling things, duties."""
from .engine import Line, Random, act
from .home import room
from .robot import length, place, spot, thing
from .words import FLOORS, NAMES, OBJECTS, PEOPLE, PLACES, ROBOTS, ROOMS, SPOTS


def halt(r: Random) -> Line:
    return (r.say("(stop|halt|freeze|wait|whoa|hey|no|enough|easy)[!] (stop|stop it|stop right there|freeze|hold it|don't move|hold on|stop now|that's enough|hold still)|(come|get) to a (stop|halt|standstill|full stop)|(stop|quit|cease|halt) (moving|driving|rolling|turning|walking|going|flying|that|"
                  "motion|all motion|what you're doing|your movement|spinning|working|running|the robot|the motors|everything|now|this instant|before you hit something|at the line)|(hit|press|slam on|use|apply) the brakes|(that's|that is) (far|close|good) enough|"
                  "(don't|do not) (move|go any further|take another step|come closer|move a muscle|go anywhere|budge)|(stay|remain|hold) (there|where you are|put|still|right there|in place|here|your position)|(cancel|abort|stop) (the|this|that|your|current) (mission|task|movement|motion|run|action|trip)|"
                  "(pause|stop|halt|interrupt) (cleaning|vacuuming|mowing|mopping|the cleaning|the cycle|the mowing|what you are doing)|(tell|get|make|have) the {b} (to stop|to halt|to wait|stop|pause)|(stop|pause|halt) (the|my|that) {b} [now|at once]|emergency (stop|halt|shutdown)|e stop|kill the motors|"
                  "(cut|kill) it out|knock it off|that will do stop|stop in the name of the law|you can stop now|stand (still|by|down|there)|wait (there|here|right there|for me|a second|a moment|a minute|up)|just stop|please stop|stand there|stop and (wait|stay there|stand still)|park it right there|red light|"
                  "hold (position|it|everything|up)|(you'd|you) better stop|i (want|need) you to (stop|halt|stay there|freeze)|time out|abort|abort abort|give me a second stop|stop it", b=r.pick(ROBOTS[:8] + ['robot vacuum', 'lawnmower', 'hoover', 'bot', 'machine'])),
            [act('robot.stop')])


def charge(r: Random) -> Line:
    m = r.say('(the|my|our) (robot|vacuum|mower|rover|roomba|vacuum cleaner|robot vacuum|lawn mower|drone|cleaner|hoover|bot|mop)')
    home = r.word('dock|charger|base|charging station|docking station|home base|station|charging dock|charging pad|charging point|home|base station|charging bay|parking spot|cradle|garage|nest|power station|bay')
    return (r.say("(go|come|head|get|drive|roll|fly|walk|move|return|run|navigate) (back|) (to|to|into|onto) (your|the|your|its) {h}|(go|get|come) (charge|charge yourself|recharge|recharge yourself|charged|plugged in|dock|home and charge|some power|some juice)|(time|you need|it's time|i need you|i want you) to (charge|recharge|dock|go home|go back to your {h}|return to your {h})|"
                  "(plug|hook|put) yourself (in|into the charger|on the charger|back in|on charge|on the {h})|(charge|recharge|dock|park) (yourself|up|now|your battery|your batteries|{m})|(park|dock|station) (yourself|) (at|in|on) (your|the) {h}|back to (your|the) {h}|"
                  "(send|get|bring|take|put|return|drive|order) {m} (home|back home|back to (its|the|his) {h}|to (its|the) {h}|on the charger|back on charge)|(tell|have|make|let|ask) {m} (to|) (go home|return to its {h}|go back to (the|its) {h}|charge|dock|recharge|head home)|"
                  "(you look|you are|you're|you must be|your battery is) (tired|low|empty|almost empty|running low|exhausted|nearly dead)[,] [so] (go charge|go and charge|go recharge|get charged|return to your {h}|go to your {h}|go home and charge)|"
                  "(finish|wrap) up and (go|return) to your {h}|(stop cleaning|you are done|that's enough|we're done|you can stop)[,] (and|now|) (go|return) (home|to your {h}|to the {h})|return to (base|home|dock|the nest|home base)|go home|home|dock|dock now|charge|{m} (home|dock|should go home|needs to charge|needs charging)|"
                  "(all done|job done|mission over) (go|head) (home|back to your {h})", h=home, m=m), [act('robot.task', op='dock')])


def long_place(r: Random) -> str:
    """A place in many words, as it is copied."""
    return r.say('(first|second|third|next|last|nearest|other|far|open|closed|big|blue|red|green|left|right|north|south|main|back|wooden|glass) (door|doorway|room|hallway|opening|window|wall|table|entrance|corner|intersection|cone|desk|box|chair|shelf|exit|staircase|gate)[ on (the|your) (left|right)| in front of you| ahead| behind you| at the end of the hall]|'
                 '(end|middle|center|other end|far end|far side|other side|edge|back|front|left side|right side|top|foot|entrance) of (the|this|that) ({p}|{a}|hallway|room|corridor|street|building|alley)|{p} (near|next to|beside|by|behind|close to|across from|in front of|to the left of|to the right of|opposite) the ({q}|{a}|{s})|'
                 '({p}|{s}) (in|of) the {a}|{x} (room|lab|building|station|street)|(room|office|gate|aisle|bay|dock|station|waypoint|table|bed|floor|point|zone|checkpoint|position|desk|shelf|row) ({n}|{l})|(loading|landing|charging) (area|zone|pad|ramp|bay)|({p}|{a}|{s})|where (you started|you came from|{w} is)|{w}\'s (room|office|desk|house)',
                 p=r.pick(PLACES), q=r.pick(PLACES), a=r.pick(ROOMS), s=r.pick(SPOTS), x=r.invented(), n=r.randint(1, 30), l=r.word('a|b|c|d|alpha|bravo'), w=r.pick(NAMES[:18]))


def travel(r: Random) -> Line:
    p = long_place(r) if r.maybe(.6) else place(r)
    return (r.say("(go|go|head|drive|move|walk|roll|run|travel|proceed|navigate|continue|fly|get|march|hurry|make your way|find your way|return|come|scoot|race|back up|go back|step|hop) [over|back|up|on|down|straight] (to|to|to|towards|into|toward) (the|the|the|my) {p}|(go|move|drive|walk|pass|exit|proceed|squeeze) (through|past|around|out of|via) the {p}|"
                  "(enter|approach|visit|reach|exit|cross|check out|find|explore|inspect) the {p}|(wait|meet me|stand|park|stop|stay|be|come meet me|get in position|position yourself) (at|by|next to|near|beside|in front of) the {p}|(i need|i want|we need|i would like) you (at|in|by|over at) the {p}|go (see|check|stand at|wait by) the {p}|get (closer|near|close|as close as you can) to the {p}|"
                  "(can|could) you (make it|get|drive|go) to the {p}|let's go to the {p}|now the {p}|to the {p}|go get to the {p}", p=p).replace('find the', 'go to the').replace('explore the', 'go to the').replace('inspect the', 'go to the').replace('exit the', 'exit through the'),
            [act('robot.goto', place=p)])


def motion(r: Random) -> Line:
    n, (t, v, u) = r.random(), length(r)
    side = r.word('left|right')
    few = r.say("(a bit|a little|a little bit|slightly|a touch|just a touch|a tad|a hair|slowly|carefully|gently|just a bit|some more|a bit more|again|further|for a while|a smidge|a little more|until i say stop|now|as far as you can|at full speed|quickly)")
    d, w = r.pick([('forward', '(go|move|drive|roll|inch|ease|creep|walk|step|come|push|advance|keep going|nudge|crawl|scoot|proceed|run|continue) (forward|forwards|ahead|straight|straight ahead|straight on|onward)|advance|keep going|keep moving|come closer|carry on|full speed ahead'),
                   ('back', '(go|move|drive|roll|inch|ease|creep|walk|step|scoot|crawl|fall|nudge|run) (back|backward|backwards|in reverse)|reverse|back up|back off|back away|retreat|go into reverse'),
                   (side, '(move|slide|strafe|shift|scoot|step|drift|slip|nudge|sidestep|drive|go) [over] (to the|to your|) {s}|sidestep {s}|crab walk {s}'),
                   ('up', '(fly|go|rise|climb|move|float|lift) up[wards]|ascend|climb|gain altitude|rise|go higher|fly higher|lift off|take off|increase altitude'),
                   ('down', '(fly|go|move|come|float) down[wards]|descend|lose altitude|go lower|fly lower|land|touch down|sink|decrease altitude|set it down')])
    w = r.say(w, s=side).replace('[wards]', '')
    if n < .22:
        return w + r.word('| ' + few), [act('robot.drive', direction=d)]
    if n < .55:
        return w + r.word(' | | by | for | about | another | exactly | roughly |, ') + t, [act('robot.drive', direction=d, distance=v, unit=u)]
    g = r.pick([45, 90, 30, 60, 20, 15, 10, 120, 135, 180, 270, r.randint(1, 359)])
    x = r.word('turn|rotate|spin|pivot|swing|swivel|twist|go|yaw|steer|veer|swing around|turn yourself|turn around|make a turn|face|look|adjust|angle|swerve')
    if n < .75:
        return (r.say('{x} {g} degrees (to|to|to the|to your) {s}|{x} (to the|to your|to|) {s} [by|about|around|roughly|exactly|another] {g} degrees|{x} {g} [degrees] {s}|{g} degrees (to the|to your|) {s}|{x} {s} {g}|make a {g} degree {s} turn|(another|now) {g} degrees {s}', x=x, g=g, s=side),
                [act('robot.turn', direction=side, degrees=g)])
    if n < .85:
        return (r.say('{x} (to the|to your|to|) {s}|(take|make|hang|do) a {s} [turn]|{x} {s} {f}|turn {s} (here|now|at the corner|please|again)|(sharp|slight|hard) {s} [turn]|bear {s}|go {s}|{s} turn|keep {s}', x=x.replace('go', 'turn'), s=side, f=few.replace('until i say stop', 'more')), [act('robot.turn', direction=side)])
    if n < .92:
        return (r.say('(turn|spin|do a|rotate|make a) {g} [degrees]|(rotate|turn|spin) [around] (by|) {g} degrees|(do|make) a {g} degree (turn|spin|rotation)', g=g), [act('robot.turn', degrees=g)])
    to = long_place(r) if r.maybe(.5) else r.word('north|south|east|west|northwest|me|north east|the south wall|the camera')
    return r.say('(face|turn to|turn toward|turn towards|rotate to|rotate towards|turn to face|look towards|point towards|orient towards|point yourself at|spin to face|turn your camera to|aim at) (the|) {t}', t=to), [act('robot.turn', to=to.replace('the ', '', 1) if to.startswith('the ') else to)]


def handle(r: Random) -> Line:
    """Objects, with longer names for them and for where they are."""
    o = thing(r)
    if r.maybe(.3):
        o = r.say('({o} of (water|milk|juice|tea|{x}|sugar)|pair of {o}|(heavy|shiny|round|square|open|wet|yellow|wooden|metal|plastic|tall|striped|full|{x}) {o}|(bag|box|can|jar|bottle|glass|bowl|piece|slice|cup|stack|pack) of {o}|{p}\'s {o}|{x} {o}|{o} (with the|with a) (red|blue|{x}) (lid|label|handle|cap))', o=r.pick(OBJECTS), x=r.invented(), p=r.pick(NAMES[:18]))
    a, b = long_place(r) if r.maybe(.4) else spot(r), long_place(r) if r.maybe(.4) else spot(r)
    det, p, n = r.word('the|the|the|a|my|that|some|this|an|those|'), r.pick(PEOPLE), r.random()
    if n < .2:
        f = a if r.maybe(.6) else None
        return (r.say("(pick up|grab|take|get|grasp|lift|fetch|collect|remove|seize|catch|hold|go get|go grab|lift up|go fetch|go pick up|clutch|snatch|reach for|retrieve) {d} {o} {f}|pick {d} {o} up {f}", d=det, o=o, f=r.say('(from|off|on|in|out of|at|inside) the ' + a) if f else ''),
                [act('robot.object', op='pick', object=o, from_=f)])
    if n < .4:
        return (r.say('(put|place|set|drop|leave|lay|store|put down|set down|stick|throw|dump|stack|hang|deposit|toss|rest|stow|position|drop off|return) {d} {o} (on|in|into|onto|inside|on top of|down on|at|next to|near) the {t}', d=det, o=o, t=b)
                .replace('next to the ' + b, 'on the ' + b).replace('near the ' + b, 'on the ' + b), [act('robot.object', op='place', object=o, to=b)])
    if n < .58:
        f = a if r.maybe(.45) else None
        return (r.say("(find|search for|look for|locate|where is|where's|see if you can find|help me find|go find|find me|find out where|can you see|do you see|hunt for|track down|spot|seek|where did i (put|leave)|have you seen|i can't find|i lost|i'm looking for|go look for|scan for|detect|search) {d} {o} {f}",
                      d=det if det in ('the', 'my', 'that') else 'the', o=o, f=r.say('(in|on|at|around|near) the ' + a).replace('near', 'in').replace('around', 'in') if f else ''), [act('robot.object', op='find', object=o, from_=f)])
    if n < .66:
        if r.maybe(.5):
            return (r.say("(let go|release|drop it|let it go|let go of it|drop that|release it|put it down|(open|loosen|release) (your|the) (hand|gripper|grip|claw|fingers|clamp|hands|arm)|let it fall|set it down|(give it|hand it over|give that) [to me|here]|drop what you are holding)"
                          .replace('|(give it|hand it over|give that) [to me|here]', '')), [act('robot.object', op='release')])
        return r.say('(release|let go of|drop|let loose of|put down|set down|unhand) (the|that|my) {o}', o=o), [act('robot.object', op='release', object=o)]
    f = a if r.maybe(.4) else None
    fx = r.say('(from|from|off|out of) the ') + ' ' + a if f else ''
    if n < .85:
        x = r.say("(bring|get|fetch|give|hand|pass|grab|toss|find and bring) me {d} {o} {f}|(bring|fetch|carry|deliver|hand|return) {d} {o} {f} to me|(can|could|may) i (have|get) {d} {o} {f}|i('d like| would like| want| need|'ll have|'m thirsty bring me| could use) {d} {o} {f}|"
                  "(get|grab|bring|fetch) {d} {o} {f} for me|would you (get|bring|fetch) me {d} {o} {f}|please (pass|hand) {d} {o} {f}", d=det, o=o, f=fx)
        return x, [act('robot.object', op='bring', object=o, from_=f, to='me' if ' me' in x and ('to me' in x or 'for me' in x or r.maybe(1)) else None)]
    if r.maybe(.5):
        return r.say('(bring|carry|take|deliver|move|transport|return|haul|get|transfer) {d} {o} {f} (to|to|into|over to|back to) the {t}', d=det, o=o, f=fx, t=b), [act('robot.object', op='bring', object=o, from_=f, to=b)]
    return r.say('(bring|give|take|deliver|carry|hand|pass|serve) {d} {o} {f} to {p}|(bring|give|hand|get|serve|pass) {p} {d} {o} {f}', d=det, o=o, f=fx, p=p), [act('robot.object', op='bring', object=o, from_=f, to=p)]


def duty(r: Random) -> Line:
    """Cleaning, following, guiding, pictures, looking."""
    n, p, q = r.random(), r.pick(PEOPLE), long_place(r) if r.maybe(.5) else place(r)
    if n < .3:
        t = r.say('({f}|{a}|{a}|{a} (floor|rug|carpet|table|window|windows)|(under|behind|around) the (sofa|bed|couch|table|desk|{s})|{s}|{p}\'s room|(kids|guest|baby) room|(whole|entire) (house|apartment|place)|(pet|cat) area|(spill|mess|crumbs|dust|stain)|(front|back) (yard|lawn|garden|porch)|(lawn|grass|leaves|snow|pool|driveway|dishes))', f=r.pick(FLOORS), a=room(r), s=r.pick(SPOTS), p=r.pick(NAMES[:18]))
        v = r.say('(the|my|our) (robot|vacuum|vacuum cleaner|robot vacuum|roomba|hoover|cleaner|robot cleaner|mop)')
        det = '' if t.split()[0] in ('under', 'behind', 'around') or "'s" in t else 'the '
        if 'lawn' in t or 'grass' in t:
            return r.say('(mow|cut|trim|do) the {t}', t=t), [act('robot.task', op='clean', target=t)]
        if r.maybe(.25):
            return (r.say('(start|begin|get on with|resume|continue|get started with) (cleaning|vacuuming|sweeping|mopping|mowing|the cleaning|the cleanup|your cleaning)|(start|run|launch|turn on|switch on|activate|fire up|deploy|power on|unpause) {v}|(vacuum|clean|sweep|mop|hoover|tidy) (up|now|please|again|everything up|)|it\'s time to (clean|vacuum|sweep|mow)|'
                          '(tell|have|let|make|get) {v} (to|) (start|clean|run|start cleaning|get to work|go|do its thing)|do (a|some|your|the) (cleaning|vacuuming|clean|sweep|hoovering)|{v} (start|go|on|should start)|clean up this place', v=v), [act('robot.task', op='clean')])
        return (r.say("(clean|vacuum|sweep|mop|hoover|tidy|tidy up|wash|clean up|dust|scrub|wipe|polish|go clean|go vacuum|do|spot clean|sanitize|rake|deep clean) {d}{t}|(start|run) (cleaning|vacuuming|mopping|sweeping) {d}{t}|(tell|have|let|get|make) {v} (to|) (clean|vacuum|sweep|do) {d}{t}|"
                      "{d}{t} (needs cleaning|is dirty|needs to be cleaned|needs a clean|needs vacuuming|is a mess|could use a clean|is filthy|should be cleaned|must be swept|is covered in dust|needs a wash|has to be vacuumed|needs mopping)|give {d}{t} a (clean|wipe|vacuum|quick clean|sweep|wash)|i (want|need) {d}{t} (cleaned|vacuumed|clean|swept|mopped)", d=det, t=t, v=v),
                [act('robot.task', op='clean', target=t)])
    if n < .5:
        if r.maybe(.45):
            x = r.say("(follow|come with|come along with|stay with|keep following|walk with|stay close to|accompany|track|stick with|keep up with|tag along with|walk behind|stay behind|come after|shadow|go with|chase) me[,] [around|closely|please|slowly|everywhere|now|at a distance]")
            return x, [act('robot.task', op='follow', target='me')]
        to = q if r.maybe(.3) else None
        w = r.say('({p}|{p}|(the|that|this) (man|woman|guy|girl|boy|person|kid|child|lady|dog|cat|car|robot|group|ball|{x}) [in the (red|blue|black|green|white) (shirt|hat|jacket|hoodie|dress)|with the (glasses|beard|bag|hat|dog|long hair)|over there|in front of you|on the left|waving|by the door])', p=p, x=r.invented())
        return (r.say('(follow|keep following|go after|go with|go along with|accompany|track|trail|chase|keep up with|stay with|stick to|walk behind|tail|pursue) {w} {t}', w=w, t=f'to the {to}' if to else ''), [act('robot.task', op='follow', target=w, to=to)])
    if n < .68:
        w = r.say('({p}|{p}|me|us|me|the (guests|visitors|children|group|patient|customer|lady|gentleman|new guy)|my (friend|mother|son|daughter|guests|boss)|this (man|woman|person|gentleman))', p=p)
        return (r.say('(guide|lead|escort|accompany|show|walk|take|bring|direct|conduct|usher) {w} [over|back|safely] to the {q}|show {w} (the way|how to get) to the {q}|(help|take) {w} (find|to find|get to) the {q}|(lead|guide|show) the way to the {q}', w=w, q=q).replace('bring ' + w, 'guide ' + w).replace('lead the way', 'take ' + w).replace('guide the way', 'take ' + w).replace('show the way', 'take ' + w),
                [act('robot.task', op='guide', target=w, to=q)])
    if n < .86:
        of = r.say('of (the|that|this|my|a) ({q}|{o})|of (me|us|yourself|what you see|what is in front of you|everything|here|it|your surroundings|him|them)|', q=q, o=r.pick(OBJECTS))
        return (r.say("(take|snap|send|capture|shoot|get|make|grab|record|do|give me|show me|send me|can i have|can i get|i need|i want|let me see|take me|i'd like) (a|another|one more|the|a new|a quick|an|a few|some) (photo|picture|image|pic|snapshot|photos|pictures|shot|photograph|selfie|snap) {f}|(photo|picture|image|snapshot) [please|now|again]|(photograph|take photos of) (the {q}|me|us|this|that)|"
                      "(now|and|then|okay) (take|send) (a|another) (picture|photo|image)|use the camera [now]", f=of, q=q), [act('robot.task', op='photo')])
    t = r.say('(me|us|{p}|the (door|window|floor|ceiling|sky|wall|screen|camera|road|ground|baby|dog|oven|stove|{o})|that|this)', p=r.pick(NAMES[:18]), o=r.pick(OBJECTS))
    if r.maybe(.5):
        return r.say("look [around|up|closely|here|out|over there|both ways]|(take|have) a (look|good look|look around|quick look|peek|look about)|(scan|survey|check|inspect|examine) (the room|the area|your surroundings|around|the surroundings|this place)|(what|tell me what) (do you see|can you see|you see)[,] (take|have) a look [around]|look (to see what is there|what's there|what happens)"), [act('robot.task', op='look')]
    return r.say('(look at|watch|keep an eye on|have a look at|take a look at|keep watching|monitor|stare at|focus on|eyes on|keep your eyes on|glance at) {t}', t=t), [act('robot.task', op='look', target=t.replace('the ', ''))]
