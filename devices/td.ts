/**
 * The published form of a description: W3C Thing Description 1.1 (https://www.w3.org/TR/wot-thing-description11/) with
 * the MQTT binding's terms (https://w3c.github.io/wot-binding-templates/bindings/protocols/mqtt).
 */
import type { SensorDescription } from './sensors.ts';
import type { ActionAffordance, PropertyAffordance, ThingDescription } from './thing.ts';

export interface Published {
  /** Name of the node; part of the thing's urn. */
  readonly node: string;
  /** Base topic: `tokonoma/demo`. */
  readonly base: string;
  /** Where the broker is: `mqtt://127.0.0.1:1883`. */
  readonly broker: string;
}

type Json = Record<string, unknown>;

export function thingDescription(description: ThingDescription, published: Published): Json {
  const topic = `${published.base}/${description.id}`;
  const form = formOf(published);
  const { id, title, '@type': kind, properties, actions, ...vocabulary } = description;
  return {
    ...headOf(id, title, `tk:${kind}`, published),
    // The state topic carries all properties in one object.
    forms: [{ ...form, op: ['observeallproperties'], ...subscribe(topic), 'mqv:retain': true }],
    properties: mapValues(properties, (property) => propertyJson(property, topic, form)),
    actions: mapValues(actions, (action, name) => actionJson(action, name, topic, form)),
    ...vocabulary,
  };
}

/**
 * A sensor's: `tk:sensor` in its type tells it from a thing's. Its form is where its readings arrive, as its sender
 * writes them; what the property says is what is made of them.
 */
export function sensorDescription(description: SensorDescription, published: Published): Json {
  const { id, title, '@type': kind, properties, events, 'tk:topic': topic, ...vocabulary } = description;
  const form = { ...formOf(published), ...subscribe(topic ?? `${published.base}/sensor/${id}`) };
  return {
    ...headOf(`sensor:${id}`, title, ['tk:sensor', `tk:${kind}`], published),
    properties: mapValues(properties, (property) => ({
      ...property,
      readOnly: true,
      observable: true,
      forms: [{ ...form, op: ['observeproperty'] }],
    })),
    ...(events === undefined
      ? {}
      : { events: mapValues(events, (event) => ({ ...event, forms: [{ ...form, op: ['subscribeevent'] }] })) }),
    ...vocabulary,
  };
}

function headOf(id: string, title: string, type: string | readonly string[], { node }: Published): Json {
  return {
    '@context': [
      'https://www.w3.org/2022/wot/td/v1.1',
      { tk: 'urn:tokonoma:vocabulary:', mqv: 'https://www.w3.org/2019/wot/mqtt#' },
    ],
    id: `urn:tokonoma:${node}:${id}`,
    '@type': type,
    title,
    securityDefinitions: { nosec_sc: { scheme: 'nosec' } },
    security: 'nosec_sc',
  };
}

const formOf = ({ broker }: Published): Json => ({ href: broker, contentType: 'application/json' });

const subscribe = (topic: string): Json => ({ 'mqv:filter': topic, 'mqv:controlPacket': 'subscribe' });

function propertyJson(property: PropertyAffordance, topic: string, form: Json): Json {
  const writable = property['tk:writes'] !== undefined;
  const observe = { ...form, op: ['observeproperty'], ...subscribe(topic), 'mqv:retain': true };
  const write = { ...form, op: ['writeproperty'], 'mqv:topic': `${topic}/set`, 'mqv:controlPacket': 'publish' };
  return { ...property, readOnly: !writable, observable: true, forms: writable ? [observe, write] : [observe] };
}

function actionJson(action: ActionAffordance, name: string, topic: string, form: Json): Json {
  // The payload is {"action": name, "args": input}: one set topic serves every action of the thing.
  const invoke = {
    ...form,
    op: ['invokeaction'],
    'mqv:topic': `${topic}/set`,
    'mqv:controlPacket': 'publish',
    'tk:action': name,
  };
  return { ...action, synchronous: false, forms: [invoke] };
}

function mapValues<T>(
  record: Readonly<Record<string, T>>,
  map: (value: T, name: string) => Json,
): Record<string, Json> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value, name)]));
}
