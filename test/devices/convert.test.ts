import t from 'tap';
import { toThingArgs } from '../../devices/convert.ts';
import type { Args } from '../../src/grammar/actions.ts';
import { thingOf } from './support.ts';

const convert = (kind: string, action: string, args: Args, options: object = {}): Args =>
  toThingArgs(thingOf(kind, options).description, { action, args });

t.test('plan arguments become the thing’s', (t) => {
  const table: [kind: string, action: string, said: Args, taken: Args][] = [
    ['light', 'light.set', { device: 'lamp', area: 'kitchen', power: 'on' }, { power: 'on' }],
    ['light', 'light.set', { step: 'up' }, { step: 'up', by: 20 }],
    ['light', 'light.set', { step: 'up', by: 3 }, { step: 'up', by: 3 }],
    ['light', 'light.set', { brightness: 30 }, { brightness: 30 }],
    ['thermostat', 'climate.set', { step: 'down' }, { step: 'down', by: 1 }],
    ['speaker', 'volume.set', { step: 'down' }, { step: 'down', by: 10 }],
    ['robot', 'robot.drive', { direction: 'forward' }, { direction: 'forward', distance: 1 }],
    ['robot', 'robot.drive', { direction: 'back', distance: 2, unit: 'm' }, { direction: 'back', distance: 2 }],
    [
      'robot',
      'robot.drive',
      { direction: 'forward', distance: 150, unit: 'cm' },
      { direction: 'forward', distance: 1.5 },
    ],
    [
      'robot',
      'robot.drive',
      { direction: 'forward', distance: 3, unit: 'ft' },
      { direction: 'forward', distance: 0.9144 },
    ],
    [
      'robot',
      'robot.drive',
      { direction: 'forward', distance: 10, unit: 'in' },
      { direction: 'forward', distance: 0.254 },
    ],
    [
      'robot',
      'robot.drive',
      { direction: 'forward', distance: 2, unit: 'yd' },
      { direction: 'forward', distance: 1.8288 },
    ],
    [
      'robot',
      'robot.drive',
      { direction: 'forward', distance: 3, unit: 'step' },
      { direction: 'forward', distance: 1.5 },
    ],
    ['robot', 'robot.drive', { direction: 'forward', unit: 'ft' }, { direction: 'forward', distance: 1 }],
    ['robot', 'robot.turn', { direction: 'right' }, { direction: 'right', degrees: 90 }],
    ['robot', 'robot.turn', { direction: 'around' }, { direction: 'around', degrees: 180 }],
    ['robot', 'robot.turn', { degrees: 30 }, { direction: 'left', degrees: 30 }],
    ['robot', 'robot.turn', { to: 'north' }, { to: 'north' }],
    ['robot', 'robot.stop', {}, {}],
  ];
  for (const [kind, action, said, taken] of table) {
    const before = structuredClone(said);
    t.same(convert(kind, action, said), taken, `${action} ${JSON.stringify(said)}`);
    t.same(said, before, 'the plan itself is not touched');
  }
  t.end();
});

t.test('limits are told, in the thing’s unit and as it was said', (t) => {
  const table: [kind: string, action: string, args: Args, message: RegExp, options?: object][] = [
    ['light', 'light.set', { brightness: 101 }, /brightness 101 percent is over the limit of 100 percent/],
    ['light', 'light.set', { brightness: -1 }, /-1 percent is below the limit of 0 percent/],
    ['light', 'light.set', { kelvin: 9000 }, /kelvin 9000 kelvin is over the limit of 6500 kelvin/, { kelvin: true }],
    ['thermostat', 'climate.set', { temperature: 82 }, /temperature 82 celsius is over the limit of 30 celsius/],
    ['thermostat', 'climate.set', { temperature: 25 }, /limit of 24 celsius/, { max: 24 }],
    ['robot', 'robot.drive', { direction: 'forward', distance: 10.5 }, /distance 10\.5 m is over the limit of 10 m/],
    ['robot', 'robot.drive', { direction: 'forward', distance: 40, unit: 'ft' }, /40 ft is over the limit of 10 m/],
    ['robot', 'robot.drive', { direction: 'forward', distance: 3 }, /limit of 2 m/, { max_distance: 2 }],
    ['fan', 'power.set', { speed: 4 }, /speed 4 level is over the limit of 3 level/, { levels: 3 }],
  ];
  for (const [kind, action, args, message, options] of table) {
    t.throws(() => convert(kind, action, args, options), { code: 'over-limit', message });
  }
  t.equal(
    convert('robot', 'robot.drive', { direction: 'forward', distance: 1000, unit: 'cm' })['distance'],
    10,
    'the limit itself is allowed',
  );
  t.end();
});

t.test('what makes no sense is refused with what would', (t) => {
  const table: [kind: string, action: string, args: Args, code: string, message: RegExp][] = [
    [
      'light',
      'power.set',
      { power: 'on' },
      'unsupported-action',
      /the light cannot do power\.set; it can do light\.set/,
    ],
    ['light', 'light.set', { color: 'red' }, 'bad-argument', /takes no color; it takes power, brightness/],
    ['light', 'light.set', { device: 'lamp' }, 'bad-argument', /needs one of power/],
    ['light', 'light.set', { power: 'perhaps' }, 'bad-argument', /power must be one of on, off/],
    ['light', 'light.set', { by: 10 }, 'bad-argument', /by says nothing without step/],
    ['lock', 'lock.set', {}, 'bad-argument', /needs state/],
    ['robot', 'robot.drive', { direction: 'up' }, 'bad-argument', /direction must be one of forward, back/],
    [
      'robot',
      'robot.drive',
      { direction: 'forward', distance: 1, unit: 'mile' },
      'bad-argument',
      /unit must be one of m, cm/,
    ],
    ['robot', 'robot.drive', { direction: 'forward', distance: 'far' }, 'bad-argument', /distance must be number/],
    ['robot', 'robot.goto', { place: '' }, 'bad-argument', /place/],
    ['robot', 'robot.goto', { place: 'x'.repeat(201) }, 'bad-argument', /place/],
    ['fan', 'power.set', { speed: Number.NaN }, 'bad-argument', /speed/],
  ];
  for (const [kind, action, args, code, message] of table) {
    t.throws(() => convert(kind, action, args), { code, message }, `${action} ${JSON.stringify(args)}`);
  }
  t.end();
});
