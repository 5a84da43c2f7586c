import t from 'tap';
import { Random } from '../support/random.ts';
import { GREEDY, Sampler } from '../../src/model/sampler.ts';

const logits = Float32Array.from([0, 3, 1, 2, 3]);

t.test('greedy takes the first of the best', async (t) => {
  const { token, probability } = new Sampler(GREEDY).choose(logits);
  t.equal(token, 1);
  const total = logits.reduce((sum, x) => sum + Math.exp(x), 0);
  t.ok(Math.abs(probability - Math.exp(3) / total) < 1e-9);
});

t.test('probabilities among a whole vocabulary are those of plain arithmetic', async (t) => {
  const size = 151_669;
  const random = new Random(8);
  const cases: Record<string, () => number> = {
    'close together': () => random.normal(),
    'far apart': () => 8 * random.normal(),
    'all of them hardly likely': () => -31,
    'and a little more': () => -29,
    equal: () => 0,
  };
  for (const [name, draw] of Object.entries(cases)) {
    const many = Float32Array.from({ length: size }, draw);
    many[size >> 1] = Math.max(
      0,
      many.reduce((a, b) => Math.max(a, b)),
    );
    const peak = many[size >> 1]!;
    let sum = 0;
    for (const x of many) sum += Math.exp(x - peak);
    const { probability } = new Sampler(GREEDY).choose(many);
    t.ok(Math.abs(probability * sum - 1) < 1e-7, `${name}: ${probability} of ${1 / sum}`);
  }
  t.ok(isNaN(new Sampler(GREEDY).choose(Float32Array.of(1, NaN)).probability), 'what is no number is not hidden');
});

t.test('only allowed tokens are chosen, and probabilities are among them', async (t) => {
  const { token, probability } = new Sampler(GREEDY).choose(logits, [0, 2, 3]);
  t.equal(token, 3);
  t.ok(Math.abs(probability - Math.exp(2) / (1 + Math.exp(1) + Math.exp(2))) < 1e-9);
  t.equal(new Sampler(GREEDY).choose(logits, [2]).probability, 1, 'no choice is no doubt');
});

t.test('sampling', async (t) => {
  const draw = (sampling: Partial<typeof GREEDY>, n = 2000): number[] => {
    const sampler = new Sampler({ ...GREEDY, temperature: 1, ...sampling });
    const counts = [0, 0, 0, 0, 0];
    for (let i = 0; i < n; i++) counts[sampler.choose(logits).token]!++;
    return counts;
  };
  t.same(draw({ seed: 5 }), draw({ seed: 5 }), 'the same seed draws the same');
  t.notSame(draw({ seed: 5 }), draw({ seed: 6 }));
  const counts = draw({ seed: 1 });
  const total = logits.reduce((sum, x) => sum + Math.exp(x), 0);
  logits.forEach((x, i) => {
    const expected = (2000 * Math.exp(x)) / total;
    t.ok(
      Math.abs(counts[i]! - expected) < 5 * Math.sqrt(expected) + 1,
      `token ${i}: ${counts[i]} of about ${expected}`,
    );
  });
  const [a, , b, c] = draw({ topK: 2 });
  t.same([a, b, c], [0, 0, 0], 'top-k leaves the k likeliest');
  t.equal(draw({ topP: 0.5 })[3], 0, 'top-p leaves the likeliest half');
  t.same(draw({ temperature: 0.01 })[0], 0, 'cold sampling is nearly greedy');
});

t.test('top-p and top-k of many tokens are those of a sorted list', async (t) => {
  const random = new Random(4);
  const many = Float32Array.from({ length: 3000 }, () => 3 * random.normal());
  const weights = [...many].map((x, id) => ({ id, w: Math.exp(x) })).sort((a, b) => b.w - a.w || a.id - b.id);
  for (const { topK, topP } of [
    { topK: 0, topP: 0.4 },
    { topK: 0, topP: 0.95 },
    { topK: 40, topP: 1 },
    { topK: 40, topP: 0.5 },
  ]) {
    const candidates = topK > 0 ? weights.slice(0, topK) : weights;
    const limit = topP * candidates.reduce((sum, { w }) => sum + w, 0);
    let mass = 0;
    const expected = candidates.filter(({ w }) => {
      const inside = mass < limit;
      mass += w;
      return inside;
    });
    const ids = new Set(expected.map(({ id }) => id));
    const sampler = new Sampler({ temperature: 1, topK, topP, seed: 3 });
    const drawn = new Set(Array.from({ length: 4000 }, () => sampler.choose(many).token));
    t.ok(
      [...drawn].every((id) => ids.has(id)),
      `k ${topK}, p ${topP}: none but those`,
    );
    t.ok(
      expected.slice(0, 3).every(({ id }) => drawn.has(id)),
      'and the likeliest do occur',
    );
  }
});
