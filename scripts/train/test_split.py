"""Checks that nothing is trained on that is measured on. Building the pools needs torch."""
import contextlib
import io
import itertools
import json
import os
import tempfile
import unittest
from unittest import mock

import generate
import split
from split import held_out, key, part_of, read_sets, twin_key, validation
from test_train import CODEC, HERE, sayable, small

try:
    import torch
    import grow
    import sets
except ImportError:
    torch = None


def row(text, calls=({'action': 'none', 'args': {}},)):
    return {'text': text, 'expected': list(calls)}


def write(folder, **toy):
    for name, rows in toy.items():
        with open(os.path.join(folder, name + '.jsonl'), 'w', encoding='utf-8') as f:
            f.writelines(json.dumps(r) + '\n' for r in rows)


def texts(codec, pools):
    """What was said in each example of the pools."""
    return [codec.tok.decode(e.ids[1:len(e.ids) - e.answer - 1]).strip() for pool in pools.values() for e in pool]


def any_that(part, form, besides):
    """The first number with which the form is a line of the part, and that fits besides."""
    return next(n for n in itertools.count(1) if split.PARTS[part](form.format(n)) and besides(n))


class Parts(unittest.TestCase):
    def test_by_words_alone(self):
        self.assertEqual(key('Turn  on, the LIGHT!'), key('turn on the light'))
        self.assertEqual(held_out('Go two metres.'), held_out('go 2 metres'))
        share = sum(held_out(f'line {i}') for i in range(2000)) / 2000
        self.assertTrue(.08 < share < .12, share)

    def test_twins_have_their_words_in_common_but_small_ones(self):
        self.assertEqual(twin_key('Please, turn on the Lights!'), twin_key('turn on my light'))
        for other in ('turn off the light', 'on turn the light', 'turn on light 2', 'turn on the light now', "don't turn on the light"):
            self.assertNotEqual(twin_key('turn on the light'), twin_key(other))

    def test_what_has_a_twin_among_the_lines_to_train_on_is_not_measured_on(self):
        for part in 'heldout', 'validation':
            form, twin = 'Turn on the lamp {}, please', 'turn on lamps {}'
            n = any_that(part, form, lambda n: split.PARTS['train'](twin.format(n)))
            m = any_that(part, form, lambda m: split.PARTS[part](twin.format(m)))   # both of the part: each other's twins
            toy = {'a': [row(form.format(n)), row(form.format(m))], 'b': [row(twin.format(n)), row(twin.format(m))]}
            kept = {'a': [row(form.format(m))], 'b': [row(twin.format(m))]}
            self.assertEqual(part_of(toy, part), kept)
            self.assertEqual(part_of(toy, 'train'), {'a': [], 'b': [row(twin.format(n))]})
            with tempfile.TemporaryDirectory() as folder:
                out = os.path.join(folder, 'out')
                write(folder, **toy)
                with mock.patch('sys.argv', ['split.py', '--commands', folder, '--out', out, '--part', part]), contextlib.redirect_stdout(io.StringIO()) as said:
                    split.main()
                self.assertEqual(said.getvalue(), f'a.{part}.jsonl: 1 lines; 1 left out, which have a twin among those to train on\n'
                                                  f'b.{part}.jsonl: 1 lines\nall.{part}.jsonl: 2 lines; 1 left out, which have a twin among those to train on\n')
                self.assertEqual(read_sets(out), {f'{n}.{part}': rows for n, rows in {**kept, 'all': kept['a'] + kept['b']}.items()})


@unittest.skipUnless(torch, 'needs torch')
class Pools(unittest.TestCase):
    """Of toy sets, with lines that the generator is about to make and lines that are written to test on."""

    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        folder = temporary.name
        made, unseen = ([row(*line) for line in itertools.islice(generate.lines(seed), 150)] for seed in (1, 1000004))
        self.written = [r['text'] for where in ('tests', '../eval/devices') for rows in read_sets(os.path.join(HERE, where)).values() for r in rows]
        self.toy = {'huric': made, 'hwu64_iot': unseen, 'snips_media_none': [row(t) for t in self.written[::20]]}
        write(folder, **self.toy)
        other = [f'book a table for {n}' for n in range(60)]
        with open(os.path.join(folder, 'hwu64_all_labelled.tsv'), 'w', encoding='utf-8') as f:
            f.writelines(f'calendar_set\t{text}\n' for text in other)
        lines = [r['text'] for rows in self.toy.values() for r in rows] + other
        self.blocked = {key(t) for t in lines if held_out(t) or validation(t)} | {key(t) for t in self.written}
        few = mock.patch.dict('sets.SETS', {n: (.1, 100 if n == 'huric' else 0, .5) for n in self.toy})
        few.start()
        self.addCleanup(few.stop)
        self.build = lambda kind: kind(folder, 600, 1, 640, lambda line: None)

    def test_no_line_that_is_measured_on_is_in_a_pool(self):
        data = self.build(sets.Data)
        self.assertEqual(set(data.pools), {*sets.SHARES, 'huric', 'hwu64_iot', 'hwu64_none'})   # of the third set all is written to test on
        trained = {key(t) for t in texts(data.codec, data.pools)}
        self.assertGreater(len(trained), 1000)
        self.assertEqual(trained & self.blocked, set())
        for part, found in ('heldout', data.held), ('validation', data.validation):
            self.assertEqual(found, part_of(self.toy, part))
            self.assertTrue(found['huric'] and found['hwu64_iot'], part)
        self.assertGreater(len(data.test['generated']), 100)
        self.assertEqual({key(r['text']) for r in data.test['generated']} & trained, set())

    def test_without_the_sieve_there_would_be(self):
        class Leaky(sets.Data):
            def _free(self, lines, count):
                return list(itertools.islice(lines, count))
        data = self.build(Leaky)
        self.assertNotEqual({key(t) for t in texts(data.codec, data.pools)} & self.blocked, set())

    def test_nothing_that_is_kept_of_ones_own_lines_is_grown_from(self):
        """Own lines that the generator is about to make as well."""
        own = [row(t, c) for t, c in itertools.islice(generate.lines(22), 300) if sayable(t, c)]
        with tempfile.TemporaryDirectory() as folder, mock.patch('grow.GENERATED', 1500):
            _, _, path = small(folder)
            write(folder, own=own)
            grown = grow.Grown(path, os.path.join(folder, 'own.jsonl'), None, 1, lambda line: None)
        kept = {key(r['text']) for r in own if held_out(r['text'])}
        self.assertEqual({key(t) for t, _ in grown.kept}, kept)
        self.assertGreater(len(kept), 10)
        self.assertEqual({key(t) for t in texts(CODEC, grown.pools)} & kept, set())
        self.assertEqual({key(t) for t in texts(CODEC, {'general': grown.pools['general']})} & {key(t) for t in self.written}, set())


if __name__ == '__main__':
    unittest.main()
