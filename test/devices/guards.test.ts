/** What an owner declares of the care a thing needs, and what the kinds say of themselves. */
import t from 'tap';
import { toThingArgs } from '../../devices/convert.ts';
import { guarded, isHarmless, unknownActions } from '../../devices/guards.ts';
import { matches } from '../../devices/match.ts';
import { thingOf } from './support.ts';

t.test('kinds ask before what lets somebody in', (t) => {
  const asks = (kind: string, options: object, action: string, args: Record<string, string | number>): boolean =>
    matches(thingOf(kind, options).description.actions[action]?.['tk:confirm'], args);
  const rows: readonly (readonly [string, object, string, Record<string, string | number>, boolean])[] = [
    ['lock', {}, 'lock.set', { state: 'unlock' }, true],
    ['lock', {}, 'lock.set', { state: 'lock' }, false],
    ['cover', { type: 'garage' }, 'cover.set', { state: 'open' }, true],
    ['cover', { type: 'garage' }, 'cover.set', { position: 1 }, true],
    ['cover', { type: 'garage' }, 'cover.set', { position: 0 }, false],
    ['cover', { type: 'garage' }, 'cover.set', { state: 'close' }, false],
    ['cover', { type: 'blind' }, 'cover.set', { state: 'open' }, false],
    ['robot', {}, 'robot.drive', { direction: 'forward', distance: 2 }, false],
    ['robot', {}, 'robot.task', { op: 'follow' }, true],
    ['robot', {}, 'robot.task', { op: 'dock' }, false],
    ['light', {}, 'light.set', { power: 'on' }, false],
  ];
  for (const [kind, options, action, args, wanted] of rows) {
    t.equal(asks(kind, options, action, args), wanted, `${kind} ${JSON.stringify(options)} ${JSON.stringify(args)}`);
  }
  t.end();
});

t.test('what only ends something is known as such', (t) => {
  const rows: readonly (readonly [string, string, Record<string, string>, boolean])[] = [
    ['robot', 'robot.stop', {}, true],
    ['robot', 'robot.drive', { direction: 'forward' }, false],
    ['cover', 'cover.set', { state: 'stop' }, true],
    ['cover', 'cover.set', { state: 'open' }, false],
    ['timer', 'timer.do', { op: 'cancel' }, true],
    ['timer', 'timer.do', { op: 'start' }, false],
    ['speaker', 'media.do', { op: 'stop' }, true],
    ['speaker', 'media.do', { op: 'play' }, false],
  ];
  for (const [kind, action, args, wanted] of rows) {
    t.equal(isHarmless(thingOf(kind).description.actions[action], args), wanted, `${kind} ${JSON.stringify(args)}`);
  }
  t.end();
});

t.test('declared for all actions or for one', (t) => {
  const { description } = thingOf('robot');
  const all = guarded(description, { safety: 'high', confirm: true, cooldown_s: 5, ack_ms: 900 }).actions;
  t.match(all['robot.drive'], { 'tk:safety': 'high', 'tk:confirm': true, 'tk:cooldown_s': 5, 'tk:ack': 900 });
  t.notOk(all['robot.stop']!['tk:confirm'], 'a stop is never asked about');
  const one = guarded(description, { per_minute: { 'robot.turn': 3 }, confirm: { 'robot.task': false } }).actions;
  t.equal(one['robot.turn']!['tk:per_minute'], 3);
  t.equal(one['robot.drive']!['tk:per_minute'], undefined);
  t.equal(one['robot.task']!['tk:confirm'], false, 'what the kind asks for is taken back');
  t.strictSame(
    unknownActions(description, {
      cooldown_s: { 'robot.dance': 1 },
      interlocks: [{ when: 'a is b', actions: ['fly'] }],
    }),
    ['robot.dance', 'fly'],
  );
  t.end();
});

t.test('clamped is brought to the limit, what is not is refused', (t) => {
  const { description } = thingOf('robot', { max_distance: 3 });
  const drive = { action: 'robot.drive', args: { direction: 'forward', distance: 500, unit: 'cm' } };
  t.throws(() => toThingArgs(description, drive), { code: 'over-limit' });
  t.equal(toThingArgs(guarded(description, { clamp: true }), drive)['distance'], 3);
  t.equal(toThingArgs(guarded(description, { clamp: ['distance'] }), drive)['distance'], 3);
  t.throws(() => toThingArgs(guarded(description, { clamp: ['degrees'] }), drive), { code: 'over-limit' });
  t.end();
});
