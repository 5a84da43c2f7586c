/** Declared sensors as sensors and binary sensors: their readings, in their unit, with what they measure. */
import type { SensorConfig } from '../../config/types.ts';
import { unitOf } from '../../agent/sensors/description.ts';
import { NUMERIC, WORDS } from '../../agent/sensors/kinds.ts';
import { value, type Entity } from './entity.ts';

interface Measure {
  readonly device_class?: string;
  /** Units with which Home Assistant takes the device class (DEVICE_CLASS_UNITS in components/sensor/const.py). */
  readonly units?: readonly string[];
  readonly state_class?: string;
}

const LENGTHS = ['m', 'cm', 'mm', 'km', 'ft', 'in'];

const MEASURES: Readonly<Record<string, Measure>> = {
  temperature: { device_class: 'temperature', units: ['°C', '°F', 'K'] },
  humidity: { device_class: 'humidity', units: ['%'] },
  brightness: { device_class: 'illuminance', units: ['lx'] },
  battery: { device_class: 'battery', units: ['%'] },
  co2: { device_class: 'carbon_dioxide', units: ['ppm'] },
  pressure: { device_class: 'pressure', units: ['hPa', 'Pa', 'kPa'] },
  power: { device_class: 'power', units: ['W', 'kW'] },
  energy: { device_class: 'energy', units: ['kWh', 'Wh'], state_class: 'total_increasing' },
  distance: { device_class: 'distance', units: LENGTHS },
  speed: { device_class: 'speed', units: ['m/s', 'km/h', 'mph'] },
  noise: { device_class: 'sound_pressure', units: ['dB'] },
  moisture: { device_class: 'moisture', units: ['%'] },
};

/** Kinds of one of two words: the word that Home Assistant calls on, and the class. */
const BINARY: Readonly<Record<string, { readonly on: string; readonly device_class?: string }>> = {
  contact: { on: 'open', device_class: 'opening' },
  motion: { on: 'detected', device_class: 'motion' },
  presence: { on: 'detected', device_class: 'occupancy' },
  smoke: { on: 'detected', device_class: 'smoke' },
  leak: { on: 'detected', device_class: 'moisture' },
  button: { on: 'pressed' },
  switch: { on: 'on' },
};

/** @param topic where its readings are published (readings.ts) */
export function sensorEntity(config: SensorConfig, name: string | null, topic: string): Entity {
  const { kind } = config;
  const words = WORDS[kind];
  const binary = BINARY[kind];
  if (words !== undefined && binary !== undefined) {
    return {
      platform: 'binary_sensor',
      name,
      state_topic: topic,
      value_template: value('value'),
      payload_on: binary.on,
      payload_off: binary.on === words.yes ? words.no : words.yes,
      ...(binary.device_class === undefined ? {} : { device_class: binary.device_class }),
    };
  }
  if (!NUMERIC.has(kind)) return { platform: 'sensor', name, state_topic: topic, value_template: value('value') };
  const { device_class, units = [], state_class = 'measurement' } = MEASURES[kind] ?? {};
  const unit = unitOf(config);
  return {
    platform: 'sensor',
    name,
    state_topic: topic,
    value_template: value('value'),
    state_class,
    ...(unit === undefined ? {} : { unit_of_measurement: unit }),
    // With a unit that does not belong to it, Home Assistant complains about the class.
    ...(device_class !== undefined && unit !== undefined && units.includes(unit) ? { device_class } : {}),
  };
}
