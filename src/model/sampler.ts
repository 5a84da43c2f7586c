/** Chooses the next token: the best, or one drawn from the likeliest. */
import type { TokenChance } from './types.ts';

export interface Sampling {
  /** 0 is greedy. */
  readonly temperature: number;
  /** Draw among the k likeliest; 0: all. */
  readonly topK: number;
  /** Draw among the likeliest that together have this probability. */
  readonly topP: number;
  readonly seed: number;
}

export const GREEDY: Sampling = { temperature: 0, topK: 0, topP: 1, seed: 0 };

export interface Choice {
  readonly token: number;
  /** Probability of the token among the allowed ones, at temperature 1. */
  readonly probability: number;
}

/** Of decay()'s table: entries for each 1 of x, and the last x. All of 151,669 tokens beyond it add 1.4e-8 of the best. */
const STEPS = 64;
const FAR = 30;
const POWERS = Float64Array.from({ length: FAR * STEPS + 1 }, (_, i) => Math.exp(-i / STEPS));

/**
 * e^-x of x >= 0, within 2e-10 of itself, and 0 from FAR on. Math.exp takes more than twice as long: over 151,669 tokens
 * a tenth of what a 1.7B model takes. NaN stays NaN.
 */
function decay(x: number): number {
  const steps = x * STEPS;
  if (steps >= FAR * STEPS) return 0;
  const nearest = (steps + 0.5) | 0;
  const r = (nearest - steps) / STEPS;
  return POWERS[nearest]! * (1 + r * (1 + r * (1 / 2 + r / 6)));
}

export class Sampler {
  readonly #sampling: Sampling;
  #random: number;

  constructor(sampling: Sampling) {
    this.#sampling = sampling;
    this.#random = sampling.seed >>> 0;
  }

  /**
   * @param logits (vocab) f32
   * @param allowed token ids to choose among; all of them when absent
   */
  choose(logits: Float32Array, allowed?: ArrayLike<number>): Choice {
    const n = allowed?.length ?? logits.length;
    const idOf = (i: number): number => (allowed === undefined ? i : allowed[i]!);
    let best = 0;
    for (let i = 1; i < n; i++) if (logits[idOf(i)]! > logits[idOf(best)]!) best = i;
    const peak = logits[idOf(best)]!;
    let sum = 0;
    for (let i = 0; i < n; i++) sum += decay(peak - logits[idOf(i)]!);
    const token = this.#sampling.temperature > 0 ? this.#draw(logits, n, idOf, peak) : idOf(best);
    return { token, probability: Math.exp(logits[token]! - peak) / sum };
  }

  /** What was chosen and the `count` likeliest of what might have been. */
  chances(
    logits: Float32Array,
    { token, probability }: Choice,
    count: number,
    allowed?: ArrayLike<number>,
  ): TokenChance {
    const n = allowed?.length ?? logits.length;
    const idOf = (i: number): number => (allowed === undefined ? i : allowed[i]!);
    const logprob = Math.log(probability);
    const top = (count > 0 ? likeliest(logits, n, idOf, count) : [])
      .sort((a, b) => logits[b]! - logits[a]! || a - b)
      .map((id) => ({ token: id, logprob: logprob + (logits[id]! - logits[token]!) }));
    return { token, logprob, top };
  }

  /** No array here is as long as the vocabulary: garbage of that size is memory that the plan does not know of. */
  #draw(logits: Float32Array, n: number, idOf: (i: number) => number, peak: number): number {
    const { temperature, topK, topP } = this.#sampling;
    const weight = (id: number): number => Math.exp((logits[id]! - peak) / temperature);
    let total = 0;
    for (let i = 0; i < n; i++) total += weight(idOf(i));
    if (topK === 0 && topP >= 1) {
      let x = this.#next() * total;
      for (let i = 0; i < n; i++) {
        x -= weight(idOf(i));
        if (x < 0) return idOf(i);
      }
      return idOf(n - 1);
    }
    const ids =
      topK > 0 ? likeliest(logits, n, idOf, topK) : head(n, idOf, (id) => weight(id) >= ((1 - topP) * total) / n);
    ids.sort((a, b) => logits[b]! - logits[a]! || a - b);
    const limit = topP * (topK > 0 ? ids.reduce((sum, id) => sum + weight(id), 0) : total);
    let kept = 0;
    let mass = 0;
    while (kept < ids.length && (kept === 0 || mass < limit)) mass += weight(ids[kept++]!);
    let x = this.#next() * mass;
    for (let i = 0; i < kept; i++) {
      x -= weight(ids[i]!);
      if (x < 0) return ids[i]!;
    }
    return ids[kept - 1]!;
  }

  /** mulberry32: uniform in [0, 1). */
  #next(): number {
    this.#random = (this.#random + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#random ^ (this.#random >>> 15), 1 | this.#random);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }
}

/** The k tokens of the highest logits, in no order; of equal ones the first. */
function likeliest(logits: Float32Array, n: number, idOf: (i: number) => number, k: number): number[] {
  const ids: number[] = [];
  let least = 0; // index of the least likely of ids
  for (let i = 0; i < n; i++) {
    const id = idOf(i);
    if (ids.length < k) ids.push(id);
    else if (logits[id]! > logits[ids[least]!]!) ids[least] = id;
    else continue;
    if (ids.length < k) continue;
    for (let j = 0; j < k; j++) if (logits[ids[j]!]! <= logits[ids[least]!]!) least = j;
  }
  return ids;
}

/**
 * The tokens that `keep`. All that are less likely than the share which nucleus sampling leaves out, divided by the number
 * of tokens, make less than that share together: none of them can be in the nucleus.
 */
function head(n: number, idOf: (i: number) => number, keep: (id: number) => boolean): number[] {
  const ids: number[] = [];
  for (let i = 0; i < n; i++) if (keep(idOf(i))) ids.push(idOf(i));
  return ids;
}
