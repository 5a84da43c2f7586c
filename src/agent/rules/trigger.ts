/**
 * A condition as it is watched: readings in, edges out. A reading touches only the comparisons of its own signal, and
 * goes no further unless one of them has changed.
 */
import type { Clock } from '../../clock.ts';
import type { Sensor } from '../sensors/sensor.ts';
import { nextMoment } from '../schedule/when.ts';
import type { Comparison, Condition, Daytime } from './condition.ts';
import type { Signals } from './signals.ts';

/** Undefined: not known. */
type Truth = boolean | undefined;

export interface TriggerOptions {
  readonly condition: Condition;
  readonly signals: Signals;
  readonly clock: Clock;
  /** As it was at the end of the last process; absent: as it is now, without an edge. */
  readonly active?: boolean | undefined;
  /** @param by the sensor whose reading did it; undefined: time did */
  readonly onEdge: (active: boolean, by: Sensor | undefined) => void;
}

interface Node {
  truth(): Truth;
}

/** Sleeps no longer at once: the wall clock may be set meanwhile. */
const LONGEST_SLEEP_MS = 60_000;

export class Trigger {
  readonly #options: TriggerOptions;
  readonly #leaves: Leaf[] = [];
  /** What each comparison reads; undefined: nothing of that name was there. */
  readonly #inputs = new Map<string, Sensor | undefined>();
  readonly #root: Node;
  readonly #detach: (() => void)[] = [];
  readonly #life = new AbortController();
  #active = false;

  constructor(options: TriggerOptions) {
    this.#options = options;
    this.#root = this.#node(options.condition);
  }

  get active(): boolean {
    return this.#active;
  }

  /** What the condition is now; undefined when a reading that decides it is missing or stale. */
  get truth(): Truth {
    return this.#root.truth();
  }

  /** Whether it reads what is declared now. */
  get isCurrent(): boolean {
    return [...this.#inputs].every(([signal, sensor]) => this.#options.signals.input(signal) === sensor);
  }

  start(): void {
    const { active } = this.#options;
    for (const leaf of this.#leaves) {
      leaf.begin(active);
      const watcher = (sensor: Sensor): void => {
        if (leaf.take(sensor)) this.#evaluate(sensor);
      };
      const { watchers } = leaf.sensor;
      watchers.push(watcher);
      this.#detach.push(() => {
        const at = watchers.indexOf(watcher);
        if (at >= 0) watchers.splice(at, 1);
      });
    }
    this.#active = active ?? this.truth === true;
    if (active !== undefined) this.#evaluate(undefined);
    for (const daytime of daytimes(this.#options.condition)) void this.#watchClock(daytime);
  }

  close(): void {
    this.#life.abort();
    for (const detach of this.#detach.splice(0)) detach();
    for (const leaf of this.#leaves) leaf.end();
  }

  #evaluate(by: Sensor | undefined): void {
    const truth = this.#root.truth();
    if (truth === undefined || truth === this.#active || this.#life.signal.aborted) return;
    this.#active = truth;
    this.#options.onEdge(truth, by);
  }

  async #watchClock({ from, to }: Daytime): Promise<void> {
    const { clock } = this.#options;
    const { signal } = this.#life;
    while (!signal.aborted) {
      const now = clock.now();
      const next = Math.min(...[from, to].map((time) => nextMoment({ time }, now) ?? Infinity));
      await clock.sleep(Math.min(LONGEST_SLEEP_MS, next - now), signal).catch(() => undefined);
      this.#evaluate(undefined);
    }
  }

  #node(condition: Condition): Node {
    const { signals, clock } = this.#options;
    switch (condition.op) {
      case 'and':
      case 'or': {
        const parts = condition.of.map((part) => this.#node(part));
        const decides = condition.op === 'or';
        return { truth: () => combined(parts, decides) };
      }
      case 'not': {
        const part = this.#node(condition.of);
        return { truth: () => not(part.truth()) };
      }
      case 'daytime':
        return { truth: () => isWithin(condition, clock.now()) };
      default: {
        const sensor = signals.input(condition.signal);
        this.#inputs.set(condition.signal, sensor);
        if (sensor === undefined) return { truth: () => undefined };
        const leaf = new Leaf(condition, sensor, clock, () => this.#evaluate(undefined));
        this.#leaves.push(leaf);
        return leaf;
      }
    }
  }
}

/** One comparison with one sensor. */
class Leaf implements Node {
  readonly sensor: Sensor;
  readonly #comparison: Comparison;
  readonly #clock: Clock;
  readonly #onHeld: () => void;
  /** The words that count, as they may arrive. */
  readonly #word: string;
  #raw: Truth;
  /** Time of the last reading, milliseconds since the epoch. */
  #readAt = NaN;
  #isHeld = false;
  #hold: AbortController | undefined;

  constructor(comparison: Comparison, sensor: Sensor, clock: Clock, onHeld: () => void) {
    this.sensor = sensor;
    this.#comparison = comparison;
    this.#clock = clock;
    this.#onHeld = onHeld;
    this.#word = String(comparison.value).toLowerCase();
  }

  /** @param before whether it held at the end of the last process: a number within its slack still does */
  begin(before: boolean | undefined): void {
    this.#raw = before === true ? true : undefined;
    this.#isHeld = before === true;
    if (this.sensor.value !== undefined) this.take(this.sensor);
  }

  /** Whether the reading changes what is known. */
  take(sensor: Sensor): boolean {
    const before = this.#raw;
    const previous = this.#readAt;
    this.#readAt = sensor.at;
    const truth = this.#compare(sensor);
    if (truth === before) {
      const { stale_s } = sensor.config;
      // While it was stale, the edge of another part may have been missed.
      return stale_s !== undefined && !(sensor.at - previous <= stale_s * 1000);
    }
    this.#raw = truth;
    this.end();
    if (truth === true && this.#comparison.for_ms !== undefined) this.#startHold(this.#comparison.for_ms);
    return true;
  }

  truth(): Truth {
    if (this.#raw === undefined || Number.isNaN(this.#readAt)) return undefined;
    if (this.sensor.isStale(this.#clock.now())) return undefined;
    return this.#raw && (this.#comparison.for_ms === undefined || this.#isHeld);
  }

  end(): void {
    this.#hold?.abort();
    this.#hold = undefined;
    this.#isHeld = false;
  }

  #startHold(ms: number): void {
    const hold = new AbortController();
    this.#hold = hold;
    this.#clock.sleep(ms, hold.signal).then(
      () => {
        this.#isHeld = true;
        this.#onHeld();
      },
      () => undefined,
    );
  }

  #compare({ number, text }: Sensor): Truth {
    const { op, value, high, slack = 0 } = this.#comparison;
    if (op === 'is' || op === 'is not') {
      const said = text === '' ? (Number.isNaN(number) ? '' : String(number)) : text;
      if (said === '') return undefined;
      const isSame = said === this.#word || said.toLowerCase() === this.#word;
      return isSame === (op === 'is');
    }
    if (Number.isNaN(number)) return undefined;
    const back = this.#raw === true ? slack : 0;
    const limit = value as number;
    if (op === 'below') return number < limit + back;
    if (op === 'above') return number > limit - back;
    return number >= limit - back && number <= high! + back;
  }
}

/** And of three values: false decides, whatever is not known; or: true does. */
function combined(parts: readonly Node[], decides: boolean): Truth {
  let unknown = false;
  for (const part of parts) {
    const truth = part.truth();
    if (truth === decides) return decides;
    unknown ||= truth === undefined;
  }
  return unknown ? undefined : !decides;
}

const not = (truth: Truth): Truth => (truth === undefined ? undefined : !truth);

function isWithin({ from, to }: Daytime, now: number): boolean {
  const date = new Date(now);
  const minute = date.getHours() * 60 + date.getMinutes();
  return from <= to ? minute >= from && minute < to : minute >= from || minute < to;
}

function daytimes(condition: Condition): Daytime[] {
  switch (condition.op) {
    case 'daytime':
      return [condition];
    case 'and':
    case 'or':
      return condition.of.flatMap(daytimes);
    case 'not':
      return daytimes(condition.of);
    default:
      return [];
  }
}
