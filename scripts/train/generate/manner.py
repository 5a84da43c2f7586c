"""How people say it: politeness, names for the assistant, disfluency, haste, punctuation."""
from typing import AbstractSet, Callable, Iterator, Sequence, Tuple

from .engine import Line, Random

BEFORE = ('please|can you|could you|would you|can you please|could you please|would you please|will you|hey|ok|okay|hey robot|robot|hello|now|i want you to|i need you to|i would like you to|i\'d like you to|hey tokonoma|'
          'computer|um|uh|so|well|alright|please go ahead and|would you mind to|go ahead and|quickly|let\'s|just|you should|help me|be so kind and|okay now|um can you|hey can you|yo|hi|robot please|hey there|michael|jarvis|alexa|be a dear and').split('|')
AFTER = 'please|now|right now|for me|thanks|thank you|will you|would you|please thank you|if you can|quickly|immediately|if you don\'t mind|asap|again|okay|today|for a moment|real quick|at once'.split('|')
QUESTION = ('what', 'how', 'is', 'are', 'where', 'which', 'did', 'do', 'does', 'will', 'when', 'who', 'i', 'has', 'can', "i'm", 'it', "it's", 'we')
SOUNDS = {'turn': 'tern|turned|term', 'lights': 'lites|light', 'light': 'lite', 'off': 'of', 'right': 'write|rite', 'to': 'too', 'the': 'da|a|thee', 'please': 'pleas', 'open': 'opening|opened', 'close': 'clothes|closed|closes',
          'play': 'pay|played|plays', 'move': 'moved|moves', 'degrees': 'degree|grees', 'left': 'lift', 'set': 'sat', 'dim': 'dem', 'lock': 'locked|log', 'and': 'an', 'timer': 'timers', 'volume': 'volumes',
          'forward': 'foward|forwards', 'then': 'than', 'bring': 'brings|bringing', 'take': 'takes|taking', 'go': 'goes|going', 'switch': 'which|switched', 'put': 'puts|but', 'drive': 'dry|drives', 'pick': 'pig|picked',
          'stop': 'stopped|stops', 'alarm': 'alarms', 'temperature': 'temperatures', 'what': 'wad', 'minutes': 'minute', 'find': 'fine|finds', 'clean': 'cleaned', 'follow': 'followed|fallow'}
"""What a recognizer of speech takes a word for."""
FILLER = ['uh', 'um', 'er', 'like', 'uh', 'please', 'you know', 'well']


def manner(r: Random, text: str, plain: bool = False) -> str:
    """plain: leave the end alone (free text stands there)."""
    first = text.split(' ', 1)[0] if text else ''
    ask = first in QUESTION
    if r.maybe(.22):
        b = r.pick(BEFORE)
        if not ask or b in ('hey', 'ok', 'okay', 'hello', 'um', 'uh', 'so', 'well', 'hey robot', 'robot', 'computer', 'hey tokonoma', 'jarvis', 'alexa'):
            text = b + ', ' + text if r.maybe(.1) else b + ' ' + text
    if not plain and r.maybe(.13) and not ask:
        text += ' ' + r.pick(AFTER) if r.maybe(.85) else ', ' + r.pick(AFTER)
    if r.maybe(.05):   # inside a copied span this makes the line inexpressible, and it is dropped
        w = text.split(' ')
        w.insert(r.randint(0, len(w) - 1), r.pick(FILLER))
        text = ' '.join(w)
    if r.maybe(.03):   # a word said twice
        w = text.split(' ')
        i = r.randint(0, len(w) - 1)
        if not w[i][:1].isdigit():
            w.insert(i, w[i])
        text = ' '.join(w)
    if r.maybe(.03):   # articles get lost
        text = text.replace(' the ', ' ')
    if r.maybe(.03):   # a slip of the ear
        w = text.split(' ')
        heard = [i for i, x in enumerate(w) if x in SOUNDS]
        if heard:
            i = r.pick(heard)
            w[i] = r.word(SOUNDS[w[i]])
        text = ' '.join(w)
    if r.maybe(.02):   # a slip of the keyboard
        w = text.split(' ')
        i = r.randint(0, len(w) - 1)
        if len(w[i]) > 4 and w[i].isalpha():
            j = r.randint(1, len(w[i]) - 2)
            w[i] = w[i][:j] + (w[i][j + 1] + w[i][j] + w[i][j + 2:] if r.maybe(.5) else w[i][j + 1:])
        text = ' '.join(w)
    if ask and r.maybe(.3):
        text += '?'
    return text


Kind = Callable[[Random], Line]
Mix = Sequence[Tuple[Kind, int]]


def mixed(seed: int, mixes: Sequence[Tuple[Mix, int]], open_end: AbstractSet[Kind]) -> Iterator[Line]:
    """Endless commands of several kinds: a mix as often as its weight says, a kind as often as its weight in the mix; those of `open_end` end in free text."""
    r = Random(seed)
    pools = [[f for f, n in mix for _ in range(n)] for mix, weight in mixes for _ in range(weight)]
    while True:
        f = r.pick(r.pick(pools))
        text, calls = f(r)
        yield manner(r, text, f in open_end).replace(" 'd ", "'d "), calls
