/** What "dark" or "too warm" is in numbers. Whatever is used is shown back with its number. */
import { convertUnit } from '../sensors/units.ts';
import type { Signal } from './signals.ts';

/** In °C, %, lx; keys of `rules` in tokonoma.yaml. */
export interface Thresholds {
  /** Brightness below, lx. */
  readonly dark: number;
  /** Brightness above, lx. */
  readonly bright: number;
  /** Temperature above, °C. */
  readonly warm: number;
  readonly hot: number;
  /** Temperature below, °C. */
  readonly cold: number;
  readonly freezing: number;
  /** Humidity above and below, %. */
  readonly humid: number;
  readonly dry: number;
  /** Battery below, %. */
  readonly low: number;
  /** Where night begins and ends, minutes since midnight. */
  readonly night: readonly [from: number, to: number];
}

export const THRESHOLDS: Thresholds = {
  dark: 30,
  bright: 1000,
  warm: 25,
  hot: 28,
  cold: 18,
  freezing: 0,
  humid: 65,
  dry: 35,
  low: 20,
  night: [22 * 60, 6 * 60],
};

/** `rules` of tokonoma.yaml. */
export interface RulesConfig extends Partial<Omit<Thresholds, 'night'>> {
  /** "22:00", "06:00" */
  readonly night_from?: string;
  readonly night_to?: string;
  /** Seconds between two commands of one rule. */
  readonly cooldown_s?: number;
  /** Seconds by which a scheduled command may be late. */
  readonly grace_s?: number;
}

export function thresholdsOf(config: RulesConfig = {}): Thresholds {
  const { night_from = '22:00', night_to = '06:00' } = config;
  return { ...THRESHOLDS, ...config, night: [minutesOf(night_from), minutesOf(night_to)] };
}

function minutesOf(time: string): number {
  const [hours, minutes] = time.split(':').map(Number);
  return hours! * 60 + minutes!;
}

interface Adjective {
  readonly kind: string;
  readonly op: 'below' | 'above';
  readonly key: Exclude<keyof Thresholds, 'night'>;
  readonly unit: string;
  /** Said of a sensor in percent of light, for which a number of lux says nothing. */
  readonly percent?: number;
}

const ADJECTIVES: ReadonlyMap<string, Adjective> = new Map(
  (
    [
      ['dark', 'brightness', 'below', 'dark', 'lx', 10],
      ['gloomy', 'brightness', 'below', 'dark', 'lx', 10],
      ['bright', 'brightness', 'above', 'bright', 'lx', 60],
      ['light', 'brightness', 'above', 'bright', 'lx', 60],
      ['sunny', 'brightness', 'above', 'bright', 'lx', 60],
      ['warm', 'temperature', 'above', 'warm', '°C'],
      ['hot', 'temperature', 'above', 'hot', '°C'],
      ['cold', 'temperature', 'below', 'cold', '°C'],
      ['cool', 'temperature', 'below', 'cold', '°C'],
      ['chilly', 'temperature', 'below', 'cold', '°C'],
      ['freezing', 'temperature', 'below', 'freezing', '°C'],
      ['humid', 'humidity', 'above', 'humid', '%'],
      ['damp', 'humidity', 'above', 'humid', '%'],
      ['dry', 'humidity', 'below', 'dry', '%'],
      ['low', 'battery', 'below', 'low', '%'],
      ['empty', 'battery', 'below', 'low', '%'],
    ] as const
  ).map(([word, kind, op, key, unit, percent]) => [
    word,
    { kind, op, key, unit, ...(percent === undefined ? {} : { percent }) },
  ]),
);

/** Both in one: "warm" and "warmer" are not the same, only the first says how warm. */
export const adjective = (word: string): Adjective | undefined => ADJECTIVES.get(word);

/** The number that an adjective means for this signal; undefined when its unit is none that can be compared. */
export function thresholdFor(
  { key, unit, percent }: Adjective,
  signal: Signal,
  thresholds: Thresholds,
): number | undefined {
  if (signal.unit === '%' && unit !== '%') return percent;
  return convertUnit(thresholds[key], unit, signal.unit);
}

/** Share of a threshold, and least amount, by which a reading must come back; by kind of signal. */
const SLACK: Readonly<Record<string, readonly [share: number, least: number]>> = {
  temperature: [0, 0.5],
  humidity: [0, 2],
  battery: [0, 2],
  brightness: [0.1, 1],
};

/** So that a reading that trembles around a threshold is one edge and not many. */
export function slackFor(kind: string, value: number): number {
  const [share, least] = SLACK[kind] ?? [0.02, 0];
  return Math.max(least, Math.round(Math.abs(value) * share * 1000) / 1000);
}
