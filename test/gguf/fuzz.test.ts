import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { openGguf } from '../../src/gguf/reader.ts';
import { Tokenizer } from '../../src/tokenizer/tokenizer.ts';
import { fuzzGguf, readEverything } from '../support/gguf-fuzz.ts';
import { layoutOf } from '../support/gguf-fields.ts';
import { gguf, writeGguf, type TypedValue } from '../support/gguf-writer.ts';
import { writeToyModel } from '../support/toy-model.ts';

t.test('damaged headers: typed errors only, in no time, in no memory', (t) => {
  const report = fuzzGguf({ folder: t.testdir(), seed: 42, count: 2000 });
  t.same(report.findings, []);
  for (const code of ['read', 'gguf-corrupt', 'gguf-truncated', 'gguf-metadata', 'model-tensor', 'tokenizer-invalid']) {
    t.ok((report.outcomes[code] ?? 0) > 0, `${code} is among the outcomes`);
  }
  t.end();
});

t.test('what goes wrong is found', (t) => {
  const run = (subject: (path: string) => string, count = 1) =>
    fuzzGguf({ folder: t.testdir(), seed: 1, count, subject });
  const throwing = run((path) => {
    if (statSync(path).size > 0) throw new RangeError('Invalid array length');
    return 'read';
  });
  t.match(throwing, {
    outcomes: { untyped: 1 },
    findings: [{ case: 0, kind: 'untyped', detail: /Invalid array length/ }],
  });
  const greedy = run(() => `${new Uint8Array(65 << 20).length} ${new Float64Array(3).length}`);
  t.match(greedy, { findings: [{ kind: 'allocation' }], largest_buffer_bytes: 65 << 20 });
  t.equal(greedy.most_allocated_bytes, (65 << 20) + 24);
  const many = run(() => Array.from({ length: 70 }, () => new Uint8Array(1 << 20)).length.toString());
  t.match(many.findings, [{ kind: 'allocation' }], 'many small ones count together');
  const slow = run(() => {
    const { user } = process.cpuUsage();
    while (process.cpuUsage().user - user < 1_100_000);
    return 'read';
  });
  t.match(slow.findings, [{ kind: 'slow' }]);
  t.equal(Object.getPrototypeOf(new Uint8Array(2)), Uint8Array.prototype, 'the constructors are back');
  t.end();
});

t.test('a case depends on seed and number only', (t) => {
  const folder = t.testdir();
  const content = (seed: number, from: number, count: number): string => {
    fuzzGguf({ folder, seed, from, count, keep: true });
    return readFileSync(join(folder, 'case.gguf'), 'latin1').slice(0, 20_000);
  };
  t.ok(content(5, 9, 1) === content(5, 3, 7));
  t.notOk(content(5, 9, 1) === content(6, 9, 1));
  fuzzGguf({ folder, seed: 5, count: 1 });
  t.notOk(existsSync(join(folder, 'case.gguf')));
  t.end();
});

t.test('the undamaged file is read to its end', (t) => {
  const path = writeToyModel(t.testdir());
  t.equal(readEverything(path), 'read');
  const layout = layoutOf(readFileSync(path));
  const { tensors, metadata } = openGguf(path);
  t.equal(layout.parts.filter(({ kind }) => kind === 'tensor').length, tensors.size);
  t.equal(layout.parts.filter(({ kind }) => kind === 'pair').length, [...metadata.keys()].length);
  t.end();
});

t.test('bounds of what a header may ask for', (t) => {
  const folder = t.testdir();
  const open = (metadata: Record<string, TypedValue>) => {
    const path = join(folder, 'large.gguf');
    writeFileSync(path, writeGguf({ metadata }));
    return openGguf(path);
  };
  /** Arrays of empty strings, the way a bad file would have them: written by the writer they would take seconds. */
  const openEmpty = (counts: Record<string, number>) => {
    const path = join(folder, 'strings.gguf');
    const small = writeGguf({
      metadata: Object.fromEntries(Object.keys(counts).map((key) => [key, gguf.string([''])])),
    });
    const arrays = layoutOf(small).fields.filter(({ kind, at }) => kind === 'count' && at > 16);
    const pieces = Object.values(counts).map((count, i) => {
      const from = i === 0 ? 0 : arrays[i - 1]!.at + 16;
      const piece = new Uint8Array(arrays[i]!.at + 8 - from + 8 * count);
      piece.set(small.subarray(from, arrays[i]!.at));
      new DataView(piece.buffer).setBigUint64(arrays[i]!.at - from, BigInt(count), true);
      return piece;
    });
    writeFileSync(path, Buffer.concat(pieces));
    return openGguf(path);
  };
  const limit = 1 << 20;
  t.equal(openEmpty({ a: limit }).metadata.strings('a').length, limit);
  t.throws(() => openEmpty({ a: limit + 1 }), { code: 'gguf-corrupt', message: /string count of "a"/ });
  const five = { a: limit, b: limit, c: limit, d: limit, e: 1 };
  t.throws(() => openEmpty(five), { code: 'gguf-corrupt', message: /string count of "e"/ }, 'all together');
  const long = gguf.string('x'.repeat(7 << 20));
  t.doesNotThrow(() => open({ a: long, b: long }));
  t.throws(() => open({ a: long, b: long, c: long }), { code: 'gguf-corrupt', message: /value of "c"/ });

  const names = Array.from({ length: 70_000 }, (_, i) => `<${i}>`);
  const { metadata } = open({
    'tokenizer.ggml.model': gguf.string('gpt2'),
    'tokenizer.ggml.pre': gguf.string('qwen2'),
    'tokenizer.ggml.tokens': gguf.string(names),
    'tokenizer.ggml.token_type': gguf.i32(names.map(() => 3)),
    'tokenizer.ggml.merges': gguf.string([]),
    'tokenizer.ggml.eos_token_id': gguf.u32(0),
  });
  t.throws(() => Tokenizer.fromGguf(metadata), { code: 'tokenizer-invalid', message: /more than 65536 control/ });
  t.end();
});

t.test('npm run fuzz: one JSON value, and an exit code', (t) => {
  const script = fileURLToPath(new URL('../../../scripts/fuzz.mjs', import.meta.url));
  const run = (...args: string[]) => spawnSync(process.execPath, [script, ...args], { encoding: 'utf8' });
  const { status, stdout } = run('gguf', '--count', '20', '--seed', '3');
  t.equal(status, 0);
  t.match(JSON.parse(stdout), { target: 'gguf', seed: 3, cases: 20, findings: [] });
  const keep = join(t.testdir(), 'kept.gguf');
  t.match(JSON.parse(run('gguf', '--seed', '3', '--case', '7', '--keep', keep).stdout), { cases: 1 });
  t.ok(existsSync(keep));
  t.equal(run('gguf', '--count', 'many').status, 2);
  t.equal(run('mqtt').status, 2);
  t.end();
});
