import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { openGguf, type GgufFile } from '../../src/gguf/reader.ts';
import { layOutModel } from '../../src/model/layout.ts';
import { Model, type ModelOptions } from '../../src/model/model.ts';
import { writeGguf } from '../support/gguf-writer.ts';
import { referenceLogits } from '../support/reference-qwen3.ts';
import { makeToyModel, type ToyModel, type ToyOptions } from '../support/toy-model.ts';
import { maxRelativeError } from '../assembly/harness.ts';

/**
 * Largest difference of a logit, relative to the largest logit, between single and double precision. It holds as long
 * as both round every activation to the same integer: an activation that lies within single precision of a tie may
 * go either way, and one such flip changes the logits of these toys by about 1e-2. The seeds below have none.
 */
const MAX_RELATIVE_ERROR = 1e-6;

const TOKENS = [72, 101, 108, 108, 111, 32, 258, 119, 111, 114, 108, 100, 33, 257, 0, 255, 72, 72];

const SHAPES: Record<string, ToyOptions> = {
  'tied head': { seed: 7 },
  'separate head': { separateHead: true, seed: 6 },
  'q wider than the model (as Bonsai 4B)': { heads: 8, seed: 3 },
  'one KV head for all': { kvHeads: 1, seed: 4 },
  YaRN: { yarn: { factor: 4, originalContext: 64 }, seed: 5 },
};

function openToy(t: Test, toy: ToyModel): GgufFile {
  const path = join(t.testdir(), 'toy.gguf');
  writeFileSync(path, writeGguf(toy.source));
  const file = openGguf(path);
  t.teardown(() => file.close());
  return file;
}

function load(t: Test, toy: ToyModel, options?: ModelOptions): Model {
  const model = new Model(openToy(t, toy), { kv: 'f16', precision: 'exact', ...options });
  t.teardown(() => model.close());
  return model;
}

for (const [name, options] of Object.entries(SHAPES)) {
  t.test(`logits of a toy model equal the plain reference: ${name}`, async (t) => {
    const toy = makeToyModel(options);
    const model = load(t, toy);
    const expected = referenceLogits(toy.config, toy.tensors, TOKENS);
    let worst = 0;
    TOKENS.forEach((token, i) => {
      const error = maxRelativeError(model.feed([token]), expected[i]!);
      worst = Number.isNaN(error) ? NaN : Math.max(worst, error);
    });
    t.ok(worst < MAX_RELATIVE_ERROR, `max relative error ${worst}`);
  });
}

t.test('a broken forward pass would be noticed', async (t) => {
  const toy = makeToyModel({ yarn: { factor: 4, originalContext: 64 }, seed: 5 });
  const model = load(t, toy);
  const actual = model.feed(TOKENS);
  const last = (config: ToyModel['config'], tensors = toy.tensors): ArrayLike<number> =>
    referenceLogits(config, tensors, TOKENS).at(-1)!;
  t.ok(maxRelativeError(actual, last(toy.config)) < MAX_RELATIVE_ERROR);
  const plain = makeToyModel({ seed: 5 }).config;
  t.ok(maxRelativeError(actual, last(plain)) > 0.05, 'without YaRN');
  const noNorm = new Map(toy.tensors).set('blk.0.attn_q_norm.weight', new Float32Array(32).fill(1));
  t.ok(maxRelativeError(actual, last(toy.config, noNorm)) > 0.05, 'without a QK-norm');
});

t.test('batches, single tokens and a reused prefix give the same logits, bit for bit', async (t) => {
  const toy = makeToyModel({ seed: 6 });
  const whole = load(t, toy).feed(TOKENS).slice();
  const single = load(t, toy);
  for (const token of TOKENS.slice(0, -1)) single.feed([token]);
  t.same(single.feed(TOKENS.slice(-1)), whole, 'one token at a time');
  const small = load(t, toy, { batch: 5 });
  t.same(small.feed(TOKENS), whole, 'batches of 5');

  t.equal(small.reuse([...TOKENS.slice(0, 7), 1, 2]), 7, 'what is the same is kept');
  small.feed([1, 2]);
  t.equal(small.reuse(TOKENS), 7);
  t.same(small.feed(TOKENS.slice(7)), whole, 'after another continuation');
  t.equal(small.reuse(TOKENS), TOKENS.length - 1, 'the last token is fed again');
  t.same(small.feed(TOKENS.slice(-1)), whole);
});

/** Enough rows in a matrix for a chunk of many tokens for each of three threads. */
const SHARED: ToyOptions = { seed: 6, ffn: 768 };

t.test('any number of threads gives the same logits, bit for bit', async (t) => {
  const toy = makeToyModel(SHARED);
  for (const kv of ['f16', 'q8'] as const) {
    const logits = [1, 2, 3].map((threads) => {
      const model = load(t, toy, { threads, kv });
      t.equal(model.team.threads, threads);
      const whole = model.feed(TOKENS).slice();
      return [whole, ...TOKENS.map((token) => model.feed([token]).slice())];
    });
    t.same(logits[1], logits[0], `two, ${kv}`);
    t.same(logits[2], logits[0], `three, ${kv}`);
  }
});

t.test('a prompt that threads share is read to the same bits', async (t) => {
  const toy = makeToyModel(SHARED);
  const whole = load(t, toy).feed(TOKENS).slice();
  for (const threads of [2, 3]) {
    const model = load(t, toy, { threads });
    const rooms = layOutModel(openToy(t, toy), model.config, { threads, kv: 'f16' }).team.rooms;
    t.equal(rooms.length, threads - 1);
    // A server leaves what a chunk results in in its room: it may be there late, where cores are few.
    const result = (room: number): Uint8Array => new Uint8Array(model.memory.buffer, room + 64, 64);
    const idle = (room: number): boolean => result(room).every((byte) => byte === 0);
    for (let round = 0; round < 20_000; round++) {
      model.truncate(0);
      const logits = model.feed(TOKENS, { allowed: [0] });
      if (logits[0] !== whole[0]) t.equal(logits[0], whole[0], `${threads} threads, round ${round}`);
      if (!rooms.some(idle)) break;
    }
    t.notOk(rooms.some(idle), 'every thread has had a part in it');
    t.same(model.logits(), whole);
  }
});

t.test('fast products answer nearly the same', async (t) => {
  const toy = makeToyModel({ seed: 6 });
  const exact = load(t, toy).feed(TOKENS).slice();
  const fast = load(t, toy, { precision: 'fast', kernels: 'simd' });
  for (const token of TOKENS.slice(0, -1)) fast.feed([token]);
  const logits = fast.feed(TOKENS.slice(-1)).slice();
  t.notSame(logits, exact, 'they are other products');
  t.ok(maxRelativeError(logits, exact) < 0.2);
  const read = load(t, toy, { precision: 'fast', kernels: 'simd' });
  t.same(read.feed(TOKENS), exact, 'but what is read is read exactly');

  for (const kernels of ['arm', 'armloop'] as const) {
    const arm = load(t, toy, { precision: 'fast', kernels });
    t.same(arm.feed(TOKENS), logits, `except by ${kernels}, which reads by the tables of what is generated`);
    arm.truncate(0);
    t.same(arm.feed(TOKENS, { exact: true }), logits, 'even where it is told to read exactly');
    t.same(load(t, toy, { precision: 'exact', kernels }).feed(TOKENS), exact, 'unless the model is exact');
  }
});

t.test('only the logits asked for are computed, and they are the same', async (t) => {
  const toy = makeToyModel({ seed: 6 });
  const whole = load(t, toy).feed(TOKENS).slice();
  const model = load(t, toy);
  new Float32Array(model.memory.buffer, model.state.logits, toy.config.vocabSize).fill(7);
  const allowed = [3, 17, 18, 250];
  const some = model.feed(TOKENS, { allowed });
  for (const id of allowed) t.equal(some[id], whole[id], `token ${id}`);
  t.equal(some[100], 7, 'others are left as they were');
  t.same(model.logits(), whole, 'and may be asked for afterwards');
});

t.test('a vocabulary left in the file gives the same logits, bit for bit', async (t) => {
  for (const separateHead of [false, true]) {
    const toy = makeToyModel({ seed: 6, separateHead });
    const whole = load(t, toy).feed(TOKENS).slice();
    const model = load(t, toy, { paged: true });
    t.equal(model.needsFile, true);
    t.same(model.feed(TOKENS), whole, `all, ${separateHead ? 'separate' : 'tied'} head`);
    const allowed = [3, 17, 40, 259];
    new Float32Array(model.memory.buffer, model.state.logits, toy.config.vocabSize).fill(7);
    const some = model.logits(allowed);
    for (const id of allowed) t.equal(some[id], whole[id], `token ${id}`);
  }
});

t.test('limits', async (t) => {
  const toy = makeToyModel();
  const model = load(t, toy, { context: 8 });
  t.throws(() => model.feed(TOKENS), { code: 'context-full' });
  t.throws(() => model.feed([toy.config.vocabSize]), { code: 'bad-token' });
  t.throws(() => model.feed([]), { code: 'bad-token' });
  t.equal(model.length, 0, 'a refused call leaves the cache as it was');
  t.throws(() => load(t, toy, { context: 1000 }), { code: 'model-config' });
  t.throws(() => load(t, toy, { budget: 65536 }), { code: 'memory-budget' });
  t.equal(model.memory.buffer.byteLength, model.use.total, 'the memory is what the plan says');
  t.throws(() => model.memory.grow(1), RangeError, 'and cannot grow');
});
