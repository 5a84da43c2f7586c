import t from 'tap';
import { Rope } from '../../src/model/rope.ts';

t.test('plain rotary angles', async (t) => {
  const rope = new Rope({ base: 10000 }, 8);
  const out = new Float32Array(8);
  rope.angles(0, out);
  t.same([...out], [1, 1, 1, 1, 0, 0, 0, 0], 'position 0 rotates nothing');
  rope.angles(3, out);
  for (let i = 0; i < 4; i++) {
    const angle = 3 * 10000 ** (-i / 4);
    t.ok(Math.abs(out[i]! - Math.cos(angle)) < 1e-6, `cosine of pair ${i}`);
    t.ok(Math.abs(out[4 + i]! - Math.sin(angle)) < 1e-6, `sine of pair ${i}`);
  }
});

t.test("YaRN gives the fixed-point angles published for Bonsai 8B's file", async (t) => {
  const yarn = { factor: 4, originalContext: 16384, betaFast: 32, betaSlow: 1, extFactor: 1, attnFactor: 1 };
  const rope = new Rope({ base: 1e6, yarn }, 128);
  const out = new Float32Array(128);
  rope.angles(1, out);
  const fixed = (x: number): number => Math.round(x * 65536);
  t.equal(fixed(out[10]!), 74124);
  t.equal(fixed(out[64 + 10]!), 8598);
  t.equal(fixed(out[19]!), 74611);
  t.equal(fixed(out[64 + 19]!), 1235);
  rope.angles(0, out);
  t.ok(Math.abs(out[0]! - 1.138629436) < 1e-6, 'cosines are scaled at position 0, too');
});
