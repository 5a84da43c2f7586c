/** A home with every kind of thing there is, and with every option that changes what a thing can do. */
import { KINDS } from '../../devices/kinds.ts';
import { SENSOR_KINDS } from '../../src/agent/sensors/kinds.ts';

const VARIANTS = [
  { name: 'bare lamp', kind: 'light', brightness: false },
  { name: 'white lamp', kind: 'light', kelvin: { min: 2200, max: 5000 } },
  { name: 'paint lamp', kind: 'light', color: true },
  { name: 'party lamp', kind: 'light', color: true, kelvin: true, area: 'living room' },
  { name: 'ceiling fan', kind: 'fan', levels: 4 },
  { name: 'box fan', kind: 'fan', levels: 1 },
  { name: 'gate', kind: 'cover', type: 'gate', position: false },
  { name: 'garage', kind: 'cover', type: 'garage' },
  { name: 'radiator', kind: 'thermostat', min: 10, max: 25, modes: ['heat', 'off'] },
  { name: 'plain motor', kind: 'motor', speed: false },
  { name: 'arm', kind: 'servo', min_angle: -90, max_angle: 90 },
  { name: 'rover', kind: 'robot', places: { dock: [0, 0], '"low" attic': [1, 1] }, objects: { cup: 'dock' } },
];

const SENSORS = [
  ...SENSOR_KINDS.map((kind) => ({ name: `${kind}/here`, kind, area: 'hall' })),
  { name: 'temperature/oven', kind: 'temperature', unit: 'fahrenheit' },
  { name: 'level/tank', kind: 'level', unit: 'litres' },
  { name: 'count/visits', kind: 'count', device: 'gate' },
  { name: 'battery/rover', kind: 'battery', device: 'rover', path: 'battery' },
];

/** tokonoma.yaml; JSON is YAML. */
export const EVERY_KIND = JSON.stringify({
  version: 1,
  node: { name: 'every' },
  things: [...KINDS.map(({ name }) => ({ name: `sample ${name}`, kind: name })), ...VARIANTS],
  sensors: SENSORS,
});
