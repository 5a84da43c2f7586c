/**
 * From an action to the values that a thing shall have after it: steps are added to what is known, a brightness of zero
 * is off. Where a thing lacks a channel its description is narrowed, so that no plan can ask for it.
 */
import { TokonomaError } from '../../src/errors.ts';
import type { Args } from '../../src/grammar/actions.ts';
import type { ActionAffordance, ThingDescription, ThingState } from '../thing.ts';
import type { Value, Values } from './wiring.ts';

/** Channels that an argument of an action needs: one of them is enough. */
const NEEDS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  'light.set': {
    power: ['state', 'brightness'],
    brightness: ['brightness'],
    step: ['brightness'],
    by: ['brightness'],
    color: ['color'],
    kelvin: ['color_temp'],
  },
  'power.set': { power: ['state', 'speed'], speed: ['speed'] },
  'climate.set': {
    temperature: ['target_temperature'],
    step: ['target_temperature'],
    by: ['target_temperature'],
    mode: ['mode'],
  },
  'cover.set': { state: ['state', 'position'], position: ['position'] },
  'lock.set': { state: ['state'] },
  'media.do': { op: ['op'], query: ['media'] },
  'volume.set': { level: ['volume'], step: ['volume'], by: ['volume'], mute: ['muted'] },
  say: { text: ['said'], to: ['said'] },
};

/** Every name a channel can have. */
export const CHANNELS: readonly string[] = [
  ...new Set(Object.values(NEEDS).flatMap((args) => Object.values(args).flat())),
];

/** The description without what no channel can do. */
export function narrowed(description: ThingDescription, settable: ReadonlySet<string>): ThingDescription {
  const can = (action: string, arg: string): boolean =>
    NEEDS[action]?.[arg]?.some((channel) => settable.has(channel)) ?? false;
  const actions: Record<string, ActionAffordance> = {};
  for (const [name, affordance] of Object.entries(description.actions)) {
    const { properties = {}, required = [] } = affordance.input ?? {};
    const kept = Object.fromEntries(Object.entries(properties).filter(([arg]) => can(name, arg)));
    if (Object.keys(kept).length === 0 || required.some((arg) => !Object.hasOwn(kept, arg))) continue;
    actions[name] = { ...affordance, input: { ...affordance.input, properties: kept } };
  }
  const properties = Object.fromEntries(
    Object.entries(description.properties).map(([name, property]) => {
      const { 'tk:writes': write, ...rest } = property;
      const writable = write !== undefined && actions[write.action]?.input?.properties?.[write.arg] !== undefined;
      return [name, writable ? property : { ...rest, readOnly: true }];
    }),
  );
  return { ...description, properties, actions };
}

/** What a thing of this kind can be asked, as its channels see it. */
export interface Able {
  readonly title: string;
  readonly has: (channel: string) => boolean;
  /** Levels of a fan; absent: percent. */
  readonly levels?: number | undefined;
  /** Lowest and highest target of a thermostat. */
  readonly range?: readonly [low: number, high: number] | undefined;
  readonly modes?: readonly string[] | undefined;
}

/**
 * The values that `action` asks for.
 * Throws `unsupported-action`, and `state-unknown` for a step from a value that no message has told yet.
 */
export function wishOf(action: string, args: Args, state: ThingState, able: Able): Values {
  switch (action) {
    case 'light.set':
      return lighting(args, state, able);
    case 'power.set':
      return power(args, state, able);
    case 'climate.set':
      return climate(args, state, able);
    case 'cover.set':
      return covering(args, able);
    case 'lock.set':
      return { state: args['state'] === 'lock' ? 'LOCKED' : 'UNLOCKED' };
    case 'volume.set':
      return volume(args, state, able);
    case 'media.do':
      return { op: args['op']!, ...(args['query'] === undefined ? {} : { media: args['query'] }) };
    case 'say':
      return { said: args['text']! };
    default:
      throw new TokonomaError('unsupported-action', `${able.title}: ${action} cannot be done over MQTT`);
  }
}

/** The values of the safe state of a kind; undefined where it stays as it is. */
export function safeWish(kind: string, options: { readonly safe?: unknown }, able: Able): Values | undefined {
  switch (kind) {
    case 'plug':
      return options.safe === 'off' ? { state: 'OFF' } : undefined;
    case 'fan':
      return able.has('state') ? { state: 'OFF' } : { speed: 0 };
    case 'cover':
      return able.has('state') ? { state: 'STOPPED' } : undefined;
    case 'thermostat':
      return able.has('mode') ? { mode: 'off' } : undefined;
    case 'speaker':
      return able.has('op') ? { op: 'pause' } : undefined;
    default:
      return undefined;
  }
}

function lighting(args: Args, state: ThingState, able: Able): Values {
  if (args['power'] === 'off') return able.has('state') ? { state: 'OFF' } : { brightness: 0 };
  const wish: Record<string, Value> = {};
  if (args['color'] !== undefined) wish['color'] = args['color'];
  if (args['kelvin'] !== undefined) wish['color_temp'] = args['kelvin'];
  let brightness = args['brightness'];
  if (args['step'] !== undefined) {
    const lit = state['state'] === 'OFF' ? 0 : known(state, 'brightness', able);
    brightness = clamp(lit + signed(args), 0, 100);
  }
  if (brightness === 0) return able.has('state') ? { state: 'OFF' } : { brightness: 0 };
  if (brightness !== undefined) wish['brightness'] = brightness;
  if (able.has('state')) return { state: 'ON', ...wish };
  return Object.keys(wish).length > 0 ? wish : { brightness: 100 };
}

function power(args: Args, state: ThingState, able: Able): Values {
  const full = able.levels ?? 100;
  const speed = args['speed'];
  if (args['power'] === 'off' || speed === 0) return able.has('state') ? { state: 'OFF' } : { speed: 0 };
  if (speed !== undefined) return able.has('state') ? { state: 'ON', speed } : { speed };
  if (able.has('state')) return { state: 'ON' };
  const before = state['speed'];
  return { speed: typeof before === 'number' && before > 0 ? before : full };
}

function climate(args: Args, state: ThingState, able: Able): Values {
  const [low, high] = able.range ?? [-Infinity, Infinity];
  const wish: Record<string, Value> = {};
  if (args['temperature'] !== undefined) wish['target_temperature'] = args['temperature'];
  if (args['step'] !== undefined) {
    wish['target_temperature'] = clamp(known(state, 'target_temperature', able) + signed(args), low, high);
  }
  if (args['mode'] !== undefined) wish['mode'] = args['mode'];
  else if (state['mode'] === 'off' && able.has('mode')) {
    // A temperature asked of a thermostat that is off means: begin.
    const modes = able.modes ?? [];
    wish['mode'] = modes.includes('auto') ? 'auto' : (modes.find((mode) => mode !== 'off') ?? 'heat');
  }
  return wish;
}

function covering(args: Args, able: Able): Values {
  if (args['position'] !== undefined) return { position: args['position'] };
  if (able.has('state')) {
    return { state: ({ open: 'OPEN', close: 'CLOSED', stop: 'STOPPED' } as const)[args['state'] as 'open'] };
  }
  if (args['state'] === 'stop') {
    throw new TokonomaError('unsupported-action', `${able.title} has no way to be stopped; it takes positions only`);
  }
  return { position: args['state'] === 'open' ? 100 : 0 };
}

function volume(args: Args, state: ThingState, able: Able): Values {
  const wish: Record<string, Value> = {};
  if (args['level'] !== undefined) wish['volume'] = args['level'];
  if (args['step'] !== undefined) wish['volume'] = clamp(known(state, 'volume', able) + signed(args), 0, 100);
  if (args['mute'] !== undefined) wish['muted'] = args['mute'];
  return wish;
}

function known(state: ThingState, name: string, { title }: Able): number {
  const value = state[name];
  if (typeof value === 'number') return value;
  const hint = 'say a number instead of a step, or wait until it has told its state';
  throw new TokonomaError('state-unknown', `${title}: its ${name.replace('_', ' ')} is not known; ${hint}`);
}

function signed(args: Args): number {
  return args['step'] === 'up' ? Number(args['by']) : -Number(args['by']);
}

function clamp(value: number, low: number, high: number): number {
  return Math.round(Math.min(high, Math.max(low, value)) * 100) / 100;
}
