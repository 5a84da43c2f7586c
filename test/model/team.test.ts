/** Threads that share one job: the result is the same whoever does what, and however a thread behaves. */
import { Worker } from 'node:worker_threads';
import t, { type Test } from 'tap';
import { F32 } from '../../src/gguf/types.ts';
import { matrixFormat } from '../../src/model/matrix.ts';
import { PREFILL_SCRATCH, ROOM_BYTES, Team, TEAM_BYTES } from '../../src/model/team.ts';
import { Harness } from '../assembly/harness.ts';
import { Random } from '../support/random.ts';

const ROWS = 2048;
const COLS = 64;
const CHUNK_ROWS = 32;
const CHUNKS = ROWS / CHUNK_ROWS;

/** From one vector's results to the next's, floats. */
const STRIDE = ROWS + 16;

/** A product of a matrix with n vectors, cut into many chunks, and a team that computes it. */
class Bench {
  readonly harness = new Harness('simd', true); // Threads of an earlier one may still be at work.
  readonly address: number;
  readonly team: Team;
  readonly expected: Float32Array;
  readonly #words: readonly number[];
  readonly #out: number;
  readonly #n: number;

  constructor(t: Test, servers: number, n = 1) {
    this.#n = n;
    const h = this.harness;
    const random = new Random(3);
    this.address = h.room(TEAM_BYTES);
    const rooms = Array.from({ length: servers }, () => h.room(ROOM_BYTES + PREFILL_SCRATCH));
    this.team = new Team(h.memory, h.kernels, this.address, rooms);
    t.teardown(() => this.team.close());
    const [w, x] = [h.put(random.floats(ROWS * COLS)), h.put(random.floats(n * COLS))];
    this.#out = h.room(n * STRIDE * 4);
    this.#words = [this.#out, STRIDE, w, ROWS, COLS, 32, x, 0, 0, n, CHUNK_ROWS, 0];
    h.kernels.matmulF32(this.#out, STRIDE, w, ROWS, COLS, x, n);
    this.expected = h.floats(this.#out, n * STRIDE);
  }

  product(revocable = true): Float32Array {
    new Uint8Array(this.harness.memory.buffer, this.#out, this.#n * STRIDE * 4).fill(0xee);
    this.team.run(matrixFormat(F32)!.job.exact, CHUNKS, revocable, ...this.#words);
    return this.harness.floats(this.#out, this.#n * STRIDE);
  }
}

/**
 * A thread that claims one chunk as a server does, says so in `claimed`, and then does not work on it; `then` is what
 * it does instead.
 */
function thief(t: Test, bench: Bench, then = ''): Int32Array {
  const claimed = new Int32Array(new SharedArrayBuffer(4));
  const code = `
    const { memory, address, claimed, chunks } = require('node:worker_threads').workerData;
    const ticket = new BigInt64Array(memory.buffer, address, 1);
    for (;;) {
      const seen = Atomics.load(ticket, 0);
      if ((seen & 0xffffffffn) >= chunks) continue;
      if (Atomics.compareExchange(ticket, 0, seen, seen + 1n) === seen) break;
    }
    ${then}
    Atomics.store(claimed, 0, 1);`;
  const { memory } = bench.harness;
  const workerData = { memory, address: bench.address, claimed, chunks: BigInt(CHUNKS) };
  const worker = new Worker(code, { eval: true, workerData });
  t.teardown(() => worker.terminate());
  return claimed;
}

t.test('a product by one, two and four threads, of one vector and of three', async (t) => {
  for (const [servers, n] of [
    [0, 1],
    [1, 1],
    [3, 1],
    [1, 3],
    [3, 3],
  ] as const) {
    const bench = new Bench(t, servers, n);
    for (let round = 0; round < 200; round++) {
      const result = bench.product(round % 2 === 0);
      if (!Buffer.from(result.buffer).equals(Buffer.from(bench.expected.buffer))) t.same(result, bench.expected);
      // Long enough for servers to fall asleep now and then.
      if (round % 50 === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    }
    t.equal(bench.team.threads, servers + 1);
  }
});

t.test('servers really take part', async (t) => {
  const bench = new Bench(t, 1, 3);
  // A server leaves its last result in its room, the leader does not.
  const room = bench.address + Math.ceil(TEAM_BYTES / 64) * 64 + 64;
  const there = (): number => bench.harness.floats(room, 1)[0]!;
  const before = there();
  for (let round = 0; round < 20_000 && there() === before; round++) bench.product();
  t.ok(bench.expected.includes(there()));
});

t.test('a chunk whose thread does not come back is done by the leader', async (t) => {
  for (const n of [1, 3]) {
    const bench = new Bench(t, 1, n);
    const claimed = thief(t, bench);
    let rounds = 0;
    while (Atomics.load(claimed, 0) === 0 && rounds < 1_000_000) {
      rounds++;
      const result = bench.product();
      if (!Buffer.from(result.buffer).equals(Buffer.from(bench.expected.buffer))) t.same(result, bench.expected);
    }
    t.equal(Atomics.load(claimed, 0), 1, 'a chunk was taken away');
    t.same(bench.product(), bench.expected, 'and the team goes on');
  }
});

t.test('a thread that dies with a chunk ends the job with a trap', async (t) => {
  const bench = new Bench(t, 1);
  const stop = 256;
  thief(t, bench, `Atomics.store(new Int32Array(memory.buffer, address + ${stop}, 1), 0, 2);`);
  t.throws(() => {
    for (let round = 0; round < 1_000_000; round++) bench.product(false);
  }, WebAssembly.RuntimeError);
});
