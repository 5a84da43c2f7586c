/**
 * Home Assistant's MQTT discovery, as ESPHome and many others announce themselves: one component per message
 * (`homeassistant/<platform>/[<node>/]<object>/config`) or a device with its components (`homeassistant/device/…`).
 * https://www.home-assistant.io/integrations/mqtt/#mqtt-discovery
 */
import { isRecord, textOf } from '../../../devices/mqtt/payload.ts';
import type { Found, FoundSensor, FoundThing, Scanner } from '../found.ts';
import { sayable, shownText, together } from '../names.ts';
import { expanded, rooted } from './home-assistant-keys.ts';
import { PLATFORMS, sensorOf, type Component } from './home-assistant-platforms.ts';

const LIMIT = 256 * 1024;
const MAX_COMPONENTS = 2048;
/** Of one device, and of one announcement. */
const MAX_PARTS = 128;
const TOPIC = /^homeassistant\/([a-z_]{1,32})\/(?:([A-Za-z0-9_-]{1,128})\/)?([A-Za-z0-9_-]{1,128})\/config$/;
/** Who announces things that we have published ourselves. */
const OURSELVES = 'tokonoma';

type Json = Readonly<Record<string, unknown>>;

interface Announced {
  readonly platform: string;
  readonly key: string;
  readonly config: Json;
  readonly device: Json;
}

export function homeAssistantScanner(): Scanner {
  const announced = new Map<string, readonly Announced[]>();
  return {
    source: 'homeassistant',
    filters: ['homeassistant/+/+/config', 'homeassistant/+/+/+/config'],
    limit: LIMIT,
    receive(topic, json) {
      const [, platform, , object] = TOPIC.exec(topic) ?? [];
      if (platform === undefined || object === undefined) return [];
      announced.delete(topic);
      if (isRecord(json) && announced.size < MAX_COMPONENTS) announced.set(topic, componentsOf(platform, object, json));
      return [];
    },
    found: () => [...byDevice([...announced.values()].flat())].map(([id, parts]) => foundOf(id, parts)),
  };
}

const OF_THE_DEVICE: ReadonlySet<string> = new Set(['components', 'device', 'origin']);

/** Of a device, what is said at the root holds for its components too. */
function componentsOf(platform: string, object: string, json: Json): Announced[] {
  const config = rooted(expanded(json));
  const device = isRecord(config['device']) ? config['device'] : {};
  const origin = isRecord(config['origin']) ? config['origin']['name'] : undefined;
  if (origin === OURSELVES) return [];
  if (platform !== 'device') return [{ platform, key: object, config, device }];
  const components = isRecord(config['components']) ? config['components'] : {};
  const shared = Object.fromEntries(Object.entries(config).filter(([key]) => !OF_THE_DEVICE.has(key)));
  return Object.entries(components)
    .slice(0, MAX_PARTS)
    .flatMap(([key, raw]) => {
      if (!isRecord(raw)) return [];
      const component = rooted({ ...shared, ...expanded(raw) });
      return [{ platform: textOf(component['platform']), key: `${object} ${key}`, config: component, device }];
    });
}

function byDevice(parts: readonly Announced[]): Map<string, Announced[]> {
  const devices = new Map<string, Announced[]>();
  for (const part of parts) {
    const { identifiers, connections } = part.device;
    const known = [identifiers ?? connections ?? part.key].flat(3).find((one) => typeof one === 'string');
    const id = (known ?? part.key)
      .replace(/[^A-Za-z0-9_-]+/g, '-')
      .slice(0, 64)
      .toLowerCase();
    const others = devices.get(id);
    if (others === undefined) devices.set(id, [part]);
    else if (others.length < MAX_PARTS) others.push(part);
  }
  return devices;
}

/** Home Assistant need not be told of what we have from it. */
const KNOWN_THERE = { homeassistant: false };

function foundOf(id: string, parts: readonly Announced[]): Found {
  const device = parts.find((part) => part.device['name'] !== undefined)?.device ?? parts[0]!.device;
  const own = sayable(device['name']);
  const name = own ?? sayable(parts[0]!.config['name']) ?? `device ${id.slice(-4)}`;
  const things: FoundThing[] = [];
  const sensors: FoundSensor[] = [];
  const notes: string[] = [];
  for (const { platform, key, config } of parts) {
    // Settings and diagnostics of the device: nothing that a person would ask for.
    if (config['entity_category'] !== undefined) continue;
    const component: Component = { config, notes: [] };
    if (platform === 'sensor' || platform === 'binary_sensor') {
      const sensor = sensorOf(component, platform);
      if (sensor !== undefined) sensors.push({ ...sensor, ...KNOWN_THERE });
    } else {
      const made = Object.hasOwn(PLATFORMS, platform) ? PLATFORMS[platform]!(component) : undefined;
      if (made !== undefined)
        things.push({ name: fullName(own, config['name'], key), driver: 'mqtt', ...made, ...KNOWN_THERE });
    }
    notes.push(...component.notes.map((note) => `${platform}: ${note}`));
  }
  return {
    id: `homeassistant-${id}`,
    source: 'homeassistant',
    name,
    model: shownText([device['manufacturer'], device['model']].filter((one) => typeof one === 'string').join(' ')),
    area: sayable(device['suggested_area']),
    things,
    sensors,
    notes: [...new Set(notes)].slice(0, 16),
  };
}

/** "Bedroom" and "Lamp" are the bedroom lamp; a component without a name is the device itself. */
function fullName(device: string | undefined, component: unknown, key: string): string {
  const own = sayable(component);
  if (own === undefined) return device ?? sayable(key.replace(/[_-]+/g, ' ')) ?? 'device';
  return device === undefined || own.toLowerCase().includes(device.toLowerCase()) ? own : together(device, own);
}
