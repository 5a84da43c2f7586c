import t from 'tap';
import { ACTIONS, actionSpec } from '../../src/grammar/actions.ts';
import { signatureOf } from '../../src/grammar/tools.ts';

t.test('signatures name the arguments in the order in which they are decoded, with their choices', (t) => {
  const light = actionSpec('light.set')!;
  t.equal(
    signatureOf(light),
    'light.set(device, area, power: on|off, brightness: percent, step: up|down, by, color, kelvin)',
  );
  t.equal(signatureOf(light, { values: false }), 'light.set(device, area, power, brightness, step, by, color, kelvin)');
  t.equal(
    signatureOf(actionSpec('volume.set')!),
    'volume.set(device, area, level: percent, step: up|down, by, mute: true|false)',
  );
  t.equal(signatureOf(actionSpec('robot.stop')!), 'robot.stop()');
  t.end();
});

t.test('a narrowed action has a narrowed signature', (t) => {
  const state = { name: 'state', type: { kind: 'enum', values: ['open'] }, required: true } as const;
  t.equal(signatureOf({ name: 'cover.set', args: [state] }), 'cover.set(state: open)');
  t.end();
});

t.test('one line each', (t) => {
  for (const action of ACTIONS) t.match(signatureOf(action), /^[a-z.]+\([a-z_|:, ]*\)$/);
  t.end();
});
