/**
 * Shelly Gen2 and later announce `<id>/online`; what they are is asked by RPC.
 * https://shelly-api-docs.shelly.cloud/gen2/ComponentsAndServices/Shelly#shellygetconfig
 */
import { randomBytes } from 'node:crypto';
import { isRecord, valueAt } from '../../../devices/mqtt/payload.ts';
import type { Found, FoundSensor, FoundThing, Scanner } from '../found.ts';
import { sayable, shownText } from '../names.ts';

const LIMIT = 64 * 1024;
const MAX_DEVICES = 256;
/** Its id, which is the topic prefix unless somebody has set another. */
const ID = /^shelly[a-z0-9]+-[0-9a-f]{6,12}$/i;
const COMPONENT = /^(switch|light|cct|rgb|rgbw|cover|temperature|humidity|illuminance):([0-9]{1,3})$/;

type Json = Readonly<Record<string, unknown>>;

export function shellyScanner(): Scanner {
  const src = `tokonoma-${randomBytes(6).toString('hex')}`;
  const asked = new Set<string>();
  const configs = new Map<string, Json>();
  return {
    source: 'shelly',
    filters: ['+/online', `${src}/rpc`],
    limit: LIMIT,
    receive(topic, json) {
      if (topic === `${src}/rpc`) {
        const [from, config] = [valueAt(json, 'src'), valueAt(json, 'result')];
        if (typeof from === 'string' && asked.has(from) && isRecord(config)) configs.set(from, config);
        return [];
      }
      const [id] = topic.split('/') as [string];
      if (!ID.test(id) || asked.has(id) || asked.size >= MAX_DEVICES || json !== true) return [];
      asked.add(id);
      return [{ topic: `${id}/rpc`, payload: JSON.stringify({ id: asked.size, src, method: 'Shelly.GetConfig' }) }];
    },
    found: () => [...configs].map(([id, config]) => foundOf(id, config)),
  };
}

function foundOf(id: string, config: Json): Found {
  const own = sayable(valueAt(config, 'sys.device.name'));
  const name = own ?? `${sayable(id.split('-')[0]) ?? 'shelly'} ${id.slice(-4).toLowerCase()}`;
  const parts = Object.keys(config).flatMap((key) => COMPONENT.exec(key) ?? []);
  const keys = Object.keys(config)
    .filter((key) => COMPONENT.test(key))
    .slice(0, 32);
  const actuators = keys.filter((key) => KINDS[key.split(':')[0]!] !== undefined);
  const things = actuators.map((key): FoundThing => {
    const [type, number] = key.split(':') as [string, string];
    const title =
      sayable(valueAt(config[key], 'name')) ?? (actuators.length > 1 ? `${name} ${Number(number) + 1}` : name);
    const { kind, ...options } = KINDS[type]!;
    return {
      name: title,
      kind,
      ...options,
      driver: 'shelly',
      topic: id,
      ...(key === DEFAULTS[kind] ? {} : { component: key }),
    };
  });
  const sensors = keys.flatMap((key): FoundSensor[] => {
    const measure = MEASURES[key.split(':')[0]!];
    return measure === undefined ? [] : [{ ...measure, topic: `${id}/status/${key}` }];
  });
  const model = shownText(id.split('-')[0]);
  const notes = parts.length === 0 ? ['it has no switch, light or cover'] : [];
  return { id: `shelly-${id.toLowerCase()}`, source: 'shelly', name, model, things, sensors, notes };
}

const KINDS: Readonly<Record<string, { readonly kind: string } & Json>> = {
  switch: { kind: 'plug' },
  light: { kind: 'light' },
  cct: { kind: 'light', kelvin: { min: 2700, max: 6500 } },
  rgb: { kind: 'light', color: true },
  rgbw: { kind: 'light', color: true },
  cover: { kind: 'cover' },
};

/** The components that the driver takes when none is said. */
const DEFAULTS: Readonly<Record<string, string>> = { plug: 'switch:0', light: 'light:0', cover: 'cover:0' };

const MEASURES: Readonly<Record<string, { kind: string; path: string; unit: string }>> = {
  temperature: { kind: 'temperature', path: 'tC', unit: '°C' },
  humidity: { kind: 'humidity', path: 'rh', unit: '%' },
  illuminance: { kind: 'brightness', path: 'lux', unit: 'lx' },
};
