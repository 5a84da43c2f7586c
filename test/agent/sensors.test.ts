import t from 'tap';
import { parseReading, Sensors } from '../../src/agent/sensors.ts';
import { systemClock } from '../../src/clock.ts';
import { ageOf, durationPhrase, readingSentence } from '../../src/agent/sentences.ts';

const bytes = (text: string): Buffer => Buffer.from(text);

t.test('payloads', async (t) => {
  const plain = { name: 's' };
  for (const [payload, value] of [
    ['21.5', 21.5],
    [' -3 ', -3],
    ['true', true],
    ['open', 'open'],
    ['"21"', '21'],
    ['{"value":7}', 7],
  ] as const) {
    t.equal(parseReading(bytes(payload), plain), value, payload);
  }
  t.equal(parseReading(bytes('{"a":{"b":[{"c":9}]}}'), { name: 's', path: 'a.b.0.c' }), 9);
  for (const payload of [
    '',
    '{',
    '{"x":1}',
    'null',
    '[]',
    '{"value":{}}',
    '1e999',
    'x'.repeat(257),
    'x'.repeat(20_000),
  ]) {
    t.throws(() => parseReading(bytes(payload), plain), { code: 'bad-reading' }, payload.slice(0, 20));
  }
  t.throws(() => parseReading(bytes('{}'), { name: 's', path: '__proto__.toString' }), { code: 'bad-reading' });
});

t.test('names that announce themselves are bounded', async (t) => {
  const sensors = new Sensors([], [], systemClock);
  for (const bad of ['what/kitchen', 'temperature', 'temperature/', 'temperature/Kitchen', 'temperature/../x', '']) {
    t.throws(() => sensors.receiveNamed(bad, bytes('1')), { code: 'unknown-sensor' }, bad);
  }
  for (let i = 0; i < 256; i++) sensors.receiveNamed(`temperature/room-${i}`, bytes('1'));
  t.throws(() => sensors.receiveNamed('temperature/one-more', bytes('1')), { code: 'unknown-sensor' });
  sensors.receiveNamed('temperature/room-1', bytes('2'));
  t.match(sensors.reading('temperature/room-1'), { value: 2, at: Number });
  t.match(sensors.configs[1], { area: 'room 1', kind: 'temperature' });
});

t.test('sentences', async (t) => {
  t.equal(readingSentence('temperature', 'x', 'outside', 12, '°C', ''), 'Outside it is 12 °C.');
  t.equal(
    readingSentence('humidity', 'bath humidity', 'bath', 55.123, '%', ' (2 hours ago)'),
    'The bath humidity is 55.12 % (2 hours ago).',
  );
  t.equal(readingSentence('contact', 'x', 'garage', 'closed', undefined, ''), 'The garage is closed.');
  t.equal(readingSentence('state', 'x', undefined, 'say "hi"\u0007 now', undefined, ''), 'The x is "say "hi"  now".');
  t.equal(ageOf(60_000), '');
  t.equal(ageOf(20 * 60_000), ' (20 minutes ago)');
  t.equal(ageOf(3 * 3_600_000), ' (3 hours ago)');
  t.equal(ageOf(72 * 3_600_000), ' (3 days ago)');
  t.equal(durationPhrase(3_661_000), '1 hour 1 minute 1 second');
});
