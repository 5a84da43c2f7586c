import t from 'tap';
import type { Ending } from '../../src/agent/turn/response.ts';
import { confirmQuestion, sayOf } from '../../src/agent/turn/spoken.ts';
import type { ActionResult, Outcome } from '../../src/agent/types.ts';
import { ACTIONS, type Args } from '../../src/grammar/actions.ts';

const act = (device: string, action: string, args: Args, outcome: Outcome = 'executed'): ActionResult => ({
  device,
  action,
  args,
  outcome,
});
const say = (ending: Partial<Ending>): string | undefined =>
  sayOf({ outcome: 'executed', ...ending }, (id) => ({ k: 'kitchen light', d: 'desk lamp' })[id]);

t.test('what was done, those together that came to be the same', async (t) => {
  t.equal(say({ actions: [act('k', 'light.set', { power: 'on' })] }), 'The kitchen light is on.');
  t.equal(
    say({ actions: [act('k', 'light.set', { power: 'off' }), act('d', 'light.set', { power: 'off' })] }),
    'The kitchen light and the desk lamp are off.',
  );
  t.equal(
    say({ actions: [act('k', 'light.set', { power: 'on' }), act('fan', 'power.set', { speed: 40 })] }),
    'The kitchen light is on. The fan is at 40 %.',
  );
  t.equal(say({ actions: [act('door', 'cover.set', { state: 'close' })] }), 'The door is closed.');
  t.equal(
    say({ actions: [...'abcde'].map((id) => act(id, 'power.set', { power: 'off' })) }),
    '5 things are off.',
    'many are counted',
  );
});

t.test('only what was done: what failed in the middle is not claimed', async (t) => {
  const said = say({
    outcome: 'failed',
    reason: 'the fan did not acknowledge',
    actions: [
      act('k', 'light.set', { power: 'on' }),
      act('fan', 'power.set', { power: 'on' }, 'failed'),
      act('d', 'light.set', { power: 'on' }, 'refused'),
    ],
  });
  t.equal(said, 'The kitchen light is on. That failed: the fan did not acknowledge.');
});

t.test('every outcome says something', async (t) => {
  for (const outcome of ['not-understood', 'unknown-device', 'refused', 'expired', 'failed'] as const) {
    t.match(say({ outcome, reason: 'because' }), /^[A-Z].*\.$/, outcome);
  }
  t.equal(say({ outcome: 'ambiguous', say: 'Which one: a or b?' }), 'Which one: a or b?');
});

t.test('every action has words of its own or an honest default', async (t) => {
  for (const { name } of ACTIONS) {
    if (name === 'query' || name === 'none') continue;
    t.match(say({ actions: [act('k', name, {})] }), /^[A-Z].*\.$/, name);
  }
});

t.test('words of others are bounded and stay on their line', async (t) => {
  const said = say({ actions: [act('k', 'say', { text: `ha\n\u202eha ${'x'.repeat(500)}` })] })!;
  t.ok(said.length < 140);
  t.notMatch(said, /[\n\u202e]/);
});

t.test('confirmation', async (t) => {
  t.equal(confirmQuestion('front door', 'lock.set', { state: 'unlock' }, ''), 'Unlock the front door?');
  t.equal(confirmQuestion('garage door', 'cover.set', { position: 50 }, ''), 'Move to 50 %: the garage door?');
  t.equal(
    confirmQuestion('saw', 'robot.goto', {}, 'it is to be confirmed'),
    'It is to be confirmed. Shall it be done?',
  );
});
