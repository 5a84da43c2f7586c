import t from 'tap';
import { conditionsOf, holds, type Condition } from '../../devices/condition.ts';

const table: readonly (readonly [
  text: string,
  values: Record<string, string | number | boolean>,
  holds: boolean | undefined,
])[] = [
  ['lid is open', { lid: 'OPEN' }, true],
  ['lid is OPEN', { lid: 'closed' }, false],
  ['lid is open or ajar', { lid: 'ajar' }, true],
  ['lid is not open', { lid: 'ajar' }, true],
  ['lid is not open or ajar', { lid: 'ajar' }, false],
  ['lid != open', { lid: 'ajar' }, true],
  ['lid = "half open"', { lid: 'half open' }, true],
  ['robot.battery below 10', { 'robot.battery': 9.9 }, true],
  ['robot.battery below 10', { 'robot.battery': 10 }, false],
  ['robot.battery under 10', { 'robot.battery': '9' }, true],
  ['temperature/kitchen above -5', { 'temperature/kitchen': 0 }, true],
  ['temperature/kitchen > 5', { 'temperature/kitchen': 'warm' }, undefined],
  ['temperature/kitchen > 5', {}, undefined],
  ['contact/a is true', { 'contact/a': true }, true],
  ['a/b > 1 and c/d is on', { 'a/b': 2, 'c/d': 'on' }, true],
  ['a/b > 1 and c/d is on', { 'a/b': 2 }, undefined],
  ['a/b > 1 and c/d is on', { 'a/b': 0 }, false],
];

t.test('conditions in words', (t) => {
  for (const [text, values, wanted] of table) {
    t.equal(
      holds(conditionsOf(text), (subject) => values[subject]),
      wanted,
      `${text} with ${JSON.stringify(values)}`,
    );
  }
  t.end();
});

t.test('what is no condition is refused', (t) => {
  for (const text of ['', 'open', 'lid', 'lid is', 'lid above open', 'the lid is open', 'lid is open and']) {
    t.throws(() => conditionsOf(text), { code: 'bad-condition' }, text);
  }
  t.end();
});

t.test('structures mean the same', (t) => {
  const one: Condition = { of: 'lid', is: 'open' };
  t.strictSame(conditionsOf(one), [one]);
  t.strictSame(conditionsOf([one, one]), [one, one]);
  t.equal(
    holds([{ of: 'speed', above: 1, below: 3 }], () => 2),
    true,
  );
  t.equal(
    holds([{ of: 'speed', above: 1, below: 3 }], () => null),
    undefined,
  );
  t.end();
});
