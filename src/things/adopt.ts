/** What was found, as entries of tokonoma.yaml: with names and ids of their own, beside what is there already. */
import { Scalar, YAMLMap, YAMLSeq, isMap, isSeq, parseDocument, type Document } from 'yaml';
import { isRecord } from '../../devices/mqtt/payload.ts';
import { RESERVED_IDS } from '../config/schema.ts';
import { slug } from '../config/slug.ts';
import { TokonomaError } from '../errors.ts';
import type { Found, FoundSensor, FoundThing } from './found.ts';
import { unique } from './names.ts';

export interface Adoption {
  /** The new text of the file. */
  readonly text: string;
  /** Names of the things and sensors that were added, as the file has them now. */
  readonly things: readonly string[];
  readonly sensors: readonly string[];
}

export interface Adopting {
  /** For a device that is one thing: instead of the name it gave itself. */
  readonly name?: string | undefined;
  /** Where they are, unless a device says so itself. */
  readonly area?: string | undefined;
  /** For the comment above what is added. */
  readonly date: string;
}

type Json = Record<string, unknown>;

/** Whether the configuration declares it already: the same driver on the same topics. */
export function isDeclared(part: FoundThing | FoundSensor, declared: readonly unknown[]): boolean {
  return declared.some((one) => sameAddress(part, one as Json));
}

/** The things and sensors of a device that the configuration does not declare yet. */
export function undeclared(found: Found, { things, sensors }: Declared): Found {
  return {
    ...found,
    things: found.things.filter((thing) => !isDeclared(thing, things)),
    sensors: found.sensors.filter((sensor) => !isDeclared(sensor, sensors)),
  };
}

export interface Declared {
  readonly things: readonly unknown[];
  readonly sensors: readonly unknown[];
}

/** What a file declares, as it stands there. */
export function declaredIn(text: string): Declared {
  const value = parseDocument(text).toJS() as { things?: unknown; sensors?: unknown } | null;
  const list = (entries: unknown): unknown[] => (Array.isArray(entries) ? entries.filter(isRecord) : []);
  return { things: list(value?.things), sensors: list(value?.sensors) };
}

/**
 * Adds the devices to the text, which keeps its comments and its order. Throws `config-invalid` for a text whose
 * `things` or `sensors` are no lists.
 */
export function adopt(text: string, devices: readonly Found[], { name, area, date }: Adopting): Adoption {
  const document = parseDocument(text);
  const [thingList, sensorList] = [listIn(document, 'things'), listIn(document, 'sensors')];
  const declared = declaredIn(text);
  const ids = new Set([...RESERVED_IDS, ...declared.things.map(idOf)]);
  const sensorNames = new Set(declared.sensors.map((sensor) => String((sensor as Json)['name'])));
  const added: { things: string[]; sensors: string[] } = { things: [], sensors: [] };
  for (const device of devices) {
    const place = area ?? device.area;
    for (const thing of device.things) {
      const own = unique(name ?? thing.name, ids);
      ids.add(slug(own));
      added.things.push(own);
      const { kind, driver, ...keys } = thing;
      append(document, thingList, { ...where(own, kind, place), driver, ...keys, name: own }, note(device, date));
    }
    for (const sensor of device.sensors) {
      const { kind, ...keys } = sensor;
      const own = unique(`${kind}/${slug(name ?? device.name)}`, sensorNames, (text) => text.replace(/ /g, '-'));
      const named = own.replace(/ /g, '-');
      sensorNames.add(named);
      added.sensors.push(named);
      append(document, sensorList, { ...where(named, kind, place), ...keys }, note(device, date));
    }
  }
  const nothing = added.things.length + added.sensors.length === 0;
  return { text: nothing ? text : document.toString({ lineWidth: 0 }), ...added };
}

/** Keys in the order in which a person would write them. */
function where(name: string, kind: string, area: string | undefined): Json {
  return { name, kind, ...(area === undefined ? {} : { area }) };
}

function note({ source, model }: Found, date: string): string {
  return ` ${model === undefined ? source : `${model}, ${source}`}, adopted ${date}`;
}

function idOf(thing: unknown): string {
  const { id, name } = thing as { id?: string; name?: string };
  return id ?? slug(String(name));
}

function listIn(document: Document, key: string): () => YAMLSeq {
  return () => {
    const node = document.get(key, true);
    if (isSeq(node)) {
      // An empty list written as [] would get its entries in one line.
      if (node.items.length === 0) node.flow = false;
      return node;
    }
    const empty = node === undefined || node === null || (node instanceof Scalar && node.value === null);
    if (!empty) throw new TokonomaError('config-invalid', `${key}: is no list; nothing can be added to it`);
    if (!isMap(document.contents)) document.contents = new YAMLMap();
    const list = new YAMLSeq();
    if (node instanceof Scalar) {
      list.commentBefore = node.commentBefore ?? null;
      list.comment = node.comment ?? null;
    }
    document.set(key, list);
    return list;
  };
}

function append(document: Document, list: () => YAMLSeq, value: Json, comment: string): void {
  const node = document.createNode(value) as YAMLMap;
  node.commentBefore = comment;
  node.spaceBefore = true;
  // Inner lists and maps of plain values read best in one line: {min: 2200, max: 6500}.
  for (const pair of node.items) flatten(pair.value);
  list().items.push(node);
}

function flatten(node: unknown): void {
  if (!isMap(node) && !isSeq(node)) return;
  const inner = node.items.map((item) => (isMap(node) ? (item as { value: unknown }).value : item));
  if (inner.every((one) => !isMap(one) && !isSeq(one))) node.flow = true;
  else for (const one of inner) flatten(one);
}

/** What says where a thing or sensor is reached. */
const ADDRESS = ['driver', 'topic', 'path', 'relay', 'shutter', 'component', 'attributes', 'properties', 'topics'];

function sameAddress(a: Json, b: Json): boolean {
  return ADDRESS.every((key) => JSON.stringify(sorted(a[key])) === JSON.stringify(sorted(b[key])));
}

/** Keys in one order, so that two of the same are written the same. */
function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}
