#!/usr/bin/env node
/**
 * The decode kernels alone: GMAC/s over a matrix that stays in the caches and over weights streamed from memory, and
 * microseconds per table. Compares the builds given with those of build/kernels, sample by sample in turn:
 *
 *   node scripts/bench/kernels.mjs [--tokens N] [--samples N] [other.wasm …]
 *
 * On a shared machine look at the 80th percentile: what interrupts a sample only makes it slower.
 */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { tokens: { type: 'string', default: '1' }, samples: { type: 'string', default: '60' } },
});
const tokens = Number(values.tokens);
const samples = Number(values.samples);
if (process.versions.node.startsWith('20.')) setFlagsFromString('--experimental-wasm-relaxed-simd');

const BLOCK_WEIGHTS = 128 * 16;
const BLOCK_BYTES = 288;
const bytesOf = (rows, cols) => ((rows * cols) / BLOCK_WEIGHTS) * BLOCK_BYTES;
/** One layer of the 1.7B model: query, key, value, output, gate, up, down. */
const LAYER = [
  [2048, 2048],
  [1024, 2048],
  [1024, 2048],
  [2048, 2048],
  [6144, 2048],
  [6144, 2048],
  [2048, 6144],
];
const layerBytes = LAYER.reduce((sum, [rows, cols]) => sum + bytesOf(rows, cols), 0);
const LAYERS = 34; // 240 MB, more than the caches keep

const MIB = 1 << 20;
const pages = (LAYERS * layerBytes + 16 * MIB) / 65536;
const memory = new WebAssembly.Memory({ initial: Math.ceil(pages), maximum: Math.ceil(pages), shared: true });
const [x, scales, sums, out, tables, weights] = [1, 2, 3, 4, 5, 8].map((mib) => mib * MIB);
new Float32Array(memory.buffer, x, 6144 * tokens).forEach((_, i, all) => (all[i] = Math.sin(i * 1.7) * 3));
// Any bits are signs; every half is a scale of the usual size, wherever it is taken for one.
let state = 1;
new Uint16Array(memory.buffer, weights).forEach((_, i, all) => {
  state = (Math.imul(state, 1664525) + 1013904223) | 0;
  all[i] = 0x2400 | ((state >>> 16) & 0x3ff);
});

const builtIn = ['ordered', 'relaxed', 'simd'].map(
  (name) => new URL(`../../build/kernels/kernels.${name}.wasm`, import.meta.url),
);
const builds = [...positionals, ...builtIn].map((file) => {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(file)), { env: { memory } });
  return { name: basename(file.pathname ?? file), kernels: exports };
});

const engines = builds.flatMap(({ name, kernels }) =>
  ['Exact', 'Fast'].map((precision) => ({
    name: `${name} ${precision.toLowerCase()}`,
    build: (dim) => kernels[`tables${precision}`](tables, scales, sums, x, dim, tokens),
    multiply: (w, rows, cols) => kernels[`matvecQ1${precision}`](out, rows, w, rows, cols, tables, scales, tokens),
  })),
);

/** Seconds that `work` takes. */
function seconds(work) {
  const start = performance.now();
  work();
  return (performance.now() - start) / 1000;
}

let layer = 0;
/** [heading, one sample of an engine]. */
const measures = [
  [
    'in the caches, GMAC/s',
    ({ build, multiply }) => {
      build(2048);
      return (8 * tokens * 2048 * 2048) / 1e9 / seconds(() => repeat(8, () => multiply(weights, 2048, 2048)));
    },
  ],
  [
    'streamed, GMAC/s',
    ({ build, multiply }) => {
      let w = weights + layerBytes * (layer++ % LAYERS);
      let macs = 0;
      let time = 0;
      for (const [rows, cols] of LAYER) {
        build(cols);
        time += seconds(() => multiply(w, rows, cols));
        macs += rows * cols * tokens;
        w += bytesOf(rows, cols);
      }
      return macs / 1e9 / time;
    },
  ],
  ['tables per 2048, us', ({ build }) => (seconds(() => repeat(20, () => build(2048))) / 20 / tokens) * 1e6],
];

function repeat(n, work) {
  for (let i = 0; i < n; i++) work();
}

// Until everything is optimized code.
for (const engine of engines)
  repeat(300, () => measures.forEach(([, sample]) => sample === measures[1][1] || sample(engine)));

console.log(`Node ${process.versions.node}, ${tokens} token(s), ${samples} samples: median, 80th percentile, best`);
for (const [heading, sample] of measures) {
  const results = engines.map(() => []);
  repeat(samples, () => engines.forEach((engine, i) => results[i].push(sample(engine))));
  console.log(heading);
  engines.forEach(({ name }, i) => {
    const sorted = results[i].sort((a, b) => (heading.endsWith('us') ? b - a : a - b));
    const [median, most, best] = [0.5, 0.8, 1].map((p) => sorted[Math.floor((sorted.length - 1) * p)].toFixed(1));
    console.log(`  ${name.padEnd(30)} ${median.padStart(7)} ${most.padStart(7)} ${best.padStart(7)}`);
  });
}
