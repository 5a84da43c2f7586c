/** `--model auto`: which model is opened, and what is said of it. */
import t from 'tap';
import { openModel, type OpenEnvironment } from '../../src/hub/open.ts';
import { TokonomaError } from '../../src/errors.ts';
import type { InstalledModel } from '../../src/hub/installed.ts';
import type { EngineOptions } from '../../src/model/engine.ts';
import type { Engine } from '../../src/model/types.ts';

const model = (name: string): InstalledModel => ({
  name,
  state: 'installed',
  path: `/models/${name}.gguf`,
  bytes: 1,
  sha256: null,
  note: null,
});

/** Opens nothing; `tooLarge` are the models that turn out not to fit. */
function environment(tooLarge: readonly string[] = []) {
  const asked: EngineOptions[] = [];
  const told: string[] = [];
  const budgets: unknown[] = [];
  const open: OpenEnvironment = {
    open: (options) => {
      asked.push(options);
      if (!tooLarge.includes(options.model!)) return Promise.resolve({ info: { path: options.model } } as Engine);
      return Promise.reject(new TokonomaError('memory-budget', `${options.model} needs more`));
    },
    tell: (text) => told.push(text),
    choose: (...budget) => {
      budgets.push(budget);
      return {
        fitting: [model('large'), model('small')],
        passedOver: [{ name: 'giant', reason: 'needs 2 GiB [memory-budget]' }],
      };
    },
  };
  return { open, asked, told, budgets };
}

t.test('a name or a file is opened as it is', async (t) => {
  const { open, asked, told } = environment();
  await openModel({ model: 'bonsai-1.7b', memory: '400M' }, open);
  await openModel({ context: 64 }, open);
  t.same(asked, [{ model: 'bonsai-1.7b', memory: '400M' }, { context: 64 }]);
  t.same(told, []);
});

t.test('auto takes the largest that fits, and says so', async (t) => {
  const { open, asked, told, budgets } = environment();
  await openModel({ model: 'auto', memory: '400M', context: 512, threads: 2, precision: 'fast' }, open);
  t.same(budgets, [[400 * 2 ** 20, 512]]);
  t.same(asked, [
    { model: '/models/large.gguf', memory: String(400 * 2 ** 20), context: 512, threads: 2, precision: 'fast' },
  ]);
  t.same(told, ['--model auto takes large\n  not giant: needs 2 GiB [memory-budget]']);
});

t.test('one that turns out too large is followed by the next', async (t) => {
  const { open, asked, told } = environment(['/models/large.gguf']);
  const { info } = await openModel({ model: 'auto', memory: '100M' }, open);
  t.equal(info.path, '/models/small.gguf');
  t.equal(asked.length, 2);
  t.match(told, [/takes small\n {2}not giant: .*\n {2}not large: .*needs more \[memory-budget\]$/]);
});

t.test('none at all', async (t) => {
  const { open } = environment(['/models/large.gguf', '/models/small.gguf']);
  await t.rejects(openModel({ model: 'auto', memory: '100M' }, open), {
    code: 'model-none-fits',
    message: /not giant: .*\n.*not large: .*\n.*not small: /,
  });
});
