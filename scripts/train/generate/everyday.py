"""What people say that the kinds of command by themselves do not bring: wishes in a roundabout way, errands of many steps,
things told by where they stand, open text that looks like something else, and words of command in lines that are none.
"""
from .engine import Line, Random, act
from .home import climate, cover, light, lock, room, switched
from .media import DAYS, duration, media, volume
from .robot import drive, goto, length, obj, place, task, turn
from .speech import plain, said
from .wider_home import bolt, device, heat, lamp, shade, sound
from .wider_robot import charge, duty, halt, handle, motion, travel
from .words import APPLIANCES, ARTISTS, COLORS, COVERS, GENRES, LAMPS, NAMES, OBJECTS, PLACES, ROOMS, SONGS, SPOTS

HOME = [light, lamp, switched, device, cover, shade, lock, bolt, climate, heat, media, volume, sound]
ROBOT = [drive, turn, motion, motion, goto, travel, obj, handle, task, duty]

ASK = ("would it be possible to|is it possible to|i was (hoping|wondering) (if|whether) you could|do me a favor and|do me a favour and|could i ask you to|i'd appreciate it if you could|it would be (great|nice|lovely|good) if you could|"
       "is there any (chance|way) you could|you know what|if you (don't mind|could|get a chance|have a second|can)|when you (get a chance|have a moment|are ready)|do you think you could|might you|can i get you to|may i ask you to|"
       "i (think|guess) you should|i wish you would|why don't you|how about you|be a good robot and|it's time to|time to|we (need|have) to|i'm going to need you to|i want you to|you need to|you may|you can|go|go ahead|let me have you|"
       "i'd be grateful if you would|what i want is to|what i need you to do is|all i want is for you to|the next thing is to|next i need you to|okay so|alright then|right|hey listen|listen|hey um|so um|yeah|yes|sure|okay great now|good now|cool now|perfect now|great now|nice now")


def roundabout(r: Random) -> Line:
    """A command after many words of politeness, or a wish for how things should be."""
    if r.maybe(.55):
        text, calls = plain(r, HOME if r.maybe(.55) else ROBOT + [charge, halt, said])
        return r.say(ASK) + r.word(' | | |, ') + text, calls
    a, d, l, c, n = room(r), r.name(APPLIANCES), r.name(LAMPS), r.pick(COVERS), r.random()
    on = r.word('on|off')
    if n < .2:
        return (r.say("it would be (nice|great|good|lovely) (if|to have) the {l} (was|were|) {p}|the {l} (can|could|may|should|ought to) (go|be turned|be switched|be) {p} [now]|(i'd|i would) (like|love|prefer) (to have|) the {l} {p}|why not (turn|switch) {p} the {l}|you can (leave|have|turn) the {l} {p}|"
                      "how about the {l} {p}|let me have the {l} {p}|i'd feel better with the {l} {p}", l=l, p=on).replace('if the {l} ', 'if the {l} '), [act('light.set', device=l, power=on)])
    if n < .35:
        return (r.say("it would be (nice|great|good|lovely) if the {d} (was|were) {p}|the {d} (can|could|may|should|ought to) (go|be turned|be switched|be) {p} [now]|(i'd|i would) (like|love|prefer) (to have|) the {d} {p}|why not (turn|switch) {p} the {d}|you can (leave|turn|switch) the {d} {p}|let me have the {d} {p}|"
                      "i'd feel better with the {d} {p}", d=d, p=on), [act('power.set', device=d, power=on)])
    if n < .5:
        x = r.word('on|on|off')
        return (r.say("(we|i) could (do with|use) (some|a little|a bit of) light in the {a}|(some|a bit of|a little) light in the {a} (please|would be nice|would be great|would help)|the {a} (could use|needs|is missing) (some|a bit of|a little) light|get some light (in|into) the {a}|put some light on in the {a}" if x == 'on' else
                      "(we|i|nobody) (don't need|do not need|needs) (the|any) (lights|light) [on] in the {a} [anymore|now]|no (lights|light) in the {a} please|the {a} (lights|light) can go (off|out)|we're done in the {a} (turn|switch) the lights off|the {a} can go dark", a=a).replace('nobody don\'t need', 'nobody needs').replace('nobody do not need', 'nobody needs').replace('i needs', 'i need').replace('we needs', 'we need').replace('i need any', "i don't need any").replace('we need any', "we don't need any"),
                [act('light.set', area=a, power=x)])
    if n < .62:
        s, v = r.pick([('open', 'open|opened|up'), ('close', 'closed|shut|down')])
        return (r.say(f"it would be (nice|great|good) (if|to have) the {{a}} {{c}} (was|were|) ({v})|the {{a}} {{c}} (can|could|may|should|ought to) (be|go|come) ({v}) [now]|(i'd|i would) (like|love|prefer) [to have] the {{a}} {{c}} ({v})|you can leave the {{a}} {{c}} ({v})", a=a, c=c),
                [act('cover.set', device=c, area=a, state=s)])
    if n < .8:
        g, at, where = r.pick([r.pick(GENRES), r.pick(ARTISTS), r.pick(GENRES)]), '', {}
        if r.maybe(.3):
            at, where = f'in the {a}', {'area': a}
        return (r.say("i could go for (some|a little|a bit of) {g} {h}|(some|a little|a bit of) {g} {h} (would be nice|would be great|please|would be lovely)|let's have (some|a little|a bit of) {g} {h}|how about (some|a little|a bit of) {g} {h}|(we|i) could (do with|use) (some|a bit of) {g} {h}|what about (some|a bit of) {g} {h}|time for (some|) {g} {h}|"
                      "(surprise|entertain) me with (some|) {g} {h}|get (some|) {g} going {h}|give (us|me) some {g} {h}", g=g, h=at), [act('media.do', op='play', query=g, **where)])
    t = r.randint(16, 26)
    return (r.say("it (should|ought to|could) be {t} degrees in the {a}|(we|i) (like|want|prefer) the {a} (at|to be) {t} degrees|(i'd|i would) (like|love|prefer) (it at|it to be|it) {t} degrees in the {a}|how about {t} degrees in the {a}|{t} degrees (would be nice|please) in the {a}|can the {a} be {t} degrees", t=t, a=a), [act('climate.set', area=a, temperature=t)])


def long_errand(r: Random) -> Line:
    """Three to five steps in one breath; how they hang together is said in many ways."""
    n, home = r.pick([3, 3, 4, 4, 4, 5]), r.maybe(.25)
    kinds = HOME if home else ROBOT
    text, calls = '', []
    for i in range(n):
        while True:
            t, c = plain(r, kinds)
            if len(t.split()) < 9:
                break
        if i == 0:
            text = r.word('||||first |first of all |to start |start by this |please |okay |i need you to |').replace('start by this ', '') + t
        elif i < n - 1:
            text += r.word(', | and | then |, then | and then |, and then |. then |. |, after that | |, next | next |. after that |, and |. next |, second |; ') + t
        else:
            text += r.word(', and | and | then |, then | and then |, and finally | finally |, finally |. then |, and lastly | and after that |. finally |, last |. when done |, once that is done |, and when you are done |. at the end |; then | and | and then ') + t
        calls += c
    return text, calls


def there(r: Random) -> Line:
    """Go somewhere, and what to do there."""
    p = place(r)
    go = r.say('(go|go over|drive|head|move|walk|run|navigate|come) to the {p}', p=p)
    text, calls = plain(r, [handle, duty, turn, obj, task, drive])
    if len(text.split()) > 9:
        text, calls = 'take a photo', [act('robot.task', op='photo')]
    x = r.say("{g}[,] (once|when) you (are|get|arrive) there {t}|{g} and (once|when) you (are|get) there {t}|(once|when|after) you (get to|reach|arrive at|are at) the {p}[,] {t}|{g} to {t}|{g} and there {t}|{g}, {t} there|{g} [and] {t} when you (arrive|get there|are there)|{g} so you can {t}|{g} and {t}|after you {g} {t}|from the {p} {t}"
              .replace('|from the {p} {t}', ''), g=go, t=text, p=p)
    return x, [act('robot.goto', place=p)] + calls


def bare_bones(r: Random) -> Line:
    """Robots in few words, and by other verbs: pan, come here, circles, hover."""
    n, s, (t, v, u) = r.random(), r.word('left|right'), length(r)
    g = r.pick([10, 15, 20, 30, 45, 60, 90, 120, 180, r.randint(1, 359)])
    if n < .2:
        return r.say('(pan|swing|swivel|rotate|sweep|point|angle) [the camera|your head|yourself|your camera] [to the|to your] {s} [by] {g} degrees|(pan|swing|swivel) {s} {g} [degrees]|(pan|rotate) {g} degrees [to the|to your] {s}', s=s, g=g), [act('robot.turn', direction=s, degrees=g)]
    if n < .32:
        return r.say('(pan|swing|swivel|rotate|sweep|point) [the camera|your head|your camera] [to the|to your] {s} [a bit|a little|slightly|slowly]|(a bit|a little|slightly|further|some) (more|further) (pan|turn) {s}|keep (turning|rotating) [to the|] {s}|turn [a bit|a little|slightly|some] (more|further) [to the|to your|] {s}|{s} turn (please|now)'
                     .replace('(a bit|a little|slightly|further|some) (more|further) (pan|turn) {s}|', ''), s=s), [act('robot.turn', direction=s)]
    if n < .44:
        return r.say("come (here|over here|back here|over)|(get|drive|roll|move) over here|here boy come here|come here (please|now|robot)|(can|could|would) you come (here|over here)|come on over here|i need you here|i want you here|get here", s=s).replace('come over', 'come over here').replace('here here', 'here'), [act('robot.goto', place='here')]
    if n < .52:
        return r.say("come (to|back to|over to) me|(return|go back|drive back|get back|come back|walk back|move) to me|i want you (next to|beside|by) me|(get|drive|move) over to me|come find me|get back to me|bring yourself to me"), [act('robot.goto', place='me')]
    if n < .62:
        return (r.say('(turn|spin|rotate|go|pivot|do|make) (a full circle|full circle|in a circle|a complete turn|a full turn|all the way around|a full rotation)|(do|make|pull) a (360|three sixty|full 360)|spin (once around|around once)|do a (360|three sixty) [degree] (turn|spin|rotation)'.replace('|(do|make|pull) a (360|three sixty|full 360)', '').replace('|do a (360|three sixty) [degree] (turn|spin|rotation)', ''), s=s),
                [act('robot.turn', direction='around')])
    if n < .7:
        g = r.pick([180, 360, 90])
        return r.say('(do|make|pull|perform) a {g} [degree] [turn|spin|rotation]|(do|make) a full {g}|(turn|spin|rotate|pivot) {g} [degrees] [please|now]|{g} degree (turn|spin|rotation)|a {g} [turn|spin] please', g=g), [act('robot.turn', degrees=g)]
    if n < .78:
        return r.say('hover|hover (in place|there|here|where you are)|stay (put|right there|where you are|at this spot|parked)|(hold|keep) (your|this|that) (position|spot|place)|(halt|stop) [right] (there|here|now)|(okay|that is|that\'s) (far enough|close enough|enough) [stop]|stop (your|all|the) (motors|engines|wheels|movement)|brakes|(full|complete|dead) stop|(kill|cut|shut off|turn off) the (engine|engines|motors|motor)'
                     .replace('(kill|cut|shut off|turn off) the (engine|engines|motors|motor)', '(kill|cut) the (engines|motors)')), [act('robot.stop')]
    d, w = r.pick([('forward', 'forward|ahead|straight|straight ahead|forwards'), ('back', 'back|backward|backwards|in reverse'), ('forward', 'forward|ahead'), ('up', 'up|higher'), ('down', 'down|lower')])
    w = r.word(w)
    if n < .9:
        return r.say('{t} {w}|{w} {t}|(another|now|one more time|again) {t} {w}|(give me|i want|let\'s do|do|make it) {t} {w}|{w} by {t}|{w} (about|exactly|around|roughly) {t}', t=t, w=w), [act('robot.drive', direction=d, distance=v, unit=u)]
    return (r.say('(a bit|a little|slightly|just a bit|some|a touch) [more|further] {w}|{w} (a bit|a little|slightly|slowly|some more|a bit more|a little more|again|please|now)|(back|scoot|inch|nudge) {w} (a bit|a little|some more)'.replace('|(back|scoot|inch|nudge) {w} (a bit|a little|some more)', ''), w=w), [act('robot.drive', direction=d)])


def by_place(r: Random) -> Line:
    """Things told by what they stand at; the whole of it is the name."""
    where = r.say("(by|next to|near|beside|over|above|behind|under|on|in front of|across from|at|opposite) (the|my|the) {s}|on the (left|right|wall|ceiling|nightstand|back wall)|{p}'s side of the bed".replace("|{p}'s side of the bed", ''), s=r.pick(SPOTS + PLACES[:20] + ['stairs', 'mirror', 'piano', 'window', 'door', 'bed']), p=r.pick(NAMES[:18]))
    p, n = r.word('on|off'), r.random()
    own = r.pick(NAMES[:18] + ['grandma', 'the baby', 'my son', 'my daughter', 'mom', 'dad'])
    if n < .3:
        d = r.word('light|lamp|lights|lamp|spotlight|led strip|fixture|bulb') + ' ' + where
        return r.say('(turn|switch) {p} the {d}|(turn|switch) the {d} {p}|the {d} {p}|(please|can you|could you) (turn|switch) {p} the {d}|(activate|light up|fire up) the {d}' if p == 'on' else '(turn|switch|shut) {p} the {d}|(turn|switch|shut) the {d} {p}|the {d} {p}|(kill|deactivate|shut off) the {d}', p=p, d=d), [act('light.set', device=d, power=p)]
    if n < .5:
        d = r.word('fan|plug|socket|outlet|heater|tv|speaker|charger|humidifier|screen|computer|radio|printer') + ' ' + where
        return r.say('(turn|switch|shut) {p} the {d}|(turn|switch) the {d} {p}|the {d} {p}|power {p} the {d}'.replace('shut) on', 'switch) on'), p=p, d=d), [act('power.set', device=d, power=p)]
    if n < .7:
        d = r.say("{w}'s (lamp|reading lamp|light|desk lamp|night light|bedside lamp)", w=own.replace('the ', '').replace('my ', '') if r.maybe(.5) else own)
        c, b = r.pick(COLORS), r.randint(1, 20) * 5
        x, args = r.pick([('(turn|switch) {p} {d}|(turn|switch) {d} {p}|{d} {p}', {'power': p}), ('(set|turn|make|change) {d} [to] {c}', {'color': c}), ('(dim|set|turn|put) {d} to {b}%|{d} at {b}%', {'brightness': b})])
        return r.say(x, p=p, d=d, c=c, b=b), [act('light.set', device=d, **args)]
    if n < .85:
        d = r.say('(window|blind|blinds|curtain|curtains|shade|shutter|door|gate) {w}', w=where)
        s = r.word('open|close')
        return r.say('{s} the {d}|{v} the {d}|(please|can you|could you) {s} the {d}|the {d} should be {e}', s=s, d=d, v='open up' if s == 'open' else 'shut', e='open' if s == 'open' else 'closed'), [act('cover.set', device=d, state=s)]
    d = r.say('(door|gate) (to|of) the {a}|{a} (door|gate|window)', a=r.pick(ROOMS))
    s = r.word('lock|unlock')
    return r.say('{s} the {d}|(please|can you|could you|go) {s} the {d}|is there a way to {s} the {d}|the {d} (should|must|needs to) be {s}ed|make sure the {d} is {s}ed'.replace('|is there a way to {s} the {d}', ''), s=s, d=d), [act('lock.set', device=d, state=s)]


SERVICES = 'spotify|youtube|netflix|apple music|deezer|pandora|youtube music|soundcloud|amazon music|tidal|google music|hulu|itunes'


def watched(r: Random) -> Line:
    """Films, shows, episodes and songs by long names; the service is not copied."""
    x = r.say('{x}|{x} {y}|the {x} {o}|{s}|{o} and {x}|{a} {x}|{x} of the {o}|{n} {o}s|the {o}|{s} {n}|{x} in {y}|{a} and the {x}', x=r.invented(), y=r.invented(), o=r.pick(OBJECTS), s=r.pick(SONGS), a=r.pick(NAMES[:18]), n=r.randint(2, 99))
    what, on = r.say('tv show|movie|film|series|show|album|track|song|playlist|podcast|audiobook|artist|band|cartoon|soundtrack|video|documentary|radio station'), r.say(f'on ({SERVICES})') if r.maybe(.4) else ''
    at, where = ('', {})
    if not on and r.maybe(.3):
        d = r.word('tv|projector|radio|stereo|sonos|living room tv|bedroom tv')
        at = f'on the {d}'
        where = {'device': 'tv', 'area': d[:-3]} if d.endswith(' tv') else {'device': d}
    q = r.say('{w} {x}|{w} {x}|{x}|{x} by {a}|{w} {x} by {a}|episode {n} of {x}|season {n} of {x}|{w} called {x}|{w} named {x}|(latest|newest|last|first) episode of {x}|(best|greatest hits|top songs) of {x}|{x} {w}|{w}s by {x}|(new|old|latest|popular|top) {w} (by|from) {x}|{y} music (by|from) {x}|{n} {x}', w=what, x=x, a=r.pick(ARTISTS), n=r.randint(1, 20), y=r.word('the new|old|happy|chill|chant|live'))
    t = r.say('(play|play|play me|put on|start|watch|i want to watch|i want to hear|let\'s watch|i would like to hear|can we watch|listen to|please play|stream|start playing|show|let me hear|can you play) [the|the|my|some|a] {q} {h} {o}', q=q, h=at, o=on)
    for first in ('the ', 'my ', 'some ', 'a '):
        if q.startswith(first):
            q = q[len(first):]
    return t, [act('media.do', op='play', query=q, **where)]


def aloud(r: Random) -> Line:
    """Speech that ends in a time, a place, a name or a command, and is still all speech."""
    d, _ = duration(r)
    s = r.say("(we|they|you|the shop|the store|school|the museum|the pool|dinner) (close|closes|open|opens|leave|leaves|start|starts|will start|will be ready|is ready|begins|arrive|arrives) (in {d}|at {n}|at {n} o'clock|soon|{t})|"
              "(lunch|dinner|breakfast|the bus|the taxi|the train|the show|the meeting|{p}|the pizza) (is|will be|starts|arrives|leaves|comes|is coming) (in {d}|at {n}|here in {d}|on time|{t}|at the {a} door|on the table)|(lights|doors|everything) (off|closed) (in {d}|at {n})|"
              "(turn|switch) (on|off) the {v}|(open|close|lock) the (door|window|gate)|(go|come) to the {a} [now|in {d}|at {n}]|(bring|put|take) the {o} (in|to|on) the {s}|play (some|) music|stop (that|the {v}|it)|{p} (should|must|has to|needs to) (come|go|leave|stop|wait) [in {d}|at {n}|now]|i (will|am going to) (be home|call|leave|arrive|be there) (in {d}|at {n}|{t})|"
              "(please|kindly) (wait|leave|come) [in the {a}|at the door|here|for {d}|until {n}]|no {o} in the {a}|(follow|watch) (me|the robot|the red line)|turn (left|right) at the {a}|the {v} is (on|off|set to {n}|too loud)", d=d, n=r.randint(1, 12), t=r.pick(DAYS), p=r.pick(NAMES[:18]), a=room(r), v=r.pick(APPLIANCES), o=r.pick(OBJECTS), s=r.pick(SPOTS))
    n, w = r.random(), r.say('({p}|{p}|the (kids|guests|family|visitors|children|team|nurse|driver|customers)|my (wife|husband|son|daughter|mother)|mom|everyone|everybody|them|him|her)', p=r.pick(NAMES))
    if n < .55:
        return r.say("(say|announce|broadcast|announce that|broadcast that|say out loud|shout|yell|repeat after me|repeat|make an announcement that|let everyone know that|say the following|please say|please announce|read out|say this|speak|say hello and then say)".replace('|let everyone know that', '').replace('|say hello and then say', '')) + ' ' + s, [act('say', text=s)]
    if n < .9:
        return r.say('tell {w} [that] {t}|let {w} know [that] {t}|(inform|notify|warn) {w} that {t}|say to {w} [that] {t}|(announce|broadcast) to {w} [that] {t}|tell {w} {t}', w=w, t=s), [act('say', text=s, to=w)]
    return r.say('tell {w} to {t}|ask {w} to {t}', w=w, t=(o := r.say('(come|go) to the {a}|(turn|switch) off the {v}|bring the {o}|(leave|come|call) in {d}|(open|close) the (door|window)|wait for {d}|(clean|leave) the {a}', a=room(r), v=r.pick(APPLIANCES), o=r.pick(OBJECTS), d=d))), [act('say', text=o, to=w)]


def labelled(r: Random) -> Line:
    """Alarms with what they are for."""
    h, m = r.randint(1, 12), r.pick(['00', '15', '30', '45', '10', '05', '50'])
    t = r.say("{h}|{h} am|{h} pm|{h}:{m}|{h}:{m} am|{h}:{m} pm|{h} o'clock|half past {h}|noon|{h}am", h=h, m=m)
    l = r.say("(gym|work|school|medication|pills|meeting|workout|yoga|church|breakfast|the dentist|pick up kids|dinner|flight|morning run|{x}|{o}|{x} {o}|wake up|feed the cat|bed time|class|practice)", x=r.invented(), o=r.pick(OBJECTS))
    date = r.pick(DAYS) if r.maybe(.3) else None
    on = '' if not date else date if date.split()[0] in ('tomorrow', 'tonight', 'today', 'every', 'next', 'this') else 'on ' + date
    return (r.say("(set|create|make|add|i need|schedule) (an|a new|another) alarm (called|named|labeled|labelled|with the name|titled) {l} (for|at) {t} {o}|(set|create|add) (an|a new) alarm (for|at) {t} {o} (called|named|labeled|labelled|with the label) {l}|(set|create|make) (a|my|the) {l} alarm (for|at) {t} {o}|{l} alarm (at|for) {t} {o}", l=l, t=t, o=on),
            [act('alarm.do', op='set', time=t, date=date, label=l)])


NEAR = ("(turn|flip) (the|to the next|to|over the) page [{n}]|open (a new|the) (tab|window in chrome|file|browser|document|email|bank account|book to page {n})|play (chess|a game|cards|a round of {x}|hide and seek|a trick|football) [with (me|{p})]|set (the table|a goal of {n} {o}s|my status to away|a budget|a reminder|the date for the wedding|a new password|my home address|the record straight|up a meeting)|"
        "(lock|unlock) (my|the|this) (screen|account|phone screen|file|bitcoin|achievement)|(turn|show) up (at|for) (the meeting|work|{n})|(close|open) (the|a) (deal|account|bank account|ticket|case|issue|tab|app|chat|conversation)|light (a|the) (candle|fire|cigarette|match)|follow (up with {p}|{p} on (twitter|instagram|facebook)|the news|that account|my heart)|"
        "pick (a|any) (number|card|color|movie|winner|name|restaurant) [between {n} and {m}]|bring me (luck|up to date|good news)|find (me|) (a|an|the best|the nearest|a good|cheap) (restaurant|hotel|flight|recipe|doctor|gas station|job|movie|girlfriend|deal|pharmacy|parking space) [in {c}|near me|for tonight|nearby]|take (a note|a break|the bus|it easy|my order|notes|me to {c}|the day off)|"
        "put (it|the meeting|{o}|that) (on|in) (my|the) (calendar|shopping list|agenda|list|cart|to do list)|(guide|walk|talk) me through (the|this|a) (recipe|process|{x}|tutorial|meditation)|look up (the|) (definition of {x}|{x}|{p}'s number|address of {x}|word {x})|show me (pictures|videos|a picture|news|reviews|flights|the way you {x}|my calendar|my steps) (of|about|for|from) (the|) ({x}|{o}|{c}|today)|"
        "(clean|empty|check) (my|the) (inbox|voicemail|spam folder|recycle bin|email)|go to (youtube|google|{x} dot com|the next page|the website|my profile|settings|sleep mode now|facebook|page {n})|say (that again|what|again|it again)|(move|change|reschedule|cancel|confirm) (my|the) (meeting|appointment|flight|order|subscription|reservation|booking|dentist appointment|plans) [to {n}|with {p}|for tomorrow]|"
        "drop (me a line|the subject|it already|by {p}'s place)|(raise|increase|lower|reduce|cut) (my|the|our) (salary|budget|taxes|rent|prices|bill|expectations|weight|screen time|debt|interest rate)|(switch|change) (to|the language to|your language to) (spanish|german|french|english)|change (your|the|my) (name|voice|password|wake word|accent|language|ringtone|wallpaper|profile picture) [to {x}]|(speak|talk) (slower|faster|in spanish|like a pirate|to me|french)|"
        "(stop|quit) (smoking|worrying|lying|the world|my subscription|joking|being {x}|my membership)|(start|begin|open) (a|the|my) (new game|business|conversation|diet|meeting|call|download|update|presentation|{x} app|calculator|book)|(turn|switch) (me on|the tables|my life around|jobs|teams|careers)|(charge|bill) (it to my card|my credit card|my account|{p} {n} dollars)|hold my (calls|beer)|"
        "(raise|lift|lower) (your|my) (spirits|voice in {x}|expectations|eyebrows)|what (is|are) the (score|results|odds|stock price|lyrics|rules|chances|directions|hours|ingredients) (of|for|to) (the|) ({x}|{s}|{c}|game|{o})|how (do|can|should) i (get to|make|cook|draw|say|spell|open|remove|fix|clean|install|lock) (a|the|an|) ({o}|{x}|{d}|{c}|{l})|(who|what) (left|broke|made|bought|moved|invented) the ({d}|{o}|{l})|"
        "(did|have) you (see|hear|read|watch|like|eat|sleep|enjoy|miss) (me|the (game|movie|news|{o})|well|{s}|anything)|i (turned|switched) (on|off) the ({l}|{d}) (myself|already|earlier|this morning|before)|(the|that|my) ({l}|{d}|{o}) (came|arrived|cost|fell|broke|belongs to|was made|is from) (yesterday|{n} dollars|{p}|in {c}|today|last week|again)|i (usually|always|never|rarely|sometimes) (turn|switch|leave|close|open|keep) the ({l}|{d}|door|window) (on|off|open|at night)|"
        "(remind|ask) me (later|again|tomorrow|about (it|the {o}|that) [tomorrow|later|at {n}]|to (call {p}|buy {o}|pay {p}|take the {o}|turn in the {o}|water the {x}|clean the {a}|lock the door|feed the {x}) [at {n}|tomorrow|tonight|in the morning|when i get home])|(add|put|remove|delete|cross) {o} (to|on|from|off) (my|the) [shopping|grocery|packing|wish|to do] list|(create|start|read|clear|show|delete) (a|my|the) [shopping|grocery|to do|wish|packing] list|"
        "(call|phone|text|message|dial|ring|email|facetime|ping) ({p}|my {w}|the {w}|{p} back|{p} at work|{p} and say i am late|the police|an uber|a cab|room service|{n}{m}{n})|(answer|decline|end|reject|ignore|mute) (the|this|that|my) (phone|call|incoming call|phone call)|(pair|connect|sync|unpair|disconnect) (my|the|to|with) (headphones|phone|watch|bluetooth|car|account|{x})|(track|log|count|start tracking|record|save) (my|a|this) (run|steps|workout|walk|sleep|heart rate|calories|lunch|weight|period|water intake|voice memo|swim)|"
        "(how many|how much|how far|how long) (steps|calories|miles|water|sleep|kilometers|did i (walk|run|sleep|swim|cycle)|have i (walked|slept|run|been sitting)|floors) [have i done|did i take|did i get|today|last night|this week]|what (is|was|'s) my (heart rate|pulse|pace|step count|sleep score|blood pressure|oxygen level|calorie count|bmi|next appointment|goal|schedule|email address|ip address|balance|name)|"
        "(read|show|open|check|delete|reply to|forward|any) [me] (my|the|new|the last|his) (message|messages|notification|notifications|text|texts|email|emails|mail|tweets|voicemails)|(tell|sing|give|read) (me|us) (a|an|the|another|some) (joke|story|poem|fact|riddle|song|advice|news|headlines|quote|compliment|lullaby|bedtime story|horoscope)|(where|how) (can|do) i (buy|find|get|order|sell) (a|an|some|the|) (new|cheap|good|) ({o}|{d}|{l})|"
        "(mail|ship|order|buy|sell|rent|wrap|pay for) (a|an|the|two|some|another|my) ({o}|{d}|pizza|gift|flowers|{x}) (to {p}|online|from amazon|for {p}|on ebay|back to the store)|(what|which) ({l}|{d}|{o}|robot|vacuum) (is|are) (the best|better|cheaper|on sale|best for {p}|most popular)|(what's|what is) the (difference between|meaning of|best|price of|name of|history of) (a|the|an|) ({d}|{o}|{x}|{l}) [and (a|the) {o}]|how (loud|expensive|heavy|safe|efficient|old|good) is (a|an|the|your|this) ({d}|{l}|{o}|robot)")


def near(r: Random) -> Line:
    """Lines that are none though they begin like commands or speak of things."""
    return r.say(NEAR, p=r.pick(NAMES[:18]), w=r.word('mom|dad|wife|boss|doctor|sister|brother|office|bank|husband|landlord|dentist'), o=r.pick(OBJECTS), x=r.invented(), n=r.randint(1, 60), m=r.randint(2, 40), l=r.pick(LAMPS + ['light', 'lights']), d=r.pick(APPLIANCES),
                 a=room(r), s=r.pick(SONGS), c=r.word('paris|london|new york|rome|berlin|tokyo|boston|spain|france|chicago')), [act('none')]


MIX = [(roundabout, 16), (long_errand, 13), (there, 7), (bare_bones, 12), (by_place, 10), (watched, 8), (aloud, 10), (labelled, 3), (near, 21)]
OPEN_END = {aloud, watched, near}
