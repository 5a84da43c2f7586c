/**
 * The published form of a description: W3C Thing Description 1.1 (https://www.w3.org/TR/wot-thing-description11/) with
 * the MQTT binding's terms (https://w3c.github.io/wot-binding-templates/bindings/protocols/mqtt).
 */
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

export function thingDescription(description: ThingDescription, { node, base, broker }: Published): Json {
  const topic = `${base}/${description.id}`;
  const form = { href: broker, contentType: 'application/json' };
  const { id, title, '@type': kind, properties, actions, ...vocabulary } = description;
  return {
    '@context': [
      'https://www.w3.org/2022/wot/td/v1.1',
      { tk: 'urn:tokonoma:vocabulary:', mqv: 'https://www.w3.org/2019/wot/mqtt#' },
    ],
    id: `urn:tokonoma:${node}:${id}`,
    '@type': `tk:${kind}`,
    title,
    securityDefinitions: { nosec_sc: { scheme: 'nosec' } },
    security: 'nosec_sc',
    // The state topic carries all properties in one object.
    forms: [
      {
        ...form,
        op: ['observeallproperties'],
        'mqv:filter': topic,
        'mqv:retain': true,
        'mqv:controlPacket': 'subscribe',
      },
    ],
    properties: mapValues(properties, (property) => propertyJson(property, topic, form)),
    actions: mapValues(actions, (action, name) => actionJson(action, name, topic, form)),
    ...vocabulary,
  };
}

function propertyJson(property: PropertyAffordance, topic: string, form: Json): Json {
  const writable = property['tk:writes'] !== undefined;
  const observe = {
    ...form,
    op: ['observeproperty'],
    'mqv:filter': topic,
    'mqv:retain': true,
    'mqv:controlPacket': 'subscribe',
  };
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
