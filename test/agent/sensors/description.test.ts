import t from 'tap';
import { SENSORS, sensorKindOf } from '../../../devices/sensors.ts';
import { sensorDescription } from '../../../devices/td.ts';
import { describeSensor, unitOf } from '../../../src/agent/sensors/description.ts';
import { SENSOR_KINDS } from '../../../src/agent/sensors/kinds.ts';
import { Sensor } from '../../../src/agent/sensors/sensor.ts';
import { unitSymbol } from '../../../src/agent/sensors/units.ts';
import type { SensorConfig } from '../../../src/config/types.ts';
import { QUERY_KINDS } from '../../../src/grammar/actions.ts';

const PUBLISHED = { node: 'demo', base: 'tokonoma/demo', broker: 'mqtt://127.0.0.1:1883' };

const sensor = (kind: string, more: Partial<SensorConfig> = {}): SensorConfig => ({
  name: `${kind}/kitchen`,
  kind,
  topic: `home/${kind}`,
  area: 'kitchen',
  ...more,
});

t.test('every kind that can be asked for can be a sensor', (t) => {
  for (const kind of QUERY_KINDS) t.ok(sensorKindOf(kind), kind);
  t.equal(new Set(SENSOR_KINDS).size, SENSORS.length, 'each once');
  t.end();
});

t.test('a kind’s description says what its readings are', (t) => {
  for (const { name, reads, unit, event } of SENSORS) {
    const config = sensor(name);
    const { properties, events } = describeSensor(config);
    const property = properties[name]!;
    t.equal(property.readOnly, true, name);
    if (unit !== undefined) t.equal(unitSymbol(unit), unit, `${unit} is a unit that readings know`);
    t.equal(property.unit, unit);
    t.same(Object.keys(events ?? {}), event === undefined ? [] : [event]);
    const taken = new Sensor(config);
    if (typeof reads !== 'object') {
      t.equal(taken.takeValue('a word') === undefined, property.type === undefined, `${name}: a word is refused`);
      continue;
    }
    for (const sent of [...Object.values(reads.spellings).flat(), true, false, 0, 1]) {
      t.equal(taken.takeValue(sent), undefined);
      t.ok(property.enum!.includes(taken.text), `${name}: ${sent} is read as ${taken.text}`);
    }
    if (event !== undefined) t.ok(property.enum!.includes(event), 'the event is one of its words');
  }
  t.end();
});

t.test('what the configuration says goes before the kind', (t) => {
  const { properties, ...rest } = describeSensor(
    sensor('temperature', { unit: 'fahrenheit', min: -40, max: 140, path: 'a.b', scale: 0.1, stale_s: 60 }),
  );
  t.match(properties['temperature'], { type: 'number', unit: '°F', minimum: -40, maximum: 140 });
  t.match(rest, {
    id: 'temperature/kitchen',
    title: 'kitchen temperature',
    '@type': 'temperature',
    'tk:topic': 'home/temperature',
    'tk:path': 'a.b',
    'tk:scale': 0.1,
    'tk:area': 'kitchen',
    'tk:nouns': ['temperature', 'thermometer'],
    'tk:stale_s': 60,
  });
  t.equal(unitOf(sensor('battery', { driver: 'iio', chip: 'ads1115' })), undefined, 'an ADC counts millivolts');
  t.equal(describeSensor(sensor('state', { min: 0 })).properties['state']!.type, 'number', 'a range is of numbers');
  t.end();
});

t.test('published, it is a Thing Description that tells itself from a thing’s', (t) => {
  for (const kind of SENSOR_KINDS) {
    const td = sensorDescription(describeSensor(sensor(kind)), PUBLISHED);
    t.match(td, {
      id: `urn:tokonoma:demo:sensor:${kind}/kitchen`,
      '@type': ['tk:sensor', `tk:${kind}`],
      title: `kitchen ${kind}`,
      security: 'nosec_sc',
    });
    t.notOk('actions' in td);
    t.same(JSON.parse(JSON.stringify(td)), td, 'it is plain JSON');
  }
  const observe = { href: PUBLISHED.broker, 'mqv:filter': 'home/button', 'mqv:controlPacket': 'subscribe' };
  t.match(sensorDescription(describeSensor(sensor('button')), PUBLISHED), {
    properties: {
      button: { enum: ['pressed', 'released'], observable: true, forms: [{ op: ['observeproperty'], ...observe }] },
    },
    events: { pressed: { 'tk:value': 'pressed', forms: [{ op: ['subscribeevent'], ...observe }] } },
  });
  const announced = sensorDescription(describeSensor(sensor('motion', { topic: '' })), PUBLISHED);
  t.match(announced['properties'], { motion: { forms: [{ 'mqv:filter': 'tokonoma/demo/sensor/motion/kitchen' }] } });
  t.end();
});
