/**
 * Drives a thing that listens on topics. What was asked is done when the device says so: its reports have the values
 * that were asked, heard after the command went out. A device that says nothing has not done it.
 */
import type { Clock } from '../../src/clock.ts';
import { TokonomaError, messageOf } from '../../src/errors.ts';
import type { Args } from '../../src/grammar/actions.ts';
import type { Logger } from '../../src/log.ts';
import type { Bus } from '../bus.ts';
import type { Driver, ThingState } from '../thing.ts';
import { oneLine, parsePayload, valueAt } from './payload.ts';
import { evidenceFor, isAt, shown, verifiable } from './reached.ts';
import { messagesFor, topicsOf, type Value, type Values, type Wiring } from './wiring.ts';

export interface MqttDriverOptions {
  readonly title: string;
  readonly wiring: Wiring;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log?: Logger | undefined;
  /** Names of the properties of the state, null until they are known. */
  readonly properties: readonly string[];
  /** The values that an action asks for. */
  readonly wish: (action: string, args: Args, state: ThingState) => Values;
  /** The safe state; undefined: it stays as it is. */
  readonly safe: Values | undefined;
  /** Milliseconds a device has to say that these values are reached. */
  readonly patience: (wanted: Values) => number;
}

/** One command at work. */
interface Run {
  readonly wanted: Values;
  readonly abort: AbortController;
  /** Channels that a fresh message spoke of since the command went out. */
  readonly heard: Set<string>;
  /** When the device should have said that it is done, on the monotonic clock. */
  deadline: number;
  readonly done: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** A device that has not said it by then is asked, milliseconds. */
const ASK_MS = 2000;

export class MqttDriver implements Driver {
  readonly #options: MqttDriverOptions;
  readonly #listeners = new Set<(state: ThingState) => void>();
  readonly #unsubscribe: (() => void)[] = [];
  readonly #values = new Map<string, Value>();
  /** Channels whose value was heard live, not out of the broker's memory. */
  readonly #live = new Set<string>();
  readonly #online = new Map<number, boolean>();
  #run: Run | undefined;
  /** It was to be made safe and could not be reached: made up for as soon as it can. */
  #owesSafety = false;
  #closed = false;

  constructor(options: MqttDriverOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    const { wiring, bus } = this.#options;
    for (const topic of topicsOf(wiring)) {
      this.#unsubscribe.push(bus.subscribe(topic, (at, payload, kept) => this.#hear(at, payload, kept)));
    }
    this.#unsubscribe.push(bus.onConnection((connected) => this.#connection(connected)));
    if (bus.connected) this.#ask();
  }

  state(): ThingState {
    return shown(this.#options.properties, this.#values);
  }

  /** Undefined where nothing tells it. */
  get online(): boolean | undefined {
    const known = [...this.#online.values()];
    if (known.includes(false)) return false;
    return known.length > 0 ? true : undefined;
  }

  async invoke(action: string, args: Args, signal: AbortSignal): Promise<void> {
    const wanted = this.#options.wish(action, args, this.state());
    this.#end(`another command came in (${action})`);
    this.#owesSafety = false;
    try {
      await this.#do(wanted, signal);
    } catch (error) {
      // What was interrupted on its way is left in the safe state; what was not begun is left as it is.
      if (signal.aborted) await this.safe().catch(() => undefined);
      throw error;
    }
  }

  async safe(): Promise<void> {
    const { safe } = this.#options;
    const before = this.#run?.wanted;
    this.#end('it was put into its safe state');
    if (safe === undefined || (before === undefined && this.#rests(safe))) return;
    this.#owesSafety = true;
    await this.#do(safe, new AbortController().signal);
    this.#owesSafety = false;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#end('its driver was closed');
    for (const unsubscribe of this.#unsubscribe.splice(0)) unsubscribe();
    this.#listeners.clear();
  }

  onState(listener: (state: ThingState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Sends, then waits for the device to say so. */
  async #do(wanted: Values, signal: AbortSignal): Promise<void> {
    const { bus, wiring, clock, title, patience } = this.#options;
    if (this.#closed) throw new TokonomaError('closed', `${title}: its driver is closed`);
    signal.throwIfAborted();
    this.#reachable();
    const abort = new AbortController();
    const both = AbortSignal.any([signal, abort.signal]);
    const ms = patience(wanted);
    const run: Run = { wanted, abort, heard: new Set(), deadline: clock.monotonic() + ms, ...outcome() };
    both.addEventListener('abort', () => run.reject(this.#reason(both)), { once: true });
    this.#run = run;
    const silent = wiring.answers === 'never' || verifiable(wanted, wiring.channels).length === 0;
    try {
      const qos = silent ? 1 : 0;
      for (const { topic, payload } of messagesFor(wiring, wanted)) await bus.publish(topic, payload, { qos });
      both.throwIfAborted();
      if (silent) return;
      this.#check();
      const late = new TokonomaError('device-timeout', `the ${title} did not say within ${ms} ms that it is done`);
      void this.#expired(run, both).then((expired) => expired && run.reject(late));
      await run.done;
    } finally {
      abort.abort();
      if (this.#run === run) this.#run = undefined;
    }
  }

  /** True at the deadline, false when it was not needed any more. On the way there the device is asked once. */
  async #expired(run: Run, signal: AbortSignal): Promise<boolean> {
    const { clock } = this.#options;
    try {
      await clock.sleep(Math.min(ASK_MS, run.deadline - clock.monotonic()), signal);
      this.#ask();
      for (;;) {
        const left = run.deadline - clock.monotonic();
        if (left <= 0) return true;
        await clock.sleep(left, signal);
      }
    } catch {
      return false;
    }
  }

  #reachable(): void {
    const { bus, title } = this.#options;
    if (!bus.connected) throw new TokonomaError('not-connected', `${title}: there is no connection to the broker`);
    if (this.online === false) throw new TokonomaError('device-offline', `the ${title} is offline`);
  }

  /** Ends the run, if its values are reached. */
  #check(): void {
    const run = this.#run;
    if (run === undefined) return;
    const { channels } = this.#options.wiring;
    const reached = verifiable(run.wanted, channels).every(
      ([name, value]) => this.#isSure(name, run.heard) && isAt(name, value, this.#values, channels),
    );
    if (reached) run.resolve();
  }

  /** Known from before counts where a device does not repeat itself, if it is sure that the device lives. */
  #isSure(name: string, heard: ReadonlySet<string>): boolean {
    const { channels, answers } = this.#options.wiring;
    const evidence = evidenceFor(name, channels);
    if (evidence.some((one) => heard.has(one))) return true;
    return answers === 'changes' && (this.online === true || evidence.some((one) => this.#live.has(one)));
  }

  /** Whether it is known to be in this state already, so that nothing need be sent. */
  #rests(safe: Values): boolean {
    const { bus, wiring } = this.#options;
    if (!bus.connected || this.online === false) return false;
    // A cover that does not tell that it moves may be moving.
    if (safe['state'] === 'STOPPED' && wiring.tellsMovement !== true) return false;
    return Object.entries(safe).every(
      ([name, value]) =>
        evidenceFor(name, wiring.channels).some((one) => this.#live.has(one)) &&
        isAt(name, value, this.#values, wiring.channels),
    );
  }

  #hear(topic: string, payload: Uint8Array, kept: boolean): void {
    const { wiring, title } = this.#options;
    const json = parsePayload(payload);
    if (json === undefined) return;
    this.#hearAvailability(topic, json);
    const refused = kept ? undefined : wiring.refusal?.(topic, json);
    if (refused !== undefined) {
      this.#run?.reject(new TokonomaError('device-refused', `the ${title} refused it: ${oneLine(refused)}`));
      return;
    }
    let changed = false;
    for (const [name, { get, target, codec }] of Object.entries(wiring.channels)) {
      if (target?.topic === topic && !kept) this.#accepted(name, codec.decode(valueAt(json, target.path)));
      const value = get
        .filter((source) => source.topic === topic)
        .map(({ path }) => codec.decode(valueAt(json, path)))
        .find((read) => read !== undefined);
      if (value === undefined) continue;
      if (!kept) {
        this.#live.add(name);
        this.#run?.heard.add(name);
      }
      changed ||= this.#values.get(name) !== value;
      this.#values.set(name, value);
    }
    if (changed) this.#changed();
    this.#check();
  }

  /** The device is on its way: it has its time from now on. */
  #accepted(name: string, target: Value | undefined): void {
    const asked = this.#run?.wanted[name];
    if (this.#run === undefined || asked === undefined || target === undefined) return;
    const { clock, wiring, patience } = this.#options;
    const same = wiring.channels[name]!.codec.same?.(asked, target) ?? asked === target;
    if (same) this.#run.deadline = clock.monotonic() + patience(this.#run.wanted);
  }

  #hearAvailability(topic: string, json: unknown): void {
    const before = this.online;
    for (const [i, { topic: at, path, online, offline }] of this.#options.wiring.availability.entries()) {
      if (at !== topic) continue;
      const word = String(valueAt(json, path)).toLowerCase();
      if (word === String(online).toLowerCase()) this.#online.set(i, true);
      else if (word === String(offline).toLowerCase()) this.#online.set(i, false);
    }
    if (this.online === before) return;
    this.#changed();
    if (this.online === true) this.#back();
  }

  #connection(connected: boolean): void {
    if (connected) return this.#back();
    // What was true before is the past: it is told again after the connection is back.
    this.#live.clear();
    this.#run?.reject(
      new TokonomaError('not-connected', `${this.#options.title}: the connection to the broker was lost`),
    );
  }

  #back(): void {
    this.#ask();
    if (!this.#owesSafety) return;
    const { log, title } = this.#options;
    this.safe().catch((error: unknown) => log?.error({ device: title, error: messageOf(error) }, 'not safe'));
  }

  #ask(): void {
    const { bus, wiring, log, title } = this.#options;
    if (!bus.connected) return;
    for (const { topic, payload } of wiring.poll ?? []) {
      bus
        .publish(topic, payload)
        .catch((error: unknown) => log?.debug({ device: title, error: messageOf(error) }, 'not asked'));
    }
  }

  #changed(): void {
    const state = this.state();
    for (const listener of this.#listeners) listener(state);
  }

  #end(why: string): void {
    this.#run?.abort.abort(
      new TokonomaError('interrupted', `${this.#options.title}: stopped before it was done: ${why}`),
    );
    this.#run = undefined;
  }

  #reason(signal: AbortSignal): TokonomaError {
    const reason: unknown = signal.reason;
    if (reason instanceof TokonomaError) return reason;
    const message = `${this.#options.title}: stopped before it was done`;
    return new TokonomaError('interrupted', message, { cause: reason });
  }
}

/** A promise that is settled from elsewhere and may be left alone. */
function outcome(): Pick<Run, 'done' | 'resolve' | 'reject'> {
  let resolve!: () => void;
  let reject!: (error: Error) => void;
  const done = new Promise<void>((...settle) => ([resolve, reject] = settle));
  done.catch(() => undefined);
  return { done, resolve, reject };
}
