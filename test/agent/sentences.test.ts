import t from 'tap';
import { ageOf, durationPhrase, readingSentence } from '../../src/agent/turn/sentences.ts';

t.test('sentences', async (t) => {
  t.equal(readingSentence('temperature', 'x', 'outside', 12, '°C', ''), 'Outside it is 12 °C.');
  t.equal(
    readingSentence('humidity', 'bath humidity', 'bath', 55.123, '%', ' (2 hours ago)'),
    'The bath humidity is 55.12 % (2 hours ago).',
  );
  t.equal(readingSentence('contact', 'x', 'garage', 'closed', undefined, ''), 'The garage is closed.');
  t.equal(readingSentence('motion', 'x', 'hall', 'detected', undefined, ''), 'There is someone in the hall.');
  t.equal(readingSentence('presence', 'x', 'hall', 'clear', undefined, ''), 'There is nobody in the hall.');
  t.equal(readingSentence('motion', 'x', 'hall', 'stop it', undefined, ''), 'The x is "stop it".');
  t.equal(readingSentence('state', 'x', undefined, 'say "hi"\u0007 now', undefined, ''), 'The x is "say "hi"  now".');
  t.equal(ageOf(60_000), '');
  t.equal(ageOf(20 * 60_000), ' (20 minutes ago)');
  t.equal(ageOf(20_000, true), ' (20 seconds ago)');
  t.equal(ageOf(61_000, true), ' (1 minute ago)');
  t.equal(ageOf(3 * 3_600_000), ' (3 hours ago)');
  t.equal(ageOf(72 * 3_600_000), ' (3 days ago)');
  t.equal(durationPhrase(3_661_000), '1 hour 1 minute 1 second');
});
