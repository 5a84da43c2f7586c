/** Moments in local time; on 29 March 2026 Berlin has no 02:30, on 25 October it has two. */
process.env['TZ'] = 'Europe/Berlin';
import t from 'tap';
import { sunTime } from '../../../src/agent/schedule/sun.ts';
import { lastMoment, momentPhrase, nextMoment, type When } from '../../../src/agent/schedule/when.ts';

const HOUR = 3_600_000;
const at = (text: string): number => new Date(text).getTime();
/** The next moments, in UTC to the minute. */
function moments(when: When, from: string, count: number): string[] {
  const found: string[] = [];
  for (let now = at(from); found.length < count;) {
    now = nextMoment(when, now)!;
    found.push(new Date(now).toISOString().slice(0, 16));
  }
  return found;
}

t.test('every day, through both changes of the clock', (t) => {
  t.equal(new Date(at('2026-07-01T12:00:00Z')).getHours(), 14, 'the time zone is set');
  t.same(moments({ time: 7 * 60 }, '2026-03-27T12:00:00Z', 3), [
    '2026-03-28T06:00',
    '2026-03-29T05:00',
    '2026-03-30T05:00',
  ]);
  t.same(
    moments({ time: 150 }, '2026-03-27T12:00:00Z', 3),
    ['2026-03-28T01:30', '2026-03-29T01:30', '2026-03-30T00:30'],
    '02:30 does not exist on the 29th: it is 03:30, once',
  );
  t.same(
    moments({ time: 150 }, '2026-10-24T12:00:00Z', 3),
    ['2026-10-25T00:30', '2026-10-26T01:30', '2026-10-27T01:30'],
    '02:30 is there twice on the 25th: the first counts, once',
  );
  t.end();
});

t.test('days of the week', (t) => {
  // 2 January 2026 is a Friday.
  t.same(moments({ time: 420, days: [1, 2, 3, 4, 5] }, '2026-01-02T07:00:00Z', 2), [
    '2026-01-05T06:00',
    '2026-01-06T06:00',
  ]);
  t.same(moments({ time: 420, days: [0] }, '2026-01-04T05:59:00Z', 2), ['2026-01-04T06:00', '2026-01-11T06:00']);
  t.end();
});

t.test('intervals keep their row, whatever was missed', (t) => {
  const from = at('2026-01-01T00:00:00Z');
  const when = { every_ms: 600_000, from };
  t.equal(nextMoment(when, from), from + 600_000);
  t.equal(nextMoment(when, from + 3 * HOUR + 1), from + 3 * HOUR + 600_000);
  t.equal(lastMoment(when, from + 600_000, from + 3 * HOUR + 5), from + 3 * HOUR);
  t.equal(
    lastMoment({ time: 420 }, at('2026-01-01T06:00:00Z'), at('2026-02-01T12:00:00Z')),
    at('2026-02-01T06:00:00Z'),
  );
  t.equal(nextMoment({ at: from }, from), undefined);
  t.end();
});

t.test('the sun, within two minutes of the almanac', (t) => {
  // timeanddate.com, UTC
  const berlin = { latitude: 52.52, longitude: 13.405 };
  const cases = [
    ['sunrise', '2026-06-21', berlin, '2026-06-21T02:43:00Z'],
    ['sunset', '2026-06-21', berlin, '2026-06-21T19:33:00Z'],
    ['sunrise', '2026-12-21', berlin, '2026-12-21T07:15:00Z'],
    ['sunset', '2026-12-21', berlin, '2026-12-21T14:54:00Z'],
  ] as const;
  for (const [event, day, place, expected] of cases) {
    const found = sunTime(event, new Date(`${day}T12:00:00`), place)!;
    t.ok(Math.abs(found - at(expected)) < 150_000, `${event} ${day}: ${new Date(found).toISOString()}`);
  }
  const north = { latitude: 78, longitude: 15 };
  t.equal(sunTime('sunset', new Date('2026-06-21T12:00:00'), north), undefined, 'the midnight sun');
  t.type(nextMoment({ sun: 'sunset', offset_min: 0 }, at('2026-06-21T12:00:00Z'), north), 'number', 'but some day');
  t.end();
});

t.test('told', (t) => {
  const now = at('2026-01-05T12:00:00');
  t.equal(momentPhrase(at('2026-01-05T19:00:00'), now), 'At 19:00');
  t.equal(momentPhrase(at('2026-01-06T08:05:00'), now), 'Tomorrow at 08:05');
  t.match(momentPhrase(at('2026-01-09T09:00:00'), now), /^On Friday 9 January at 09:00$/);
  t.end();
});
