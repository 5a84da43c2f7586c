/** What the page knows, as one value that each message makes a new one of. Everything in it has a limit. */
import type { Response } from '../../agent/types.ts';
import type { FeedMessage, FeedOutcome, FeedSensor, FeedThing, StateMessage } from '../../server/feed/messages.ts';
import { capital } from '../words.ts';
import type { Link } from './connection.ts';

export type Point = readonly [x: number, y: number];

/** Something said: by this page and still without an outcome, or by anybody and done. */
export interface Entry {
  readonly id: string;
  readonly text: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Said in this page's conversation: its questions can be answered here. */
  readonly mine: boolean;
  readonly source: FeedOutcome['source'];
  readonly response?: Response;
  /** It never arrived, or nobody will know what became of it. */
  readonly lost?: string;
}

export interface View extends Omit<StateMessage, 'type' | 'outcomes'> {
  readonly entries: readonly Entry[];
  /** Where things on a floor have been, by id, oldest first. */
  readonly trails: Readonly<Record<string, readonly Point[]>>;
  readonly link: Link['state'];
  /** Of the last message, milliseconds since the epoch. */
  readonly heardAt: number;
}

const MAX_ENTRIES = 60;
const MAX_TRAIL = 240;
/** Metres: a smaller step is no new point of a trail; a larger one is no way but a new beginning. */
const STEP = 0.1;
const LEAP = 3;

/** @param site this page's conversation */
export function viewOf(state: StateMessage, site: string, before: View | undefined, now: number): View {
  const { outcomes, node, version, model, things, sensors, armed, health, rules, schedule } = state;
  const told = outcomes.map((outcome) => entryOf(outcome, site, things));
  const known = new Set(told.map(({ id }) => id));
  // What was said while the connection was lost has no outcome in the state: it stays as it was.
  const others = (before?.entries ?? []).filter(({ id }) => !known.has(id));
  const entries = [...others, ...told].sort((a, b) => a.at - b.at).slice(-MAX_ENTRIES);
  const trails: Record<string, readonly Point[]> = {};
  for (const { description, state: values } of things) {
    if (description['tk:floor'] === undefined) continue;
    trails[description.id] = trailed(before?.trails[description.id] ?? [], values);
  }
  const kept = { node, version, model, things, sensors, armed, health, rules, schedule };
  return { ...kept, entries, trails, link: 'live', heardAt: now };
}

export function applied(view: View, message: FeedMessage, site: string, now: number): View {
  const next = { ...view, heardAt: now };
  switch (message.type) {
    case 'state':
      return viewOf(message, site, view, now);
    case 'thing': {
      const { id, state, online } = message;
      const things = view.things.map((thing) => (thing.description.id === id ? { ...thing, state, online } : thing));
      const trail = view.trails[id];
      if (trail === undefined) return { ...next, things };
      return { ...next, things, trails: { ...view.trails, [id]: trailed(trail, state) } };
    }
    case 'sensor':
      return { ...next, sensors: withSensor(view.sensors, message.sensor) };
    case 'armed':
      return { ...next, armed: message.armed };
    case 'outcome':
      return { ...next, entries: withEntry(view.entries, entryOf(message, site, view.things)) };
    case 'rules':
      return { ...next, rules: message.rules };
    case 'schedule':
      return { ...next, schedule: message.schedule };
    case 'health':
      return { ...next, health: message.health };
    case 'answer':
      return next;
  }
}

/** An entry of the same id is replaced where it stands. */
export function withEntry(entries: readonly Entry[], entry: Entry): readonly Entry[] {
  if (!entries.some(({ id }) => id === entry.id)) return [...entries, entry].slice(-MAX_ENTRIES);
  return entries.map((one) => (one.id === entry.id ? { ...entry, at: one.at, mine: one.mine || entry.mine } : one));
}

function entryOf({ response, at, source, site: its }: FeedOutcome, site: string, things: readonly FeedThing[]): Entry {
  return { id: response.id, text: saidOf(response, things), at, mine: its === site, source, response };
}

/** Control without words has its topic as the text. */
function saidOf({ text }: Response, things: readonly FeedThing[]): string {
  const controlled = things.find(({ description: { id } }) => text === `${id}/set`);
  return controlled === undefined ? text : `${capital(controlled.description.title)}, by hand`;
}

function withSensor(sensors: readonly FeedSensor[], sensor: FeedSensor): readonly FeedSensor[] {
  if (!sensors.some(({ name }) => name === sensor.name)) return [...sensors, sensor];
  return sensors.map((one) => (one.name === sensor.name ? sensor : one));
}

function trailed(trail: readonly Point[], { x, y }: FeedThing['state']): readonly Point[] {
  if (typeof x !== 'number' || typeof y !== 'number') return trail;
  const last = trail.at(-1);
  const step = last === undefined ? Infinity : Math.hypot(x - last[0], y - last[1]);
  if (step < STEP) return trail;
  return step > LEAP ? [[x, y]] : [...trail, [x, y] as const].slice(-MAX_TRAIL);
}
