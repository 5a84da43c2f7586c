import t from 'tap';
import { Sensors } from '../../../src/agent/sensors/sensors.ts';
import type { SensorConfig } from '../../../src/config/types.ts';
import type { Logger } from '../../../src/log.ts';
import { FakeClock } from '../../devices/fake-clock.ts';
import { fakeSwitch } from '../../support/fake-thing.ts';

const bytes = (text: string): Buffer => Buffer.from(text);

interface Complaint {
  readonly sensor: string;
  readonly code: string;
  readonly reason: string;
}

function sensorsOf(...configs: Partial<SensorConfig>[]) {
  const clock = new FakeClock();
  const complaints: Complaint[] = [];
  const log = {
    warn: (fields: Complaint, reason: string) => complaints.push({ ...fields, reason }),
  } as never as Logger;
  const full = configs.map((config, i) => ({ name: `s${i}`, kind: 'state', topic: `t${i}`, ...config }));
  return { clock, complaints, sensors: new Sensors(full, [fakeSwitch('plug')], clock, log) };
}

t.test('payloads', (t) => {
  const cases: [payload: string, config: Partial<SensorConfig>, value: unknown][] = [
    ['21.5', {}, 21.5],
    [' -3\n', {}, -3],
    ['+.5', {}, 0.5],
    ['1e3', {}, 1000],
    ['0.1', {}, 0.1],
    ['123456789.123456789', {}, 123456789.123456789],
    ['true', {}, 'true'],
    ['{"value":true}', {}, 'on'],
    ['open', {}, 'open'],
    ['"21"', {}, 21],
    ['{"value":7}', {}, 7],
    ['{"a":{"b":[{"c":9}]}}', { path: 'a.b.0.c' }, 9],
    ['21.5 °C', { kind: 'temperature', unit: '°C' }, 21.5],
    ['21.5°C', { kind: 'temperature' }, 21.5],
    ['50 °F', { kind: 'temperature', unit: 'celsius' }, 10],
    ['50 °F', { kind: 'temperature' }, 10],
    ['50 %', { kind: 'brightness' }, 50],
    ['{"value":"55 %"}', { kind: 'humidity', unit: '%' }, 55],
    ['1500 W', { kind: 'power', unit: 'kW' }, 1.5],
    ['12 monkeys', {}, '12 monkeys'],
    ['OPEN', { kind: 'contact' }, 'open'],
    ['ON', { kind: 'contact' }, 'open'],
    ['{"value":true}', { kind: 'contact' }, 'closed'],
    ['{"value":true}', { kind: 'contact', invert: true }, 'open'],
    ['Shut', { kind: 'contact' }, 'closed'],
    ['1', { kind: 'motion' }, 'detected'],
    ['OFF', { kind: 'motion' }, 'clear'],
    ['{"occupancy":false}', { kind: 'presence', path: 'occupancy' }, 'clear'],
    ['wet', { kind: 'leak' }, 'detected'],
    ['ON', { kind: 'switch' }, 'on'],
    ['215', { kind: 'temperature', scale: 0.1 }, 21.5],
    ['70', { kind: 'temperature', scale: 0.5, offset: -10 }, 25],
    ['stop \u0007 every\u202ething', {}, 'stop   every thing'],
  ];
  for (const [payload, config, value] of cases) {
    const { sensors, complaints } = sensorsOf(config);
    sensors.receive('t0', bytes(payload));
    t.same(complaints, [], payload);
    const read = sensors.reading('s0')?.value;
    if (typeof value === 'number') t.ok(Math.abs((read as number) - value) < 1e-12, `${payload}: ${String(read)}`);
    else t.equal(read, value, payload);
  }
  t.end();
});

t.test('what is refused is logged, changes nothing and throws nothing', (t) => {
  const cases: [payload: string, config: Partial<SensorConfig>, reason: RegExp][] = [
    ['', {}, /empty/],
    ['  ', {}, /empty/],
    ['{', {}, /no valid JSON/],
    ['{"x":1}', {}, /nothing at "value"/],
    ['[]', {}, /nothing at "value"/],
    ['{"value":{}}', {}, /a number, a string or a boolean/],
    ['{"value":null}', {}, /a number, a string or a boolean/],
    ['{}', { path: '__proto__.toString' }, /nothing at/],
    ['1e999', { kind: 'temperature' }, /no number/],
    ['x'.repeat(257), {}, /256/],
    ['x'.repeat(20_000), {}, /16384/],
    ['warm', { kind: 'temperature' }, /"warm" is no number/],
    ['true', { kind: 'temperature' }, /no number/],
    ['unavailable', { kind: 'humidity' }, /no number/],
    ['21 apples', { kind: 'temperature', unit: '°C' }, /its unit is °C, not "apples"/],
    ['85', { kind: 'temperature', max: 60 }, /85 is above its range, which ends at 60/],
    ['-85', { kind: 'temperature', min: -40 }, /-85 is below its range/],
    ['850', { kind: 'temperature', scale: 0.1, max: 60 }, /85 is above/],
    ['7', { kind: 'motion' }, /neither detected nor clear/],
  ];
  for (const [payload, config, reason] of cases) {
    const { sensors, complaints } = sensorsOf({ ...config, initial: 'before' });
    sensors.receive('t0', bytes(payload));
    t.equal(sensors.reading('s0')?.value, 'before', payload.slice(0, 20));
    t.match(complaints, [{ sensor: 's0', code: 'bad-reading', reason }], payload.slice(0, 20));
  }
  t.end();
});

t.test('any bytes at all', (t) => {
  let seed = 1;
  const random = (n: number): number => (seed = (seed * 48271) % 2147483647) % n;
  const alphabet = Buffer.from('0123456789.-+eE {}[]":,truefalsonul°CF%\u0000\u00ff');
  const { sensors } = sensorsOf({ kind: 'temperature', unit: '°C' }, { topic: 't0' }, { kind: 'contact', topic: 't0' });
  for (let i = 0; i < 20_000; i++) {
    const payload = Buffer.from(Array.from({ length: random(12) }, () => alphabet[random(alphabet.length)]!));
    sensors.receive('t0', payload);
    const { number } = sensors.sensor('s0')!;
    const text = payload.toString().trim();
    if (/^[+-]?(\d+\.?\d*|\.\d+)$/.test(text) && !text.endsWith('.')) t.equal(number, Number(text), text);
  }
  t.end();
});

t.test('a burst of nonsense is one line of the log a minute', async (t) => {
  const { sensors, complaints, clock } = sensorsOf({ kind: 'temperature' });
  for (let i = 0; i < 100; i++) sensors.receive('t0', bytes('nonsense'));
  t.equal(complaints.length, 1);
  await clock.advance(61_000);
  sensors.receive('t0', bytes('nonsense'));
  t.match(complaints[1], { refused: 101 });
  t.end();
});

t.test('one message for several sensors; what it leaves out stays', (t) => {
  const { sensors, complaints } = sensorsOf(
    { topic: 'z/hall', kind: 'temperature', path: 'temperature' },
    { topic: 'z/hall', kind: 'battery', path: 'battery' },
  );
  sensors.receive('z/hall', bytes('{"temperature":20,"battery":90}'));
  sensors.receive('z/hall', bytes('{"temperature":19}'));
  t.equal(sensors.reading('s0')?.value, 19);
  t.equal(sensors.reading('s1')?.value, 90);
  t.same(complaints, []);
  t.end();
});

t.test('old readings', async (t) => {
  const { sensors, clock } = sensorsOf({ kind: 'temperature', stale_s: 60 }, { device: 'plug', path: 'state' });
  sensors.receive('t0', bytes('20'));
  const at = clock.now();
  t.same(sensors.reading('s0'), { value: 20, at });
  await clock.advance(61_000);
  t.same(sensors.reading('s0'), { value: 20, at, stale: true });
  t.same(sensors.reading('s1'), { value: 'OFF', at: clock.now() }, "a thing's state is never old");
  sensors.thingChanged('plug', { state: 'ON' });
  await clock.advance(61_000);
  t.same(sensors.reading('s1'), { value: 'ON', at: clock.now() });
});

t.test('names that announce themselves are bounded', (t) => {
  const { sensors, complaints } = sensorsOf();
  for (const bad of ['what/kitchen', 'temperature', 'temperature/', 'temperature/Kitchen', 'temperature/../x', '']) {
    sensors.receiveNamed(bad, bytes('1'));
    t.equal(sensors.reading(bad), undefined, bad);
  }
  t.match(complaints, [{ code: 'unknown-sensor' }]);
  sensors.receiveNamed('temperature/nonsense', bytes('nonsense'));
  t.equal(sensors.all.length, 0, 'a name without a reading takes no place');
  for (let i = 0; i < 256; i++) sensors.receiveNamed(`temperature/room-${i}`, bytes('1'));
  sensors.receiveNamed('temperature/one-more', bytes('1'));
  t.equal(sensors.reading('temperature/one-more'), undefined);
  sensors.receiveNamed('temperature/room-1', bytes('2'));
  t.match(sensors.reading('temperature/room-1'), { value: 2, at: Number });
  t.match(sensors.configs[1], { area: 'room 1', kind: 'temperature' });
  t.end();
});
