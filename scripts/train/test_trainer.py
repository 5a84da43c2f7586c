"""Checks of the training loop: a teacher, going on from a checkpoint, averages, devices, the command line. Needs torch for all but the last."""
import itertools
import os
import random
import tempfile
import types
import unittest
from unittest import mock

import train
from machine import device

try:
    import torch
    from batches import IGNORE, Batch, Example, batches
    from model import Model, Shape, effective, initial, matrix_shapes
    import trainer
except ImportError:
    torch = None

TINY = dict(vocab=128, dim=128, layers=1, ffn=128, heads=2, kv_heads=1, head_dim=64)


def pools():
    """Two pools of lines of any tokens, whose answers are their last ones."""
    r = random.Random(1)
    return {name: [Example([r.randrange(128) for _ in range(length)], 3, 3) for length in lengths] for name, lengths in (('a', range(6, 12)), ('b', [7] * 9))}


@unittest.skipUnless(torch, 'needs torch')
class Course(unittest.TestCase):
    def setUp(self):
        small = mock.patch('batches.CHUNK', 24)   # several chunks, and several laps of a pool
        small.start()
        self.addCleanup(small.stop)
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def plan(self, checkpoint):
        return trainer.Plan(20, None, tokens=24, full=.3, every=10, checkpoint=os.path.join(self.folder, checkpoint), averages=(.6, .9))

    def run_course(self, checkpoint, resume=False):
        return trainer.train(Model(Shape(**TINY)), pools(), {'a': .7, 'b': .3}, self.plan(checkpoint), resume, self.said.append)

    def test_a_course_that_is_broken_off_and_gone_on_with_comes_to_the_same_bits(self):
        self.said = []
        straight = self.run_course('straight.pt')
        self.break_off('broken.pt')
        again = self.run_course('broken.pt', resume=True)
        self.assertEqual(self.said, ['resumed at step 10'])
        self.assertEqual(list(again.averages), ['average of 60%', 'average of 90%'])
        for name, w in straight.master.items():
            self.assertTrue(torch.equal(w, again.master[name]), name)
            for average, weights in straight.averages.items():
                self.assertTrue(torch.equal(weights[name], again.averages[average][name]), (average, name))
                if name in matrix_shapes(Shape(**TINY)):
                    self.assertFalse(torch.equal(weights[name], w), (average, name))

    def break_off(self, checkpoint):
        """Ends a course when it has saved its first checkpoint."""
        def breaks_off(*what):
            save(*what)
            raise KeyboardInterrupt
        save = trainer.save
        with mock.patch('trainer.save', breaks_off), self.assertRaises(KeyboardInterrupt):
            self.run_course(checkpoint)

    def test_a_course_goes_on_with_all_of_it_on_another_device(self):
        """On torch's device without memory, which cannot come further than to the model."""
        class Came(Exception):
            pass

        def logits(w, ids, answer):
            raise Came({t.device.type for t in (ids, *w.values())})
        self.said = []
        self.break_off('cpu.pt')
        model = Model(Shape(**TINY), 'meta')
        model.logits = logits
        with self.assertRaises(Came) as came:
            trainer.train(model, pools(), {'a': .7, 'b': .3}, self.plan('cpu.pt'), True, self.said.append, teacher=initial(model.shape, 2))
        self.assertEqual(came.exception.args, ({'meta'},))
        self.assertEqual(self.said, ['resumed at step 10'])

    def test_batches_go_on_where_they_stopped(self):
        def some(start, n):
            return [(place, b.ids.tolist(), b.labels.tolist()) for place, b in itertools.islice(batches(pools(), {'a': .7, 'b': .3}, 1, 24, start), n)]
        every = some((0, 0), 40)
        self.assertGreater(every[-1][0][0], 1)   # chunks
        for n in (1, 9, 25):
            self.assertEqual(some(every[n - 1][0], 15), every[n:n + 15])


class Best(unittest.TestCase):
    def chosen(self, scores):
        """Whose weights are taken when these are their scores, a list of sets each: (action, strict)."""
        trained = types.SimpleNamespace(master='last', averages={n: n for n in scores if n != 'last'})
        return train.best(trained, lambda w: [{'n': 1, 'action': a, 'strict': s} for a, s in scores[w]], lambda line: None)

    def test_what_does_best_on_the_validation_lines_is_taken(self):
        self.assertEqual(self.chosen({'last': [(.9, .8)], '1%': [(.9, .9)], '3%': [(.9, .85)]}), '1%')
        self.assertEqual(self.chosen({'last': [(.9, .8), (.9, .8)], '1%': [(1, .8), (.7, .8)], '3%': [(.9, .8), (.95, .8)]}), '3%')
        self.assertEqual(self.chosen({'last': [(.9, .8)], '1%': [(.8, .9)]}), 'last')   # as good
        self.assertEqual(self.chosen({'last': [], '1%': []}), 'last')


@unittest.skipUnless(torch, 'needs torch')
class Devices(unittest.TestCase):
    def test_the_model_has_all_of_its_own_where_it_is_told_to(self):
        """On torch's device without memory, which refuses what lies elsewhere."""
        model = Model(Shape(**TINY), 'meta')
        self.assertEqual({t.device.type for t in (model.cos, model.sin, model.mask)}, {'meta'})
        master = {n: w.to('meta') for n, w in initial(model.shape, 1).items()}
        with mock.patch('torch.Tensor.repeat_interleave', lambda k, n, dim: torch.cat([k] * n, dim)):   # which older ones do not know there
            logits = model.logits(effective(master, True), torch.zeros(2, 5, dtype=torch.long, device='meta'), 3)
        self.assertEqual((logits.device.type, tuple(logits.shape)), ('meta', (2, 3, 128)))


class CommandLine(unittest.TestCase):
    def test_a_gpu_is_used_where_there_is_one(self):
        for there, where in ((True, 'cuda'), (False, 'cpu')):
            self.assertEqual(device(types.SimpleNamespace(cuda=types.SimpleNamespace(is_available=lambda: there))), where)

    def test_what_ships_is_replaced_only_where_out_names_it(self):
        work = ['--work', 'work']
        for args, name in ([], 'seed1.gguf'), (['--quick'], 'seed1.quick.gguf'), (['--steps', '5', '--seed', '2'], 'seed2.gguf'), (['--full-precision'], 'seed1.full.gguf'), (['--start', __file__], 'seed1.further.gguf'):
            self.assertEqual(train.arguments(work + args).out, os.path.join('work', name))
        self.assertEqual(train.arguments(work + ['--data', __file__]).out, 'my-seedling.gguf')
        self.assertEqual(train.arguments(['--quick', '--out', train.SHIPPED]).out, train.SHIPPED)


@unittest.skipUnless(torch, 'needs torch')
class Taught(unittest.TestCase):
    def test_the_distance_is_least_where_the_teacher_stands_and_leads_there(self):
        shape = Shape(**TINY)
        model, teacher = Model(shape), effective(initial(shape, 1), False)
        batch = Batch(torch.tensor([[1, 2, 3, 4]]), torch.tensor([[IGNORE, 7]]))
        with torch.no_grad():
            own = model.logits(teacher, batch.ids, 2)
        other = torch.zeros_like(own, requires_grad=True)
        least, far = float(trainer.distance(own, model, teacher, batch)), trainer.distance(other, model, teacher, batch)
        self.assertLess(least, float(far))
        far.backward()
        self.assertEqual(float(other.grad[0, 0].abs().sum()), 0)   # nothing is to be learned there
        self.assertLess(float(trainer.distance(other - other.grad, model, teacher, batch)), float(far))

    def test_of_a_checkpoint_the_shortest_average_is_taken(self):
        self.assertIsNone(trainer.settled(None))
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, 'c.pt')
            torch.save({'master': {'w': torch.zeros(1)}, 'averages': {}}, path)
            self.assertEqual(float(trainer.settled(path)['w']), 0)
            torch.save({'master': {'w': torch.zeros(1)}, 'averages': {'average of 1%': {'w': torch.ones(1)}, 'average of 3%': {'w': torch.zeros(1)}}}, path)
            self.assertEqual(float(trainer.settled(path)['w']), 1)


if __name__ == '__main__':
    unittest.main()
