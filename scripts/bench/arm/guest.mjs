// Runs inside the emulated machine: every kernel once to warm up and a few times between two marks of count.c.
// Arguments: the kernels' file, repetitions. Prints {regions, windows} as JSON: the code that was compiled at run time
// lies in the regions, window w is what ran between BEGIN and END + w.
import { fsyncSync, readFileSync } from 'node:fs';

const [file, repetitions] = process.argv.slice(2);
const BEGIN = 0x7abc0000;
const END = 0x7abc0100;
// A square matrix of bonsai-1.7b, and a prompt of 128 tokens.
const ROWS = 2048;
const COLS = 2048;
const TOKENS = 128;

const memory = new WebAssembly.Memory({ initial: 1024, maximum: 1024, shared: true });
const module = new WebAssembly.Module(readFileSync(file));
const { exports: kernels } = new WebAssembly.Instance(module, { env: { memory } });

let end = 1 << 16;
const room = (bytes) => (end += Math.ceil(bytes / 64) * 64) - Math.ceil(bytes / 64) * 64;

let seed = 1;
const random = () => (seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0) / 2 ** 32;

const w = room((ROWS * COLS * 18) / 128);
new Uint8Array(memory.buffer, w, (ROWS * COLS * 18) / 128).forEach((_, i, bytes) => (bytes[i] = random() * 256));
const blocks = new DataView(memory.buffer, w);
for (let block = 0; block < (ROWS * COLS) / 2048; block++) {
  for (let r = 0; r < 16; r++) blocks.setUint16(block * 288 + 2 * r, 0x2000 + random() * 0x400, true);
}
const x = room(TOKENS * COLS * 4);
new Float32Array(memory.buffer, x, TOKENS * COLS).forEach((_, i, floats) => (floats[i] = random() - random()));
const out = room(TOKENS * ROWS * 4);
const tables = room(8 * COLS * 8);
const scales = room(TOKENS * COLS);
const sums = room(TOKENS * COLS);
const columns = room(TOKENS * COLS * 2);
const scratch = room(1 << 20);
// Two query heads over 1,024 positions of an 8-bit cache.
const POSITIONS = 1024;
const HEAD = 128;
const cache = room(2 * POSITIONS * (HEAD + 4));
new Uint8Array(memory.buffer, cache, 2 * POSITIONS * HEAD).forEach((_, i, bytes) => (bytes[i] = random() * 256));
const cacheScales = cache + 2 * POSITIONS * HEAD;
new Float32Array(memory.buffer, cacheScales, 2 * POSITIONS).fill(0.01);
const all = (n) => (n * ROWS * COLS) / 64;

// In this order: what a kernel reads, the ones before it have made. `per64` is the number of 64 weights, of 64
// multiply-adds or of 64 activations.
const cases = [
  { kernel: 'tables fast', per64: COLS / 64, run: () => kernels.tablesFast(tables, scales, sums, x, COLS, 1) },
  {
    kernel: 'decode fast',
    per64: all(1),
    run: () => kernels.matvecQ1Fast(out, ROWS, w, ROWS, COLS, tables, scales, 1),
  },
  { kernel: 'tables fast, 8 tokens', per64: COLS / 8, run: () => kernels.tablesFast(tables, scales, sums, x, COLS, 8) },
  {
    kernel: 'prefill fast',
    per64: all(8),
    run: () => kernels.matvecQ1Fast(out, ROWS, w, ROWS, COLS, tables, scales, 8),
  },
  { kernel: 'tables exact', per64: COLS / 64, run: () => kernels.tablesExact(tables, scales, sums, x, COLS, 1) },
  {
    kernel: 'decode exact',
    per64: all(1),
    run: () => kernels.matvecQ1Exact(out, ROWS, w, ROWS, COLS, tables, scales, 1),
  },
  {
    kernel: 'tables exact, 8 tokens',
    per64: COLS / 8,
    run: () => kernels.tablesExact(tables, scales, sums, x, COLS, 8),
  },
  {
    kernel: 'prefill exact, 8 tokens',
    per64: all(8),
    run: () => kernels.matvecQ1Exact(out, ROWS, w, ROWS, COLS, tables, scales, 8),
  },
  {
    kernel: 'columns',
    per64: (TOKENS * COLS) / 64,
    run: () => kernels.columns(columns, scales, sums, x, COLS, TOKENS),
  },
  {
    kernel: 'prefill exact',
    per64: all(TOKENS),
    repetitions: 1,
    run: () => kernels.prefillQ1(out, ROWS, w, ROWS, COLS, columns, scales, TOKENS, scratch),
  },
  {
    kernel: 'attention',
    per64: (4 * POSITIONS * HEAD) / 64,
    run: () =>
      kernels.attend(
        ...[out, x, cache, cache + POSITIONS * HEAD, cacheScales, cacheScales + 4 * POSITIONS, scratch],
        ...[POSITIONS - 1, POSITIONS, 2, HEAD, 2 * HEAD, 2 * HEAD, 1, 1],
      ),
  },
];

const windows = cases.map(({ kernel, per64, run, ...own }, window) => {
  const times = own.repetitions ?? Number(repetitions);
  run();
  mark(BEGIN);
  for (let i = 0; i < times; i++) run();
  mark(END + window);
  return { kernel, per64: per64 * times };
});
const regions = readFileSync('/proc/self/maps', 'utf8')
  .split('\n')
  .filter((line) => /^\S+ ..x. \S+ \S+ 0\s*$/.test(line))
  .map((line) => line.split(' ')[0].split('-'));
console.log(JSON.stringify({ regions, windows }));

function mark(descriptor) {
  try {
    fsyncSync(descriptor);
  } catch {
    // No such descriptor: that is the point.
  }
}
