/**
 * zigbee2mqtt's `<base>/bridge/devices`: every device with its exposes.
 * https://www.zigbee2mqtt.io/guide/usage/mqtt_topics_and_messages.html#zigbee2mqtt-bridge-devices, exposes.html
 */
import { isRecord, textOf } from '../../../devices/mqtt/payload.ts';
import type { Found, FoundSensor, FoundThing, Scanner } from '../found.ts';
import { sensorKind } from '../measures.ts';
import { isTopic, sayable, shownText, together } from '../names.ts';

/** A network of 200 devices describes itself in some megabytes. */
const LIMIT = 8 * 1024 * 1024;
const MAX_NETWORKS = 16;
const MAX_DEVICES = 512;
const MAX_EXPOSES = 100;
/** Bits of `access`: in the state, settable, can be asked for. */
const [PUBLISHED, SETTABLE, GETTABLE] = [1, 2, 4];

interface Feature {
  readonly name: string;
  readonly property: string;
  readonly access: number;
  readonly raw: Readonly<Record<string, unknown>>;
}

/** A thing of a device, before it has a name. */
type Part = Omit<FoundThing, 'name' | 'driver'> & { readonly kind: string };

export function zigbee2mqttScanner(): Scanner {
  const networks = new Map<string, Found[]>();
  return {
    source: 'zigbee2mqtt',
    filters: ['+/bridge/devices'],
    limit: LIMIT,
    receive(topic, json) {
      const [base] = topic.split('/') as [string];
      networks.delete(base);
      if (Array.isArray(json) && networks.size < MAX_NETWORKS) {
        const devices = json.slice(0, MAX_DEVICES).flatMap((device) => foundOf(base, device) ?? []);
        networks.set(base, devices);
      }
      return [];
    },
    found: () => [...networks.values()].flat(),
  };
}

function foundOf(base: string, device: unknown): Found | undefined {
  if (!isRecord(device) || device['type'] === 'Coordinator' || device['disabled'] === true) return undefined;
  const { ieee_address: address, friendly_name: friendly, definition } = device;
  if (typeof address !== 'string' || !/^0x[0-9a-f]{16}$/i.test(address) || !isTopic(friendly)) return undefined;
  const topic = `${base}/${friendly}`;
  if (!isTopic(topic)) return undefined;
  const model = isRecord(definition)
    ? shownText(`${textOf(definition['vendor'])} ${textOf(definition['model'])}`)
    : undefined;
  const name =
    sayable(friendly) ??
    `${sayable(isRecord(definition) ? definition['description'] : '') ?? 'device'} ${address.slice(-4)}`;
  const base_ = { id: `zigbee2mqtt-${address.toLowerCase()}`, source: 'zigbee2mqtt', name, model };
  if (!isRecord(definition) || !Array.isArray(definition['exposes'])) {
    return { ...base_, things: [], sensors: [], notes: ['zigbee2mqtt does not know this model'] };
  }
  const exposes = definition['exposes'].slice(0, MAX_EXPOSES).filter(isRecord);
  const things = exposes.flatMap((expose) => thingOf(expose, name, topic) ?? []);
  return { ...base_, things, sensors: exposes.flatMap((expose) => sensorOf(expose, topic) ?? []), notes: [] };
}

function thingOf(expose: Record<string, unknown>, device: string, topic: string): FoundThing | undefined {
  const features = featuresOf(expose);
  const type = textOf(expose['type']);
  const part = Object.hasOwn(PARTS, type) ? PARTS[type]!(features) : undefined;
  if (part === undefined) return undefined;
  const endpoint = sayable(expose['endpoint']);
  const asked = [...features.values()].filter(({ access }) => (access & GETTABLE) !== 0);
  const ask = asked
    .map(({ property }) => property)
    .filter((property) => ASKED.has(property.replace(/_[^_]*$/, '')) || ASKED.has(property));
  const { kind, ...options } = part;
  return {
    name: endpoint === undefined ? device : together(device, endpoint),
    kind,
    ...options,
    driver: 'zigbee2mqtt',
    topic,
    ...(ask.length === 0 ? {} : { ask }),
  };
}

/** What tells where a thing is; the rest of its attributes comes with it. */
const ASKED: ReadonlySet<string> = new Set([
  'state',
  'position',
  'fan_state',
  'occupied_heating_setpoint',
  'current_heating_setpoint',
]);

function featuresOf(expose: Record<string, unknown>): Map<string, Feature> {
  const features = Array.isArray(expose['features']) ? expose['features'].slice(0, MAX_EXPOSES).filter(isRecord) : [];
  return new Map(
    features.flatMap((raw) => {
      const { name, property = name, access = 0 } = raw;
      if (typeof name !== 'string' || !isKey(property) || typeof access !== 'number') return [];
      return [[name, { name, property, access, raw }]];
    }),
  );
}

/** Goes into the configuration as a path. */
function isKey(key: unknown): key is string {
  return typeof key === 'string' && /^[A-Za-z0-9_]{1,64}$/.test(key);
}

const settable = (feature: Feature | undefined): feature is Feature =>
  feature !== undefined && (feature.access & SETTABLE) !== 0;

/** Attributes that are not called what the driver takes them for. */
function renamed(pairs: readonly (readonly [channel: string, usual: string, feature: Feature | undefined])[]): object {
  const other = pairs.filter(([, usual, feature]) => feature !== undefined && feature.property !== usual);
  if (other.length === 0) return {};
  return { attributes: Object.fromEntries(other.map(([channel, , feature]) => [channel, feature!.property])) };
}

const PARTS: Readonly<Record<string, (features: ReadonlyMap<string, Feature>) => Part | undefined>> = {
  light(features) {
    const [state, brightness, temperature] = ['state', 'brightness', 'color_temp'].map((name) => features.get(name));
    if (!settable(state)) return undefined;
    const color = [...features.values()].find(({ name }) => name === 'color_xy' || name === 'color_hs');
    return {
      kind: 'light',
      ...(settable(brightness) ? {} : { brightness: false }),
      ...(color === undefined ? {} : { color: true }),
      ...(color?.name === 'color_hs' ? { color_format: 'hue_saturation' } : {}),
      ...(settable(temperature) ? { kelvin: kelvinRange(temperature) } : {}),
      ...renamed([
        ['state', 'state', state],
        ['brightness', 'brightness', brightness],
        ['color', 'color', color],
        ['color_temp', 'color_temp', temperature],
      ]),
    };
  },
  switch(features) {
    const state = features.get('state');
    return settable(state) ? { kind: 'plug', ...renamed([['state', 'state', state]]) } : undefined;
  },
  fan(features) {
    const [state, mode, speed] = ['state', 'mode', 'speed'].map((name) => features.get(name));
    const names = Array.isArray(mode?.raw['values']) ? mode.raw['values'] : [];
    // off, on, auto and smart are no speeds.
    const speeds = ['low', 'medium', 'high'].filter((name) => names.includes(name));
    if (settable(mode) && speeds.length > 0) {
      const pairs = [['state', 'fan_state', state] as const, ['speed', 'fan_mode', mode] as const];
      return { kind: 'fan', levels: speeds.length, speeds, ...renamed(pairs) };
    }
    if (settable(speed)) {
      const pairs = [['state', 'fan_state', state] as const, ['speed', 'fan_mode', speed] as const];
      return { kind: 'fan', ...renamed(pairs) };
    }
    return settable(state) ? { kind: 'plug', ...renamed([['state', 'state', state]]) } : undefined;
  },
  cover(features) {
    const [state, position] = ['state', 'position'].map((name) => features.get(name));
    if (!settable(state)) return undefined;
    return {
      kind: 'cover',
      ...(settable(position) ? {} : { position: false }),
      ...renamed([
        ['state', 'state', state],
        ['position', 'position', position],
      ]),
    };
  },
  lock(features) {
    const [state, bolt] = ['state', 'lock_state'].map((name) => features.get(name));
    if (!settable(state)) return undefined;
    // The bolt knows better than the command that was sent to it.
    if (bolt !== undefined) {
      return { kind: 'lock', attributes: { state: { set: state.property, get: bolt.property } } };
    }
    return { kind: 'lock', ...renamed([['state', 'state', state]]) };
  },
  climate(features) {
    const target = ['occupied_heating_setpoint', 'current_heating_setpoint', 'occupied_cooling_setpoint']
      .map((name) => features.get(name))
      .find(settable);
    if (target === undefined) return undefined;
    const mode = features.get('system_mode');
    const values = Array.isArray(mode?.raw['values']) ? mode.raw['values'] : [];
    const modes = ['heat', 'cool', 'auto', 'off'].filter((name) => values.includes(name));
    return {
      kind: 'thermostat',
      ...limits(target.raw),
      ...(settable(mode) && modes.length > 0 ? { modes } : {}),
      ...renamed([['target_temperature', 'occupied_heating_setpoint', target]]),
    };
  },
};

function kelvinRange({ raw }: Feature): true | { min: number; max: number } {
  const { value_min: least, value_max: most } = raw;
  if (typeof least !== 'number' || typeof most !== 'number' || least < 50 || most > 1000 || least >= most) return true;
  // Inwards, to the hundred: no limit of ours may be beyond the lamp's.
  return { min: Math.ceil(1e6 / most / 100) * 100, max: Math.floor(1e6 / least / 100) * 100 };
}

function limits({ value_min: min, value_max: max }: Readonly<Record<string, unknown>>): object {
  const sane = (value: unknown): value is number => typeof value === 'number' && value >= -30 && value <= 100;
  if (sane(min) && sane(max) && min >= max) return {};
  return { ...(sane(min) ? { min } : {}), ...(sane(max) ? { max } : {}) };
}

function sensorOf(expose: Record<string, unknown>, topic: string): FoundSensor | undefined {
  const { type, name, property, access, unit } = expose;
  const kind = type === 'numeric' || type === 'binary' ? sensorKind(name) : undefined;
  if (kind === undefined || !isKey(property) || typeof access !== 'number' || (access & PUBLISHED) === 0)
    return undefined;
  const measured = type === 'numeric' ? shownText(unit)?.slice(0, 16) : undefined;
  return { kind, topic, path: property, ...(measured === undefined ? {} : { unit: measured }) };
}
