/** Chooses the next token: the best, or one drawn from the likeliest. */

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
    for (let i = 0; i < n; i++) sum += Math.exp(logits[idOf(i)]! - peak);
    const token = this.#sampling.temperature > 0 ? this.#draw(logits, n, idOf, peak) : idOf(best);
    return { token, probability: Math.exp(logits[token]! - peak) / sum };
  }

  #draw(logits: Float32Array, n: number, idOf: (i: number) => number, peak: number): number {
    const { temperature, topK, topP } = this.#sampling;
    let ids = Int32Array.from({ length: n }, (_, i) => idOf(i)).sort((a, b) => logits[b]! - logits[a]!);
    if (topK > 0) ids = ids.subarray(0, topK);
    const weights = Float64Array.from(ids, (id) => Math.exp((logits[id]! - peak) / temperature));
    const total = weights.reduce((a, b) => a + b, 0);
    let kept = 0;
    let mass = 0;
    while (kept < weights.length && (kept === 0 || mass < topP * total)) mass += weights[kept++]!;
    let x = this.#next() * mass;
    for (let i = 0; i < kept; i++) {
      x -= weights[i]!;
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
