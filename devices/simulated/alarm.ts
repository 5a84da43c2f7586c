import { TokonomaError } from '../../src/errors.ts';
import type { Args } from '../../src/grammar/actions.ts';
import { nextMoment } from '../helpers/time-of-day.ts';
import type { ThingState } from '../thing.ts';
import { SimulatedDriver } from './driver.ts';

const MAX_ALARMS = 64;
/** The wall clock may be set meanwhile (and jumps twice a year): look again at least this often. */
const LONGEST_SLEEP_MS = 60_000;

interface Alarm {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly label: string | undefined;
}

/** Alarms in the order in which they ring; `next` is the first. */
export class SimulatedAlarm extends SimulatedDriver {
  #alarms: Alarm[] = [];
  #lastRang: number | undefined;
  #wake = new AbortController();

  override async start(): Promise<void> {
    this.background((closed) => this.#watch(closed));
  }

  state(): ThingState {
    const next = this.#alarms[0];
    return {
      state: next === undefined ? 'IDLE' : 'SET',
      count: this.#alarms.length,
      next: next === undefined ? null : new Date(next.at).toISOString(),
      label: next?.label ?? null,
      list: this.#alarms.map(describe).join(', '),
      last_rang: this.#lastRang === undefined ? null : new Date(this.#lastRang).toISOString(),
    };
  }

  protected perform(_action: string, args: Args): void {
    const [time, date, label] = [args['time'], args['date'], args['label']] as (string | undefined)[];
    if (args['op'] === 'set') this.#set(time, date, label);
    else if (args['op'] === 'cancel') this.#cancel(time, date, label);
    this.#wake.abort();
    this.changed();
  }

  #set(time: string | undefined, date: string | undefined, label: string | undefined): void {
    if (time === undefined) {
      throw new TokonomaError('bad-argument', `${this.title}: say the time, for example "set an alarm for 7 am"`);
    }
    if (this.#alarms.length >= MAX_ALARMS) {
      throw new TokonomaError('over-limit', `${this.title}: ${MAX_ALARMS} alarms are the limit; cancel one first`);
    }
    const at = this.#moment(time, date);
    this.#alarms = [...this.#alarms.filter((alarm) => alarm.at !== at), { at, label }].sort((a, b) => a.at - b.at);
  }

  /** Those of the time, day or label that is said; the only one when nothing is. */
  #cancel(time: string | undefined, date: string | undefined, label: string | undefined): void {
    const at = time === undefined ? undefined : new Date(this.#moment(time, date));
    const day = time === undefined && date !== undefined ? new Date(this.#moment('0:00', date)) : undefined;
    const meant = this.#alarms.filter((alarm) => {
      const rings = new Date(alarm.at);
      if (label !== undefined && alarm.label?.toLowerCase() !== label.toLowerCase()) return false;
      if (day !== undefined && rings.toDateString() !== day.toDateString()) return false;
      if (at === undefined) return true;
      // Without a day, "the 7 am alarm" is the one that rings at seven, whenever that is.
      return date === undefined
        ? rings.getHours() === at.getHours() && rings.getMinutes() === at.getMinutes()
        : alarm.at === at.getTime();
    });
    const all = this.#alarms.map(describe).join(', ');
    if (meant.length === 0) {
      const known = all === '' ? 'no alarm is set' : `no such alarm; there are: ${all}`;
      throw new TokonomaError('unknown-alarm', `${this.title}: ${known}`);
    }
    if (meant.length > 1 && time === undefined && date === undefined && label === undefined) {
      throw new TokonomaError('ambiguous-alarm', `${this.title}: which alarm? There are: ${all}`);
    }
    this.#alarms = this.#alarms.filter((alarm) => !meant.includes(alarm));
  }

  #moment(time: string, date: string | undefined): number {
    const moment = nextMoment(time, date, new Date(this.clock.now()));
    if (moment !== undefined) return moment.getTime();
    const said = date === undefined ? time : `${time}, ${date}`;
    throw new TokonomaError(
      'bad-argument',
      `${this.title}: cannot read "${said}" as a time to come; say for example "7:30 am" and "tomorrow" or "monday"`,
    );
  }

  async #watch(closed: AbortSignal): Promise<void> {
    while (!closed.aborted) {
      if (this.#wake.signal.aborted) this.#wake = new AbortController();
      const next = this.#alarms[0];
      const ms = next === undefined ? LONGEST_SLEEP_MS : Math.min(LONGEST_SLEEP_MS, next.at - this.clock.now());
      if (ms > 0) {
        await this.clock.sleep(ms, AbortSignal.any([closed, this.#wake.signal])).catch(() => undefined);
        continue;
      }
      this.#alarms.shift();
      this.#lastRang = next!.at;
      this.changed();
    }
  }
}

function describe(alarm: Alarm): string {
  const date = new Date(alarm.at);
  const two = (n: number): string => String(n).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  const when = `${day} ${two(date.getHours())}:${two(date.getMinutes())}`;
  return alarm.label === undefined ? when : `${alarm.label} (${when})`;
}
