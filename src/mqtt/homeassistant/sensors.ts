/** Declared sensors as sensors and binary sensors: their readings, in their unit, with what they measure. */
import type { SensorConfig } from '../../config/types.ts';
import { NUMERIC, WORDS } from '../../agent/sensors/kinds.ts';
import { unitSymbol } from '../../agent/sensors/units.ts';
import { value, type Entity } from './entity.ts';

interface Measure {
  readonly device_class?: string;
  /** Where the sensor names none. */
  readonly unit?: string;
  /** Units with which Home Assistant takes the device class (DEVICE_CLASS_UNITS in components/sensor/const.py). */
  readonly units?: readonly string[];
  readonly state_class?: string;
}

const LENGTHS = ['m', 'cm', 'mm', 'km', 'ft', 'in'];

const MEASURES: Readonly<Record<string, Measure>> = {
  temperature: { device_class: 'temperature', unit: '°C', units: ['°C', '°F', 'K'] },
  humidity: { device_class: 'humidity', unit: '%', units: ['%'] },
  brightness: { device_class: 'illuminance', unit: 'lx', units: ['lx'] },
  battery: { device_class: 'battery', unit: '%', units: ['%'] },
  co2: { device_class: 'carbon_dioxide', unit: 'ppm', units: ['ppm'] },
  pressure: { device_class: 'pressure', unit: 'hPa', units: ['hPa', 'Pa', 'kPa'] },
  power: { device_class: 'power', unit: 'W', units: ['W', 'kW'] },
  energy: { device_class: 'energy', unit: 'kWh', units: ['kWh', 'Wh'], state_class: 'total_increasing' },
  distance: { device_class: 'distance', unit: 'm', units: LENGTHS },
  speed: { device_class: 'speed', unit: 'm/s', units: ['m/s', 'km/h', 'mph'] },
  noise: { device_class: 'sound_pressure', unit: 'dB', units: ['dB'] },
  moisture: { device_class: 'moisture', unit: '%', units: ['%'] },
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
export function sensorEntity({ kind, unit }: SensorConfig, name: string | null, topic: string): Entity {
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
  const { device_class, units = [], state_class = 'measurement', unit: usual } = MEASURES[kind] ?? {};
  const symbol = unit === undefined ? usual : unitSymbol(unit);
  return {
    platform: 'sensor',
    name,
    state_topic: topic,
    value_template: value('value'),
    state_class,
    ...(symbol === undefined ? {} : { unit_of_measurement: symbol }),
    // With a unit that does not belong to it, Home Assistant complains about the class.
    ...(device_class !== undefined && symbol !== undefined && units.includes(symbol) ? { device_class } : {}),
  };
}
