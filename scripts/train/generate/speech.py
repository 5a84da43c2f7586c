"""How commands are wrapped in talk: reasons before or after them, corrections, "before" and "after"; and sentences to be spoken."""
from typing import Callable, Sequence, Tuple

from .engine import Line, Random, act
from .words import APPLIANCES, LAMPS, NAMES, OBJECTS, PLAIN_ROOMS, ROOMS, SPOTS

Kind = Callable[[Random], Line]

IMPERATIVES = set('turn switch put power flip activate enable start engage deactivate disable kill shut cut set dim change adjust bring brighten increase raise lower decrease reduce make '
                  'open close lift pull lock unlock secure play pause resume skip stop mute unmute go move drive walk rotate spin pivot head navigate travel come take grab get fetch pick place leave '
                  'find search look follow guide lead escort clean vacuum sweep mop say tell announce broadcast face back roll proceed give hand deliver carry release drop add cancel light '
                  'snap send capture heat cool warm return dock visit enter approach'.split())


def plain(r: Random, kinds: Sequence[Kind]) -> Line:
    """A command that begins with its verb, and is not too long."""
    while True:
        text, calls = r.pick(kinds)(r)
        words = text.split()
        if words[0] in IMPERATIVES and len(words) < 12 and calls[0]['action'] != 'none':
            return text, calls


def clause(r: Random) -> str:
    """Something said beside the command that asks for nothing."""
    slots = dict(p=r.pick(NAMES), o=r.pick(OBJECTS), a=r.pick(PLAIN_ROOMS if r.maybe(.7) else ROOMS), x=r.invented(), s=r.pick(SPOTS), d=r.pick(APPLIANCES), n=r.randint(2, 30))
    return r.say(
        "i'm (going to bed|leaving|busy|tired|late|heading out|about to (cook|sleep|leave)|done with this|trying to (sleep|work|read|think)|on the phone|in a hurry|expecting guests|coming home|back|done here|ready)|"
        "i am (going to sleep|off to work|not feeling well|done for today|working late|home)|we (are leaving|are done here|are going out|have guests|are ready|need to hurry)|we're (late|going to bed|off|heading out|watching a movie)|"
        "(my|the|our) (guests|kids|parents|friends|neighbours|baby|dog|cat|boss|mother|plumber|cleaner|{p}) (is|are) (here|asleep|waiting|coming|sleeping|hungry|at the door|on (his|her|their) way|early|late)|"
        "(it's|it is) (late|early|bedtime|a nice day|raining|snowing|almost {n}|getting late|movie time|dinner time|my turn|that time again|been a long day|noisy outside)|"
        "the (sun|noise|wind|smell|glare|rain|light|draft|smoke|heat) is (bothering me|annoying|too much|blinding me|killing me|coming in|giving me a headache|terrible)|"
        "(my|the) (hands are full|eyes hurt|head hurts|back hurts|show is over|movie is starting|game is on|party is over|party is starting|neighbours are complaining|meeting starts soon|food is burning|floor is wet|bill is too high)|"
        "i (can't sleep|can't (sleep|work|read|concentrate) like this|have a headache|have my hands full|forgot something|just woke up|just got home|need a break|need some (air|quiet|rest|privacy|help)|hear a noise|smell (gas|smoke)|see {x}|"
        "want to (read|sleep|relax|cook|take a nap|watch a movie)|need to (study|focus|sleep|get up early)|think {p} is here|lost my {o}|dropped the {o}|don't need it anymore|don't want to waste power|almost fell)|"
        "(nobody|no one|everybody) is (home|here|asleep|in the {a})|(there is|there's) (a noise|somebody at the door|too much noise|a spider in the {a}|water on the floor|nobody here|someone coming)|"
        "{p} (is asleep|wants to sleep|is here|just left|will be here in {n} minutes|is coming over|needs it|asked for it|is waiting)|"
        "(let's|let us) (go|begin|start|get started|have a party|save some power|call it a night|have some fun|see|do this)|good (night|morning|evening)|time (for bed|to sleep|to go|for a movie|to work|to relax)|"
        "(sorry|hello|thanks|great|perfect|excellent|well done|nice work|good job|all right|alright|that's good|very good|not bad|i see|got it|you did well|okay {p})|"
        "(you are|you're) (in my way|blocking the door|almost there|too slow|doing great|too close|my favourite|the best)|(that's|that was|this is) (better|enough|great|too much|annoying|the wrong one|what i wanted|fine)|"
        "(before i forget|one more thing|if you have a minute|when you have time|for safety|to be safe|just in case|as usual|like yesterday|as always|by the way|quick question)|"
        "let (some air|some fresh air|the light|the dog|the cat|{p}|the sun|the {x}) (in|out)|(safety|business|first things) first|i {x} the {x}|the {x} is {x}", **slots)


def reasoned(r: Random, kinds: Sequence[Kind]) -> Line:
    """A command and why, or what else is on somebody's mind."""
    text, calls = plain(r, kinds)
    c = clause(r)
    if r.maybe(.6):
        ask = r.word('|||please |can you |could you |would you |just |you can |now ')
        return c + r.word(', |, | so |. | and | |, so |! |; | - ') + ask + text, calls
    return text + r.word(', |, | because | since | as | | - |. | cause ') + c, calls


SORRY = 'no|no wait|wait no|sorry|i mean|i meant|actually|no sorry|no i mean|or rather|rather|oops|wait|no actually|correction|uh no|hold on|not that|i meant to say|scratch that|sorry i meant|make that'.split('|')


def corrected(r: Random, kinds: Sequence[Kind]) -> Line:
    """Said wrong first: only what was said last counts."""
    kind = r.pick(kinds)
    first, _ = plain(r, [kind])
    text, calls = plain(r, [kind] if r.maybe(.8) else kinds)
    if len(first.split()) > 8:
        first = ' '.join(first.split()[:r.randint(1, 4)])
    if len(calls) > 1:
        return text, calls
    return first + r.word(' |, |... | - ') + r.pick(SORRY + ['never mind', 'forget that', 'cancel that', 'no no', 'ah no']) + r.word(' |, ') + text, calls


def corrected_name(r: Random) -> Line:
    """Only the name, the side or the number is said again."""
    s = r.word(' |, ') + r.pick(SORRY) + r.word(' | |, ')
    p, n = r.word('on|off'), r.random()
    a, b = r.pick(PLAIN_ROOMS), r.pick(ROOMS)
    if n < .2:
        return r.say('(turn|switch) {p} the {a} (light|lights|){s}the {b} (light|lights)|(turn|switch) the {a} light {p}{s}the {b} light|(turn|switch) {p} the lights in the {a}{s}in the {b}', p=p, a=a, b=b, s=s), [act('light.set', area=b, power=p)]
    if n < .35:
        c, d = r.pick(APPLIANCES), r.pick(APPLIANCES)
        return r.say('(turn|switch) {p} the {c}{s}the {d}|(turn|switch) the {c} {p}{s}the {d}', p=p, c=c, d=d, s=s), [act('power.set', device=d, power=p)]
    if n < .45:
        c, d = r.pick(LAMPS), r.pick(LAMPS)
        return r.say('(turn|switch) {p} the {c}{s}the {d}|(turn|switch) the {c} {p}{s}the {d}', p=p, c=c, d=d, s=s), [act('light.set', device=d, power=p)]
    if n < .55:
        return r.say('(go|drive|move|head) to the {a}{s}the {b}|(go|drive|move|head) to the {a}{s}to the {b}', a=a, b=b, s=s), [act('robot.goto', place=b)]
    x, y = r.pick(['left', 'right']), r.randint(1, 30)
    z = y + r.randint(1, 9)
    w = 'right' if x == 'left' else 'left'
    if n < .65:
        return r.say('(turn|rotate|go|spin) {x}{s}{w}|turn to the {x}{s}to the {w}', x=x, w=w, s=s), [act('robot.turn', direction=w)]
    if n < .75:
        return r.say('set the (temperature|thermostat|heating) to {y}{s}{z} [degrees]|make it {y} degrees{s}{z}', y=y, z=z, s=s), [act('climate.set', temperature=z)]
    if n < .85:
        return r.say('(set|start) a timer for {y} [minutes]{s}{z} minutes|{y} minute timer{s}{z} minutes', y=y, z=z, s=s), [act('timer.do', op='start', minutes=z)]
    if n < .93:
        c, d = r.pick(OBJECTS), r.pick(OBJECTS)
        return r.say('(bring|get|fetch|hand) me the {c}{s}the {d}', c=c, d=d, s=s), [act('robot.object', op='bring', object=d, to='me')]
    return r.say('(go|drive|move) forward {y}{s}{z} (metres|meters)', y=y, z=z, s=s), [act('robot.drive', direction='forward', distance=z, unit='m')]


def ordered(r: Random, kinds: Sequence[Kind]) -> Line:
    """Order said by before, after, once."""
    (first, a), (second, b) = plain(r, kinds), plain(r, kinds)
    return r.say(r.pick([
        '(before|before you|just before you) {b}[,] [first] {a}', '{a} before (you|you|) {b}', '{a} and only then {b}', '(after|after you|once you|as soon as you) {a}[,] [then] {b}', '{b} (after|after you|once you) {a}',
        'first {a} (and then|then|and|, then|and after that) {b}', '{a}[,] (and when you are done|and when you have done that|when you are done|when that is done|once that is done|and finally|and lastly) {b}', 'start by {a} then {b}',
        '{a}[,] (after which|following that|afterwards|next|then please|now) {b}']).replace('start by {a}', '{a}'), a=first, b=second), a + b


def sentence(r: Random) -> str:
    """Something to be said aloud, of any shape: the speaker's words end where the text ends."""
    slots = dict(p=r.pick(NAMES), o=r.pick(OBJECTS), a=r.pick(ROOMS), x=r.invented(), s=r.pick(SPOTS), d=r.pick(APPLIANCES), n=r.randint(2, 59))
    when = r.say('||||(now|soon|today|tonight|tomorrow|later|in {n} minutes|at {n}|right now|again|this evening|on monday|downstairs|outside|upstairs|in the {a}|at the door|over there|at home|on the {s})').replace('{n}', str(slots['n'])).replace('{a}', slots['a']).replace('{s}', slots['s'])
    core = r.say(
        '(the|my|our|your|a|this) ({o}|{d}|car|taxi|bus|package|mail|dog|cat|food|meeting|party|game|movie|door|water|phone|train|doctor|teacher|visitor|{x}) (is|was|will be|has been|looks) (here|ready|gone|open|closed|cold|hot|broken|empty|full|over|outside|late|lost|clean|dirty|waiting|on fire|finished|{x})|'
        '(i|we|you|they) (will|can|should|must|won\'t|will not|did not|cannot|want to|need to|have to|am going to|would like to) (be late|come home|leave|eat|sleep|call {p}|see {p}|find the {o}|go to the {a}|be back|start|stop|wait|help you|buy {o}|wash the {o}|{x} the {x}|clean up|do the {x}|open the {d})|'
        '(i|we) (love|miss|need|found|lost|want|like|hate|trust) (you|{p}|the {o}|this|your {o}|it here|{x})|(please|kindly) (be quiet|wait|sit down|stand back|come in|follow the signs|take a seat|leave the {a}|close the door|hurry up|keep left|use the {d})|'
        '(hello|hi|hey|goodbye|bye|good night|good morning|welcome|thank you|thanks|happy birthday|merry christmas|congratulations|well done|sorry|attention|good luck|nice to meet you) [{p}|everyone|sir|ladies and gentlemen|my friends]|'
        '(yes|no|maybe|ready|go|three two one|mission complete|task failed|all clear|access denied|hip hip hooray|abracadabra|{x}|{x} {x}|i am {x}|my name is {x}|how are you|who are you|where is {p}|what time is it|when do we eat|can you hear me)|'
        "(it's|it is|it was|that's) (time for {x}|your turn|my birthday|too late|{n} o'clock|a boy|raining|cold|a trap|over|closing time|me|{p}|not my fault|a beautiful day|bedtime)|"
        "(don't|do not|never) (forget the {o}|touch the {d}|wait for me|be afraid|run|feed the dog|go in the {a}|open the {d}|worry)|(come|go|get|look|hurry|wait|run) (here|home|up|out|in the {a}|to the {a}|to bed|for me)|{p} (is|was) (here|calling|looking for you|in the {a}|hungry)", **slots)
    return (core + ' ' + when).strip()


def order(r: Random) -> str:
    """What a person is told to do."""
    slots = dict(o=r.pick(OBJECTS), a=r.pick(ROOMS), d=r.pick(APPLIANCES), p=r.pick(NAMES), x=r.invented())
    return r.say('(come|come down|come upstairs|come downstairs|come home|hurry up|wait|wait outside|go to bed|wake up|get up|call me|call {p}|be quiet|calm down|eat something|open the door|close the {d}|clean the {a}|feed the dog|bring the {o}|'
                 'meet me in the {a}|stay there|leave|stay in the {a}|wash (his|her|their|your) hands|stop (running|shouting|playing)|go to the {a}|buy {o}|sit down|do the {x}|come to the {a}|turn off the {d}|get ready|pick up the {o}|put on a coat)', **slots)


def said(r: Random) -> Tuple[str, list]:
    t, n = sentence(r), r.random()
    who = r.say('({p}|{p}|the (kids|guests|family|visitors|people|children|team|man|woman|boy|girl|postman|customers|audience|crowd|patient|driver|boss|neighbours)|my (wife|husband|son|daughter|mother|father|friend|brother|sister|boss)|mom|dad|everyone|everybody|them|him|her|people)', p=r.pick(NAMES))
    if n < .35:
        return r.say("(say|say|say|announce|announce that|broadcast|broadcast that|repeat after me|repeat|speak the words|say the words|say out loud|shout|yell|whisper|read aloud|say this|announce over the speakers that|make an announcement that|i want you to say|please say|can you say) {t}|"
                     'say {t} (out loud|aloud|loudly|over the speakers)', t=t), [act('say', text=t)]
    if n < .55:
        return r.say('(tell|tell|inform|notify|let) {w} (that|that|) {t}', w=who, t=t).replace('let ' + who, 'let ' + who + ' know').replace('know  ', 'know '), [act('say', text=t, to=who)]
    if n < .7:
        o = order(r)
        return r.say('(tell|ask|order|tell) {w} to {o}', w=who, o=o), [act('say', text=o, to=who)]
    if n < .85:
        return r.say('(say|announce|shout|whisper|broadcast) {t} to {w}|say to {w} [that] {t}|(announce|broadcast) to {w} [that] {t}', t=t, w=who), [act('say', text=t, to=who)]
    a = r.pick(ROOMS)
    return r.say('(announce|broadcast|say) (in|to|into) the {a} [that] {t}|(announce|broadcast) {t} (to|in|into) the {a}|broadcast to the {a} [that] {t}', t=t, a=a), [act('say', text=t, to=a)]
