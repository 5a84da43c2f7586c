"""Music, volume, timers, alarms, delayed commands."""
from .engine import Line, Random, act
from .home import light, lock, cover, room, switched
from .words import ARTISTS, GENRES, NAMES, PODCASTS, SONGS, STATIONS

PLAYERS = 'tv|radio|stereo|soundbar|sonos|echo|record player|hifi|media player|apple tv|chromecast|jukebox|sound system|music player|projector'.split('|')


def player(r: Random):
    """(words for where, arguments). A speaker without a name is left out: the room says it."""
    a = room(r)
    if r.maybe(.4):
        return r.say('(in|in|on) the {a}', a=a), {'area': a}
    if r.maybe(.35):
        return r.say('on the {a} speaker|on the speaker in the {a}', a=a), {'device': 'speaker', 'area': a}
    d = r.name(PLAYERS, .1)
    if r.maybe(.3):
        return r.say('on the {a} {d}|on the {d} in the {a}', a=a, d=d), {'device': d, 'area': a}
    return r.say('on (the|my) {d}', d=d), {'device': d}


def query(r: Random) -> str:
    n = r.random()
    if n < .3:
        return r.pick(GENRES)
    if n < .5:
        return r.pick(ARTISTS)
    if n < .75:
        return r.say('{s} by {a}|{s}|song {s}|album {s}|{s} from {a}|music by {a}|songs by {a}|something by {a}|{a} songs|latest album by {a}|'
                     'playlist {g}|{g} playlist|best of {a}|{a} greatest hits|{g} radio|soundtrack of {s}|top 10 songs by {a}',
                     s=r.pick(SONGS), a=r.pick(ARTISTS), g=r.pick(GENRES))
    if n < .9:
        return r.pick(STATIONS + PODCASTS)
    return r.say('podcast {p}|audiobook {s}|radio station {n}|latest episode of {p}', p=r.pick(PODCASTS), s=r.pick(SONGS), n=r.pick(STATIONS))


def media(r: Random) -> Line:
    at, where = player(r) if r.maybe(.3) else ('', {})
    n = r.random()
    if n < .55:
        q = query(r)
        t = r.say('(play|play|play|put on|start playing|play me|listen to|i want to (hear|listen to)|can we (hear|listen to)|let me hear|i\'d like to listen to) '
                  '(some|the|the song|a little|) {q} {at}', q=q, at=at)
        for s in ('the song ', 'some '):
            if s + q in t and s == 'the song ':
                q = 'song ' + q
        return t, [act('media.do', op='play', query=q, **where)]
    op = r.word('pause|resume|stop|next|previous|next|pause')
    m = r.word('music|song|track|playback|movie|video|audio|playlist|podcast|radio|audiobook|media|album|show')
    t = r.say({'pause': '(pause|hold) (the {m}|{m}|it|) {at}|pause {at}',
               'resume': '(resume|continue|unpause|carry on with|keep playing) (the {m}|{m}|playing|) {at}|(resume|continue) {at}|continue playing [the {m}] {at}',
               'stop': 'stop (the {m}|{m}|playing|the {m} playing) {at}|(turn|switch) off the music {at}|stop playing [music] {at}|no more music {at}|end the {m} {at}',
               'next': '(next|skip|skip to the next) (song|track|one|episode|station|) {at}|skip [this (song|track|one)] {at}|(play the|go to the|jump to the) next (song|track|one|episode) {at}|'
                       'i don\'t like this song [skip it]|next {at}|skip it',
               'previous': '(previous|last) (song|track|one|episode|station) {at}|go back (a|one) (song|track) {at}|(play|go to|go back to) the (previous|last) (song|track|one) {at}|'
                           'play that (song|one) again {at}|back to the (previous|last) song {at}'}[op], m=m, at=at)
    if t.endswith('skip it') or not at or at not in t:
        where = {}
    d = r.pick(PLAYERS)
    if r.maybe(.12) and op in ('pause', 'resume', 'stop'):
        return f'{op} the {d}', [act('media.do', op=op, device=d)]
    return t, [act('media.do', op=op, **where)]


def volume(r: Random) -> Line:
    n, where, at, of = r.random(), {}, '', ''
    if n < .2:
        a = room(r)
        where, at, of = {'area': a}, r.say('(in|of) the {a}', a=a), r.say('the {a} (volume|speaker|speakers|music)', a=a)
    elif n < .4:
        d = r.pick(PLAYERS)
        where, at, of = {'device': d}, r.say('(of|on) the {d}', d=d), r.say('the {d} (volume|)', d=d)
    w = of if of and r.maybe(.4) else r.say('(the|) (volume|sound|music|volume|volume|audio|speaker volume|speakers) {at}|the volume {at}', at=at)
    n = r.random()
    if n < .35:
        v = r.pick([r.randint(0, 100), r.randint(1, 19) * 5, r.randint(1, 10) * 10, r.randint(1, 10)])
        q = r.say('{v}%|{v}|{v} percent', v=v)
        if r.maybe(.15):
            q, v = r.pick([('max', 100), ('maximum', 100), ('full', 100), ('half', 50), ('minimum', 0)])
        return (r.say('(set|turn|change|put|adjust|bring) {w} (to|to|at) {q}|{w} [to|at] {q}|(turn|bring) {w} (up|down) to {q}|(increase|decrease|raise|lower|reduce) {w} to {q}|make {w} {q}',
                      w=w, q=q), [act('volume.set', **where, level=v)])
    if n < .75:
        up = r.maybe(.5)
        by = r.randint(1, 10) * 5 if r.maybe(.25) else None
        if by:
            return (r.say(('(increase|raise|turn up)' if up else '(decrease|lower|reduce|turn down)') + ' {w} by {b}|(turn|bring) {w} ' + ('up' if up else 'down') + ' by {b}',
                          w=w, b=r.say('{b}%|{b}|{b} percent', b=by)), [act('volume.set', **where, step='up' if up else 'down', by=by)])
        if not where and r.maybe(.5):
            return (r.say('volume up|louder|(turn|crank) it up [a (bit|little)]|(make it|play it|speak) [a (bit|little)] louder|i can\'t hear (it|you|anything)|(it is|it\'s) too quiet|speak up|more volume|pump up the volume'
                          if up else 'volume down|quieter|softer|turn it down [a (bit|little)]|(make it|speak) [a (bit|little)] quieter|(it is|it\'s) too loud|that is too loud|less volume|lower your voice'),
                    [act('volume.set', step='up' if up else 'down')])
        return (r.say('(turn up|increase|raise|crank up) {w}|turn {w} up|{w} up|(turn|make) {w} (a bit|a little|) louder' if up else
                      '(turn down|decrease|lower|reduce) {w}|turn {w} down|{w} down|(turn|make) {w} (a bit|a little|) quieter', w=w),
                [act('volume.set', **where, step='up' if up else 'down')])
    m = r.maybe(.65)
    if not where and r.maybe(.35):
        return r.say('mute|mute [it|everything]|be quiet|silence|shut up|quiet please|sound off|(go|stay) silent' if m else 'unmute|unmute it|sound on|sound back on'), [act('volume.set', mute=m)]
    return r.say('mute {w}|silence {w}|mute {w}|turn off the sound {at}' if m else 'unmute {w}|unmute {w}|turn the sound back on {at}', w=w, at=at), [act('volume.set', **where, mute=m)]


def duration(r: Random, prefix: str = ''):
    """(words, arguments)."""
    n = r.random()
    h, m, s = r.randint(1, 12), r.pick([r.randint(1, 59), r.randint(1, 12) * 5]), r.randint(1, 59)
    if n < .55:
        t, k = r.say('{m} minute(s|s|)|{m} min', m=m), {'minutes': m}
    elif n < .68:
        t, k = r.say('{h} hour(s|)', h=h), {'hours': h}
    elif n < .78:
        t, k = r.say('{s} second(s|s|)|{s} sec', s=s), {'seconds': s}
    elif n < .86:
        t, k = r.say('{h} hour(s|) (and|) {m} minutes', h=h, m=m), {'hours': h, 'minutes': m}
    elif n < .91:
        t, k = r.say('{m} minutes (and|) {s} seconds', m=m, s=s), {'minutes': m, 'seconds': s}
    elif n < .93:
        t, k = r.say('{h} hours {m} minutes and {s} seconds', h=h, m=m, s=s), {'hours': h, 'minutes': m, 'seconds': s}
    else:
        t, k = r.pick([('half an hour', {'hours': .5}), ('an hour', {'hours': 1}), ('an hour and a half', {'hours': 1.5}), ('a minute', {'minutes': 1}),
                       ('1 and a half hours', {'hours': 1.5}), ('2 and a half minutes', {'minutes': 2.5}), ('a quarter of an hour', {'hours': .25}),
                       ('a couple of minutes', {'minutes': 2}), ('half a minute', {'minutes': .5})])
    return t, {prefix + x: v for x, v in k.items()}


FOR = ('pizza|pasta|eggs|tea|laundry|bread|cookies|oven|rice|potatoes|nap|workout|homework|break|chicken|cake|dishwasher|meeting|study|egg|sauce|turkey|kids|coffee|roast').split('|')


def timer(r: Random) -> Line:
    n = r.random()
    if n < .2:
        return delayed(r)
    if n < .55:
        d, k = duration(r)
        name = r.pick(FOR) if r.maybe(.3) else None
        x = ''
        if name:
            x = r.say('called {n}|named {n}|for (the|my|) {n}|labeled {n}', n=name)
            t = r.say('(set|start|create|make|begin|give me|put on|i need|add) (a|another|) (timer|countdown) (for|of) {d} {x}|(set|start) a {d} timer {x}|'
                      '(set|start|create) (a|my|the) {n} timer (for|to|of) {d}|{d} timer {x}|{n} timer {d}', d=d, x=x, n=name)
        else:
            t = r.say('(set|start|create|make|begin|give me|put on|i need|add) (a|another|the|) (timer|countdown|timer) (for|of|to) {d}|(set|start|create|i need) a {d} timer|'
                      '{d} timer|timer {d}|timer for {d}|count down [from] {d}|(remind|alert|notify|tell) me (in|after) {d}|time {d}', d=d)
        a = None
        if not name and r.maybe(.06):
            a = room(r)
            t += f' in the {a}'
        return t, [act('timer.do', op='start', **k, name=name, area=a)]
    which, k = 'timer', {}
    m = r.random()
    if m < .3:
        name = r.pick(FOR)
        which, k = r.say('{n} timer|timer (for|called|named) (the|) {n}', n=name), {'name': name}
    elif m < .5:
        d, k = duration(r, 'of_')
        which = r.say('{d} timer|timer for {d}', d=d)
    elif m < .58:
        a = room(r)
        which, k = r.say('{a} timer|timer in the {a}', a=a), {'area': a}
    which = r.say('(the|my|the) ') + ' ' + which
    op = r.word('cancel|cancel_all|pause|resume|add|subtract|status|status|add|cancel')
    if op == 'cancel_all':
        return r.say('(cancel|stop|delete|remove|clear|end) all (timers|the timers|my timers|of my timers)|(cancel|clear) every timer'), [act('timer.do', op=op)]
    if op in ('add', 'subtract'):
        d, more = duration(r)
        k = {**more, **k}
        t = r.say('add {d} (more|) to {w}|(extend|increase|lengthen) {w} by {d}|{d} more (on|for) {w}|give {w} {d} more|put {d} (more|) on {w}' if op == 'add' else
                  '(take|remove|subtract) {d} (off|from) {w}|(shorten|reduce|decrease) {w} by {d}|take {d} off of {w}', d=d, w=which)
        return t, [act('timer.do', op=op, **k)]
    t = r.say({'cancel': '(cancel|stop|delete|remove|end|clear|turn off|kill) {w}', 'pause': '(pause|hold|freeze|suspend) {w}', 'resume': '(resume|continue|unpause|restart) {w}',
               'status': 'how (much time|long) is left on {w}|how much (time|longer) (is left on|on|for) {w}|(check|status of|what is the status of) {w}|'
                         'how long (until|till) {w} (goes off|is done|ends)|time left on {w}|when (does|will) {w} (end|finish|go off)|what is left on {w}|how many minutes (are|) left on {w}'}[op], w=which)
    if op == 'status' and r.maybe(.2):
        return r.say('how much time is left|how long (is|) left|how much longer|(list|show) [me] (my|all|the) timers|what timers (are running|do i have)|are there any timers'), [act('timer.do', op=op)]
    return t, [act('timer.do', op=op, **k)]


def delayed(r: Random) -> Line:
    """A command for later: the command itself is copied."""
    d, k = duration(r)
    c, _ = r.pick([light, switched, cover, lock, light, media, volume])(r)
    if any(w in c for w in (' and ', 'i ', 'should', ' it ')):
        c = r.word('turn off the lights|turn off the tv|open the garage door|close the blinds|turn on the coffee machine|lock the front door')
    t = r.say('in {d} {c}|{c} in {d}|{c} in {d}|{c} after {d}|in {d} [from now] {c}|(wait|) {d} then {c}|after {d} {c}|{d} from now {c}', d=d, c=c)
    if t.startswith('wait') or ' then ' in t:
        t = f'in {d} {c}'
    return t, [act('timer.do', op='start', **k, command=c)]


DAYS = ('tomorrow|tomorrow morning|monday|tuesday|wednesday|thursday|friday|saturday|sunday|every day|weekdays|weekends|tonight|today|next monday|this afternoon|'
        'every morning|every weekday|march 3|tomorrow evening|the weekend|next friday').split('|')


def time_of_day(r: Random) -> str:
    """A time as people say it."""
    h, m = r.randint(1, 12), r.pick(['00', '15', '30', '45', '10', '20', '05', '50', '40', '25'])
    return r.say('{h}|{h} am|{h} pm|{h}:{m}|{h}:{m} am|{h}:{m} pm|{h} {m}|{h} o\'clock|{h} {m} am|half past {h}|quarter past {h}|quarter to {h}|{h} a.m.|{h}am|{g}:{m}|noon|midnight',
                 h=h, m=m, g=r.randint(13, 23))


def alarm(r: Random) -> Line:
    time = time_of_day(r)
    date = r.pick(DAYS) if r.maybe(.35) else None
    on = r.say('(on|for|) {d}', d=date) if date else ''
    if date and not date[0].isupper() and date.split()[0] in ('tomorrow', 'tonight', 'today', 'every', 'next', 'this'):
        on = date
    op = r.word('set|set|set|cancel|list')
    if op == 'list':
        return r.say('(what|which) alarms (are|do i have) (set|active|on|)|(list|show|tell me|read) [me] (all|) (my|the|) alarms|do i have (any|an) alarm(s|) (set|) {on}|'
                     'when is my (next|) alarm [set for]|is there an alarm (set|) {on}|how many alarms (are set|do i have)|(check|view) my alarms|what time is my alarm', on=on), [act('alarm.do', op='list')]
    if op == 'cancel':
        n = r.random()
        if n < .4:
            return r.say('(cancel|delete|remove|stop|turn off|disable|clear|dismiss) (the|my|all|all my|all of my) alarm(s|)'), [act('alarm.do', op='cancel')]
        if n < .8:
            return (r.say('(cancel|delete|remove|stop|turn off|disable) (the|my) {t} alarm {on}|(cancel|delete|remove|turn off) (the|my) alarm (for|at|set for) {t} {on}', t=time, on=on),
                    [act('alarm.do', op='cancel', time=time, date=date)])
        date = r.pick(DAYS)
        return r.say('(cancel|delete|remove|turn off) (the|my) alarm(s|) for {d}|(cancel|delete) {d} alarm', d=date), [act('alarm.do', op='cancel', date=date)]
    label = r.word('work|school|workout|medicine|gym|breakfast|meeting|yoga|church|bus') if r.maybe(.1) else None
    x = r.say('(called|named|labeled) {l}|for {l}', l=label) if label else ''
    return _set_alarm(r, time, date, on, label, x)


def _set_alarm(r: Random, time: str, date, on: str, label, x: str) -> Line:
    t = r.say('(set|create|make|add|put|i need|schedule) (an|the|my|a new|) alarm (for|at) {t} {on} {x}|wake me [up] at {t} {on}|wake me [up] {on} at {t}|'
              'wake me [up] at {t} {on}|(set|create) an alarm {on} (at|for) {t} {x}|alarm (for|at) {t} {on} {x}|(set|make) (a|an) {t} alarm {on} {x}|get me up at {t} {on}|'
              'i (have|need|want) to (wake|get) up at {t} {on}', t=time, on=on, x=x)
    return t, [act('alarm.do', op='set', time=time, date=date, label=label if label and label in t.split(' ') else None)]
