"""Writes test/golden/text-passes.json: vectors by which the TypeScript text pass is held to this one.

  python3 scripts/train/golden_text.py [FILE]

Each is {in, out, where}: the text, the passed text, and where it came from as [n, start, end], ...: the next n units of the passed
text came from [start, end) of the text. Counted in UTF-16 units, as JavaScript does.
"""
import itertools
import json
import os
import random
import sys

from text_passes import ONES, TENS, UNITS, run

HERE = os.path.dirname(os.path.abspath(__file__))
DEFAULT = os.path.join(HERE, '..', '..', 'test', 'golden', 'text-passes.json')

BY_HAND = [
    '', ' ', '\t\n', '.', '?!.', '"', '""', "''", '" "', 'Stop!', 'stop .', ' stop ! ! ', '"Lights off."', "'lights off'",
    '“Turn on the light”', '„Licht an“', 'don’t turn it on', '‘quoted’', 'it–is—on', 'a\u00a0metre', 'go\u3000to\ufeffbed',
    'İSTANBUL', 'ÜBER Straße ẞ', 'söten två', 'ten… nine', '20°C', 'set it to 20 °C', '灯を つけて', 'ΣΊΣΥΦΟΣ', '𐐀𐐁 on', '💡 on',
    'turn on 💡💡', 'K (kelvin sign) \u212a', '\x00\x01', '\ud83d', 'tab\there', 'line\nbreak', 'a\x85b', 'zero\u200bwidth',
    'Go forward two metres then turn left', 'turn one eighty', 'one twenty', 'one ten', 'five five', 'ten thirty', 'seven thirty am',
    'nineteen ninety nine', 'nineteen hundred', 'twenty five hundred', 'twenty hundred', 'one hundred hundred', 'one hundred',
    'a hundred', 'a hundred and eighty degrees', 'a thousand and one nights', 'hundred and five', 'hundred and', 'one hundred and turn',
    'one hundred and zero', 'one hundred five hundred', 'one hundred five twenty', 'two hundred thousand', 'two thousand thousand',
    'two thousand and five', 'two thousand five hundred and thirty-four', 'one thousand two hundred thirty four', 'thousand',
    'zero', 'zero five', 'zero point five', 'point five', 'two point', 'two point ten', 'two point one five', 'two point 15',
    '2 point 5', '2 point 5 6', '2.5 point 5', '2 point 2.5', '2 point five degrees', 'twenty point zero', 'one hundred point five percent',
    'forty-five', 'forty - five', 'forty -five', 'forty- five', 'forty--five', 'twenty-', '-twenty', 'one-hundred-and-five',
    'one hundred-five', 'fourty two', 'forty\u2013five', 'twenty and five', 'five and six', 'one and a half', 'two and a half metres',
    'two and a quarter', '2 and a half', '2.5 and a half', 'two and half', 'an hour and a half', 'a metre and a half',
    '1 hour and a quarter', 'two hours and a half', '2.5 hours and a half', 'two cats and a half', 'an hour and a', 'half an hour',
    'half a metre', 'half a', 'half an', 'half a 5', 'half a "x"', 'half the lights', 'half past two', 'a quarter of an hour',
    'a quarter of a mile', 'a quarter of a', 'a quarter past', 'quarter of an hour', 'a couple of minutes', 'a couple', 'a couple of',
    'a couple minutes', 'a dozen', 'a dozen eggs', 'a metre', 'an inch', 'a foot', 'a pace', 'a second', 'a lamp', 'a', 'an', 'a hour',
    'a degrees', 'the hour', '50 percent', 'fifty percent', 'fifty per cent', 'fifty per', 'percent', 'ten%', '10 %', '10% ,', '50 percent percent',
    'a metre percent', '50percent', '5 per cent.', '1,000', '1,000 percent', '1.5', '1.', '.5', '1.5.2', '192.168.1.1', '007', '2x4',
    'x2', '3rd', '10:30', '7 p.m.', 'r. n. b.', "o'clock", "'tis", "i 'd like", 'hello , world !', 'what ?!', 'a ... b', 'plug-tuya one',
    'level-two', 'one-way', 'one way', 'two-', 'someone', 'tone', 'one,two', 'one. two', 'one .two', 'one/two', '(five)', '"five"',
    'lights "on"', '"a" and "b"', 'turn it up.!?', '?what?', "'", "rock 'n' roll", 'SET THE THERMOSTAT TO TWENTY-ONE POINT FIVE DEGREES',
    'one one one', 'twenty twenty', 'twenty ten', 'ten twenty', 'ten ten', 'five twenty five', 'one hundred one eighty', 'six six six',
    'two thousand one eighty', 'thirty three and a third', 'hundred percent', 'a hundred percent', 'a  hundred', 'a-hundred', '0', '00 5',
    'drive backwards half a metre', 'wake me up at seven', 'set a timer for ten minutes', 'and', 'and five', 'point', 'per cent',
    'half hour timer', 'a half hour', 'half metre', 'half meters', 'an half hour', 'a half past', 'half second and a half', 'a half minute percent', 'couple of minutes', 'the couple of', 'couple', 'a couple of',
    '<|end|> turn on', '<|user|>', 'a' * 50, 'two ' * 20, 'one hundred and ' * 5,
]


def cases() -> list:
    rng = random.Random(1)
    out = list(BY_HAND)
    out += [w for w in list(ONES) + list(TENS)] + ['a ' + u for u in sorted(UNITS)]
    words = list(ONES) + list(TENS) + ['hundred', 'thousand', 'and', 'a', 'point', 'half', 'quarter', 'percent', 'per', 'cent', 'of',
                                       'an', 'hour', 'metres', 'couple', 'dozen', '-', ',', '.', '5', '2.5', 'lamp', '"', "'s", 'é']
    for _ in range(300):   # soups: everything may follow everything, with and without blanks
        s = ''
        for _ in range(rng.randint(2, 9)):
            s += rng.choice(words) + rng.choice([' ', ' ', ' ', ' ', '', '-', '  '])
        out.append(s)
    for _ in range(60):    # said numbers
        n = rng.choice([rng.randint(0, 99), rng.randint(100, 999), rng.randint(1000, 9999)])
        s = ''
        if n >= 1000:
            s, n = list(ONES)[n // 1000] + ' thousand ', n % 1000
        if n >= 100:
            s, n = s + list(ONES)[n // 100] + ' hundred ' + rng.choice(['and ', '']), n % 100
        if n >= 20:
            s += list(TENS)[n // 10 - 2] + rng.choice(['-', ' ']) + (list(ONES)[n % 10] if n % 10 else '')
        elif n:
            s += list(ONES)[n]
        out.append('turn ' + s + ' degrees')
    return list(dict.fromkeys(out))


def vector(text: str) -> dict:
    passed = run(text)
    at = list(itertools.accumulate((units(c) for c in text), initial=0))
    ranges = [(at[start], at[end]) for c, (start, end) in zip(passed.text, passed.where) for _ in range(units(c))]
    return {'in': text, 'out': passed.text, 'where': [[len(list(same)), *where] for where, same in itertools.groupby(ranges)]}


def units(c: str) -> int:
    return 2 if ord(c) > 0xffff else 1


def main(path: str) -> None:
    rows = [vector(s) for s in cases()]
    with open(path, 'w') as f:
        f.write('[\n' + ',\n'.join(json.dumps(r) for r in rows) + '\n]\n')   # ASCII only: odd unicode stays as escapes
    print(f'{len(rows)} cases -> {os.path.basename(path)}')


if __name__ == '__main__':
    main(sys.argv[1] if len(sys.argv) > 1 else DEFAULT)
