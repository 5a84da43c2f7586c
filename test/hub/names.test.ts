import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { HubCache } from '../../src/hub/cache.ts';
import { CATALOG, UNSUPPORTED, expectedHash, findByName, recognize } from '../../src/hub/catalog.ts';
import { availableMemory } from '../../src/hub/machine.ts';
import { needsOfCatalog, needsOfFile } from '../../src/hub/needs.ts';
import { PACKAGED, resolveModel } from '../../src/hub/resolve.ts';
import { parseSource } from '../../src/hub/source.ts';
import { openGguf } from '../../src/gguf/reader.ts';
import { openEngine } from '../../src/model/engine.ts';
import { writeGguf } from '../support/gguf-writer.ts';
import { makeToyModel } from '../support/toy-model.ts';

t.test('the catalog agrees with itself', async (t) => {
  t.same(CATALOG.map(({ name }) => name).sort(), [
    'bonsai-1.7b',
    'bonsai-4b',
    'bonsai-8b',
    'ternary-1.7b',
    'ternary-4b',
    'ternary-8b',
  ]);
  const uploads = [...CATALOG.flatMap((model) => [model, ...model.others]), ...UNSUPPORTED];
  t.equal(new Set(uploads.map(({ sha256 }) => sha256)).size, uploads.length, 'every hash once');
  for (const { file, sha256 } of uploads) {
    t.match(sha256, /^[0-9a-f]{64}$/, file);
    t.equal(recognize(sha256)?.file, file);
  }
  for (const { name, bytes, weightBytes } of CATALOG) {
    // What is no weight is header and tokenizer, about the same in all of them.
    const rest = bytes - weightBytes;
    t.ok(rest > 5_940_000 && rest < 5_955_000, `${name}: ${rest} bytes besides the weights`);
  }
  t.equal(findByName('Bonsai-8B')?.name, 'bonsai-8b');
  t.match(recognize('0ae245fc08236af7cb64caff164937e53a8d54af611b0f398cc992c0a5ba70c4'), {
    model: { name: 'bonsai-1.7b' },
    current: false,
  });
  t.equal(recognize('0'.repeat(64)), undefined);
  t.equal(expectedHash('Bonsai-4B-Q1_0.gguf', 572_270_624), findByName('bonsai-4b')!.sha256);
  t.equal(expectedHash('Bonsai-4B-Q1_0.gguf', 1), undefined);
});

t.test('addresses', async (t) => {
  t.match(parseSource('hf:o/r/a b/f.GGUF@refs/pr/1'), { repo: 'o/r', file: 'a b/f.GGUF', revision: 'refs/pr/1' });
  t.match(parseSource('hf:o/r/f.gguf'), { revision: 'main', known: undefined });
  t.match(parseSource('bonsai-8b'), {
    repo: 'prism-ml/Bonsai-8B-gguf',
    revision: /^48516770/,
    file: 'Bonsai-8B-Q1_0.gguf',
  });
  t.equal(parseSource('ternary-8b').revision, 'main');
});

t.test('where the cache is', async (t) => {
  const root = (env: Record<string, string>): string => HubCache.fromEnvironment(env).root;
  t.equal(root({ HF_HUB_CACHE: '/c', HF_HOME: '/h' }), '/c');
  t.equal(root({ HF_HOME: '/h', XDG_CACHE_HOME: '/x' }), '/h/hub');
  t.equal(root({ XDG_CACHE_HOME: '/x' }), '/x/huggingface/hub');
  t.match(root({}), /\/\.cache\/huggingface\/hub$/);
  t.notMatch(root({ HF_HOME: '~/models' }), /~/);
});

/** Puts a file where huggingface_hub would. */
function place(root: string, repo: string, commit: string, file: string, key: string): string {
  const folder = join(root, `models--${repo.replace('/', '--')}`);
  const snapshot = join(folder, 'snapshots', commit);
  mkdirSync(join(folder, 'blobs'), { recursive: true });
  mkdirSync(join(folder, 'refs'), { recursive: true });
  mkdirSync(snapshot, { recursive: true });
  writeFileSync(join(folder, 'blobs', key), 'content');
  symlinkSync(`../../blobs/${key}`, join(snapshot, file));
  return join(snapshot, file);
}

t.test('names become paths', async (t) => {
  const root = t.testdir();
  const env = { HF_HUB_CACHE: root };
  const known = findByName('bonsai-1.7b')!;
  t.equal(resolveModel('seedling', { env }), PACKAGED['seedling']);
  t.equal(resolveModel('some/file.gguf', { env }), 'some/file.gguf', 'a path is not looked at');
  t.equal(resolveModel('C:\\models\\x', { env }), 'C:\\models\\x');
  t.equal(resolveModel('file.GGUF', { env }), 'file.GGUF');
  t.throws(() => resolveModel('bonsai-1.7b', { env }), {
    code: 'model-not-installed',
    message: /tokonoma pull bonsai-1\.7b/,
  });
  t.throws(() => resolveModel('bonsai', { env }), { code: 'model-unknown', message: /seedling, bonsai-1\.7b/ });
  t.throws(() => resolveModel('bonsai-27b', { env }), { code: 'model-architecture' });
  t.throws(() => resolveModel('__proto__', { env }), { code: 'model-unknown' });
  await t.rejects(openEngine({ model: 'sedling' }), { code: 'model-unknown', message: /did you mean "seedling"/ });

  const older = place(root, known.repo, 'b'.repeat(40), 'Bonsai-1.7B.gguf', known.others[0]!.sha256);
  t.equal(resolveModel('bonsai-1.7b', { env }), older, 'an older upload is the same model');
  const current = place(root, known.repo, known.revision!, known.file, known.sha256);
  t.equal(resolveModel('Bonsai-1.7B', { env }), current);

  const one = place(root, 'o/r', '1'.repeat(40), 'f.gguf', 'etag1');
  const two = place(root, 'o/r', '2'.repeat(40), 'f.gguf', 'etag2');
  writeFileSync(join(root, 'models--o--r', 'refs', 'main'), '1'.repeat(40));
  t.equal(resolveModel('hf:o/r/f.gguf', { env }), one);
  t.equal(resolveModel(`hf:o/r/f.gguf@${'2'.repeat(40)}`, { env }), two);
  t.throws(() => resolveModel('hf:o/r/f.gguf@v9', { env }), { code: 'model-not-installed' });

  const cache = new HubCache(root);
  symlinkSync('../../blobs/gone', join(root, 'models--o--r', 'snapshots', '1'.repeat(40), 'broken.gguf'));
  symlinkSync('loop.gguf', join(root, 'models--o--r', 'snapshots', '1'.repeat(40), 'loop.gguf'));
  place(root, 'o/r', '3'.repeat(40), 'readme.md', 'etag3');
  symlinkSync('../../blobs/etag1', join(root, 'models--o--r', 'snapshots', '3'.repeat(40), 'again.gguf'));
  t.same(
    cache.list().map(({ repo, bytes, sha256 }) => [repo, bytes, sha256 === undefined]),
    [
      ['o/r', 7, true],
      ['o/r', 7, true],
      [known.repo, 7, false],
      [known.repo, 7, false],
    ],
    'each content once; what is broken is not there',
  );
  t.same(new HubCache(join(root, 'absent')).list(), []);
});

t.test('memory of the machine, and of the cgroup', async (t) => {
  const MiB = 2 ** 20;
  const meminfo = 'MemTotal: 8000000 kB\nMemAvailable:    1048576 kB\n';
  const machine = (files: Parameters<typeof t.testdir>[0]) => availableMemory(t.testdir(files));
  t.same(machine({ proc: { meminfo } }), { bytes: 1024 * MiB, by: 'machine' });
  t.equal(machine({}), undefined);
  const inV2 = { meminfo, self: { cgroup: '0::/system.slice/tokonoma.service\n' } };
  const limited = { 'memory.max': `${500 * MiB}\n`, 'memory.current': `${200 * MiB}\n` };
  const stat = `anon 5\ninactive_file ${30 * MiB}\nactive_file ${20 * MiB}\nslab 1\n`;
  const slice = { 'memory.max': 'max\n', 'memory.current': `${900 * MiB}\n` };
  t.same(
    machine({
      proc: inV2,
      sys: {
        fs: { cgroup: { 'system.slice': { ...slice, 'tokonoma.service': { ...limited, 'memory.stat': stat } } } },
      },
    }),
    { bytes: 350 * MiB, by: 'cgroup' },
  );
  t.same(
    machine({ proc: inV2, sys: { fs: { cgroup: { 'system.slice': { ...limited, 'tokonoma.service': slice } } } } }),
    { bytes: 300 * MiB, by: 'cgroup' },
    'the limit of a cgroup above',
  );
  const inV1 = { meminfo, self: { cgroup: '5:cpu:/x\n4:memory,foo:/docker/abc\n0::/\n' } };
  const v1 = {
    'memory.limit_in_bytes': `${400 * MiB}`,
    'memory.usage_in_bytes': `${100 * MiB}`,
    'memory.stat': `inactive_file 1\ntotal_inactive_file ${10 * MiB}\n`,
  };
  // In a container the host's path is not there: what is mounted is the container's own cgroup.
  t.match(machine({ proc: inV1, sys: { fs: { cgroup: { memory: v1 } } } }), { by: 'cgroup' });
  const unlimited = { ...v1, 'memory.limit_in_bytes': '9223372036854771712' };
  t.same(machine({ proc: inV1, sys: { fs: { cgroup: { memory: unlimited } } } }), { bytes: 1024 * MiB, by: 'machine' });
  const real = availableMemory();
  t.ok(process.platform !== 'linux' || (real !== undefined && real.bytes > MiB));
});

t.test('how much of a model fits', async (t) => {
  const MiB = 2 ** 20;
  const of = (available: number) => needsOfCatalog(findByName('bonsai-1.7b')!, available);
  const { bytes, context } = of(Infinity);
  t.equal(context, 1024);
  t.ok(bytes > 242_357_152 + 1024 * 59_136 && bytes < 480 * MiB);
  t.equal(of(bytes).fits, 1024);
  t.equal(of(bytes - 4 * MiB).fits, 896);
  t.equal(of(bytes - 60 * MiB).fits, undefined);

  const path = join(t.testdir(), 'toy.gguf');
  writeFileSync(path, writeGguf(makeToyModel({ headDim: 32 }).source));
  const file = openGguf(path);
  const whole = needsOfFile(file, Infinity);
  t.match(whole, { context: 256, fits: 256 });
  t.equal(needsOfFile(file, whole.bytes).fits, 256);
  t.equal(needsOfFile(file, whole.bytes - MiB).fits, undefined);
  file.close();
});
