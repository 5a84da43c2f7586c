/**
 * What is announced: the node is a device, and so is every thing and every sensor, reached through it. A thing of its
 * own can be given a room, and Home Assistant's voice assistant then knows "the lights in the kitchen"; as components
 * of one device all of them would be in one room.
 */
import { createHash } from 'node:crypto';
import type { ThingDescription } from '../../../devices/thing.ts';
import { sensorNamed } from '../../agent/sensors/naming.ts';
import type { SensorConfig } from '../../config/types.ts';
import type { HealthReport } from '../../agent/health.ts';
import type { Topics } from '../topics.ts';
import { actionEntities } from './actions.ts';
import type { Availability, DevicePayload, Entities, Entity } from './entity.ts';
import { nodeEntities } from './node.ts';
import { platformOf } from './platforms.ts';
import { propertyEntities } from './properties.ts';
import { sensorEntity } from './sensors.ts';

export interface Announcement {
  /** Of Home Assistant's discovery: `homeassistant`. */
  readonly prefix: string;
  readonly topics: Topics;
  readonly node: string;
  readonly version: string;
  readonly health: HealthReport;
  /** Names of those that may be chosen. */
  readonly models: readonly string[];
  readonly things: readonly ThingDescription[];
  readonly sensors: readonly SensorConfig[];
}

/** Payloads by their topic. */
export type Devices = ReadonlyMap<string, DevicePayload>;

/** What a node is called in Home Assistant's topics and unique ids: its base, which is unique on a broker. */
export function nodeId(base: string): string {
  const slug = base.replace(/[^A-Za-z0-9-]+/g, '_');
  if (slug.replaceAll('_', '/') === base) return slug;
  // Something was lost that may tell two bases apart.
  return `${slug}_${createHash('sha256').update(base).digest('hex').slice(0, 6)}`;
}

/** Topics of the devices of a node, and filters for those that it once announced. */
export const nodeTopic = (prefix: string, id: string): string => `${prefix}/device/${id}/config`;
export const partTopic = (prefix: string, id: string, part: string): string => `${prefix}/device/${id}/${part}/config`;

export function devicesOf(announcement: Announcement): Devices {
  const { prefix, topics, node, things, sensors } = announcement;
  const id = nodeId(topics.base);
  const devices = new Map<string, DevicePayload>();
  const own = { id, name: `tokonoma ${node}`, model: 'node' };
  devices.set(nodeTopic(prefix, id), device(announcement, own, nodeEntities(announcement)));
  for (const thing of things) {
    const belonging = sensors.filter((sensor) => sensor.device === thing.id && !isProperty(thing, sensor));
    const entities = { ...thingEntities(thing, topics), ...belongingEntities(belonging, topics) };
    const about = {
      id: `${id}_${thing.id}`,
      name: thing.title,
      model: thing['@type'],
      area: thing['tk:area'],
      via: id,
    };
    const reachable = [availability(topics.availability(thing.id))];
    devices.set(partTopic(prefix, id, thing.id), device(announcement, about, entities, reachable));
  }
  const known = new Set(things.map((thing) => thing.id));
  for (const sensor of sensors) {
    if (sensor.device !== undefined && known.has(sensor.device)) continue;
    const part = sensorPart(sensor.name);
    const { title } = sensorNamed(sensor);
    const entity = sensorEntity(sensor, null, topics.reading(sensor.name));
    const about = { id: `${id}_${part}`, name: title, model: `${sensor.kind} sensor`, area: sensor.area, via: id };
    devices.set(partTopic(prefix, id, part), device(announcement, about, { reading: entity }));
  }
  return devices;
}

/** The capital letter sets it apart from ids of things. */
const sensorPart = (name: string): string => `Sensor-${name.replaceAll('/', '--')}`;

/** Whether the thing's own entities show it already. */
const isProperty = (thing: ThingDescription, { path }: SensorConfig): boolean =>
  path !== undefined && thing.properties[path] !== undefined;

function thingEntities(thing: ThingDescription, topics: Topics): Entities {
  const address = { state: topics.state(thing.id), set: topics.set(thing.id) };
  const platform = platformOf(thing, address);
  return {
    ...(platform === undefined ? {} : { [platform.key]: platform.entity }),
    ...propertyEntities(thing, address, platform?.claims ?? []),
    ...actionEntities(thing, address),
  };
}

function belongingEntities(sensors: readonly SensorConfig[], topics: Topics): Entities {
  return Object.fromEntries(
    sensors.map((sensor): [string, Entity] => [
      sensorPart(sensor.name),
      sensorEntity(sensor, capital(sensor.kind), topics.reading(sensor.name)),
    ]),
  );
}

interface About {
  readonly id: string;
  readonly name: string;
  readonly model: string;
  readonly area?: string | undefined;
  /** The device that it is reached through. */
  readonly via?: string;
}

function device(
  { topics, version }: Announcement,
  { id, name, model, area, via }: About,
  entities: Entities,
  more: readonly Availability[] = [],
): DevicePayload {
  return {
    device: {
      identifiers: [id],
      name: capital(name),
      manufacturer: 'tokonoma',
      model,
      sw_version: version,
      ...(area === undefined ? {} : { suggested_area: capital(area) }),
      ...(via === undefined ? {} : { via_device: via }),
    },
    origin: { name: 'tokonoma', sw_version: version },
    availability: [availability(topics.bridgeState), ...more],
    availability_mode: 'all',
    components: Object.fromEntries(
      Object.entries(entities).map(([key, entity]) => [key, { ...entity, unique_id: `${id}_${key}` }]),
    ),
  };
}

const availability = (topic: string): Availability => ({ topic, value_template: '{{ value_json.state }}' });

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
