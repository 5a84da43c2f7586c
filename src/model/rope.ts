/**
 * Angles of the rotary embedding, computed in single precision step by step as ggml_rope_ext does (the frequency is a
 * running product, not a power per pair), so that rounding agrees with llama.cpp.
 */
import type { RopeConfig, YarnConfig } from './config.ts';

const f32 = Math.fround;

export class Rope {
  readonly #config: RopeConfig;
  readonly #pairs: number;
  readonly #thetaScale: number;
  /** YaRN: share of extrapolation per pair, 1 for the fastest. */
  readonly #ramp: Float32Array;
  readonly #mscale: number;

  constructor(config: RopeConfig, headDim: number) {
    this.#config = config;
    this.#pairs = headDim / 2;
    this.#thetaScale = f32(Math.pow(config.base, -2 / headDim));
    this.#ramp = new Float32Array(this.#pairs);
    this.#mscale = 1;
    const { yarn } = config;
    if (yarn !== undefined) {
      const [low, high] = correctionRange(yarn, config.base, headDim);
      for (let i = 0; i < this.#pairs; i++) {
        const y = (i - low) / Math.max(0.001, high - low);
        this.#ramp[i] = (1 - Math.min(1, Math.max(0, y))) * yarn.extFactor;
      }
      this.#mscale = yarn.attnFactor * (yarn.extFactor === 0 ? 1 : 1 + 0.1 * Math.log(yarn.factor));
    }
  }

  /** Writes the cosines, then the sines, of one position into `out` (2, headDim / 2). */
  angles(position: number, out: Float32Array): void {
    const pairs = this.#pairs;
    const freqScale = f32(1 / (this.#config.yarn?.factor ?? 1));
    const mscale = f32(this.#mscale);
    let theta = f32(position);
    for (let i = 0; i < pairs; i++) {
      const ramp = this.#ramp[i]!;
      const interpolated = f32(freqScale * theta);
      const angle =
        this.#config.yarn === undefined ? theta : f32(f32(interpolated * f32(1 - ramp)) + f32(theta * ramp));
      out[i] = f32(f32(Math.cos(angle)) * mscale);
      out[pairs + i] = f32(f32(Math.sin(angle)) * mscale);
      theta = f32(theta * this.#thetaScale);
    }
  }
}

/** First and last pair between extrapolation and interpolation (ggml_rope_yarn_corr_dims). */
function correctionRange(yarn: YarnConfig, base: number, headDim: number): [low: number, high: number] {
  const pairOf = (rotations: number): number =>
    (headDim * Math.log(yarn.originalContext / (rotations * 2 * Math.PI))) / (2 * Math.log(base));
  return [Math.max(0, Math.floor(pairOf(yarn.betaFast))), Math.min(headDim - 1, Math.ceil(pairOf(yarn.betaSlow)))];
}
