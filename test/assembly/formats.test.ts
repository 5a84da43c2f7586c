/** Every weight format through the table the model uses, held against plain arithmetic over random shapes. */
import t from 'tap';
import { F16, F32, PQ2_0, Q1_0, Q2_0, Q8_0 } from '../../src/gguf/types.ts';
import { matrixBytes, matrixFormat, roundUp, type Activations } from '../../src/model/matrix.ts';
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
  matvec,
  quantizeQ8,
  type Quantized,
} from '../support/quantized.ts';
import { Random } from '../support/random.ts';
import { Harness, maxRelativeError, VARIANTS } from './harness.ts';

interface Case {
  readonly encode: (values: Float32Array, random: Random) => Uint8Array;
  readonly decode: (bytes: Uint8Array) => Float32Array;
  /** What the format makes of its activations before it multiplies. */
  readonly see: (x: Float32Array) => Quantized;
}

/** Activations taken as they are: quants 1 with a "scale" for each value would not fit, so values with scale 1. */
const plain = (values: ArrayLike<number>): Quantized => ({
  q: values as unknown as Int32Array,
  d: new Float64Array(values.length / 32).fill(1),
});

const twoBit = (group: number): Case => ({
  encode: (values, random) => encodeQ2(values, group, () => random.next() < 0.05),
  decode: (bytes) => decodeQ2(bytes, group),
  see: quantizeQ8,
});

const CASES = new Map<number, Case>([
  [Q1_0, { encode: encodeQ1, decode: decodeQ1, see: quantizeQ8 }],
  [Q2_0, twoBit(64)],
  [PQ2_0, twoBit(128)],
  [Q8_0, { encode: encodeQ8, decode: decodeQ8, see: quantizeQ8 }],
  [
    F16,
    {
      encode: encodeF16,
      decode: decodeF16,
      see: (x) => plain(Float64Array.from(x, (v) => halfToNumber(numberToHalf(v)))),
    },
  ],
  [F32, { encode: (v) => new Uint8Array(v.slice().buffer), decode: (b) => new Float32Array(b.buffer), see: plain }],
]);

for (const variant of VARIANTS) {
  for (const [type, { encode, decode, see }] of CASES) {
    const format = matrixFormat(type)!;
    t.test(`${format.name}: products and rows equal the plain reference (${variant})`, async (t) => {
      const random = new Random(type);
      for (let round = 0; round < 6; round++) {
        const rows = random.int(1, 60);
        const cols = 128 * random.int(1, 5);
        const n = random.int(1, 3);
        const h = new Harness(variant);
        const bytes = encode(random.floats(rows * cols, 0.2), random);
        const weights = decode(bytes);
        const address = h.room(matrixBytes(format, rows, cols));
        new Uint8Array(h.memory.buffer, address).set(bytes);
        const matrix = { address, rows, cols, format };
        format.repack?.(h.kernels, matrix, h.room(512 + matrixBytes(format, 16, cols)));

        const x = random.floats(n * cols, random.pick([1, 1e-3, 100]));
        const input = h.put(x);
        const a: Activations = {
          tables: h.room(n * cols * 8),
          scales: h.room((n * cols) / 8),
          sums: h.room((n * cols) / 16),
          bytes: h.room(n * cols),
          halves: h.room(n * cols * 2),
        };
        if (format.form === 'tables') h.kernels.quantizeTables(a.tables, a.scales, a.sums, input, cols, n);
        if (format.form === 'bytes') h.kernels.quantizeBytes(a.bytes, a.scales, input, cols, n);
        if (format.form === 'halves') h.kernels.storeHalf(a.halves, input, n * cols);
        const stride = roundUp(rows, 16);
        const out = h.room(n * stride * 4);
        format.matmul(h.kernels, out, matrix, input, a, n);
        for (let i = 0; i < n; i++) {
          const expected = matvec(weights, rows, cols, see(x.subarray(i * cols, (i + 1) * cols)));
          const error = maxRelativeError(h.floats(out + i * stride * 4, rows), expected);
          t.ok(error < 3e-6, `${rows} x ${cols}, row ${i} of ${n}: error ${error}`);
        }
        const row = random.int(0, rows - 1);
        const embedded = h.room(cols * 4);
        format.embed(h.kernels, embedded, matrix, row);
        t.same(h.floats(embedded, cols), weights.slice(row * cols, (row + 1) * cols), `row ${row}`);
      }
    });
  }
}
