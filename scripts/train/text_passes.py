"""Text pass v1: what every command goes through before the model reads it.

The runtime (TypeScript) does exactly the same; test/golden/text-passes.json holds the two to each other.
Written as one tokenizer loop over pieces, so that the other side can mirror it line by line.
Every output piece comes from one contiguous range of the input; `Passed.where` keeps those ranges.

Stages
 1 characters  quotes, dashes and blanks are mapped, blanks collapsed to one space, letters lower-cased
 2 tokens      words [a-z' and everything beyond ASCII]+ (so that no "ten" is seen in "söten"), numbers \\d+(\\.\\d+)?, any other single character; each knows "blank before me?"
 3 pieces      number words become digits, a few quantity phrases become digits, "percent" becomes %
 4 output      pieces joined again; no blank before . , ! ? %; final [.!?] and enclosing quotes removed

Rules of stage 3, tried in this order at each token:
 A  half a|an + word              -> 0.5     ("half an hour" -> "0.5 hour")
    half | a half + unit word     -> 0.5     ("a half hour" -> "0.5 hour")
 B  a quarter of a|an + word      -> 0.25
 C  [a] couple of | a couple      -> 2
 D  a dozen                       -> 12
 E  a|an + unit word              -> 1       ("a metre" -> "1 metre")
 F  number: digits, or number words, or "a" before hundred/thousand (see `_integer`); then, if it has no fraction yet,
      point + (single-digit words or whole digits)+   -> decimals
      and a half | and a quarter                      -> .5 | .25
 G  after E or F: unit word + "and a half|quarter"    -> one piece, "1 hour and a half" -> "1.5 hour"
 H  after F: percent | per cent                       -> %
"""
import re
from typing import List, NamedTuple, Tuple

ONES = {w: i for i, w in enumerate(
    'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen '
    'sixteen seventeen eighteen nineteen'.split())}
TENS = {w: 10 * (i + 2) for i, w in enumerate('twenty thirty forty fifty sixty seventy eighty ninety'.split())}
TENS['fourty'] = 40
UNITS = set('meter metre meters metres foot feet inch inches yard yards step steps cm centimeter centimetre '
            'hour minute second degree pace'.split())
UNITS_HALF = UNITS | set('hours minutes seconds degrees paces centimeters centimetres'.split())
"""Units that "and a half" may follow (rule G)."""

BLANKS = set('\t\n\v\f\r \u00a0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff') | {chr(c) for c in range(0x2000, 0x200b)}
MAPPED = {'\u2019': "'", '\u2018': "'", '\u02bc': "'", '\u201c': '"', '\u201d': '"', '\u201e': '"',
          '\u2013': '-', '\u2014': '-'}
TOKEN = re.compile("[a-z'\u0080-\U0010ffff]+|[0-9]+(?:\\.[0-9]+)?|[^ ]", re.S)


class Token(NamedTuple):
    text: str
    blank: bool   # a blank stands before it
    start: int    # input range [start, end)
    end: int


class Passed(NamedTuple):
    text: str
    where: List[Tuple[int, int]]
    """For each character of `text` the input range of its piece."""


def characters(raw: str) -> Tuple[str, List[int]]:
    """Stage 1: mapped text and, per character, its input position (of the first blank for a run of blanks)."""
    out, at = [], []
    for i, c in enumerate(raw):
        if c in BLANKS:
            if out and out[-1] == ' ':
                continue
            c = ' '
        elif c in MAPPED:
            c = MAPPED[c]
        else:
            low = c.lower()
            if len(low) == 1 and ord(low) <= 0xffff:   # else keep it: offsets must stay one to one
                c = low
        out.append(c)
        at.append(i)
    return ''.join(out), at


def tokens(raw: str) -> List[Token]:
    """Stage 2."""
    text, at = characters(raw)
    return [Token(m.group(), m.start() > 0 and text[m.start() - 1] == ' ', at[m.start()], at[m.end() - 1] + 1)
            for m in TOKEN.finditer(text)]


def _word(t: List[Token], i: int) -> str:
    """The word that follows after a blank at i, or ''."""
    return t[i].text if i < len(t) and t[i].blank else ''


def _is_word(s: str) -> bool:
    return s != '' and ('a' <= s[0] <= 'z' or s[0] == "'" or s[0] >= '\u0080')


def _is_digits(s: str) -> bool:
    return s != '' and '0' <= s[0] <= '9'


def _integer(t: List[Token], i: int) -> Tuple[int, int]:
    """Number words from token i on: (value, next token); next == i when there is no number.

    What may follow what (else the number ends):
      one..nine  -> twenty.. and ten..nineteen ("one eighty" = 180; only while nothing but that digit was said), hundred, thousand
      ten..nineteen -> hundred, thousand
      twenty..   -> one..nine, hundred, thousand
      hundred    -> [and] one..ninety, thousand
      thousand   -> [and] anything smaller
      zero       -> nothing
    Between two words stands a blank, or a hyphen without blanks.
    """
    total, cur, last, j = 0, 0, '', i
    if t[i].text == 'a' and _word(t, i + 1) in ('hundred', 'thousand'):
        j = i + 1
    while j < len(t):
        k = j
        if last and not t[k].blank:      # "forty-five"
            if t[k].text != '-' or k + 1 >= len(t) or t[k + 1].blank:
                break
            k += 1
        elif last in ('hundred', 'thousand') and t[k].text == 'and':
            k += 1
            if not (_word(t, k) in ONES or _word(t, k) in TENS):
                break
        w = t[k].text
        small = last in ('', 'hundred', 'thousand')   # a group of its own may begin here
        if w == 'zero':
            if last:
                break
            last = 'zero'
        elif w in ONES and ONES[w] < 10:
            if not (small or last == 'tens'):
                break
            cur += ONES[w]
            last = 'ones'
        elif w in ONES or w in TENS:
            if last == 'ones' and 0 < cur < 10:
                cur *= 100
            elif not small:
                break
            cur += ONES[w] if w in ONES else TENS[w]
            last = 'teens' if w in ONES else 'tens'
        elif w == 'hundred':
            if last not in ('', 'thousand', 'ones', 'teens', 'tens') or cur >= 100:
                break
            cur = max(cur, 1) * 100
            last = 'hundred'
        elif w == 'thousand':
            if last in ('zero', 'thousand') or total:
                break
            total = max(cur, 1) * 1000
            cur = 0
            last = 'thousand'
        else:
            break
        j = k + 1
    return (total + cur, j) if last else (0, i)


def _number(t: List[Token], i: int) -> Tuple[str, int]:
    """Rule F: (digits, next token); ('', i) when token i begins no number."""
    if _is_digits(t[i].text):
        s, j = t[i].text, i + 1
    else:
        value, j = _integer(t, i)
        if j == i:
            return '', i
        s = str(value)
    if '.' in s:
        return s, j
    if _word(t, j) == 'point':
        decimals, k = '', j + 1
        while _word(t, k):
            w = t[k].text
            if w in ONES and ONES[w] < 10:
                decimals += str(ONES[w])
            elif _is_digits(w) and '.' not in w:
                decimals += w
            else:
                break
            k += 1
        if decimals:
            return s + '.' + decimals, k
    fraction = _and_a(t, j)
    return (s + fraction, j + 3) if fraction else (s, j)


def _and_a(t: List[Token], i: int) -> str:
    """'.5' for "and a half" at i, '.25' for "and a quarter", else ''."""
    if _word(t, i) == 'and' and _word(t, i + 1) == 'a':
        return {'half': '.5', 'quarter': '.25'}.get(_word(t, i + 2), '')
    return ''


def pieces(t: List[Token]) -> List[Token]:
    """Stage 3."""
    out: List[Token] = []
    i = 0
    while i < len(t):
        w, j, s, number = t[i].text, i + 1, t[i].text, False
        one, two, three = _word(t, i + 1), _word(t, i + 2), _word(t, i + 3)
        if w == 'half' and one in UNITS:
            s, j = '0.5', i + 1
        elif w == 'half' and one in ('a', 'an') and _is_word(two):
            s, j = '0.5', i + 2
        elif w == 'a' and one == 'half' and two in UNITS:
            s, j = '0.5', i + 2
        elif w == 'couple' and one == 'of':
            s, j = '2', i + 2
        elif w == 'a' and one == 'quarter' and two == 'of' and three in ('a', 'an') and _is_word(_word(t, i + 4)):
            s, j = '0.25', i + 4
        elif w == 'a' and one == 'couple':
            s, j = '2', i + (3 if two == 'of' else 2)
        elif w == 'a' and one == 'dozen':
            s, j = '12', i + 2
        else:
            if w in ('a', 'an') and one in UNITS:
                s, number = '1', True
            else:
                digits, k = _number(t, i)
                if digits:
                    s, j, number = digits, k, True
            if number and '.' not in s and _word(t, j) in UNITS_HALF and _and_a(t, j + 1):
                s, j, number = s + _and_a(t, j + 1) + ' ' + t[j].text, j + 4, False
        out.append(Token(s, t[i].blank, t[i].start, t[j - 1].end))
        i = j
        if number and i < len(t):
            n = 1 if t[i].text == 'percent' else 2 if t[i].text == 'per' and _word(t, i + 1) == 'cent' else 0
            if n:
                out.append(Token('%', False, t[i].start, t[i + n - 1].end))
                i += n
    return out


def run(raw: str) -> Passed:
    """Stages 1 to 4: the passed text and where each of its characters came from."""
    out, where = [], []
    for p in pieces(tokens(raw)):
        if p.blank and out and p.text not in ('.', ',', '!', '?', '%'):
            out.append(' ')
            where.append((p.start, p.start))
        out.extend(p.text)
        where.extend([(p.start, p.end)] * len(p.text))
    a, b = 0, len(out)
    while True:
        if b > a and out[b - 1] in ' .!?':
            b -= 1
        elif b > a and out[a] == ' ':
            a += 1
        elif b - a > 1 and out[a] == out[b - 1] and out[a] in '"\'':
            a, b = a + 1, b - 1
        else:
            break
    return Passed(''.join(out[a:b]), where[a:b])


def text_pass(raw: str) -> str:
    return run(raw).text
