/** Every weight format through the table the model uses, held against plain arithmetic over random shapes. */
import t from 'tap';
import { F16, F32, PQ2_0, Q1_0, Q2_0, Q8_0 } from '../../src/gguf/types.ts';
import { matrixBytes, matrixFormat, roundUp, type ProductKind } from '../../src/model/matrix.ts';
import { PREFILL_SCRATCH, Team, TEAM_BYTES } from '../../src/model/team.ts';
import { halfToNumber, numberToHalf } from '../support/half.ts';
import {
  decodeF16,
  decodeQ1,
  decodeQ2,
  decodeQ8,
  encodeF16,
  encodeQ1,
  encodeQ2,
  encodeQ8,
  exactBlocks,
  matvec,
  matvecBlocks,
  quantizeQ8,
} from '../support/quantized.ts';
import { Random } from '../support/random.ts';
import { Harness, maxRelativeError, VARIANTS } from './harness.ts';

interface Case {
  readonly encode: (values: Float32Array, random: Random) => Uint8Array;
  readonly decode: (bytes: Uint8Array) => Float32Array;
  /** W x, of the activations as the format rounds them. */
  readonly times: (weights: Float32Array, rows: number, cols: number, x: Float32Array) => Float64Array;
}

const blocks: Case['times'] = (weights, rows, cols, x) => matvecBlocks(weights, rows, cols, exactBlocks(x));

/** Activations that are not rounded to steps: values with scale 1. */
const plain =
  (see: (x: number) => number): Case['times'] =>
  (weights, rows, cols, x) =>
    matvec(weights, rows, cols, {
      q: Float64Array.from(x, see) as unknown as Int32Array,
      d: new Float64Array(cols / 32).fill(1),
    });

const twoBit = (group: number): Case => ({
  encode: (values, random) => encodeQ2(values, group, () => random.next() < 0.05),
  decode: (bytes) => decodeQ2(bytes, group),
  times: blocks,
});

const CASES = new Map<number, Case>([
  [Q1_0, { encode: encodeQ1, decode: decodeQ1, times: blocks }],
  [Q2_0, twoBit(64)],
  [PQ2_0, twoBit(128)],
  [Q8_0, { encode: encodeQ8, decode: decodeQ8, times: (w, rows, cols, x) => matvec(w, rows, cols, quantizeQ8(x)) }],
  [F16, { encode: encodeF16, decode: decodeF16, times: plain((x) => halfToNumber(numberToHalf(x))) }],
  [
    F32,
    {
      encode: (v) => new Uint8Array(v.slice().buffer),
      decode: (b) => new Float32Array(b.buffer),
      times: plain((x) => x),
    },
  ],
]);

/** The kinds of products, how many tokens they take here, and how far they may be off. */
const KINDS: readonly [kind: ProductKind, tokens: readonly [number, number], error: number][] = [
  ['exact', [1, 8], 1e-5],
  ['many', [9, 40], 1e-5],
  ['small', [9, 40], 1e-5],
  ['fast', [1, 8], 0.1],
];

for (const variant of VARIANTS) {
  for (const [type, { encode, decode, times }] of CASES) {
    const format = matrixFormat(type)!;
    t.test(`${format.name}: products and rows equal the plain reference (${variant})`, async (t) => {
      const random = new Random(type);
      for (const [kind, tokens, tolerance] of KINDS) {
        for (let round = 0; round < 3; round++) {
          const rows = random.int(1, 60);
          const cols = 128 * random.int(1, 5) + (format.group === 64 ? 64 * random.int(0, 1) : 0);
          const n = random.int(...tokens);
          const h = new Harness(variant);
          const bytes = encode(random.floats(rows * cols, 0.2), random);
          const weights = decode(bytes);
          const address = h.room(matrixBytes(format, rows, cols));
          new Uint8Array(h.memory.buffer, address).set(bytes);
          const matrix = { address, rows, cols, format };
          t.equal(format.repack?.(h.kernels, matrix, h.room(512 + matrixBytes(format, 16, cols))) ?? 0, 0);

          const x = random.floats(n * cols, random.pick([1, 1e-3, 100]));
          const input = h.put(x);
          const padded = roundUp(n, 16);
          const wide = roundUp(cols, 128);
          const tables = h.room(Math.max(n * 8, padded * 2) * wide);
          const [scales, sums] = [h.room((padded * wide) / 32), h.room((padded * wide) / 8)];
          const { kernels: k } = h;
          if (format.form === 'tables') {
            if (kind === 'exact') k.tablesExact(tables, scales, sums, input, cols, n);
            else if (kind === 'fast') k.tablesFast(tables, scales, sums, input, cols, n);
            else k.columns(tables, scales, sums, input, cols, n);
          }
          if (format.form === 'bytes') k.quantizeBytes(tables, sums, input, cols, n);
          if (format.form === 'halves') k.storeHalf(tables, input, n * cols);
          const stride = roundUp(rows, 16);
          const out = h.room(n * stride * 4);
          const team = new Team(h.memory, k, h.room(TEAM_BYTES), []);
          const from = format.form === 'floats' ? input : tables;
          const scale = format.form === 'bytes' ? sums : scales;
          const computed = format.form === 'tables' ? stride : rows;
          const product = [out, stride, address, computed, cols, format.group, from, scale, sums, n, computed];
          team.run(format.job[kind], 1, true, ...product, h.room(PREFILL_SCRATCH));
          for (let i = 0; i < n; i++) {
            const expected = times(weights, rows, cols, x.subarray(i * cols, (i + 1) * cols));
            const error = maxRelativeError(h.floats(out + i * stride * 4, rows), expected);
            t.ok(error < tolerance, `${kind}, ${rows} x ${cols}, row ${i} of ${n}: error ${error}`);
          }
          const row = random.int(0, rows - 1);
          const embedded = h.room(wide * 4);
          format.embed(k, embedded, matrix, row);
          t.same(h.floats(embedded, cols), weights.slice(row * cols, (row + 1) * cols), `row ${row}`);
        }
      }
      t.ok(new Harness(variant).kernels.prefillScratch() <= PREFILL_SCRATCH);
    });
  }
}
