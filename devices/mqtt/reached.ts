/** Whether reports of a thing amount to what was asked of it. */
import type { ThingState } from '../thing.ts';
import type { Channel, Value, Values, Wiring } from './wiring.ts';

type Known = ReadonlyMap<string, Value>;
type Channels = Wiring['channels'];

/** What a cover reports while it is still going. */
const MOVING: ReadonlySet<unknown> = new Set(['OPENING', 'CLOSING']);
/** Covers stop a little short of their ends, percent. */
const END = 3;

/** The channels whose reports tell of a wanted value: a cover's position tells of its state. None: nothing does. */
export function evidenceFor(name: string, channels: Channels): string[] {
  const tells = name === 'state' && channels['position'] !== undefined ? ['position', 'state'] : [name];
  return tells.filter((one) => (channels[one]?.get.length ?? 0) > 0);
}

/** The wanted values that some report can tell of. */
export function verifiable(wanted: Values, channels: Channels): [name: string, value: Value][] {
  return Object.entries(wanted).filter(([name]) => evidenceFor(name, channels).length > 0);
}

export function isAt(name: string, asked: Value, known: Known, channels: Channels): boolean {
  const reported = known.get(name);
  const position = known.get('position');
  const moving = MOVING.has(known.get('state'));
  if (name === 'state' && asked === 'STOPPED') return !moving;
  // A cover may say "open" as soon as it begins to move; it is open when its position is.
  if (name === 'state' && typeof position === 'number') {
    if (asked === 'OPEN') return !moving && position >= 100 - END;
    if (asked === 'CLOSED') return !moving && position <= END;
  }
  if (reported === undefined || (name === 'position' && moving)) return false;
  return sameBy(channels[name], asked, reported);
}

function sameBy(channel: Channel | undefined, asked: Value, reported: Value): boolean {
  return channel?.codec.same?.(asked, reported) ?? asked === reported;
}

/** The state as it is published: a cover that rests at an end is open or closed, whatever its words are. */
export function shown(properties: readonly string[], known: Known): ThingState {
  const state: ThingState = Object.fromEntries(properties.map((name) => [name, known.get(name) ?? null]));
  const position = known.get('position');
  if (typeof position !== 'number' || !properties.includes('state') || MOVING.has(state['state'])) return state;
  if (position >= 100 - END) state['state'] = 'OPEN';
  else if (position <= END) state['state'] = 'CLOSED';
  else state['state'] ??= 'STOPPED';
  return state;
}
