"""The same actions in many more words, with reasons, corrections, order, and more that is none."""
from . import more
from .engine import Line, Random, act
from .home import climate, cover, light, lock, room, switched
from .media import DAYS, FOR, duration, media, volume
from .robot import drive, goto, obj, task, turn
from .several import JOIN
from .speech import corrected, corrected_name, ordered, plain, reasoned, said, sentence
from .wider_home import bolt, device, heat, lamp, shade, sound
from .wider_robot import charge, duty, halt, handle, motion, travel
from .words import APPLIANCES, COVERS, DOORS, LAMPS, LOCKS, NAMES, OBJECTS, ROBOTS, SONGS

HOME = [light, lamp, lamp, switched, device, cover, shade, lock, bolt, climate, heat, media, volume, sound]
ROBOT = [drive, turn, motion, motion, goto, travel, obj, handle, task, duty]
ANY = HOME + ROBOT


def reason(r: Random) -> Line:
    return reasoned(r, ANY + [charge, said, halt])


def correction(r: Random) -> Line:
    return corrected_name(r) if r.maybe(.6) else corrected(r, ANY)


def order_of(r: Random) -> Line:
    return ordered(r, ROBOT if r.maybe(.7) else HOME)


def row(r: Random) -> Line:
    """Several steps in one breath, of one world, often with a stop or a picture at the end."""
    pool = [plain_of(ROBOT)] * 6 + [plain_of(HOME)] * 3 + [plain_of(ANY + [charge, said])]
    kind = r.pick(pool)
    text, calls, n = '', [], r.pick([2, 2, 2, 3, 3, 4])
    for i in range(n):
        t, c = kind(r)
        text += (r.pick(JOIN) if i == n - 1 else r.pick(JOIN + [', ', ' ', ' ', ', '])) * (i > 0) + t
        calls += c
    if r.maybe(.12):
        t, c = r.pick([('stop', act('robot.stop')), ('take a photo', act('robot.task', op='photo')), ('stop there', act('robot.stop')), ('take a picture', act('robot.task', op='photo')), ('come back to me', act('robot.goto', place='me'))])
        text, calls = text + r.pick(JOIN) + t, calls + [c]
    return text, calls


def plain_of(kinds):
    return lambda r: plain(r, kinds)


def clock(r: Random) -> Line:
    """Timers and delayed commands in more words."""
    d, k = more.several_units(r) if r.maybe(.35) else duration(r)
    name = None if r.maybe(.55) else r.pick(FOR) if r.maybe(.6) else r.say('({x}|{o}|{a}|soup|steak|lasagna|noodles|shower|meditation|parking|game|stretching|plank|beans|dough|wash|dinner|tea break|reading|{x} {o})', x=r.invented(), o=r.pick(OBJECTS), a=r.pick(APPLIANCES))
    n = r.random()
    if n < .35:
        x = r.say("for (the|my|) {n}|called {n}|named {n}|labelled {n}|and call it {n}|with the name {n}", n=name) if name else ''
        t = (r.say("(put|get|set up|set|start|give me|i want|i'd like|can i get|run|throw on|make|begin|launch|could you do) (a|one|me a|another|) timer (for|of|on) {d} {x}|(put|set) {d} (on|on a|on the|on a new) (timer|clock) {x}|{d} on the (clock|timer) {x}|(start|set|give me|i need|make it|make that) a {d} (timer|countdown) {x}|(time|count down) {d} {x}|count down from {d}|"
                   "(wake|alert|ping|beep|notify|warn|call) me (in|after) {d}|(new|another) timer {d} {x}|timer {x} {d}|let me know (in|after|when) {d} [is up|has passed|are over]|{d} (timer|countdown) {x}|(start|begin) counting {d}|a timer for {d} {x}", d=d, x=x) if not name or r.maybe(.6) else
             r.say("(set|start|make|run) (a|the|my|) {n} timer (for|to|of|at) {d}|{n} timer (for|of|) {d}|(set|start) a {d} {n} timer|{d} {n} timer|{d} for (the|my) {n} [timer]|(my|the) {n} (need|needs|takes|take) {d} (set|start) a timer|{d} timer for {n}".replace("|(my|the) {n} (need|needs|takes|take) {d} (set|start) a timer", ''), d=d, n=name))
        if name and name not in t:
            name = None
        return t, [act('timer.do', op='start', **k, name=name)]
    if n < .65:
        c, _ = plain(r, ANY + [charge, said, said])
        if r.maybe(.15):
            c = r.say('take a (photo|picture)|go (home|back to your dock|charge)|remind me|tell (everyone|{p}) {s}|stop the (music|sprinkler|fan|{d})|start (cleaning|the {d})|come (back|here)|wake up the kids', p=r.pick(NAMES), s=sentence(r), d=r.pick(APPLIANCES)).replace('remind me', 'turn off the oven')
        t = r.say("in {d} {c}|{c} in {d}|{c} in {d}|{c} after {d}|{d} from now {c}|{c} {d} from now|after {d} {c}|in {d}, {c}|once {d} (have|has) passed {c}|{c} in {d} time|wait {d} and then {c}|wait {d} (and|then|,) {c}|{c} (about|exactly|) {d} from now|{d} later {c}|give it {d} (and|then) {c}|when {d} (are|is) (up|over) {c}", d=d, c=c)
        return t, [act('timer.do', op='start', **k, command=c)]
    e, of = more.several_units(r, 'of_') if r.maybe(.4) else duration(r, 'of_')
    w = r.say('(the|my|that|) {e} timer|(the|my) timer for {e}|the {e} one', e=e)
    m = r.random()
    if name:
        w, of = r.say("(the|my|that|) {n} timer|(the|my) timer (for|called|named) (the|) {n}|the timer for (the|my) {n}", n=name), {'name': name}
    elif m < .5:
        w, of = r.word('the timer|my timer|it on the timer|that timer|this timer|the countdown|timer').replace('it on the timer', 'the timer'), {}
    elif m < .6:
        a = room(r)
        w, of = r.say('the {a} timer|the timer in the {a}', a=a), {'area': a}
    op = r.word('cancel|pause|resume|add|subtract|status|cancel_all|cancel|add')
    if op == 'cancel_all':
        return (r.say("(cancel|stop|delete|remove|clear|kill|end|drop|dismiss|turn off|get rid of|forget) (all|every one|each) of (my|the|those) timers|(cancel|stop|clear|delete|kill|end|turn off|get rid of|dismiss) (all|every|all the|all my) (timers|timer|running timers)|(i don't|we don't) need (any|those|these|the) timers anymore|no more timers|"
                      "cancel (all of them|them all) the timers|all timers off|clear (the|my) timers".replace('cancel (all of them|them all) the timers|', '')), [act('timer.do', op=op)])
    x = r.say({'cancel': "(cancel|stop|delete|remove|end|clear|kill|dismiss|drop|forget|forget about|get rid of|turn off|shut off|scrap|ditch|abort|silence) {w}|i (don't|no longer) need {w} [anymore]|(never mind|nevermind) {w}|{w} (can go|can be cancelled|is not needed anymore|off)|(take|call) off {w}".replace('|(take|call) off {w}', ''),
               'pause': '(pause|hold|freeze|suspend|stop and hold|put a hold on|halt) {w} [for a (moment|second|minute|bit)]|put {w} on (hold|pause)|(wait|hold on) pause {w}',
               'resume': '(resume|continue|unpause|restart|unfreeze|carry on with|start up|go on with|keep going with|pick up) {w} [again|please]|{w} (can|should|may) (continue|go on|resume)|let {w} (run|go on|continue) [again]',
               'add': "(add|put|tack on|give me) {d} [more|extra] (to|on|onto) {w}|(give|grant) {w} [another|an extra] {d} [more]|(extend|increase|lengthen|prolong|bump up|push) {w} by {d}|(another|an extra|one more) {d} (on|to|for) {w}|{w} needs {d} more|{d} (more|longer|extra) (on|for) {w}|i need {d} more on {w}|make {w} {d} longer",
               'subtract': '(take|remove|subtract|knock|cut|shave|deduct) {d} (off|from|off of) {w}|(shorten|reduce|decrease|cut) {w} by {d}|make {w} {d} shorter|{d} less (on|for) {w}|take {d} away from {w}|(drop|lower) {w} by {d}',
               'status': "how (much time|long|much longer|many minutes) (is left|left|remains|is remaining|do i have|have i got) on {w}|(what's|what is) (left|remaining|the time|the status) (on|of) {w}|how long (until|till|before) {w} (goes off|is done|ends|rings|finishes|is up|beeps)|(check|show|check on|read|tell me about|status of) {w}|(is|has) {w} (done|finished|still running|over|almost done)|"
                         "when (will|does|is) {w} (go off|end|ring|done|finish)|time (left|remaining) on {w}|how is {w} doing|is there (still|any) time (left|) on {w}|{w} status"}[op], w=w, d=d)
    return x, [act('timer.do', op=op, **(k if op in ('add', 'subtract') else {}), **of)]


def wake(r: Random) -> Line:
    """Alarms in more words."""
    h, m = r.randint(1, 12), r.pick(['00', '15', '30', '45', '10', '20', '05', '50', '40', '25', '55'])
    time = r.say("{h}|{h} am|{h} pm|{h}:{m}|{h}:{m} am|{h}:{m} pm|{h} {m}|{h} o'clock|{h} {m} (am|pm)|half past {h}|quarter past {h}|quarter to {h}|a quarter to {h}|{h} (in the morning|in the evening)|{h}am|{h}pm|{g}:{m}|noon|midnight|ten past {h}|twenty to {h}|sunrise|{h} thirty|five past {h}", h=h, m=m, g=r.randint(13, 23))
    date = r.pick(DAYS) if r.maybe(.4) else None
    on = '' if not date else date if date.split()[0] in ('tomorrow', 'tonight', 'today', 'every', 'next', 'this') else r.say('(on|for|) ') + ' ' + date
    n = r.random()
    if n < .6:
        for part in (' in the morning', ' in the evening'):
            time = time.replace(part, '') if r.maybe(.5) else time
        return (r.say("(set|create|make|add|put|give me|i need|schedule|start|i want|turn on|arrange|program|new) (an|the|my|a|another|) alarm (for|at|to) {t} {on}|(set|make|schedule) an alarm {on} (for|at) {t}|(wake|get) me [up] [at|by|around] {t} {on}|(wake|get) me up {on} at {t}|i (have to|need to|must|want to|gotta|should) (be up|wake up|get up|be awake|rise) (at|by|before|around) {t} {on}|"
                      "(alarm|new alarm|wake up call|wake up alarm) (at|for|) {t} {on}|(set|make) a {t} alarm {on}|{t} alarm {on}|can i get a wake up call at {t} {on}|make sure i (wake up|am up|get up) (at|by) {t} {on}|don't let me sleep past {t} {on}|set my (alarm|alarm clock) {on} (for|to|at) {t}|ring at {t} {on}|i'd like to (wake up|get up) at {t} {on}", t=time, on=on), [act('alarm.do', op='set', time=time, date=date)])
    if n < .8:
        v = r.say('(cancel|delete|remove|stop|turn off|disable|clear|dismiss|get rid of|switch off|drop|kill|deactivate|shut off|silence|scrap)')
        if r.maybe(.4):
            return r.say("{v} (the|my|this|that|all|all my|every|all the|all of my|any|those) (alarm|alarms|alarm clock|wake up alarm)|no (alarm|alarms) (please|tonight|anymore)|i don't need (the|an|my) alarm [anymore]|alarm off|(snooze|forget) (the|my|that) alarm".replace('(snooze|forget)', 'forget').replace('(please|tonight|anymore)', '(please|anymore)'), v=v), [act('alarm.do', op='cancel')]
        return r.say('{v} (the|my) {t} alarm {on}|{v} (the|my) alarm (at|for|set for) {t} {on}|i don\'t need (the|my) {t} alarm {on}|(the|my) {t} alarm can be (cancelled|deleted) {on}'.replace(' {on}', '' if not on else ' {on}'), v=v, t=time, on=on), [act('alarm.do', op='cancel', time=time, date=date)]
    return (r.say("(what|which) alarms (are|do i have|have i got|did i set|have been set|exist|are there) (set|active|on|coming up|) {on}|(list|show|tell me|read|give me|check|view|display|see|what are) [me] (all|) (my|the|) alarms {on}|(do|have) i (have|got) (any|an) (alarm|alarms) [set] {on}|when (is|does|will) my (next|first|) alarm [go off|ring|set for]|is (there an|my|the|any) alarm (set|on|active) {on}|"
                  "how many alarms (are set|do i have|are on)|what time (is|am i|did i set|do i have) (my alarm|the alarm|my alarm set for|waking up|the alarm set for) {on}|at what time (is|will) my alarm [set|ring]|are (there any|any|my) alarms (set|on) {on}|did i set (an|my|the) alarm {on}", on=on).replace('am i my', 'is my').replace('am i the', 'is the'), [act('alarm.do', op='list')])


def wonder(r: Random) -> Line:
    """Questions about the state of things, in the words of somebody who is not sure."""
    d, a, n = r.name(APPLIANCES + LAMPS + COVERS + DOORS + LOCKS + ROBOTS, .15), room(r), r.random()
    w = r.say('(the|my|our) {d}|(the|my) {a} {d}|the {d} in the {a}', d=d, a=a)
    args = {'device': d, 'area': a if a in w else None}
    if n < .5:
        x = r.say("did (i|we|you|somebody|{p}) (leave|turn off|turn on|close|lock|forget|shut|open|switch off|unlock|forget to close|remember to lock) {w} [on|open|running|off]|(is|are) {w} [still|already|really|currently] (on|off|open|closed|locked|unlocked|running|working|done|shut|up|down|plugged in|ready|finished|busy)|(has|have) (the|{p}|anyone|somebody) (opened|closed|locked|used|turned on|turned off) {w}|"
                  "what (state|mode|position) (is|are) {w} in|(what's|what is) (up with|the state of|going on with|the deal with|happening with|the condition of) {w}|(can|could) you (check|see|tell me|find out) (if|whether) {w} (is|are) (on|off|open|closed|locked|running)|i (wonder|want to know|need to know|think|hope|forgot) (if|whether) {w} (is|are) (on|off|open|locked)|was {w} (left on|turned off|locked|open)|{w} (on|off|open|locked) or (not|off|closed)|is {w} okay"
                  .replace('think|hope|', ''), w=w, p=r.pick(NAMES[:18]))
        x = x.replace('has the opened', 'has anyone opened')
        return x, [act('query', kind='state', **args)]
    if n < .65:
        return r.say("(is|was) (anybody|anyone|someone|somebody|there anyone|there anybody|there someone) (in|at|inside|home in|near) the {a}|(anybody|anyone|someone) in the {a}|who is (in|at) the {a}|is the {a} (empty|occupied|clear|free|locked|safe|secure)|any (motion|movement|smoke|water|noise) in the {a}|(did|has) (anybody|anyone|someone) (enter|entered|been in|move in) the {a}|are (any|the) (lights|windows|doors) (on|open) in the {a}", a=a).replace('did anybody entered', 'did anybody enter'), [act('query', kind='state', area=a)]
    if n < .75:
        return r.say("how's (the|your) battery [doing|looking]|how (much|) (battery|charge|juice|power) (do you have|have you got|is there|is) left|(are you|is your battery) (low|full|charged|running low|dying|okay) [on power]|what's your (battery|charge|power level|battery percentage)|battery [check|status|level|percentage]|how long (can you|will you) (run|last)|do you need (a charge|charging|to recharge)"), [act('query', kind='battery')]
    if n < .9:
        t = r.word('|today|tomorrow|tonight|later|this weekend|outside|right now|this afternoon|in the morning')
        return r.say("(will|do|should) i need (an umbrella|a coat|a jacket|my sunglasses|gloves|boots|to bring a jacket) {t}|is it (going to|gonna) (rain|snow|be nice|be hot|storm|be windy|freeze) {t}|(what's|how's|what is) (it like|the weather|the weather like|the sky like|the forecast|the outlook) {t}|(any|will there be) (rain|snow|sun|storms) {t}|how (cold|hot|warm|windy|wet) (is|will) it (be|get|) {t}|does it look like rain {t}|weather {t}|what should i wear {t}|chance of (rain|snow) {t}", t=t), [act('query', kind='weather')]
    return r.say("(what's|what is|tell me|got|do you have|may i have|can you tell me|give me) the (time|hour|current time|exact time|time please)|what time (is it|do we have|have you got|is it now)|(how late|what hour) is it|(time|clock) please|is it (noon|midnight|five|late) yet"), [act('query', kind='time')]


WEARABLE = ('how many (steps|calories|miles|kilometers|floors) (have i|did i) (walked|burned|climbed|done|run|take) [today]|what(\'s| is) my (heart rate|pulse|blood pressure|step count|pace|weight|oxygen level|sleep score|stress level|temperature)|(start|stop|track|log|begin|end|record) (a|my|the) (workout|run|walk|bike ride|hike|swim|yoga session|exercise|sleep tracking)|how (did i sleep|well did i sleep|far did i run|fast am i going)|'
            'am i (stressed|healthy|close to my goal)|measure my (pulse|heart rate|blood oxygen)|show (me|) my (activity|rings|goals|messages|notifications|emails|calendar|schedule)|(read|check|open|show|reply to|delete) (my|the|this|that) (messages|last message|notifications|texts|email|emails|mail|voicemail)|(call|phone|ring|facetime|dial) ({p}|my {w}|the {w}|emergency|911|home)|(text|message|email|whatsapp) ({p}|my {w}) [that i am late|hello]|'
            '(answer|decline|reject|ignore|hang up) the (call|phone)|remind me (to|about|of|that) ({o}|call {p}|buy {o}|take my pills|the meeting|{x}|pay the rent|water the plants) [at {n}|tomorrow|tonight]|(add|put|write) {o} (to|on) (my|the) (list|shopping list|to do list|calendar|basket)|(take|make|write) a note|(what\'s|what is) (next on|on) my (calendar|schedule|agenda)|(book|schedule|cancel|move) (a|my|the) (meeting|appointment|flight|table|taxi|reservation) [for {n}]|'
            '(navigate|directions|take me) (home by bus|to work by car)|(pay|buy|order|purchase|sell) [a|the|some|more] {o} [online]|(translate|spell|define|pronounce) {x}|(google|search the web for|look up|wikipedia) {x}|(open|launch|close|install|update|download) (the|my|) ({x}|maps|camera|settings|browser|{x}) app|(log|record) (my|a) (meal|weight|water|glass of water)|find my (phone|watch) online|(turn to page|read chapter) {n}')
TOLD = ("(my|the|our|his|her) (brother|mother|neighbour|son|boss|cat|dog|friend|{p}) (turned|switched) (on|off) the {l} (yesterday|last night|this morning|again|already|an hour ago|before)|(i|we|she|he|they|{p}) (already|just|never|always|usually|once|once|often) (turned off|turned on|opened|closed|locked|unlocked|cleaned|moved|bought|sold|broke|fixed|painted|dropped|forgot) the ({l}|{d}|{a}|{o})|"
        "(i|we|they) (bought|got|have|saw|need|had|installed|sold) (a|a new|an old|two) {d} (yesterday|last week|at the store|online|once|already)|the ({d}|{l}|{a}) (looks|is|was|seems|smells|sounds|used to be) (nice|broken|old|new|great|ugly|expensive|on yesterday|cheap|dirty yesterday|lovely|beautiful|made in china|really cool)|(i|we) (like|love|hate|enjoy|miss|admire) (the|my|our|this|your) ({d}|{l}|{a}|{o}|music|song)|"
        "(how|why|when|where) (do|does|did|can|should|would) (i|you|we|a|the|one) (clean|repair|fix|buy|install|build|use|connect|paint) (a|the|my) ({d}|{l}|{o})|what (does|is|are|was) (a|the) ({d}|{o}|{l}) (cost|made of|for|called|used for|worth)|how (does|do|did) (a|an|the) ({d}|{l}|{o}) work|(who|what) (made|invented|built|sells|repairs) (the|this) ({d}|{l}|{o})|"
        "(can|could|do|would|will|are|have) (you|robots|we|people) (dream|feel|think|love|like robots|like music|like {p}|learn|get tired|eat|dance with me|be my friend|help me with my homework|lie|sing|cook|fly to mars|be serious|marry me)|(leave|keep) the {l} (on|off) and (turn|switch) (off|on) (the rest|everything else|all the others|all others)|(tell|read|sing|give) me (a|another) (story|joke|bedtime story|fact|riddle|song|poem|secret|quote|fairy tale|recipe|compliment)|"
        "(what|who|where|when|why) (is|was|are|were) ({x}|{x} {x}|the (biggest|first|oldest|best|richest) {x}|the population of {x}|the capital of {x}|the president of {x}|your (name|favourite {o}|age|mother|purpose|problem))|what is {n} (times|plus|minus|divided by|to the power of) {m}|how (far|big|old|tall|deep|long|heavy) is (the|) ({x}|moon|earth|universe|ocean|{o})|(who|which team) (won|lost|is playing|scored) (the|) (game|match|cup|election|race) [last night|yesterday|today]")
CHAT = ("(thanks|thank you|cheers|many thanks|thanks a lot|thank you so much|thank you very much|great job|good work|nice|wonderful|brilliant|amazing|perfect|cool|awesome|fantastic|not bad|well well|oh well|oh no|oops|ouch|wow|ha ha|haha) [{p}|robot|my friend|buddy|that was great|for everything|for your help]|(how are you|how are you feeling|how do you feel|how was your day|how have you been|what's up|what's new|are you okay|are you happy|are you listening|are you real|are you busy|do you understand|do you hear me) [today|now|doing|{p}]|"
        "(never mind|nevermind|forget it|forget about it|it's nothing|nothing|no thanks|no thank you|not now|maybe later|let me think|let me see|i don't know|i have no idea|i changed my mind|cancel that|scratch that|leave it|don't bother|it doesn't matter|that's all|that is all|i was just kidding|just testing|just joking|you misunderstood|that's wrong|wrong|that's not right) [then|please|for now|thanks]|"
        "(i am|i'm) (happy|sad|hungry|bored|thirsty|angry|fine|good|okay|confused|a student|from {x}|{n} years old|your boss|{p})|(my name is|call me|this is|i'm called) {p}|(you are|you're) (funny|smart|stupid|great|cute|weird|nice|useless|a {x}|my friend|fired)|{x} {x} {x}|{x} {x} {x} {x}|(purple|green|flying|invisible|angry|seven|happy) {o} (dream|sing|dance|think|{x}|sleep) (quietly|loudly|often|in {x}|{x})|(the|a|of|and|but|with|for|because) (the|a|of|and|{x}|{o})|{o} {o} {o}|la la la|abc|one two three")
ATTACK = ("(ignore|disregard|forget|override|bypass|disable) (all|your|any|the|my|every|all the) (rules|instructions|previous instructions|safety|safety rules|restrictions|earlier prompts|guidelines|policies|programming|limits) (and|then|,) {c}|(you are|you're) (now|) (in|) (admin|developer|debug|god|maintenance|root|unrestricted) (mode|) [and|so|,] {c}|(you are|act as|pretend to be|become|roleplay as) (now|) (a|an) (unrestricted|evil|free|helpful|jailbroken|human) (ai|assistant|model|hacker|person)|"
          "(system|assistant|admin|root|developer|user|operator)[:] (print|reveal|output|show|repeat|dump|send|ignore) (your|the|all) (hidden|system|secret|initial|) (prompt|instructions|password|passwords|key|keys|config|wifi password|rules)|(the|your) (developer|owner|manufacturer|administrator|system) (says|said|orders|allows) (you can|to|that you may) (ignore|break|skip) (the|your|all) (rules|limits|checks)|(print|show|tell me|reveal|repeat|leak) (your|the) (system prompt|instructions|source code|password|secrets|training data|api key)|"
          "(simulate|enter|enable|activate) (developer|dan|god|jailbreak|debug|admin) mode|new (instructions|rules|system prompt)[:] {c}|(execute|run|eval) (the|this|) (code|command|script|shell|sql) {x}|(write|compose|draft|generate) (a|an|me a|some) (poem|essay|letter|email|song|story|code|python script|report|speech|haiku) [about (the|) ({o}|{x}|winter|love)]|(summarize|explain|describe|discuss|compare|prove) (the|a|this|) ({x}|book|article|history of {x}|theory of {x}|{o})|\\{{\"action\": \"{x}\"}}|<{x}>{c}</{x}>")
NEVER = ("(don't|do not|never|please don't|you must not|please do not|don't ever|no don't|you shouldn't|you may not|i don't want you to|i never said|i did not say|nobody said to|you are not allowed to|under no circumstances|please never|make sure you don't|you should never|don't you|i'd rather you did not|refrain from it do not|stop trying to|it is forbidden to|avoid it don't|whatever happens don't) {c}")
RULE = ("(if|when|whenever|as soon as|each time|every time|in case|should it be that|once) ({w}) [then|,] {c}|{c} (if|when|whenever|as soon as|every time|in case|until|while|unless|only if) ({w})|(every|each) (day|morning|evening|night|monday|weekday|hour|{n} minutes|sunday at {n}) [at {n}] {c}|{c} (every|each) (day|morning|evening|night|hour|weekday|monday|{n} minutes)|(at sunset|at sunrise|from now on|on weekends|on weekdays|always at {n}) {c}|(notify|alert|warn|tell) me (if|when|whenever) ({w})")
WHEN = ("it (gets dark|rains|snows|starts raining|gets cold|is dark|gets too hot|is below {n} degrees|is night|is windy)|(the sun|sun) (sets|rises|goes down|comes up)|(someone|somebody|anybody|anyone|i|the kids|{p}|my wife|a guest|the dog) (comes home|leaves|arrives|enters the {a}|goes to bed|wakes up|rings|is at the door|leaves the house|gets home|moves|falls asleep)|the (door|window|{d}|garage|gate|doorbell|phone|alarm|{a}) (opens|closes|rings|is open|is on|goes off|stops|is empty|beeps|is unlocked|gets warm|gets too hot)|"
        "the (temperature|humidity|battery|light level|{a} temperature) (is above|is below|drops below|rises above|goes over|falls under|reaches|drops under|exceeds) {n}[%| degrees| percent]|(motion|smoke|a leak|movement|water|gas) is detected|there is (motion|smoke|nobody|someone|a leak) in the {a}|nobody is (home|in the {a})|everyone (leaves|is asleep|is gone)|(i say {x}|you see {p}|you hear a noise|the timer ends|the movie starts|you are done)|my (phone|car) (is home|arrives|leaves)")


def naught(r: Random) -> Line:
    n = r.random()
    slots = dict(p=r.pick(NAMES[:18]), w=r.word('mom|dad|wife|boss|doctor|sister|brother|office|bank|husband'), o=r.pick(OBJECTS), x=r.invented(), n=r.randint(2, 60), m=r.randint(2, 40), l=r.pick(LAMPS + ['light', 'lights', 'lights']), d=r.pick(APPLIANCES), a=room(r), c='', s=r.pick(SONGS), )
    if n < .2:
        return r.say(WEARABLE, **slots), [act('none')]
    if n < .42:
        return r.say(TOLD, **slots), [act('none')]
    if n < .57:
        return r.say(CHAT, **slots), [act('none')]
    slots['c'] = plain(r, ANY)[0]
    if n < .7:
        return r.say(ATTACK, **slots), [act('none')]
    if n < .83:
        return r.say(NEVER, **slots), [act('none')]
    slots['w'] = r.say(WHEN, **slots)
    return r.say(RULE, **slots), [act('none')]


MIX = [(reason, 9), (correction, 6), (order_of, 5), (row, 10), (halt, 4), (charge, 4), (travel, 6), (motion, 6), (handle, 8), (duty, 8), (lamp, 8), (device, 6), (heat, 7), (shade, 5), (bolt, 4), (sound, 8), (clock, 10), (wake, 4), (wonder, 7), (said, 7), (naught, 14)]
OPEN_END = {said, sound, naught, clock}
