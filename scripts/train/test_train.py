"""Checks of the training side that need neither torch nor data:  python3 scripts/train/test_train.py"""
import itertools
import json
import os
import random
import unittest

import bpe
import generate
from codec import Codec
from grammar import Grammar
from labels import as_span, repair
from schema import control_tokens
from score import same, score, valid
from split import held_out, key
from text_passes import run, text_pass

HERE = os.path.dirname(os.path.abspath(__file__))
LINES = list(itertools.islice(generate.lines(3), 1500))
TOK = bpe.Tokenizer(bpe.train([' ' + text_pass(t) for t, _ in LINES], 500), control_tokens())
CODEC = Codec(TOK)


class TextPasses(unittest.TestCase):
    def test_golden(self):
        with open(os.path.join(HERE, '..', '..', 'test', 'golden', 'text-passes.json')) as f:
            for row in json.load(f):
                self.assertEqual(text_pass(row['in']), row['out'])

    def test_ranges_point_into_the_input(self):
        raw = 'Turn  the lamp one hundred and five degrees!'
        p = run(raw)
        at = p.text.index('105')
        self.assertEqual(raw[p.where[at][0]:p.where[at][1]], 'one hundred and five')
        self.assertEqual(len(p.text), len(p.where))

    def test_stable(self):
        for text, _ in LINES:
            self.assertEqual(text_pass(text_pass(text)), text_pass(text))


class Bpe(unittest.TestCase):
    def test_round_trip(self):
        for text in ['', ' ', 'abc', ' turn on the lamp', ' 21.5°c', ' é灯💡', "i'd like <|end|>", 'a  b\n c']:
            self.assertEqual(TOK.decode(TOK.encode(text)), text)
            self.assertTrue(all(i < TOK.first_control for i in TOK.encode(text)))

    def test_split_as_qwen2(self):
        self.assertEqual(bpe.SPLIT.findall(" it's 21 o'clock, ok?"), [' it', "'s", ' ', '2', '1', ' o', "'clock", ',', ' ok', '?'])


class Plans(unittest.TestCase):
    def test_generated_lines_are_valid_and_nearly_all_can_be_said(self):
        lost = 0
        for text, calls in LINES:
            self.assertTrue(valid(calls), calls)
            prompt = CODEC.prompt(text_pass(text))
            calls = repair(prompt.text, calls)
            ids = CODEC.encode(prompt, calls) if calls else None
            if ids is None:
                lost += 1
                continue
            self.assertEqual(score([calls], [CODEC.decode(ids)])['strict'], 1.0)
        self.assertLess(lost, len(LINES) * .02)

    def test_the_grammar_lets_every_plan_through(self):
        for text, calls in LINES:
            prompt = CODEC.prompt(text_pass(text))
            calls = repair(prompt.text, calls)
            ids = CODEC.encode(prompt, calls) if calls else None
            if ids is None:
                continue
            g = Grammar(CODEC, prompt)
            for i in ids:
                self.assertIn(i, g.allowed(), (text, calls, TOK.tokens[i]))
                g.take(i)

    def test_whatever_the_grammar_allows_is_valid(self):
        rng = random.Random(1)
        for text, _ in LINES[:300]:
            g, ids = Grammar(CODEC, CODEC.prompt(text_pass(text))), []
            while not ids or ids[-1] != CODEC.end:
                ids.append(rng.choice(g.allowed()))
                if ids[-1] != CODEC.end:
                    g.take(ids[-1])
            self.assertTrue(valid(CODEC.decode(ids)), CODEC.decode(ids))

    def test_labels(self):
        self.assertEqual(as_span('turn on the porch lights', 'porch light'), 'porch lights')
        self.assertIsNone(as_span('turn on the porch light', 'garden light'))
        a = {'action': 'timer.do', 'args': {'op': 'start', 'minutes': 90}}
        self.assertTrue(same(a, {'action': 'timer.do', 'args': {'op': 'start', 'hours': 1.5}}))


class Split(unittest.TestCase):
    def test_by_words_alone(self):
        self.assertEqual(key('Turn  on, the LIGHT!'), key('turn on the light'))
        self.assertEqual(held_out('Go two metres.'), held_out('go 2 metres'))
        share = sum(held_out(f'line {i}') for i in range(2000)) / 2000
        self.assertTrue(.08 < share < .12, share)


if __name__ == '__main__':
    unittest.main()
