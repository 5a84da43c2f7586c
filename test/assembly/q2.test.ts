/** 2-bit matrices over look-up tables, in the arithmetic they promise. */
import t from 'tap';
import { ACTIVATIONS } from '../support/activations.ts';
import { encodeQ2, exactBlocks, exactSum, fastBlocks, fastSum, tableMatvecQ2 } from '../support/quantized.ts';
import { Random } from '../support/random.ts';
import { Harness, VARIANTS } from './harness.ts';

/** Scales of both signs, zero, subnormal and the largest. */
function withOddScales(w: Uint8Array, group: number): Uint8Array {
  const view = new DataView(w.buffer);
  const groupBytes = 2 + group / 4;
  [0x0000, 0x8000, 0xb800, 0x0001, 0x83ff, 0x7bff, 0xfbff].forEach((bits, i) => {
    if ((i + 1) * groupBytes < w.length) view.setUint16(i * groupBytes, bits, true);
  });
  return w;
}

for (const variant of VARIANTS) {
  for (const precision of ['Exact', 'Fast'] as const) {
    for (const group of [64, 128]) {
      t.test(`matvecQ2${precision}, groups of ${group}, to the bit (${variant})`, async (t) => {
        const random = new Random(group);
        for (const [name, make] of Object.entries(ACTIVATIONS)) {
          const rows = 16 * random.int(1, 5);
          const cols = group * random.int(1, 6);
          const n = random.int(1, 8);
          const stride = rows + 16 * random.int(0, 2);
          const h = new Harness(variant);
          const bytes = encodeQ2(random.floats(rows * cols, 0.2), group, () => random.next() < 0.05);
          const w = withOddScales(bytes, group);
          const address = h.put(w);
          t.equal(h.kernels.repackQ2(address, rows, cols, group, h.room((16 * cols * (2 + group / 4)) / group)), 0);
          const x = make(random, n * cols);
          const tables = h.room(n * cols * 8);
          const scales = h.room(n * Math.ceil(cols / 128) * 4);
          const sums = h.room((n * cols) / 16);
          h.kernels[`tables${precision}`](tables, scales, sums, h.put(x), cols, n);
          const out = h.room(n * stride * 4);
          h.kernels[`matvecQ2${precision}`](out, stride, address, rows, cols, group, tables, scales, sums, n);
          for (let i = 0; i < n; i++) {
            const row = x.subarray(i * cols, (i + 1) * cols);
            const blocks = precision === 'Exact' ? exactBlocks(row) : fastBlocks(row);
            const sum = precision === 'Exact' ? exactSum(blocks) : fastSum(blocks);
            const plain = h.floats(sums + (i * cols) / 16, cols / 64);
            t.same(
              h.floats(out + i * stride * 4, rows),
              tableMatvecQ2(w, rows, cols, group, blocks.d, plain, sum),
              `${name}: ${rows} x ${cols}, row ${i} of ${n}`,
            );
          }
        }
      });
    }

    t.test(`any range of tiles can be computed alone, for any n (${precision}, ${variant})`, async (t) => {
      const random = new Random(31);
      const [rows, cols, group, n] = [112, 320, 64, 8];
      const h = new Harness(variant);
      const w = h.put(encodeQ2(random.floats(rows * cols), group));
      h.kernels.repackQ2(w, rows, cols, group, h.room(16 * cols));
      const tables = h.room(n * cols * 8);
      const scales = h.room(n * 3 * 4);
      const sums = h.room((n * cols) / 16);
      h.kernels[`tables${precision}`](tables, scales, sums, h.put(random.floats(n * cols)), cols, n);
      const name = `matvecQ2${precision}` as const;
      const out = h.room(n * rows * 4);
      h.kernels[name](out, rows, w, rows, cols, group, tables, scales, sums, n);
      const together = h.floats(out, n * rows);
      for (const [from, to] of [
        [0, 16],
        [16, 64],
        [64, 112],
      ] as const) {
        const alone = h.room(rows * 4);
        const tiles = w + (from * cols * 18) / 64;
        h.kernels[name](alone, rows, tiles, to - from, cols, group, tables, scales, sums, 1);
        t.same(h.floats(alone, to - from), together.slice(from, to), `rows ${from} to ${to}`);
      }
    });
  }

  t.test(`repackQ2 counts scales that are not finite (${variant})`, async (t) => {
    const [rows, cols, group] = [16, 128, 64];
    const h = new Harness(variant);
    const w = encodeQ2(new Random(5).floats(rows * cols), group);
    const view = new DataView(w.buffer);
    view.setUint16(18, 0x7c00, true);
    view.setUint16(36, 0xfe00, true);
    t.equal(h.kernels.repackQ2(h.put(w), rows, cols, group, h.room(16 * cols)), 2);
  });
}
