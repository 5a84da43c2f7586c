/**
 * One sensor: how its payloads are read, and its last reading. What arrives is data: a number, a word, or a short text
 * that is only ever quoted.
 */
import type { Words } from '../../../devices/sensors.ts';
import type { SensorConfig } from '../../config/types.ts';
import { unitOf } from './description.ts';
import { NUMERIC, WORDS, wordOf } from './kinds.ts';
import { NumberScan } from './number-scan.ts';
import { convertUnit } from './units.ts';

export type SensorValue = string | number | boolean;

/** Called after every reading that was taken. */
export type Watcher = (sensor: Sensor) => void;

const MAX_TEXT = 256;
const BLANK = 0x20;
/** A number with its unit is no longer than this, bytes. */
const MAX_NUMBER = 64;

export class Sensor {
  readonly config: SensorConfig;
  /** The path in a JSON payload. */
  readonly path: readonly string[];
  /** The reading when it is a number, in the sensor's unit; else NaN. */
  number = NaN;
  /** The reading when it is a word or a text, else ''. */
  text = '';
  /** Milliseconds since the epoch of the last reading; NaN when there was none. */
  at = NaN;
  /** The reading is the state of its thing, which is never old. */
  isLive = false;
  /** Readings refused since the last one taken. */
  refused = 0;
  readonly watchers: Watcher[] = [];
  readonly #words: Words | undefined;
  readonly #isNumeric: boolean;
  /** What its numbers are in. */
  readonly #unit: string | undefined;
  readonly #factor: number;
  readonly #offset: number;
  readonly #scan = new NumberScan();

  constructor(config: SensorConfig) {
    this.config = config;
    this.path = (config.path ?? 'value').split('.');
    this.#words = WORDS[config.kind];
    this.#isNumeric = NUMERIC.has(config.kind) || config.min !== undefined || config.max !== undefined;
    this.#unit = unitOf(config);
    this.#factor = config.scale ?? 1;
    this.#offset = config.offset ?? 0;
  }

  get value(): SensorValue | undefined {
    return this.text !== '' ? this.text : Number.isNaN(this.number) ? undefined : this.number;
  }

  /** Whether the reading is older than the configuration trusts it. */
  isStale(now: number): boolean {
    const { stale_s } = this.config;
    return stale_s !== undefined && !this.isLive && now - this.at > stale_s * 1000;
  }

  /** Takes a payload that is no JSON document. Returns why not, or undefined. */
  takeBytes(bytes: Uint8Array): string | undefined {
    let start = 0;
    let end = bytes.length;
    while (start < end && bytes[start]! <= BLANK) start++;
    while (end > start && bytes[end - 1]! <= BLANK) end--;
    if (start === end) return 'the payload is empty';
    if (this.#scan.scan(bytes, start, end) && this.#scan.end === end) return this.#takeNumber(this.#scan.value);
    return this.takeValue(Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('utf8'));
  }

  /** Takes a value of a JSON document or of a thing's state. Returns why not, or undefined. */
  takeValue(value: unknown): string | undefined {
    if (typeof value === 'number') return this.#takeNumber(value);
    if (typeof value === 'boolean') {
      if (this.#isNumeric) return `${value} is no number`;
      return this.#takeText(this.#word(value) ?? (value ? 'on' : 'off'));
    }
    if (typeof value !== 'string') return 'the reading must be a number, a string or a boolean';
    const text = value.trim();
    if (text === '') return 'the reading is empty';
    if (text.length > MAX_TEXT) return `a text of at most ${MAX_TEXT} characters`;
    const word = this.#word(text);
    if (word !== undefined) return this.#takeText(word);
    const bytes = text.length <= MAX_NUMBER ? Buffer.from(text) : undefined;
    if (bytes !== undefined && this.#scan.scan(bytes, 0, bytes.length)) {
      const number = this.#scan.value;
      const unit = bytes.toString('utf8', this.#scan.end).trim();
      if (unit === '') return this.#takeNumber(number);
      const converted = convertUnit(number, unit, this.#unit);
      if (converted !== undefined && (this.#isNumeric || this.#unit !== undefined)) return this.#takeNumber(converted);
      if (this.#isNumeric) return `its unit is ${this.#unit ?? 'none'}, not ${quoted(unit)}`;
    }
    if (this.#isNumeric) return `${quoted(text)} is no number`;
    return this.#takeText(printable(text));
  }

  #word(value: string | boolean | number): string | undefined {
    if (this.#words === undefined) return undefined;
    const word = wordOf(this.#words, value);
    if (word === undefined || this.config.invert !== true) return word;
    return word === this.#words.yes ? this.#words.no : this.#words.yes;
  }

  #takeNumber(sent: number): string | undefined {
    if (!Number.isFinite(sent)) return 'the number is not finite';
    if (this.#words !== undefined) {
      const word = this.#word(sent);
      return word === undefined ? `${sent} is neither ${this.#words.yes} nor ${this.#words.no}` : this.#takeText(word);
    }
    const value = this.#factor === 1 && this.#offset === 0 ? sent : sent * this.#factor + this.#offset;
    const { min, max } = this.config;
    if (min !== undefined && value < min) return `${value} is below its range, which begins at ${min}`;
    if (max !== undefined && value > max) return `${value} is above its range, which ends at ${max}`;
    this.number = value;
    this.text = '';
    return undefined;
  }

  #takeText(text: string): undefined {
    this.text = text;
    this.number = NaN;
  }
}

/** No control characters, nothing that turns the direction of writing. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ').trim();
}

const quoted = (text: string): string => JSON.stringify(printable(text).slice(0, 40));
