import t from 'tap';
import { contentWords, isStopPhrase, listed, nearest, singular, words } from '../../src/agent/grounding/words.ts';

t.test('words', async (t) => {
  t.strictSame(words("Turn on Anna's LAMP, please!"), ['turn', 'on', 'anna', 'lamp', 'please']);
  t.strictSame(contentWords('all of the lights'), ['all', 'lights']);
  t.strictSame(words(''), []);
});

t.test('singular', async (t) => {
  for (const [plural, one] of [
    ['lights', 'light'],
    ['switches', 'switch'],
    ['boxes', 'box'],
    ['batteries', 'battery'],
    ['houses', 'house'],
    ['glass', 'glass'],
    ['bus', 'bus'],
    ['gas', 'gas'],
    ['lamp', 'lamp'],
  ] as const) {
    t.equal(singular(plural), one);
  }
});

t.test('nearest', async (t) => {
  t.strictSame(nearest('sauna light', ['garage door', 'kitchen light', 'fan'], 1), ['kitchen light']);
  t.equal(listed(['a', 'b', 'c'], 'or'), 'a, b or c');
  t.equal(listed(['a']), 'a');
  t.equal(listed([]), '');
});

t.test('stop phrases: the whole command, nothing else', async (t) => {
  const robots = ['robot', 'rover', 'little helper'];
  const stops = [
    'stop',
    'Stop!',
    'STOP STOP',
    'halt',
    'please stop now',
    'emergency stop',
    'stop everything',
    'stop it',
  ];
  const named = ['stop the robot', 'robot stop', 'rover, stop!', 'stop the little helper', 'halt robot', 'freeze'];
  for (const text of [...stops, ...named]) t.equal(isStopPhrase(text, robots), true, text);
  const others = ['stop the music', 'stop the timer', 'do not stop', 'stop the fan', 'stopwatch', '', 'now', 'go on'];
  for (const text of [...others, 'stop in ten minutes', 'bus stop']) t.equal(isStopPhrase(text, robots), false, text);
});
