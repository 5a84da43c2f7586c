/** Controls from Thing Descriptions: every kind of device, and what is written can be written. */
import t from 'tap';
import { KINDS } from '../../devices/kinds.ts';
import { setCalls } from '../../devices/set.ts';
import { violationOf } from '../../devices/validate.ts';
import {
  actionsOf,
  argsOf,
  controlsOf,
  isChosen,
  readingsOf,
  type Control,
} from '../../src/dashboard/things/controls.ts';

function description(kind: string, options: object = {}) {
  const found = KINDS.find(({ name }) => name === kind)!;
  return found.describe({ id: 'thing', name: 'thing', kind, options });
}

/** Something that the control would write. */
function written(control: Control): unknown[] {
  switch (control.kind) {
    case 'switch':
      return [control.on, control.off];
    case 'choice':
      return control.options.map(({ write }) => write);
    case 'range':
      return [control.min, control.max];
    case 'names':
      return [...control.names];
    case 'field':
      return [control.schema.type === 'string' ? 'x' : 1];
  }
}

t.test('a light', async (t) => {
  t.match(controlsOf(description('light', { color: true, kelvin: { min: 2200, max: 6500 } })), [
    { kind: 'switch', property: 'state', on: 'ON', off: 'OFF' },
    { kind: 'range', property: 'brightness', min: 0, max: 100, step: 1, unit: 'percent' },
    { kind: 'names', property: 'color', isColor: true, names: ['red', 'green'] },
    { kind: 'range', property: 'color_temp', min: 2200, max: 6500, step: 50 },
  ]);
  t.same(actionsOf(description('light', { color: true })), [], 'its action is written by its properties');
});

t.test('covers, locks and thermostats', async (t) => {
  const [state] = controlsOf(description('cover'));
  t.match(state, { kind: 'choice', options: [{ label: 'open', write: 'OPEN' }, { label: 'close' }, { label: 'stop' }] }); // prettier-ignore
  const chosen = (value: unknown) =>
    state?.kind === 'choice' ? state.options.filter((option) => isChosen(option, value)).map(({ label }) => label) : [];
  t.same(['OPEN', 'CLOSED', 'OPENING', 'CLOSING', 'STOPPED', null].map(chosen), [['open'], ['close'], ['open'], [], ['stop'], []]); // prettier-ignore
  t.match(controlsOf(description('lock')), [{ kind: 'choice', options: [{ label: 'lock', write: 'LOCK' }, { label: 'unlock' }] }]); // prettier-ignore
  t.match(controlsOf(description('thermostat')), [
    { kind: 'range', step: 0.5 },
    { kind: 'choice', property: 'mode' },
  ]);
});

t.test('a robot has actions, and a place to choose', async (t) => {
  const robot = description('robot', { places: { kitchen: [1, 2] } });
  t.same(controlsOf(robot), []);
  const forms = actionsOf(robot);
  t.same(
    forms.map(({ name }) => name),
    ['robot.drive', 'robot.turn', 'robot.goto', 'robot.object', 'robot.task', 'robot.stop'],
  );
  t.match(forms[2]!.args, [{ name: 'place', isRequired: true, schema: { 'tk:names': ['kitchen'] } }]);
  const data = new FormData();
  data.set('direction', 'forward');
  data.set('distance', '1.5');
  data.set('unit', '');
  t.same(argsOf(forms[0]!, data), { direction: 'forward', distance: 1.5 }, 'empty fields are left out');
  t.same(readingsOf(robot, { x: 1, y: null, place: '', battery: 0 }), [
    { property: 'x', value: 1, unit: 'm' },
    { property: 'battery', value: 0, unit: 'percent' },
  ]);
});

t.test('of every kind, what a control writes is what set takes', async (t) => {
  for (const { name } of KINDS) {
    const kind = description(name);
    for (const control of controlsOf(kind)) {
      for (const value of written(control)) {
        const [call] = setCalls(kind, { [control.property]: value });
        t.equal(
          violationOf(kind.actions[call!.action]!.input!, call!.args),
          undefined,
          `${name}.${control.property} = ${String(value)}`,
        );
      }
    }
  }
});
