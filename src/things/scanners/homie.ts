/** Homie 5: `<domain>/5/<device>/$description`. https://homieiot.github.io/specification/ (convention 5) */
import { isRecord, textOf } from '../../../devices/mqtt/payload.ts';
import type { Found, FoundSensor, FoundThing, Scanner } from '../found.ts';
import { sensorKind } from '../measures.ts';
import { sayable, shownText, together } from '../names.ts';

const LIMIT = 256 * 1024;
const MAX_DEVICES = 512;
const MAX_PARTS = 64;
/** Topic ids (Homie 5, "Topic IDs"). */
const ID = /^[a-z0-9-]{1,64}$/;
const TOPIC = /^([^/+#$]{1,64})\/5\/([a-z0-9-]{1,64})\/\$description$/;

type Json = Readonly<Record<string, unknown>>;

interface Property {
  readonly id: string;
  readonly path: string;
  readonly datatype: string;
  readonly unit: string;
  readonly format: string;
  readonly settable: boolean;
}

export function homieScanner(): Scanner {
  const devices = new Map<string, Json>();
  return {
    source: 'homie',
    filters: ['+/5/+/$description'],
    limit: LIMIT,
    receive(topic, json) {
      if (!TOPIC.test(topic)) return [];
      devices.delete(topic);
      const known = isRecord(json) && textOf(json['homie']).startsWith('5.');
      if (known && devices.size < MAX_DEVICES) devices.set(topic, json);
      return [];
    },
    found: () => [...devices].map(([topic, description]) => foundOf(topic, description)),
  };
}

function foundOf(topic: string, description: Json): Found {
  const [, domain, id] = TOPIC.exec(topic)! as unknown as [string, string, string];
  const name = sayable(description['name']) ?? sayable(id.replaceAll('-', ' ')) ?? `homie ${id.slice(-4)}`;
  const root =
    typeof description['root'] === 'string' && ID.test(description['root']) ? description['root'] : undefined;
  const device = `${domain}/5/${id}`;
  const address = {
    driver: 'homie',
    topic: device,
    ...(root === undefined ? {} : { root: `${domain}/5/${root}` }),
  };
  const nodes = entries(description['nodes']);
  const found = nodes.map(([key, node]) => partOf(key, node));
  const acting = found.filter(({ part }) => part !== undefined).length;
  const things = found.flatMap(({ part, title }): FoundThing[] => {
    if (part === undefined) return [];
    const { kind, ...options } = part;
    return [{ name: acting > 1 ? together(name, title) : name, kind, ...options, ...address }];
  });
  const sensors = found.flatMap(({ readings }) =>
    readings.map(({ path, kind, unit }): FoundSensor => ({
      kind,
      topic: `${device}/${path}`,
      ...(unit === '' ? {} : { unit }),
    })),
  );
  const notes = things.length + sensors.length === 0 ? ['none of its properties is one we know'] : [];
  return { id: `homie-${id}`, source: 'homie', name, model: shownText(description['type']), things, sensors, notes };
}

interface Part extends Json {
  readonly kind: string;
}

function partOf(
  id: string,
  node: Json,
): { title: string; part: Part | undefined; readings: { path: string; kind: string; unit: string }[] } {
  const properties = entries(node['properties']).map(([key, raw]) => propertyOf(id, key, raw));
  const about = `${textOf(node['type'])} ${textOf(node['name'])} ${id}`.toLowerCase();
  const readings = properties.flatMap(({ path, id: key, unit, settable, datatype }) => {
    const kind = settable ? undefined : sensorKind(key.replaceAll('-', '_'));
    const usable = datatype === 'float' || datatype === 'integer' || datatype === 'boolean';
    return kind === undefined || !usable ? [] : [{ path, kind, unit }];
  });
  return { title: sayable(node['name']) ?? id, part: actuator(properties, about), readings };
}

/** Homie says types, not purposes: they are known by datatype, unit and what the property is called. */
function actuator(properties: readonly Property[], about: string): Part | undefined {
  const set = properties.filter(({ settable }) => settable);
  const find = (test: (property: Property) => boolean): Property | undefined => set.find(test);
  const share = (words: RegExp): Property | undefined =>
    find(({ id, datatype, unit }) => words.test(id) && unit === '%' && /^(float|integer)$/.test(datatype));
  const power = find(
    ({ id, datatype }) => datatype === 'boolean' && /^(power|state|on|on-?off|switch|light)$/.test(id),
  );
  const move = find(({ format, datatype }) => datatype === 'enum' && /(^|,)(open|up)(,|$)/.test(format));
  const position = share(/position/);
  if (move !== undefined || position !== undefined) return coverOf(move, position);
  const target = find(
    ({ id, unit, datatype }) => datatype === 'float' && unit === '°C' && /temperature|setpoint|target/.test(id),
  );
  if (target !== undefined) return thermostatOf(target, properties);
  const locked = find(({ id, datatype }) => datatype === 'boolean' && /lock/.test(`${id} ${about}`));
  if (locked !== undefined) return { kind: 'lock', properties: { state: locked.path } };
  const brightness = share(/brightness|dim|intensity|level/);
  const color = find(({ datatype }) => datatype === 'color');
  if (power === undefined) return undefined;
  if (brightness === undefined && color === undefined && !/light|lamp|dimm/.test(about)) {
    const fan = share(/speed/);
    if (fan !== undefined) return { kind: 'fan', properties: { state: power.path, speed: ranged(fan) } };
    return { kind: 'plug', properties: { state: power.path } };
  }
  const format = /(^|,)rgb(,|$)/.test(color?.format ?? '') ? 'rgb' : 'hsv';
  return {
    kind: 'light',
    ...(brightness === undefined ? { brightness: false } : {}),
    ...(color === undefined ? {} : { color: true }),
    properties: {
      state: power.path,
      ...(brightness === undefined ? {} : { brightness: ranged(brightness) }),
      ...(color === undefined ? {} : { color: { property: color.path, format } }),
    },
  };
}

function coverOf(move: Property | undefined, position: Property | undefined): Part | undefined {
  const words = move?.format.split(',') ?? [];
  const word = (...known: string[]): string | undefined => words.find((one) => known.includes(one));
  const values = {
    OPEN: word('open', 'up'),
    CLOSED: word('close', 'closed', 'down'),
    STOPPED: word('stop', 'stopped'),
  };
  const known = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
  return {
    kind: 'cover',
    ...(position === undefined ? { position: false } : {}),
    properties: {
      ...(move === undefined ? {} : { state: { property: move.path, values: known } }),
      ...(position === undefined ? {} : { position: ranged(position) }),
    },
  };
}

function thermostatOf(target: Property, properties: readonly Property[]): Part {
  const [low, high] = rangeOf(target);
  const limits =
    low !== undefined && high !== undefined && low >= high ? {} : { ...limit('min', low), ...limit('max', high) };
  const current = properties.find(({ id, settable, unit }) => !settable && unit === '°C' && id.includes('temperature'));
  return {
    kind: 'thermostat',
    ...limits,
    properties: {
      target_temperature: target.path,
      ...(current === undefined ? {} : { current_temperature: { property: current.path, settable: false } }),
    },
  };
}

function limit(name: string, value: number | undefined): Json {
  return value === undefined || value < -30 || value > 100 ? {} : { [name]: value };
}

function ranged(property: Property): string | Json {
  const [low = 0, high = 100] = rangeOf(property);
  return (low === 0 && high === 100) || low >= high ? property.path : { property: property.path, range: [low, high] };
}

/** `[min]:[max][:step]` (Homie 5, "Formats"). */
function rangeOf({ format }: Property): [low: number | undefined, high: number | undefined] {
  const [low, high] = format
    .split(':')
    .map((part) => (part === '' || !Number.isFinite(Number(part)) ? undefined : Number(part)));
  return [low, high];
}

function propertyOf(node: string, id: string, raw: Json): Property {
  const text = (key: string): string => (typeof raw[key] === 'string' ? raw[key].slice(0, 256) : '');
  return {
    id,
    path: `${node}/${id}`,
    datatype: text('datatype'),
    unit: text('unit').slice(0, 16),
    format: text('format'),
    settable: raw['settable'] === true,
  };
}

function entries(value: unknown): [id: string, raw: Json][] {
  if (!isRecord(value)) return [];
  return Object.entries(value)
    .filter((entry): entry is [string, Json] => ID.test(entry[0]) && isRecord(entry[1]))
    .slice(0, MAX_PARTS);
}
