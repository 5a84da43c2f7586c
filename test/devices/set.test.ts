import t from 'tap';
import { setCalls } from '../../devices/set.ts';
import { thingOf } from './support.ts';

const calls = (kind: string, payload: unknown, options: object = {}): unknown =>
  setCalls(thingOf(kind, options).description, payload);

t.test('set payloads as zigbee2mqtt’s users write them', (t) => {
  const table: [kind: string, payload: unknown, action: string, args: object][] = [
    ['light', { state: 'ON' }, 'light.set', { power: 'on' }],
    ['light', { state: 'off' }, 'light.set', { power: 'off' }],
    ['light', 'ON', 'light.set', { power: 'on' }],
    ['light', { state: 'ON', brightness: 50 }, 'light.set', { power: 'on', brightness: 50 }],
    ['plug', { state: 'OFF' }, 'power.set', { power: 'off' }],
    ['fan', { speed: 30 }, 'power.set', { speed: 30 }],
    ['cover', { state: 'STOP' }, 'cover.set', { state: 'stop' }],
    ['cover', { position: 10 }, 'cover.set', { position: 10 }],
    ['lock', { state: 'UNLOCK' }, 'lock.set', { state: 'unlock' }],
    ['thermostat', { target_temperature: 21, mode: 'heat' }, 'climate.set', { temperature: 21, mode: 'heat' }],
    ['speaker', { volume: 20, muted: false }, 'volume.set', { level: 20, mute: false }],
    ['robot', { action: 'robot.drive', args: { direction: 'forward' } }, 'robot.drive', { direction: 'forward' }],
    ['robot', { action: 'robot.stop' }, 'robot.stop', {}],
  ];
  for (const [kind, payload, action, args] of table)
    t.same(calls(kind, payload), [{ action, args }], JSON.stringify(payload));
  t.end();
});

t.test('what cannot be set is refused', (t) => {
  const table: [kind: string, payload: unknown, message: RegExp][] = [
    ['light', { state: 'constructor' }, /state must be ON or OFF/],
    ['light', { constructor: 'ON' }, /constructor cannot be set/],
    ['light', { state: 'MAYBE' }, /state must be ON or OFF/],
    ['light', { color: 'red' }, /color cannot be set; it takes state, brightness/],
    ['light', { brightness: { a: 1 } }, /brightness must be/],
    ['light', [], /JSON object/],
    ['light', null, /JSON object/],
    ['light', 5, /JSON object/],
    ['thermostat', { current_temperature: 30 }, /cannot be set/],
    ['robot', { x: 1 }, /x cannot be set; it takes \{"action"/],
    ['robot', { action: 'robot.drive', args: [[]] }, /args must be/],
    ['robot', { action: 'robot.drive', args: 'forward' }, /args must be/],
  ];
  for (const [kind, payload, message] of table) {
    t.throws(() => calls(kind, payload), { code: 'bad-argument', message }, JSON.stringify(payload));
  }
  t.end();
});
