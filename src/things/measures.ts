/** What other conventions call the things that sensors measure, by our kinds. */

/** Names of values, units left out, lower case. */
const KINDS: Readonly<Record<string, string>> = {
  temperature: 'temperature',
  local_temperature: 'temperature',
  device_temperature: '',
  humidity: 'humidity',
  illuminance: 'brightness',
  illuminance_lux: 'brightness',
  light_level: 'brightness',
  battery: 'battery',
  pressure: 'pressure',
  atmospheric_pressure: 'pressure',
  co2: 'co2',
  carbon_dioxide: 'co2',
  carbondioxide: 'co2',
  contact: 'contact',
  door: 'contact',
  window: 'contact',
  opening: 'contact',
  garage_door: 'contact',
  occupancy: 'motion',
  motion: 'motion',
  moving: 'motion',
  presence: 'presence',
  smoke: 'smoke',
  water_leak: 'leak',
  moisture: 'leak',
  power: 'power',
  energy: 'energy',
  distance: 'distance',
  sound_pressure: 'noise',
};

/** Undefined for what we have no kind for. */
export function sensorKind(name: unknown): string | undefined {
  if (typeof name !== 'string') return undefined;
  const key = name.toLowerCase();
  return Object.hasOwn(KINDS, key) && KINDS[key] !== '' ? KINDS[key] : undefined;
}
