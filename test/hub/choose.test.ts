import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { chooseModels } from '../../src/hub/choose.ts';
import type { InstalledModel } from '../../src/hub/installed.ts';
import { memoryBudget } from '../../src/hub/machine.ts';
import { gguf, writeGguf } from '../support/gguf-writer.ts';
import { makeToyModel, writeToyModel } from '../support/toy-model.ts';

const MiB = 2 ** 20;

function installed(path: string, name: string): InstalledModel {
  return { name, state: 'installed', path, bytes: statSync(path).size, sha256: null, note: null };
}

t.test('the largest that fits comes first, and the others say why not', async (t) => {
  const folder = t.testdir();
  const toy = (name: string, options: Parameters<typeof writeToyModel>[1]): InstalledModel =>
    installed(writeToyModel(folder, options, `${name}.gguf`), name);
  // Told what it may call (hermes), a model needs 512 positions; the seedling's kind needs none beyond its own.
  const small = toy('small', { planFormat: 'tags' });
  const middle = toy('middle', { planFormat: 'hermes', layers: 4, contextLength: 1024 });
  const large = toy('large', { planFormat: 'hermes', layers: 2, dim: 1024, ffn: 2048, contextLength: 1024 });
  const models = [middle, large, small];
  const chosen = (bytes: number, context?: number) => {
    const { fitting, passedOver } = chooseModels(models, { bytes, used: 60 * MiB, ...(context && { context }) });
    for (const { name, reason } of passedOver) t.match(reason, /fit|more than the model's/, name);
    return { fitting: fitting.map(({ name }) => name), passedOver: passedOver.map(({ name }) => name).sort() };
  };
  t.same(chosen(200 * MiB), { fitting: ['large', 'middle', 'small'], passedOver: [] });
  t.same(chosen(60 * MiB), { fitting: [], passedOver: ['large', 'middle', 'small'] });

  // From step to step of the budget the largest that fits only grows.
  const first: string[] = [];
  for (let bytes = 80 * MiB; bytes < 110 * MiB; bytes += 128 << 10) {
    const { fitting, passedOver } = chosen(bytes);
    t.equal(fitting.length + passedOver.length, 3);
    const name = fitting[0] ?? 'none';
    if (first.at(-1) !== name) first.push(name);
  }
  t.same(first, ['none', 'small', 'middle', 'large']);
  t.same(chosen(200 * MiB, 512), { fitting: ['large', 'middle'], passedOver: ['small'] }, 'what was asked for');
});

t.test('what cannot be run is passed over with the reason', async (t) => {
  const folder = t.testdir({ 'broken.gguf': 'GGUF and no more' });
  const { source } = makeToyModel();
  const write = (name: string, key: string, value: string): InstalledModel => {
    const path = join(folder, `${name}.gguf`);
    writeFileSync(path, writeGguf({ ...source, metadata: { ...source.metadata, [key]: gguf.string(value) } }));
    return installed(path, name);
  };
  const models = [
    installed(join(folder, 'broken.gguf'), 'broken'),
    write('foreign', 'general.architecture', 'llama'),
    write('mute', 'tokenizer.chat_template', ''),
  ];
  const { fitting, passedOver } = chooseModels(models, { bytes: 500 * MiB, used: 60 * MiB });
  t.same(fitting, []);
  t.match(passedOver, [
    { name: 'broken', reason: /\[gguf-/ },
    { name: 'foreign', reason: /"llama" is not supported.*\[model-architecture\]/ },
    { name: 'mute', reason: /no chat template.*\[model-config\]/ },
  ]);
});

t.test('of as many weights, those with more bits', async (t) => {
  const folder = t.testdir();
  const twin = (name: string, bytes: number): InstalledModel => ({
    ...installed(writeToyModel(folder, {}, `${name}.gguf`), name),
    bytes,
  });
  const models = [twin('one bit', 100), twin('two bits', 200)];
  const { fitting } = chooseModels(models, { bytes: 500 * MiB, used: 60 * MiB });
  t.same(
    fitting.map(({ name }) => name),
    ['two bits', 'one bit'],
  );
});

t.test('what --memory says', async (t) => {
  t.equal(memoryBudget('400M'), 400 * MiB);
  const auto = memoryBudget('auto', () => ({ bytes: 1000 * MiB, by: 'machine' }));
  t.ok(auto > 900 * MiB && auto < 900 * MiB + 2 * process.memoryUsage.rss(), 'nine tenths of the rest, and our own');
  t.throws(() => memoryBudget('auto', () => undefined), { code: 'bad-size', message: /say how much/ }, 'no Linux');
  t.throws(() => memoryBudget('plenty'), { code: 'bad-size' });
});
