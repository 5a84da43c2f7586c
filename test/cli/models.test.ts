import { copyFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { modelsCommand } from '../../src/cli/models.ts';
import { HubCache } from '../../src/hub/cache.ts';
import { CATALOG, findByName } from '../../src/hub/catalog.ts';
import { gguf, writeGguf } from '../support/gguf-writer.ts';
import { writeToyModel } from '../support/toy-model.ts';

const MiB = 2 ** 20;

interface Listed {
  name: string;
  state: string;
  path: string | null;
  bytes: number;
  sha256: string | null;
  needs_bytes: number | null;
  context: number | null;
  fits: boolean | null;
  fits_context: number | null;
  note: string | null;
}

async function models(t: Test, cache: HubCache, available?: number): Promise<Listed[]> {
  const memory = available === undefined ? undefined : ({ bytes: available, by: 'machine' } as const);
  let text = '';
  const out = { write: (part: string) => (text += part) };
  t.equal(await modelsCommand(['--json'], { out, cache, memory }), 0);
  const value = JSON.parse(text) as { memory: unknown; models: Listed[] };
  t.same(value.memory, available === undefined ? null : { available_bytes: available, limited_by: 'machine' });
  return value.models;
}

/** Puts `source` where a pull would. */
function install(cache: HubCache, repo: string, file: string, key: string, source: string): string {
  const folder = join(cache.root, `models--${repo.replace('/', '--')}`);
  const snapshot = join(folder, 'snapshots', 'c'.repeat(40));
  mkdirSync(join(folder, 'blobs'), { recursive: true });
  mkdirSync(snapshot, { recursive: true });
  copyFileSync(source, join(folder, 'blobs', key));
  symlinkSync(`../../blobs/${key}`, join(snapshot, file));
  return join(snapshot, file);
}

t.test('an empty cache: the seedling, and what could be fetched', async (t) => {
  const cache = new HubCache(t.testdir());
  const listed = await models(t, cache, 580 * MiB);
  t.same(
    listed.map(({ name, state }) => [name, state]),
    [['seedling', 'packaged'], ...CATALOG.map(({ name }) => [name, 'available'])],
  );
  t.match(listed[0], { fits: true, note: null, path: /seedling\.gguf$/ });
  t.same(Object.fromEntries(listed.map(({ name, fits }) => [name, fits])), {
    seedling: true,
    'bonsai-1.7b': true,
    'ternary-1.7b': true,
    'bonsai-4b': false,
    'ternary-4b': false,
    'bonsai-8b': false,
    'ternary-8b': false,
  });
  const { name, fits_context, context } = listed[2]!;
  t.ok(fits_context! < context!, `${name} fits with ${fits_context} of ${context} positions`);
  t.same(
    (await models(t, cache)).map(({ fits }) => fits),
    Array(7).fill(null),
    'nobody knows',
  );
});

t.test('what is installed: known by its hash, or by its address, or not to be run', async (t) => {
  const cache = new HubCache(t.testdir());
  const toy = writeToyModel(t.testdir({ x: '' }));
  const known = findByName('bonsai-1.7b')!;
  // The name of the blob is believed: `verify` looks at the content.
  const path = install(cache, known.repo, known.file, known.sha256, toy);
  install(cache, 'o/r', 'toy.gguf', 'e'.repeat(64), toy);
  const other = join(cache.root, 'other.gguf');
  writeFileSync(other, writeGguf({ metadata: { 'general.architecture': gguf.string('qwen35') } }));
  install(cache, 'o/other', 'other.gguf', 'f'.repeat(64), other);
  writeFileSync(other, 'text');
  install(cache, 'o/text', 'text.gguf', 'd'.repeat(64), other);

  const listed = await models(t, cache, 8192 * MiB);
  t.equal(listed.filter(({ name }) => name === 'bonsai-1.7b').length, 1, 'not offered for a pull once more');
  const installed = Object.fromEntries(
    listed.filter(({ state }) => state === 'installed').map((each) => [each.name, each]),
  );
  t.match(installed['bonsai-1.7b'], { path, sha256: known.sha256, fits: true, note: null });
  t.match(installed['hf:o/r/toy.gguf'], { fits: true, context: 256, fits_context: 256 });
  t.match(installed['hf:o/other/other.gguf'], {
    fits: false,
    needs_bytes: null,
    note: /qwen35.*\[model-architecture\]/,
  });
  t.match(installed['hf:o/text/text.gguf'], { fits: false, note: /\[gguf-bad-magic\]/ });
  t.equal(Object.keys(installed).length, 4);
});

t.test('an older upload is named', async (t) => {
  const cache = new HubCache(t.testdir());
  const [older] = findByName('bonsai-1.7b')!.others;
  install(cache, 'prism-ml/Bonsai-1.7B-gguf', older!.file, older!.sha256, writeToyModel(t.testdir({ x: '' })));
  const listed = await models(t, cache, 8192 * MiB);
  t.match(listed[1], { name: 'bonsai-1.7b', state: 'installed', note: 'an older upload, Bonsai-1.7B.gguf' });
});

t.test('for people', async (t) => {
  let text = '';
  const out = { write: (part: string) => (text += part) };
  const cache = new HubCache(t.testdir());
  await modelsCommand([], { out, cache, memory: { bytes: 580 * MiB, by: 'cgroup' } });
  t.match(text, /^model +state +size +needs +fits\n/);
  t.match(text, /\nseedling +packaged +\d+\.\d KiB +\d+\.\d MiB +yes\n/);
  t.match(text, /\nternary-1\.7b +available +441\.8 MiB +\d+\.\d MiB +with \d+ tokens\n/);
  t.match(text, /\nbonsai-8b +available +1\.08 GiB +\d\.\d\d GiB +no\n/);
  t.match(text, /\n580\.0 MiB of memory available in this control group; installed models are in \//);
  await t.rejects(modelsCommand(['x'], { out }), { code: 'bad-usage' });
});
