"""Questions about the home, and things to be said aloud."""
from .engine import Line, Random, act
from .home import room
from .words import APPLIANCES, COVERS, DOORS, LAMPS, LOCKS, NAMES, ROBOTS

SENSORS = 'front door|back door|window|motion sensor|smoke detector|leak sensor|garage door|washing machine|dishwasher|battery|heat sensor|door sensor|gas sensor|alarm'.split('|')
CITIES = 'london|paris|new york|berlin|tokyo|chicago|boston|sydney|madrid|dublin|san francisco|mumbai|toronto|seattle|oslo'.split('|')


def query(r: Random) -> Line:
    kind = r.word('state|state|state|temperature|temperature|humidity|brightness|battery|time|date|weather|weather|position')
    a = room(r)
    ask = r.say('(what is|what\'s|tell me|give me|check|show me|do you know|what was|get)')
    if kind == 'state':
        return _state(r, a)
    if kind == 'temperature':
        if r.maybe(.25):
            return (r.say('(what is|what\'s) the temperature [now|right now]|{k} the temperature|how (warm|hot|cold) is it [in here|inside]|temperature|what temperature is it [in here]|is it (cold|warm|hot) in here', k=ask),
                    [act('query', kind=kind)])
        if r.maybe(.2):
            a = r.word('outside|outside|outdoors')
            return (r.say('(what is|what\'s|tell me) the temperature {a}|how (cold|warm|hot) is it {a}|what temperature is it {a}|temperature {a}|is it (cold|warm|hot) {a}|{a} temperature', a=a), [act('query', kind=kind, area=a)])
        if r.maybe(.2):
            d = r.word('fridge|freezer|oven|pool|water|water heater|thermostat|boiler|aquarium|sauna|engine|motor|cpu|heater|greenhouse')
            return r.say('{k} the temperature of the {d}|how (hot|cold|warm) is the {d}|{k} the {d} temperature', k=ask, d=d), [act('query', kind=kind, device=d)]
        return (r.say('how (warm|hot|cold) is (it in|) the {a}|{k} the temperature (in|of) the {a}|{k} the {a} temperature|what temperature is (it in|) the {a}|temperature in the {a}|'
                      'is it (warm|cold|hot) in the {a}|how many degrees (is it|are there) in the {a}|what is the {a} thermostat (at|set to)|{a} temperature', a=a, k=ask), [act('query', kind=kind, area=a)])
    if kind == 'humidity':
        if r.maybe(.25):
            return r.say('(what is|what\'s) the humidity [level]|how humid is it [in here]|{k} the humidity|humidity', k=ask), [act('query', kind=kind)]
        return r.say('how humid is (it in|) the {a}|{k} the humidity (in|of) the {a}|{k} the {a} humidity|humidity in the {a}|is it humid in the {a}|how (damp|dry) is the {a}', a=a, k=ask), [act('query', kind=kind, area=a)]
    if kind == 'brightness':
        if r.maybe(.4):
            d = r.pick(LAMPS)
            return r.say('how bright is the {d}|{k} the brightness (of|on) the {d}|{k} the {d} brightness', d=d, k=ask), [act('query', kind=kind, device=d)]
        return r.say('how (bright|dark) is (it in|it on|) the {a}|{k} the (brightness|light level) (in|of) the {a}|light level in the {a}|is it dark in the {a}|how much light is there in the {a}', a=a, k=ask), [act('query', kind=kind, area=a)]
    if kind == 'battery':
        d = r.pick(ROBOTS)
        if r.maybe(.3):
            return r.say('(what is|what\'s) (your|the) battery (level|status|)|how much (battery|charge|power) (do you have|is left|have you got) [left]|battery (level|status|)|(is your battery|are you) low|are you charged|'
                         'do you need (charging|to charge)|how full is your battery|check your battery', d=d), [act('query', kind=kind)]
        return (r.say('{k} the battery (level|status|) of the {d}|{k} the {d} battery [level]|how (full|charged) is the {d} [battery]|how much (battery|charge) does the {d} have [left]|'
                      'is the {d} (charged|battery low)|does the {d} need charging|battery level of the {d}', d=d, k=ask), [act('query', kind=kind, device=d)])
    if kind == 'time':
        if r.maybe(.25):
            return r.say('what time is it in {c}|what is the time in {c}|time in {c}|tell me the time in {c}', c=r.pick(CITIES)), [act('query', kind=kind)]
        return r.say('what time is it [now|right now]|(what is|what\'s|tell me) the [current] time|do you (have|know) the time|current time|time please|time check|what is the time now|what\'s the hour'), [act('query', kind=kind)]
    if kind == 'date':
        return r.say('what day is (it|today) [today]|what is [today\'s] (the|) date [today]|(tell me|what\'s) (the|today\'s) date|what is today|what (month|year) is it|what day of the week is it|today\'s date|which day is it|'
                     'what day is tomorrow|what is the date tomorrow|what is the date on (friday|monday)'), [act('query', kind=kind)]
    if kind == 'weather':
        when = r.say('(today|tomorrow|tonight|this weekend|on monday|on friday|this week|right now|later|)')
        c = r.say('in {c}', c=r.pick(CITIES)) if r.maybe(.3) else ''
        return (r.say('(what is|what\'s|how is|how\'s) the weather [like] {c} {w}|(what is|what\'s|tell me|give me) the [weather] forecast {c} {w}|will it (rain|snow|be sunny|be cold|be hot|be windy) {c} {w}|is it (going to|gonna) (rain|snow) {c} {w}|'
                      'do i need (an umbrella|a jacket|a coat) {w}|is it (raining|snowing|sunny|windy) {c}|weather {c} {w}|weather (report|forecast) {c} {w}|how hot will it (be|get) {c} {w}|should i (wear|take) a (coat|jacket|sweater) {w}', c=c, w=when), [act('query', kind=kind)])
    if r.maybe(.4):
        return r.say('where are you|what is your (position|location)|tell me where you are|report your position|where are you now|in which room are you|what is your current location|your position'), [act('query', kind=kind)]
    d = r.pick(ROBOTS if r.maybe(.5) else COVERS)
    if d in COVERS:
        w = r.say('{d} in the {a}|{a} {d}', d=d, a=a)
        return (r.say('(what|which) position (are|is) the {w} (in|at)|how far (are|is) the {w} open|what is the position of the {w}|how open (are|is) the {w}', w=w), [act('query', kind=kind, device=d, area=a)])
    return r.say('where is the {d}|what is the (position|location) of the {d}|(locate|find out where) the {d} (is|)|in which room is the {d}|tell me where the {d} is', d=d), [act('query', kind=kind, device=d)]


def _state(r: Random, a: str) -> Line:
    n = r.random()
    if n < .3:
        d = r.word('lights|light|lights')
        return (r.say('(is|are) the {a} {d} (on|off)|(is|are) the {d} (on|off) in the {a}|(is|are) (there any|any) {d} on in the {a}|did i leave the {d} on in the {a}|which {d} are on in the {a}|'
                      'are all the {d} off in the {a}|is the {d} in the {a} (still|) on', a=a, d=d), [act('query', kind='state', device=d, area=a)])
    if n < .4:
        d = r.word('lights|doors|windows|blinds|lights|devices')
        return (r.say('which {d} are (on|open|closed|locked|off)|(are|is) (all|) the {d} (off|on|closed|open|locked)|are any {d} (on|open)|how many {d} are (on|open)|did i leave the {d} (on|open)|are there any {d} (on|open)', d=d),
                [act('query', kind='state', device=d)])
    if n < .5:
        return (r.say('is (there|) (anyone|anybody|somebody|someone|motion|movement) (in|on|at) the {a}|is the {a} (occupied|empty)|was there motion in the {a}|is there (smoke|a leak|water|gas) in the {a}', a=a),
                [act('query', kind='state', area=a)])
    group = r.random()
    if group < .3:
        d, adj = r.pick(LOCKS), 'locked|unlocked|open|closed|locked'
    elif group < .6:
        d, adj = r.name(COVERS + DOORS * 2, .1), 'open|closed|open|shut|closed|moving|still open|opened or closed|open or closed'
    elif group < .7:
        d, adj = r.pick(SENSORS), 'open|on|closed|triggered|active|running|done|finished'
    else:
        d, adj = r.name(APPLIANCES + LAMPS), 'on|off|running|on|turned on|on or off|still on|turned off|working|playing'
    w, args = r.say('(the|my|the) ') + ' ' + d, {'device': d}
    if group >= .3 and r.maybe(.3) and d != 'garage':
        w, args = r.say('(the|my) {a} {d}|the {d} in the {a}', d=d, a=a), {'device': d, 'area': a}
    return (r.say('(is|are|is|are) {w} ({adj})|(is|are) {w} ({adj})|(check|tell me|find out|do you know|see|verify|can you tell me) (if|whether) {w} (is|are) ({adj})|'
                  '(what is|what\'s|tell me|get|check|show me|give me) the (status|state) of {w}|(what is|what\'s) {w} (doing|status)|did i (leave|close|lock|turn off) {w}|status of {w}|has {w} been left (on|open)|how is {w}'
                  .replace('{adj}', adj), w=w), [act('query', kind='state', **args)])


PHRASES = ('dinner is ready|the food is ready|it is time to go|good morning|hello|welcome home|happy birthday|the bus is here|lunch is served|time for bed|hello everyone|'
           'i will be late|we are leaving in 5 minutes|the door is open|please be quiet|come downstairs|the laundry is done|thank you|i love you|breakfast is ready|'
           'please wash your hands|the meeting starts now|somebody is at the door|good night|attention please|please step aside|hello world|the movie is starting|'
           'the pizza has arrived|do your homework|goodbye|be careful|i am a robot|your taxi is waiting|get ready for school|excuse me|the coffee is ready|who is there|'
           'turn off your phones|the test is finished|it is raining|there is a package at the door|my name is robin|nice to meet you|where is everybody').split('|')


def say(r: Random) -> Line:
    p = r.pick(PHRASES)
    n = r.random()
    if n < .4:
        return r.say('(say|say|announce|broadcast|announce that|say out loud|please announce|broadcast that|shout|repeat after me|speak|read out|make an announcement) {p}|say {p} [out loud|aloud]', p=p), [act('say', text=p)]
    if n < .75:
        to = r.pick(NAMES + 'the kids|the family|everyone|the guest|the man in the kitchen|the person at the door|him|her|them'.split('|'))
        return (r.say('(tell|inform|let) {t} that {p}|say {p} to {t}|tell {t} {p}|announce to {t} that {p}|(say|tell) {t} {p}|announce {p} to {t}', t=to, p=p).replace('let ' + to + ' that', 'let ' + to + ' know that'),
                [act('say', text=p, to=to)])
    a = room(r)
    return r.say('(announce|say|broadcast) {p} (in|to) the {a}|(announce|broadcast) in the {a} that {p}', a=a, p=p), [act('say', text=p, to=a)]
