import t from 'tap';
import { readAnswer } from '../../src/agent/dialogue/answers.ts';

const lamps = [
  { id: 'k', title: 'kitchen light', nouns: ['light', 'lamp'], area: 'kitchen' },
  { id: 'l', title: 'left lamp', nouns: ['light', 'lamp'], area: 'living room' },
  { id: 'b', title: 'bedroom light', synonyms: ['night light'], nouns: ['light', 'lamp'], area: 'bedroom' },
];
const two = lamps.slice(0, 2);

t.test('which one', async (t) => {
  const cases: [string, string[]][] = [
    ['the left one', ['l']],
    ['the left one please', ['l']],
    ['No, the left one', ['l']],
    ['the second', ['l']],
    ['second one', ['l']],
    ['number two', ['l']],
    ['2', ['l']],
    ['the third one', ['b']],
    ['the last one', ['b']],
    ['the first one', ['k']],
    ['one', ['k']],
    ['the bedroom one', ['b']],
    ['in the bedroom', ['b']],
    ['the one in the living room', ['l']],
    ['bedrom', ['b']],
    ['the kitchen light, I mean', ['k']],
    ['all of them', ['k', 'l', 'b']],
    ['all', ['k', 'l', 'b']],
    ['the kitchen and the bedroom', ['k', 'b']],
    ['the first and the last', ['k', 'b']],
    ['all but the left one', ['k', 'b']],
  ];
  for (const [said, ids] of cases) t.strictSame(readAnswer(said, lamps), { kind: 'chosen', ids }, said);
  t.strictSame(readAnswer('both', two), { kind: 'chosen', ids: ['k', 'l'] });
  t.strictSame(readAnswer('the latter', two), { kind: 'chosen', ids: ['l'] });
  t.strictSame(readAnswer('not the kitchen one', two), { kind: 'chosen', ids: ['l'] });
});

t.test('unclear: an answer that names none or several of them', async (t) => {
  for (const said of ['the light', 'the purple one', 'the ninth', 'yes', 'not the kitchen one', 'both', 'that one']) {
    t.strictSame(readAnswer(said, lamps), { kind: 'unclear' }, said);
  }
});

t.test('no', async (t) => {
  for (const said of ['no', 'No!', 'cancel', 'never mind', 'none of them', "don't", 'no thanks', 'forget it please']) {
    t.strictSame(readAnswer(said, lamps), { kind: 'no' }, said);
    t.strictSame(readAnswer(said, []), { kind: 'no' }, said);
  }
});

t.test('yes: nothing else beside it', async (t) => {
  for (const said of ['yes', 'Yes, please.', 'go ahead', 'ok do it', 'yeah sure', "yes I'm sure"]) {
    t.strictSame(readAnswer(said, []), { kind: 'yes' }, said);
  }
  for (const said of ['yes but not the door', 'yesterday', 'turn on the light', 'ok robot go to the kitchen', '']) {
    t.strictSame(readAnswer(said, []), { kind: 'other' }, said);
  }
});

t.test('a command of its own is no answer', async (t) => {
  for (const said of ['turn off the kitchen light', 'what time is it', 'robot go to the kitchen and wait there']) {
    t.strictSame(readAnswer(said, lamps), { kind: 'other' }, said);
  }
});
