import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import { dirname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import t, { type Test } from 'tap';
import { openGguf } from '../../src/gguf/reader.ts';
import { openDecoder, type DecoderOptions } from '../../src/model/decoder.ts';
import { openEngine, WorkerEngine } from '../../src/model/engine.ts';
import { generate, type Decoder } from '../../src/model/generate.ts';
import { prime } from '../../src/model/prime.ts';
import { SnapshotStore, type SnapshotLimits } from '../../src/model/snapshot.ts';
import type { Primed, Prompt } from '../../src/model/types.ts';
import { writeToyModel } from '../support/toy-model.ts';

const PREFIX: Prompt = { text: '<|user|> you are a lamp, and you know what lamps know', data: [] };
/** Tokens of it: a control token and bytes. */
const COUNT = 46;
const SAID = ' turn on';
const never = (): boolean => false;

/** A toy file, a folder for snapshots, and what was noted of them. */
class Bench {
  readonly model: string;
  readonly folder: string;
  readonly notes: string[] = [];

  constructor(t: Test) {
    const root = t.testdir();
    this.model = writeToyModel(root);
    this.folder = join(root, 'snapshots');
  }

  open(options: DecoderOptions = {}, model = this.model): Decoder {
    return openDecoder(model, { snapshots: this.folder, ...options }, (message) => this.notes.push(message));
  }

  /** As a process that has just started. */
  prime(options: DecoderOptions = {}, prefix = PREFIX): { decoder: Decoder; primed: Primed } {
    const decoder = this.open(options);
    return { decoder, primed: prime(decoder, prefix, never) };
  }

  files(): string[] {
    return fs.readdirSync(this.folder).sort();
  }

  /** Path of the one snapshot. */
  file(): string {
    const [name, ...others] = this.files();
    if (name === undefined || others.length > 0) throw new Error(`snapshots: ${this.files().join(', ')}`);
    return join(this.folder, name);
  }
}

/** Logits after the prefix and a few words. */
function logitsAfter({ model, tokenizer }: Decoder): Float32Array {
  const prompt = tokenizer.encode(PREFIX.text + SAID, { special: true });
  return model.feed(prompt.subarray(model.reuse(prompt))).slice();
}

/** The same without snapshots. */
function expected(bench: Bench, options: DecoderOptions = {}): Float32Array {
  const decoder = openDecoder(bench.model, options);
  prime(decoder, PREFIX, never);
  return logitsAfter(decoder);
}

function touch(path: string, secondsAgo: number): void {
  const at = new Date(Date.now() - 1000 * secondsAgo);
  fs.utimesSync(path, at, at);
}

for (const kv of ['f16', 'q8'] as const) {
  t.test(`${kv}: the restored state is the computed one to the bit`, async (t) => {
    const bench = new Bench(t);
    const first = bench.prime({ kv });
    t.match(first.primed, { restored: false, tokens: COUNT });
    const computed = logitsAfter(first.decoder);
    const second = bench.prime({ kv });
    t.match(second.primed, { restored: true, tokens: COUNT });
    t.equal(second.decoder.model.length, COUNT, 'and nothing of it has to be fed');
    t.strictSame(logitsAfter(second.decoder), computed);
    t.strictSame(computed, expected(bench, { kv }));
  });
}

t.test('the rows really come from the file', async (t) => {
  const bench = new Bench(t);
  const { decoder } = bench.prime();
  const other = bench.open();
  t.ok(other.snapshots!.restore(other.model, other.tokenizer.encode(PREFIX.text, { special: true })));
  const rows = ({ model }: Decoder): Buffer => Buffer.concat([...model.cachedRows(COUNT)]);
  t.ok(rows(other).some((byte) => byte !== 0));
  t.ok(rows(other).equals(rows(decoder)));
});

t.test('contexts of different lengths share a snapshot', async (t) => {
  const bench = new Bench(t);
  bench.prime({ context: 256 });
  const { decoder, primed } = bench.prime({ context: 100 });
  t.equal(primed.restored, true);
  t.strictSame(logitsAfter(decoder), expected(bench));
  t.throws(() => bench.prime({ context: COUNT }), { code: 'context-full' }, 'but a prefix leaves room for a prompt');
});

t.test('what differs in anything is another snapshot', async (t) => {
  const bench = new Bench(t);
  bench.prime({ kv: 'f16' });
  t.equal(bench.prime({ kv: 'q8' }).primed.restored, false, 'precision');
  t.equal(bench.prime({ kernels: 'debug' }).primed.restored, false, 'kernels');
  const other = { text: PREFIX.text.replace('lamp', 'lamb'), data: [] };
  t.equal(bench.prime({}, other).primed.restored, false, 'prefix');
  const said = { text: PREFIX.text, data: [[0, 8]] as const };
  t.equal(bench.prime({}, said).primed.restored, false, 'the same text as data');
  t.equal(bench.prime({ kv: 'q8' }).primed.restored, true);
  t.strictSame(
    bench.notes.filter((note) => !note.includes(' kept: ')),
    [],
  );
});

t.test('a prefix that `fast` has read is not what `exact` reads', async (t) => {
  const bench = new Bench(t);
  const fast = { kernels: 'arm', precision: 'fast' } as const;
  const exact = { kernels: 'arm', precision: 'exact' } as const;
  bench.prime(fast);
  const { decoder, primed } = bench.prime(exact);
  t.equal(primed.restored, false, 'the kernels for ARM read a prompt by the precision');
  t.strictSame(logitsAfter(decoder), expected(bench, exact));
  t.equal(bench.prime(exact).primed.restored, true);
  t.equal(bench.prime({ kernels: 'arm' }).primed.restored, true, 'what `auto` means');
  bench.prime({ ...fast, kernels: 'simd' });
  const other = bench.prime({ ...exact, kernels: 'simd' });
  t.equal(other.primed.restored, true, 'the others read it exactly');
  t.strictSame(logitsAfter(other.decoder), expected(bench, { ...exact, kernels: 'simd' }));
});

t.test('another model at the same path: its snapshots are deleted, not used', async (t) => {
  const bench = new Bench(t);
  bench.prime();
  const stale = bench.file();
  const { atimeMs, mtimeMs } = fs.statSync(bench.model);
  fs.writeFileSync(bench.model, fs.readFileSync(writeToyModel(dirname(bench.model), { seed: 2 }, 'other.gguf')));
  fs.utimesSync(bench.model, atimeMs / 1000, mtimeMs / 1000);
  const { decoder, primed } = bench.prime();
  t.equal(primed.restored, false, 'same path, size, metadata and nearly the same time, but other weights');
  t.not(bench.file(), stale);
  t.strictSame(logitsAfter(decoder), expected(bench));
});

t.test('a touched model file is not trusted', async (t) => {
  const bench = new Bench(t);
  bench.prime();
  touch(bench.model, 10);
  t.equal(bench.prime().primed.restored, false);
});

t.test('damage is noticed wherever it is, and mended', async (t) => {
  const bench = new Bench(t);
  bench.prime();
  const path = bench.file();
  const whole = fs.readFileSync(path);
  const rows = 64 + 4 * COUNT;
  const flipped = (at: number): [string, Buffer] => {
    const bytes = Buffer.from(whole);
    bytes[at]! ^= 1 << (at % 8);
    return [`byte ${at}`, bytes];
  };
  const counting = (tokens: number): [string, Buffer] => {
    const bytes = Buffer.from(whole);
    bytes.writeUInt32LE(tokens, 12);
    return [`${tokens} tokens`, bytes];
  };
  const cases: [string, Buffer][] = [
    ...Array.from({ length: 64 }, (_, at) => flipped(at)),
    ...[64, 65, rows - 1, rows, rows + 1, Math.floor(whole.length / 2), whole.length - 1].map(flipped),
    ...Array.from({ length: 40 }, (_, i) => flipped(rows + Math.floor(((whole.length - rows) * i) / 40))),
    ...[0, COUNT - 1, COUNT + 1, 0x7fffffff, 0xffffffff].map(counting),
    ...[0, 1, 63, 64, rows - 1, rows, whole.length - 1].map((n): [string, Buffer] => [
      `cut at ${n}`,
      whole.subarray(0, n),
    ]),
    ['one byte more', Buffer.concat([whole, Buffer.alloc(1)])],
    ['all zeros', Buffer.alloc(whole.length)],
    ['bytes exchanged', Buffer.concat([whole.subarray(0, rows), Buffer.from(whole.subarray(rows)).swap64()])],
  ];
  const wanted = expected(bench);
  // One process after another would take long; a fresh cache is what counts.
  const decoder = bench.open();
  const { model, tokenizer } = decoder;
  for (const [name, bytes] of cases) {
    fs.writeFileSync(path, bytes);
    bench.notes.length = 0;
    model.reuse(tokenizer.encode('?'));
    const { restored } = prime(decoder, PREFIX, never);
    if (restored) t.fail(`${name}: believed`);
    if (!logitsAfter(decoder).every((value, i) => value === wanted[i])) t.fail(`${name}: other logits`);
    if (!fs.readFileSync(path).equals(whole)) t.fail(`${name}: not made anew`);
    t.match(bench.notes, [/is damaged and will be made anew/, /kept/], name);
  }
  t.equal(bench.prime().primed.restored, true);
});

t.test('a process that dies while it writes leaves no snapshot', async (t) => {
  const bench = new Bench(t);
  const script = `
    import { openDecoder } from ${JSON.stringify(new URL('../../src/model/decoder.js', import.meta.url).href)};
    const { model, snapshots } = openDecoder(process.argv[1], { snapshots: process.argv[2] });
    const tokens = Int32Array.from({ length: 9 }, (_, i) => i);
    model.feed(tokens);
    const cachedRows = function* (count) {
      let left = 3;
      for (const rows of model.cachedRows(count)) {
        if (left-- === 0) process.kill(process.pid, 'SIGKILL');
        yield rows;
      }
    };
    const { kv, config, kernelVariant, reads } = model;
    snapshots.save({ kv, config, kernelVariant, reads, cachedRows, restore() {} }, tokens);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script, bench.model, bench.folder]);
  t.strictSame(await once(child, 'exit'), [null, 'SIGKILL']);
  t.match(bench.files(), [/\.partial$/], 'what it began has no name that anybody reads');
  t.equal(bench.prime().primed.restored, false);
  t.equal(bench.files().length, 2, 'another may still be writing it');
  touch(
    join(
      bench.folder,
      bench.files().find((name) => name.endsWith('.partial'))!,
    ),
    7200,
  );
  bench.prime({ kv: 'f16' });
  t.notMatch(bench.files().join(' '), /partial/, 'after an hour nobody is');
  t.equal(bench.prime().primed.restored, true);
});

t.test('a write that fails leaves nothing', async (t) => {
  const bench = new Bench(t);
  const { model, tokenizer, snapshots } = bench.open();
  const failing = Object.create(model, {
    kv: { value: model.kv },
    config: { value: model.config },
    cachedRows: {
      value: function* (): Generator<Uint8Array> {
        yield new Uint8Array(100);
        throw new Error('ENOSPC: no space left on device');
      },
    },
  }) as typeof model;
  snapshots!.save(failing, tokenizer.encode('prefix'));
  t.strictSame(bench.files(), []);
  t.match(bench.notes, [/^snapshot not written: ENOSPC/]);
});

t.test('a folder that cannot be is no error', async (t) => {
  const bench = new Bench(t);
  fs.writeFileSync(bench.folder, 'a file');
  t.equal(bench.prime().primed.restored, false);
  t.match(bench.notes, [/^snapshot not read: ENOTDIR/, /^snapshot not written: E/]);
});

t.test('the folder is bounded: so many of a model, so many bytes in all', async (t) => {
  const bench = new Bench(t);
  const decoder = bench.open();
  const store = (model: string, limits: SnapshotLimits): SnapshotStore => {
    const file = openGguf(model);
    try {
      return new SnapshotStore(bench.folder, file, (message) => bench.notes.push(message), limits);
    } finally {
      file.close();
    }
  };
  const tokens = (i: number): Int32Array => Int32Array.of(i, 1, 2);
  const saveEach = (into: SnapshotStore, count: number): void => {
    for (let i = 0; i < count; i++) {
      const before = fs.existsSync(bench.folder) ? bench.files() : [];
      into.save(decoder.model, tokens(i));
      const written = bench.files().find((name) => !before.includes(name))!;
      touch(join(bench.folder, written), 1000 - i);
    }
  };
  const few = store(bench.model, { perModel: 3 });
  saveEach(few, 5);
  t.equal(bench.files().length, 3);
  t.notOk(few.restore(decoder.model, tokens(1)), 'the oldest went');
  t.ok(few.restore(decoder.model, tokens(2)), 'and this one, being used, is the newest now');
  few.save(decoder.model, tokens(9));
  t.ok(few.restore(decoder.model, tokens(2)));
  t.notOk(few.restore(decoder.model, tokens(3)));

  const size = fs.statSync(join(bench.folder, bench.files()[0]!)).size;
  const other = store(writeToyModel(dirname(bench.model), {}, 'copy.gguf'), { total: 3 * size });
  other.save(decoder.model, tokens(1));
  t.equal(bench.files().length, 3, 'another model takes the place of the oldest');
  t.ok(other.restore(decoder.model, tokens(1)));
  const none = store(bench.model, { total: size - 1 });
  none.save(decoder.model, tokens(7));
  t.equal(bench.files().length, 3);
  t.match(bench.notes.at(-1), /^snapshot not kept: \d+ bytes are more than/);
});

t.test('priming can be cancelled, and says so', async (t) => {
  const bench = new Bench(t);
  const decoder = bench.open({ batch: 16 });
  let asked = 0;
  // Asked before each of two layers: in the middle of the third batch.
  t.throws(() => prime(decoder, PREFIX, () => ++asked > 5), { code: 'cancelled' });
  t.equal(decoder.model.length, 32, 'two batches were read');
  t.notOk(fs.existsSync(bench.folder), 'half a prefix is not kept');
  t.equal(prime(decoder, PREFIX, never).restored, false);
  t.strictSame(logitsAfter(decoder), expected(bench));
});

t.test('what another prompt has displaced comes back from the snapshot', async (t) => {
  const bench = new Bench(t);
  const { decoder } = bench.prime();
  const { model } = decoder;
  let read = 0;
  const original = model.read.bind(model);
  model.read = (tokens, options) => {
    read += tokens.length;
    original(tokens, options);
  };
  const ask = (text: string): readonly number[] => {
    read = 0;
    return generate(decoder, { prompt: { text, data: [] }, maxTokens: 1 }, never).tokens;
  };
  const answer = ask(PREFIX.text + SAID);
  const said = SAID.length;
  t.equal(read, said, 'primed, only what was said is read');
  ask('something else entirely');
  t.strictSame(ask(PREFIX.text + SAID), answer);
  t.equal(read, said, 'from the snapshot');
  ask('something else entirely');
  fs.rmSync(bench.file());
  t.strictSame(ask(PREFIX.text + SAID), answer);
  t.equal(read, COUNT + said, 'without it, all is read');
});

t.test('through the engine: a restart restores, and answers as before', async (t) => {
  const bench = new Bench(t);
  const options = {
    model: bench.model,
    snapshots: bench.folder,
    onNote: (message: string) => bench.notes.push(message),
  };
  const request = { prompt: { text: PREFIX.text + SAID, data: [] }, maxTokens: 5 };
  const answers = [];
  for (const restored of [false, true]) {
    const engine = await openEngine(options);
    t.match(await engine.prime(PREFIX), { restored, tokens: COUNT });
    answers.push((await engine.generate(request)).tokens);
    await engine.close();
  }
  t.strictSame(answers[1], answers[0]);
  t.match(bench.notes, [/^snapshot of 46 tokens kept/]);
});

t.test('a worker that takes the place of a dead one is primed before it is asked', async (t) => {
  const bench = new Bench(t);
  const workers: Worker[] = [];
  const begun: (Prompt | undefined)[] = [];
  const url = new URL('../../src/model/worker.js', import.meta.url);
  const engine = await WorkerEngine.open((start) => {
    begun.push(start.prefix);
    const worker = new Worker(url, {
      workerData: { ...start, path: bench.model, options: { snapshots: bench.folder } },
    });
    workers.push(worker);
    return worker;
  });
  t.teardown(() => engine.close());
  await engine.prime(PREFIX);
  await workers[0]!.terminate();
  t.match(await engine.prime(PREFIX), { restored: false }, 'there is nothing left to restore');
  t.strictSame(begun, [undefined, PREFIX]);
});
