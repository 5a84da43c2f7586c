/**
 * How sure a plan is. A model is asked only where the grammar leaves a choice; the probabilities of what it chose, among
 * what it was allowed to choose, are made one number (a *signal*), and a logistic curve fitted on lines the model was
 * not trained on makes of it the share of such plans that are right. docs/evaluation.md has the measurements.
 */
import type { Metadata } from '../gguf/metadata.ts';
import { TokonomaError } from '../errors.ts';

/** Of the probabilities of all choices: their product, the least of them, their geometric mean. */
export const SIGNALS = ['product', 'minimum', 'mean'] as const;
export type Signal = (typeof SIGNALS)[number];

/** What a model file says of its own confidence: `tokonoma.confidence.*`, written by `npm run calibrate`. */
export interface Calibration {
  readonly signal: Signal;
  /** Confidence is 1 / (1 + exp(-(slope * log-odds of the signal + offset))). */
  readonly slope: number;
  readonly offset: number;
  /** Of a plan below this confidence it is better to ask. */
  readonly threshold: number;
}

/** Log-odds beyond this say no more than the arithmetic does. */
const CERTAIN = 16;

/** @param choices probability of each choice, 0..1; none at all is certainty */
export function signalOf(signal: Signal, choices: readonly number[]): number {
  if (signal === 'minimum') return choices.reduce((least, p) => Math.min(least, p), 1);
  const product = choices.reduce((all, p) => all * p, 1);
  return signal === 'product' || choices.length === 0 ? product : product ** (1 / choices.length);
}

/** Natural log-odds of a probability, -16..16. */
export function logOdds(probability: number): number {
  return Math.min(CERTAIN, Math.max(-CERTAIN, Math.log(probability / (1 - probability))));
}

/** 0..1: the share of plans as sure as this that are right; without a calibration the product, which only orders them. */
export function confidenceOf(choices: readonly number[], calibration?: Calibration): number {
  if (calibration === undefined) return signalOf('product', choices);
  const { signal, slope, offset } = calibration;
  return 1 / (1 + Math.exp(-(slope * logOdds(signalOf(signal, choices)) + offset)));
}

/** Names of the metadata keys. */
export const CONFIDENCE_KEYS = {
  signal: 'tokonoma.confidence.signal',
  slope: 'tokonoma.confidence.slope',
  offset: 'tokonoma.confidence.offset',
  threshold: 'tokonoma.confidence.threshold',
} as const;

/**
 * Undefined where the file says nothing of it.
 * @throws TokonomaError `model-config` when a value is none that this version knows; `gguf-metadata` when one is missing
 */
export function readCalibration(metadata: Metadata, path: string): Calibration | undefined {
  if (!metadata.has(CONFIDENCE_KEYS.signal)) return undefined;
  const problem = (key: string, value: unknown, expected: string): TokonomaError =>
    new TokonomaError('model-config', `${path}: ${key} is ${String(value)}; this version knows ${expected}`);
  const name = metadata.string(CONFIDENCE_KEYS.signal);
  const signal = SIGNALS.find((known) => known === name);
  if (signal === undefined) throw problem(CONFIDENCE_KEYS.signal, `"${name}"`, SIGNALS.join(', '));
  const [slope, offset, threshold] = (['slope', 'offset', 'threshold'] as const).map((name) =>
    metadata.number(CONFIDENCE_KEYS[name]),
  ) as [number, number, number];
  // A curve that falls would call the least likely plans the surest.
  if (!(slope > 0 && slope < Infinity)) throw problem(CONFIDENCE_KEYS.slope, slope, 'numbers above 0');
  if (!Number.isFinite(offset)) throw problem(CONFIDENCE_KEYS.offset, offset, 'finite numbers');
  if (!(threshold >= 0 && threshold <= 1)) throw problem(CONFIDENCE_KEYS.threshold, threshold, 'numbers from 0 to 1');
  return { signal, slope, offset, threshold };
}
