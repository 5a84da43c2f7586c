/** Properties of a thing that no platform stands for, one by one: what they are follows from their schema. */
import type { PropertyAffordance, ThingDescription } from '../../../devices/thing.ts';
import { flag, setNumber, setText, text, titleOf, value, type Address, type Entities, type Entity } from './entity.ts';

/** Units of Thing Descriptions as Home Assistant writes them. */
const UNITS: Readonly<Record<string, string>> = {
  percent: '%',
  celsius: '°C',
  degree: '°',
  kelvin: 'K',
  m: 'm',
  second: 's',
  millisecond: 'ms',
};

export function propertyEntities(
  { properties }: ThingDescription,
  address: Address,
  claimed: readonly string[],
): Entities {
  const open = Object.entries(properties).filter(([name]) => !claimed.includes(name));
  return Object.fromEntries(
    open.map(([name, property]) => [name, { name: titleOf(name), ...made(name, property, address) }]),
  );
}

type Made = Omit<Entity, 'name'> & { readonly platform: string };

function made(name: string, property: PropertyAffordance, address: Address): Made {
  const written = property['tk:writes'] === undefined ? undefined : writable(name, property, address);
  return written ?? readable(name, property, address);
}

/** Undefined for what Home Assistant has no control for: a free text, a number without limits. */
function writable(name: string, property: PropertyAffordance, { state, set }: Address): Made | undefined {
  const { type, enum: values, minimum, maximum } = property;
  const topics = { command_topic: set, state_topic: state };
  if (type === 'boolean') {
    return {
      ...topics,
      platform: 'switch',
      payload_on: `{"${name}": true}`,
      payload_off: `{"${name}": false}`,
      value_template: flag(name),
      state_on: 'ON',
      state_off: 'OFF',
    };
  }
  if (values !== undefined) {
    const words = property['tk:writes']?.values;
    const options = values.filter((one) => words === undefined || Object.hasOwn(words, String(one)));
    return { ...topics, platform: 'select', options, command_template: setText(name), value_template: text(name) };
  }
  if ((type !== 'number' && type !== 'integer') || minimum === undefined || maximum === undefined) return undefined;
  return {
    ...topics,
    platform: 'number',
    min: minimum,
    max: maximum,
    step: type === 'integer' || maximum - minimum >= 100 ? 1 : 0.1,
    mode: maximum - minimum > 1000 ? 'box' : 'slider',
    ...unitOf(property),
    command_template: setNumber(name),
    value_template: value(name),
  };
}

function readable(name: string, property: PropertyAffordance, { state }: Address): Made {
  const { type, enum: values, description } = property;
  if (type === 'boolean') return { platform: 'binary_sensor', state_topic: state, value_template: flag(name) };
  const sensor = { platform: 'sensor', state_topic: state };
  if (type === 'number' || type === 'integer') {
    return {
      ...sensor,
      value_template: value(name),
      state_class: 'measurement',
      ...unitOf(property),
      ...deviceClass(name, property),
    };
  }
  if (values !== undefined) return { ...sensor, value_template: text(name), device_class: 'enum', options: values };
  if (description === 'ISO 8601') return { ...sensor, value_template: text(name), device_class: 'timestamp' };
  return { ...sensor, value_template: text(name) };
}

function unitOf({ unit }: PropertyAffordance): { unit_of_measurement?: string } {
  const symbol = unit === undefined ? undefined : UNITS[unit];
  return symbol === undefined ? {} : { unit_of_measurement: symbol };
}

/** Only where the name says it: a percentage may be anything. */
function deviceClass(name: string, { unit }: PropertyAffordance): { device_class?: string } {
  if (name === 'battery' && unit === 'percent') return { device_class: 'battery' };
  if (unit === 'celsius') return { device_class: 'temperature' };
  if (unit === 'second') return { device_class: 'duration' };
  return {};
}
