/**
 * Fits a model's confidence on lines it was not trained on: which signal tells right from wrong best, the curve that makes
 * a probability of it, and the threshold below which it is better to ask.
 */
import { confidenceOf, logOdds, SIGNALS, signalOf, type Calibration, type Signal } from '../model/confidence.ts';
import { calibrationError, equalMassBins, riskCoverage } from './calibration.ts';

/** One line of the validation data. */
export interface Sample {
  /** Probabilities of the choices of its plan (GenerateResult.choices). */
  readonly choices: readonly number[];
  /** Every argument as expected. */
  readonly right: boolean;
  /** The plan would do something. */
  readonly acts: boolean;
  /** And not below the threshold: it is neither a question nor a stop (src/agent/reading/understanding.ts). */
  readonly mustBeSure: boolean;
  readonly isCommand: boolean;
}

export interface SignalReport {
  readonly signal: Signal;
  /** Mean over sets. */
  readonly aurc: number;
  /** Of all sets together, each set counting the same, each sample judged by a curve fitted without it (five folds). */
  readonly ece: number;
  /** The same without any curve: the signal taken for a probability. */
  readonly raw_ece: number;
}

export interface Fit {
  readonly calibration: Calibration;
  readonly signals: readonly SignalReport[];
  /** At the threshold, shares of all samples (each set counts the same). */
  readonly asked: number;
  readonly wrong: number;
  /** Of samples that are no commands. */
  readonly out_of_scope_acted: number;
}

export interface FitOptions {
  /** Default: the one with the least AURC. */
  readonly signal?: Signal | undefined;
  /** Most that may act of what is out of scope. */
  readonly outOfScope?: number;
}

const FOLDS = 5;
const OUT_OF_SCOPE = 0.02;
/** Of the slope around 1 and the offset around 0, as if so many samples had said so: few errors are no certainty. */
const PRIOR = 2;
const MIN_SLOPE = 0.05;
const NEWTON_STEPS = 50;

interface Weighted extends Sample {
  readonly weight: number;
}

/**
 * @param sets samples of each set; each set counts the same, for none of them is the world
 * @throws RangeError when there is no sample at all
 */
export function fitCalibration(sets: readonly (readonly Sample[])[], options: FitOptions = {}): Fit {
  const filled = sets.filter((set) => set.length > 0);
  if (filled.length === 0) throw new RangeError('there is nothing to calibrate on');
  const total = filled.reduce((sum, set) => sum + set.length, 0);
  const samples = filled.flatMap((set) =>
    set.map((sample): Weighted => ({ ...sample, weight: total / filled.length / set.length })),
  );
  const signals = SIGNALS.map((signal) => report(signal, filled, samples));
  const best = signals.reduce((a, b) => (b.aurc < a.aurc ? b : a)).signal;
  const curve = fitCurve(options.signal ?? best, samples);
  return { signals, ...chooseThreshold(samples, curve, options.outOfScope ?? OUT_OF_SCOPE) };
}

function report(signal: Signal, sets: readonly (readonly Sample[])[], samples: readonly Weighted[]): SignalReport {
  const areas = sets.map(
    (set) => riskCoverage(set.map(({ choices, right }) => ({ confidence: signalOf(signal, choices), right }))).aurc,
  );
  const crossed = Array.from({ length: FOLDS }, (_, fold) => {
    const curve = fitCurve(
      signal,
      samples.filter((_, i) => i % FOLDS !== fold),
    );
    return samples
      .filter((_, i) => i % FOLDS === fold)
      .map(({ choices, right, weight }) => ({ confidence: confidenceOf(choices, curve), right, weight }));
  }).flat();
  const raw = samples.map(({ choices, right, weight }) => ({
    ...{ confidence: signalOf(signal, choices), right, weight },
  }));
  return {
    signal,
    aurc: areas.reduce((sum, area) => sum + area, 0) / areas.length,
    ece: calibrationError(equalMassBins(crossed)),
    raw_ece: calibrationError(equalMassBins(raw)),
  };
}

/** Logistic regression of being right on the signal's log-odds: Newton's method, two parameters, a weak prior. */
function fitCurve(signal: Signal, samples: readonly Weighted[]): Calibration {
  const points = samples.map(({ choices, right, weight }) => ({
    x: logOdds(signalOf(signal, choices)),
    right,
    weight,
  }));
  let at: readonly [slope: number, offset: number] = [1, 0];
  let cost = costOf(points, at);
  for (let step = 0; step < NEWTON_STEPS; step++) {
    const [ds, dO] = newtonStep(points, at);
    // A whole step may jump over the valley; half of it, or a quarter, does not.
    let share = 1;
    let next = at;
    let lower = cost;
    do {
      next = [Math.max(MIN_SLOPE, at[0] + share * ds), at[1] + share * dO];
      lower = costOf(points, next);
      share /= 2;
    } while (lower > cost && share > 1e-6);
    if (!(lower < cost)) break;
    [at, cost] = [next, lower];
  }
  return { signal, slope: Math.fround(at[0]), offset: Math.fround(at[1]), threshold: 0 };
}

interface Point {
  readonly x: number;
  readonly right: boolean;
  readonly weight: number;
}

/** Negative log-likelihood, and what the prior has against it. */
function costOf(points: readonly Point[], [slope, offset]: readonly [number, number]): number {
  let cost = (PRIOR / 2) * ((slope - 1) ** 2 + offset ** 2);
  for (const { x, right, weight } of points) {
    const odds = slope * x + offset;
    // log(1 + exp(z)) that neither overflows nor loses the small ones
    const z = right ? -odds : odds;
    cost += weight * (Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))));
  }
  return cost;
}

function newtonStep(points: readonly Point[], [slope, offset]: readonly [number, number]): readonly [number, number] {
  // Downhill, and the curvature of the cost.
  let [gs, go] = [PRIOR * (1 - slope), -PRIOR * offset];
  let [ss, so, oo] = [PRIOR, 0, PRIOR];
  for (const { x, right, weight } of points) {
    const p = 1 / (1 + Math.exp(-(slope * x + offset)));
    const error = weight * (Number(right) - p);
    const spread = weight * p * (1 - p);
    gs += error * x;
    go += error;
    ss += spread * x * x;
    so += spread * x;
    oo += spread;
  }
  const determinant = ss * oo - so * so;
  return [(oo * gs - so * go) / determinant, (ss * go - so * gs) / determinant];
}

/**
 * The lowest at which wrong acts are rarer than questions, and what is out of scope acts rarely enough: of what it holds
 * for, since no threshold keeps the rest from being done. That is counted in what becomes of them.
 */
function chooseThreshold(samples: readonly Weighted[], curve: Calibration, outOfScope: number): Omit<Fit, 'signals'> {
  const all = samples.reduce((sum, { weight }) => sum + weight, 0);
  const foreign = strangeOf(samples);
  const acting = samples
    .filter(({ acts, mustBeSure }) => acts && mustBeSure)
    .map((sample) => ({ ...sample, confidence: confidenceOf(sample.choices, curve) }))
    .sort((a, b) => a.confidence - b.confidence);
  const always = samples.filter(({ acts, mustBeSure }) => acts && !mustBeSure);
  let wrong = wrongOf(acting);
  let strange = strangeOf(acting);
  let asked = 0;
  let threshold = 0;
  for (let i = 0; i < acting.length;) {
    if ((wrong === 0 || wrong < asked) && strange <= outOfScope * foreign) break;
    const { confidence } = acting[i]!;
    for (; acting[i]?.confidence === confidence; i++) {
      const { right, isCommand, weight } = acting[i]!;
      asked += weight;
      if (!right) wrong -= weight;
      if (!isCommand) strange -= weight;
    }
    // Between this one and the next: rounding to f32 must not bring it back.
    threshold = Math.fround((confidence + (acting[i]?.confidence ?? 1)) / 2);
  }
  return {
    calibration: { ...curve, threshold },
    asked: asked / all,
    wrong: (Math.max(0, wrong) + wrongOf(always)) / all,
    out_of_scope_acted: foreign === 0 ? 0 : (Math.max(0, strange) + strangeOf(always)) / foreign,
  };
}

function wrongOf(samples: readonly Weighted[]): number {
  return samples.reduce((sum, { right, weight }) => sum + (right ? 0 : weight), 0);
}

function strangeOf(samples: readonly Weighted[]): number {
  return samples.reduce((sum, { isCommand, weight }) => sum + (isCommand ? 0 : weight), 0);
}
