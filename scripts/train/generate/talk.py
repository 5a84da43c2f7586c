"""Commands as they come up in talk: something said before and after them, the thing named first, several things in one breath."""
from typing import Iterator

from .engine import Line, Random, act
from .everyday import HOME, ROBOT, near
from .home import room
from .manner import mixed
from .media import duration
from .robot import length, spot, thing
from .speech import plain, said
from .wider_robot import charge, halt, long_place
from .words import APPLIANCES, ARTISTS, COLORS, COVERS, FANS, GENRES, LAMPS, LOCKS, NAMES, OBJECTS, ROOMS

ANY = HOME + ROBOT + [charge, halt]
LEAD = ("hey|hey there|hi|okay|ok so|so|alright|right|well|now|um|uh|oh|ah|hmm|listen|look|excuse me|sorry|sorry to bother you but|real quick|quick|actually|you know what|hang on|wait|let me think|let's see|great|good|nice|perfect|thanks|thank you|cool|yes please|sure|no|no no|"
        "(hey|ok|hello|hi|okay) ({p}|robot|computer|house|buddy|there|you|tokonoma|assistant|google|alexa|siri|jarvis)|would you|could you|can you|will you|can you please|could you please|would you please|would you kindly|could you maybe|can you just|can you quickly|could we|can we|let's|please|please just|just|go ahead and|i need you to|i want you to|i'd like you to|i would like you to|"
        "i think you should|maybe you can|you can|you should|do me a favor|be so good as to|make sure you|don't forget to|remember to|try to|help me to|feel free to|i'm asking you to|your next task is to|your job is to|the plan is to|what you do now is|first thing")
TAIL = ("please|when you get a (sec|second|chance|moment|minute)|when you (can|have time|are ready|are free|have a moment)|if you (can|could|would|please|like|don't mind|have time)|if (possible|that's okay|that's possible|it's not too much trouble|you would be so kind)|for me|for us|for now|for a bit|right away|straight away|at once|immediately|now|right now|real quick|quickly|"
        "thanks|thank you|cheers|would you|will you|could you|can you|okay|ok|alright|yeah|then|again|already|too|as well|instead|today|tonight|this time|before (i|we) (go|leave|sleep|start)|as soon as you can|as fast as you can|pronto|asap|robot|buddy|{p}|my friend|good robot|thank you very much|thanks a lot|that would be (great|nice|all|lovely)|i (beg you|insist|think|guess|suppose)|"
        "and that's it|that's all|nothing else|and be careful|carefully|there's a good robot|sweetheart|dear|man|everyone is waiting|so we can (eat|sleep|start|go|leave|see)|so i can (see|sleep|read|work|hear)|it's (late|cold|dark|hot) out")


def spoken(r: Random) -> Line:
    """Any command, with a lead, a tail or both."""
    text, calls = plain(r, ANY) if r.maybe(.85) else r.pick(ANY)(r)
    n = r.random()
    if n < .62:
        text = r.say(LEAD, p=r.pick(NAMES[:18])) + r.word(' | | |, |, ') + text
    if n > .38 and not text.endswith('?'):
        text += r.word(' | | |, ') + r.say(TAIL, p=r.pick(NAMES[:18]))
    return text, calls


def topic(r: Random) -> Line:
    """The thing first, what is to be done with it after."""
    n, a = r.random(), room(r)
    c = r.word(', |, | - |... |. | ')
    on = r.word('on|off')
    again = r.say('({p}|turn it {p}|switch it {p}|get it {p}|put it {p}|make it go {p}|i want it {p}|turn that {p}|can you turn it {p}|could you get that {p}|it should be {p}|have it {p}|let\'s have it {p}) [please|now|again]', p=on)
    if n < .22:
        l = r.name(LAMPS)
        return r.say("[hey|so|okay|look|somebody left|they left|you left|who left|i left] the {l}{c}{t}", l=l, c=c, t=again), [act('light.set', device=l, power=on)]
    if n < .4:
        return (r.say("the (light|lights) in the {a}{c}{t}|the {a} (light|lights){c}{t}|(somebody|someone|i|you|they) (left|forgot) the (light|lights) on in the {a}{c}{u}|the {a} (light|lights) (is|are) still on{c}{u}|it's so dark in the {a}{c}{v}", a=a, c=c, t=again, u='§u', v='§v')
                .replace('§u', r.say('turn (it|them) off|could you get (that|it|them) off|switch (it|them) off please|can you turn (that|it|them) off|off please|get (it|them) off')).replace('§v', r.say('turn on the light|put the lights on|get some light on|lights on please'))), None
    if n < .58:
        d = r.name(APPLIANCES)
        return r.say("[hey|so|okay] the {d}{c}{t}|(somebody|someone|i|they) left the {d} on{c}(turn it off|could you get that off|switch it off please|off please)".replace('|(somebody|someone|i|they) left the {d} on{c}(turn it off|could you get that off|switch it off please|off please)', '|(the|my) {d}{c}{t}'), d=d, c=c, t=again), [act('power.set', device=d, power=on)]
    if n < .72:
        d, (s, v) = r.pick(COVERS), r.pick([('open', 'open|open them|open it|up|raise it|open up|pull it up'), ('close', 'close it|close them|shut it|down|lower it|shut|pull it down|closed')])
        return r.say('the {d} in the {a}{c}({v}) [please|now]|the {a} {d}{c}({v}) [please|now]'.replace('({v})', f'({v})'), d=d, a=a, c=c), [act('cover.set', device=d, area=a, state=s)]
    if n < .82:
        d, s = r.pick(LOCKS), r.word('lock|unlock')
        return r.say('the {d}{c}{s} it [please|now]|the {d}{c}can you {s} it|that {d}{c}{s} it|is the {d} locked{c}if not lock it'.replace('|is the {d} locked{c}if not lock it', ''), d=d, c=c, s=s), [act('lock.set', device=d, state=s)]
    o, p = thing(r), spot(r)
    return (r.say('(see|you see) the {o} on the {p}{c}(pick it up|grab it|take it)|the {o} on the {p}{c}(pick it up|grab it|take it|get it)|the {o} is on the {p}{c}(pick it up|grab it|take it)', o=o, p=p, c=c), [act('robot.object', op='pick', object=o, from_=p)])


def topics(r: Random) -> Line:
    """topic, its calls worked out where the words decide them."""
    while True:
        text, calls = topic(r)
        if calls is None:
            a = next((x for x in sorted(ROOMS, key=len, reverse=True) if f'the {x}' in text), None)
            if a is None:
                continue
            words = text.replace(a, '').replace('left the light on', '').replace('left the lights on', '').replace('still on', '').split()
            words = [w.strip('.,?') for w in words]
            if ('on' in words) == ('off' in words):
                continue
            calls = [act('light.set', area=a, power='off' if 'off' in words else 'on')]
        return text, calls


def pair(r: Random) -> Line:
    """Two or three things of their own sorts under one verb, or one verb for both."""
    p = r.word('on|off')
    items = []
    for _ in range(r.pick([2, 2, 3])):
        n, a = r.random(), room(r)
        items.append(r.pick([(f'{a} {r.word("light|lights")}', act('light.set', area=a, power=p)), (l := r.pick(LAMPS), act('light.set', device=l, power=p)), (d := r.pick(APPLIANCES + FANS), act('power.set', device=d, power=p)), (f'{d} in the {a}', act('power.set', device=d, area=a, power=p))]))
    if len({t for t, _ in items}) < len(items):
        return pair(r)
    the = r.word('the |the |my |')
    names = [the + t for t, _ in items]
    listed = ', '.join(names[:-1]) + r.word(' and | and |, and | as well as | plus | and also ') + names[-1]
    both = 'both ' if len(items) == 2 and r.maybe(.4) else ''
    return r.say('(turn|switch) {p} {b}{l}|(turn|switch) {b}{l} {p}|{l} {p}|{b}{l} {p} please|(shut|power) {p} {b}{l}|i (want|need) {b}{l} {p}'.replace('(shut|power)', '(shut|power)' if p == 'off' else 'power'), p=p, b=both, l=listed), [c for _, c in items]


def everywhere(r: Random) -> Line:
    """The whole house, a whole room."""
    p, a, n = r.word('on|off|off'), room(r), r.random()
    if n < .4:
        return r.say('(all|) lights {p} (everywhere|in the whole house|in the entire house|all over the house|throughout the house)|(turn|switch) {p} (every light|all the lights|all lights|the lights) (everywhere|in the house|in every room|in all rooms)|lights out (everywhere|in the whole house)|every light {p}'.replace('|lights out (everywhere|in the whole house)', '|lights out (everywhere|in the whole house)' if p == 'off' else ''), p=p), [act('light.set', power=p)]
    if n < .6:
        return r.say('(turn|switch) {p} (every|each) (light|lamp) in the {a}|(all|every one of) the lights in the {a} {p}|(turn|switch) (all|every one) of the {a} lights {p}|(kill|turn off) all the lights in the {a}|every {a} light {p}'.replace('|(kill|turn off) all the lights in the {a}', '|(kill|douse|cut) all the lights in the {a}' if p == 'off' else ''), p=p, a=a), [act('light.set', area=a, power=p)]
    if n < .8:
        return r.say('(turn|switch|shut|power) {p} everything in the {a}|everything in the {a} {p}|everything {p} in the {a}|(kill|cut|shut down) everything in the {a}'.replace('|(kill|cut|shut down) everything in the {a}', '|(kill|cut|shut down) everything in the {a}' if p == 'off' else '').replace('shut|', 'shut|' if p == 'off' else ''), p=p, a=a), [act('power.set', device='everything', area=a, power=p)]
    return r.say('(turn|switch) everything {p}|everything {p} [please|now]|(turn|switch|power) {p} everything [in the house]|(kill|shut down) everything'.replace('|(kill|shut down) everything', '|(kill|shut down|cut) everything' if p == 'off' else ''), p=p), [act('power.set', device='everything', power=p)]


def fetched(r: Random) -> Line:
    """Errands with one thing, carried from step to step as it is said: pick, carry, put, come back."""
    o, a, b, me = thing(r), spot(r), spot(r), r.word('me|me|us|him|her|' + '|'.join(NAMES[:12]))
    it, steps = r.word('it|it|it|that'), []
    if r.maybe(.5):
        p = long_place(r) if r.maybe(.3) else room(r)
        steps.append((r.say('(go|head|walk|drive|run|roll|move) [over] to the {p}|(go|head) into the {p}', p=p), act('robot.goto', place=p)))
    n = r.random()
    if n < .35:
        steps.append((r.say('(pick up|grab|take|get) the {o} {f}', o=o, f=(f := r.word('|from the ' + a + '|off the ' + a))), act('robot.object', op='pick', object=o, from_=a if f else None)))
    elif n < .7:
        steps.append((r.say('(find|look for|search for|locate) (the|a|my) {o}', o=o), act('robot.object', op='find', object=o)))
        if r.maybe(.4):
            steps.append((r.say('(pick {i} up|grab {i}|take {i})', i=it), act('robot.object', op='pick', object=o)))
    m = r.random()
    if steps and len(steps) > (1 if n >= .7 else 0) and n < .7:
        if m < .3:
            steps.append((r.say('(bring|carry|take|move) {i} (to|into|over to) the {b}', i=it, b=b), act('robot.object', op='bring', object=o, to=b)))
            if r.maybe(.4):
                c = spot(r)
                steps.append((r.say('(drop|put|place|leave|set) {i} (in|on|into) the {c}', i=it, c=c), act('robot.object', op='place', object=o, to=c)))
        elif m < .55:
            steps.append((r.say('(put|place|set|drop|leave) {i} (on|in|into|down on) the {b}', i=it, b=b), act('robot.object', op='place', object=o, to=b)))
        elif m < .8:
            steps.append((r.say('(bring|give|hand|carry|take) {i} [back|over] to {w}', i=it, w=me), act('robot.object', op='bring', object=o, to=me)))
    if r.maybe(.25):
        t = r.pick(['table', 'counter', 'floor', 'desk', room(r)])
        steps.append((r.say('(wipe|clean|sweep|dust|mop) the {t}', t=t), act('robot.task', op='clean', target=t)))
    if r.maybe(.4) or len(steps) < 2:
        steps.append(r.pick([(r.say('(come|go|drive) back to me|come back to me|return to me'), act('robot.goto', place='me')), (r.say('come back here'), act('robot.goto', place='here')), (r.say('(return|go back|drive back) to (base|the dock|your dock|your charger|the charging station)'), act('robot.task', op='dock')), (r.say('go (home|charge)'), act('robot.task', op='dock')),
                             (r.say('(take|snap) a (photo|picture)'), act('robot.task', op='photo')), (r.word('stop|stop there|wait there|stay there|hover'), act('robot.stop'))]))
    out = ''
    for i, (t, _) in enumerate(steps):
        out += (r.word(' and | and then |, then |, and |, and then | then | and after that |, after that |. then ') if i == len(steps) - 1 else r.word(', |, | and | then |, then | and then |. ')) * (i > 0) + t
    return r.word('|||first |please |okay |could you |i need you to |') + out, [c for _, c in steps]


def worded(r: Random) -> Line:
    """Single commands in words the other kinds lack."""
    a, n, (t, v, u) = room(r), r.random(), length(r)
    s, g = r.word('left|right'), r.pick([15, 30, 45, 60, 90, 120, 180])
    if n < .12:
        return r.say("it's (a bit|a little|rather|pretty|quite|kind of|awfully|really) (nippy|chilly|cold|cool|frosty|freezing) in the {a}|the {a} is (a bit|too|so|really|freezing|way too) (cold|chilly|cool)|(i'm|we're) (freezing|cold|shivering) in the {a}|warm up the {a} [a bit]|the {a} feels (cold|chilly|like a fridge)", a=a).replace('is freezing', 'is too'), [act('climate.set', area=a, step='up')]
    if n < .22:
        return r.say("it's (a bit|a little|rather|pretty|quite|kind of|awfully|really) (hot|warm|stuffy|muggy|toasty) in the {a}|the {a} is (a bit|too|so|really|way too) (hot|warm|stuffy)|(i'm|we're) (melting|sweating|boiling) in the {a}|cool (down|off) the {a} [a bit]|the {a} feels (hot|like an oven|stuffy)", a=a), [act('climate.set', area=a, step='down')]
    if n < .32:
        c = r.pick(COLORS)
        return r.say("i want (a|some) {c} [light|glow] in the {a}|(a|some) {c} [light|glow] (in|for) the {a} [please]|give the {a} (a|some) {c} (light|glow|tone)|let's have {c} in the {a}|{c} in the {a}|make the light in the {a} {c}|how about {c} light in the {a}|the {a} should be {c}", a=a, c=c), [act('light.set', area=a, color=c)]
    if n < .42:
        q, at = r.pick([r.pick(ARTISTS), r.pick(GENRES), r.invented()]), r.say('in the {a}', a=a)
        where = {'area': a}
        if r.maybe(.5):
            at, where = '', {}
        return r.say('put (some|a little|a bit of|) {q} on {h}|(put|throw|get) on (some|a bit of|) {q} {h}|put on (the|) {q} {h}|(i feel like|i fancy|i want) (some|a bit of) {q} {h}|get (some|) {q} playing {h}|fire up (some|) {q} {h}', q=q, h=at), [act('media.do', op='play', query=q, **where)]
    if n < .52:
        m = r.maybe(.5)
        d = r.word('tv|telly|television|radio|speaker|stereo|soundbar|music player|projector|sonos|amplifier')
        return r.say('{v} the {d} [please|now]|(please|can you|could you) {v} the {d}', v='mute' if m else 'unmute', d=d), [act('volume.set', device=d, mute=m)]
    if n < .62:
        w = r.word('counterclockwise|counter clockwise|anticlockwise|clockwise')
        return r.say('(rotate|turn|spin|pivot) {w} {g} [degrees]|(rotate|turn|spin) {g} [degrees] {w}|{g} [degrees] {w}|(rotate|turn|spin) {w} by {g} degrees', w=w, g=g), [act('robot.turn', direction='right' if w == 'clockwise' else 'left', degrees=g)]
    if n < .72:
        o, p = thing(r), spot(r)
        return r.say('(could you|can you|please|) fetch the {o} (from|off|out of) the {p}|fetch (the|my|a) {o} (from|off) the {p}', o=o, p=p), [act('robot.object', op='bring', object=o, from_=p)]
    if n < .8:
        p = long_place(r)
        return r.say("(roll|drive|move|go|walk|keep going) [forward|straight|on] until (you're at|you are at|you reach|you get to|you come to) the {p}|(go|drive|move) as far as the {p}|(go|head|wander|roll) (on over|up|across|along|down|back) to the {p}|stop (at|by|near) the {p}|position yourself (at|by|near) the {p}", p=p), [act('robot.goto', place=p)]
    if n < .88:
        c = r.say('turn the (lights|light) {p}|switch the {d} {p}|(open|close) the {k}|lock the {o}|play some {g}|start cleaning|stop the music|turn {p} the {d}|set the thermostat to {n}',
                  p=r.word('on|off'), d=r.pick(APPLIANCES), k=r.pick(COVERS), o=r.pick(LOCKS), g=r.pick(GENRES), n=r.randint(16, 26))
        d, k = duration(r)
        return r.say('{d} from now {c}|(in|after) {d} (please|could you|i want you to|you should|) {c}|{c} (in|after) {d} (please|thanks|okay|)|(give it|wait) {d} (then|and then|and) {c}|(could you|please|can you) {c} in {d}', d=d, c=c), [act('timer.do', op='start', **k, command=c)]
    return r.say('freeze [right] (there|where you are|here)|(whoa|woah|wow) [{w}] (hold up|hold on|stop|slow down stop|easy)|hold up|hold up a (second|moment|minute)|(stop|halt|freeze) right where you are|right there stop|(okay|and) stop|stop (here|right here)|enough|that will do|quit it', w=r.word('whoa|woah|there')), [act('robot.stop')]


OUT = ("(can|could|do|will|would|are|were|did) you (able to |) (climb stairs|swim|dance|fly|speak (french|german|spanish|{x})|jump|cook|do my homework|see in the dark|understand me|hear that|recognize (me|faces)|drive a car|feel pain|sleep|like (music|dogs|{o}s|{p})|have a name|know {p}|get tired|remember (me|{p})|ever get bored)|"
       "i used to (have|own|like|live in|work with) (a|an|the|this) ({o}|robot|{d}|{x}|{a})|(the|my|this|that) ({l}|{d}|{o}) (i bought|we have|you see there|from {x}|over there) (is|was|looks) (too small|too big|broken|nice|expensive|old|cute|a gift|from {p}|made in {x})|(why|how come) (is|are|was|does|did) (the|my|this) ({d}|{l}|heating|{a}|robot|power bill) (so|too|always|never|still) (expensive|loud|slow|dirty|late|ugly|hot|bright|small)|"
       "(start|begin|end|pause|stop|finish|log|track) (an|a|my) (outdoor|indoor|morning|new|long|short|) (run|walk|ride|swim|workout|hike|cycle|yoga session|meditation|cycling workout|marathon)|(navigate|give me directions|find a route|take me|how do i get|how far is it|show me the way) (to) (the nearest|the closest|) (pharmacy|gas station|hospital|airport|supermarket|{x} street|train station|city center|coffee shop|work)|"
       "(log|record|track|add) (a|an|my|{n}) (glass|cup|bottle|cups|glasses) of (water|coffee|tea)|(what|how) (was|is|did) (the score|the game|the final|the news|the traffic|my commute|the stock market|{x}) [last night|today|yesterday|right now]|(pay|check out|transfer|send) (with my card|{n} dollars to {p}|the bill|my balance)|(call|ring|phone|text|message) (mum|dad|{p}|my {x}|the {x}) (on (her|his) mobile|at work|back|at home|i'm running late|that i'm late|happy birthday|about dinner)|"
       "(have|did) (you|i|we|they) (ever|already|just) (been to {x}|eaten|seen the {o}|met {p}|had lunch|finished|lost the {o}|win)|(i|we|they|{p}) (think|thinks|guess|know|knows|said|says|hope|believe) (that|) (the {d} (is|was) {x}|it will {x}|robots are (cool|scary|the future)|you are (funny|slow|smart)|{p} is (right|wrong|nice|late)|this is (fun|silly|it))|(that|this|it) (was|is|looks|sounds) (fun|funny|great|awful|weird|delicious|boring|my {o}|{p}'s {o}|the {o} i lost|a joke|impossible)|"
       "(you|he|she|they|we) (did|look|looks|work|works|played|sound) (well|really well|great|tired|nice|hard|a good game|like {p}) [today|yesterday|lately]|(what|which) (kind|sort|brand|type|color) of ({o}|{d}|robot|music|dog) (is|are|do you like|did you buy|was) (that|this|it|best|most)|(don't|do not) ({v}) (the {w}) [yet|now|please|anymore|tonight|again|just yet]|(i|we) (don't|do not|didn't|did not) (want|need) (you to|anyone to) ({v}) the {w}|(should|shall|can|may|must) (i|we) ({v}) the {w} [now|myself|tonight|or not|first]")


def outside(r: Random) -> Line:
    """More that is none."""
    if r.maybe(.35):
        return near(r)
    return r.say(OUT, p=r.pick(NAMES[:18]), o=r.pick(OBJECTS), x=r.invented(), n=r.randint(2, 60), l=r.pick(LAMPS + ['light', 'lamp']), d=r.pick(APPLIANCES), a=room(r), v=r.word('close|open|turn on|turn off|switch off|lock|move|unlock|touch|start|clean'), w=r.pick(COVERS + APPLIANCES + LOCKS + ['lights', 'light'])), [act('none')]


MIX = [(spoken, 30), (topics, 10), (pair, 9), (everywhere, 4), (fetched, 20), (worded, 17), (outside, 14), (said, 3)]
OPEN_END = {outside, said, spoken}


def lines(seed: int) -> Iterator[Line]:
    """Endless commands; the same seed gives the same ones."""
    return mixed(seed, [(MIX, 1)], OPEN_END)
