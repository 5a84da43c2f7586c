/**
 * How a thing hangs on topics: each property of its kind is a channel, written on one topic and read from others, with
 * a codec between the kind's values (percent, kelvin, ON) and the device's (0..254, mired, true). A dialect
 * (zigbee2mqtt.ts, tasmota.ts, …) makes the wiring of a declaration; the driver knows no dialect.
 */
import { putAt } from './payload.ts';

export type Value = string | number | boolean;

/** Values by property of the kind: what is asked of a thing, or what it reports. */
export type Values = Readonly<Record<string, Value>>;

export interface Codec {
  /** What goes out; JSON in a payload of JSON, else as text. */
  readonly encode: (value: Value) => unknown;
  /** Undefined for what it does not know: a foreign payload may hold anything. */
  readonly decode: (raw: unknown) => Value | undefined;
  /** Whether a reported value is the one that was asked. Default: the same value. */
  readonly same?: (asked: Value, reported: Value) => boolean;
}

export interface Source {
  readonly topic: string;
  /** Where in a JSON payload: `color.hue`; absent: all of it. */
  readonly path?: string | undefined;
}

export interface Channel {
  /** `key` is where in a JSON payload; channels with one topic go out in one message. */
  readonly set?: { readonly topic: string; readonly key?: string | undefined } | undefined;
  readonly get: readonly Source[];
  /** Where the device says what it is on its way to: that it has accepted what was asked. */
  readonly target?: Source | undefined;
  readonly codec: Codec;
}

export interface Message {
  readonly topic: string;
  readonly payload: string;
}

export interface Availability extends Source {
  readonly online: Value;
  readonly offline: Value;
}

export interface Wiring {
  readonly channels: Readonly<Record<string, Channel>>;
  /** Every one of them must say online. */
  readonly availability: readonly Availability[];
  /**
   * When the device speaks: `always` after a command, even if nothing changed; after `changes` only; `never`: then what
   * the broker has taken counts as done.
   */
  readonly answers: 'always' | 'changes' | 'never';
  /** A cover that reports OPENING and CLOSING: one that reports something else rests. */
  readonly tellsMovement?: boolean | undefined;
  /** Messages that ask for the present state. */
  readonly poll?: readonly Message[] | undefined;
  /** Where the channels are not enough: the messages that ask for these values. */
  readonly write?: ((wanted: Values) => readonly Message[]) | undefined;
  /** A message that refuses what was asked, in the device's words. */
  readonly refusal?: ((topic: string, payload: unknown) => string | undefined) | undefined;
  /** Further topics to hear, for `refusal`. */
  readonly topics?: readonly string[] | undefined;
}

/** Topics to subscribe to. */
export function topicsOf({ channels, availability, topics = [] }: Wiring): string[] {
  const read = Object.values(channels).flatMap(({ get, target }) =>
    [...get, ...(target === undefined ? [] : [target])].map(({ topic }) => topic),
  );
  return [...new Set([...read, ...availability.map(({ topic }) => topic), ...topics])];
}

/** Channels in the order in which a device should hear of them: on, then how. */
const ORDER = ['state', 'mode', 'color', 'color_temp', 'brightness'];

/** The messages that ask for these values. */
export function messagesFor(wiring: Wiring, wanted: Values): readonly Message[] {
  if (wiring.write !== undefined) return wiring.write(wanted);
  const rank = (name: string): number => (ORDER.includes(name) ? ORDER.indexOf(name) : ORDER.length);
  const names = Object.keys(wanted).sort((a, b) => rank(a) - rank(b));
  const texts: Message[] = [];
  const objects = new Map<string, Record<string, unknown>>();
  for (const name of names) {
    const { set, codec } = wiring.channels[name] ?? {};
    if (set === undefined || codec === undefined) continue;
    const value = codec.encode(wanted[name]!);
    if (set.key === undefined) texts.push({ topic: set.topic, payload: textOf(value) });
    else {
      const object = objects.get(set.topic) ?? {};
      putAt(object, set.key, value);
      objects.set(set.topic, object);
    }
  }
  return [...texts, ...[...objects].map(([topic, object]) => ({ topic, payload: JSON.stringify(object) }))];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
