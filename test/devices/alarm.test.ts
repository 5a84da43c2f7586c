import t from 'tap';
import { nextMoment } from '../../devices/helpers/time-of-day.ts';
import type { Args } from '../../src/grammar/actions.ts';
import { FakeClock } from './fake-clock.ts';
import { tell, thingOf } from './support.ts';

/** Monday, 5 January 2026, 20:00 in the machine's own time zone. */
const NOW = new Date(2026, 0, 5, 20, 0);

const on = (day: number, hours: number, minutes = 0): Date => new Date(2026, 0, day, hours, minutes);

const TIMES: [time: string, date: string | undefined, moment: Date | undefined][] = [
  ['7 am', undefined, on(6, 7)],
  ['seven am', undefined, on(6, 7)],
  ['7:30', undefined, on(6, 7, 30)],
  ['seven thirty am', undefined, on(6, 7, 30)],
  ['seven thirty', 'tomorrow evening', on(6, 19, 30)],
  ['eight forty five am', undefined, on(6, 8, 45)],
  ['eight hundred pm', 'tomorrow', on(6, 20)],
  ['nine pm', undefined, on(5, 21)],
  ['nine', undefined, on(5, 21)],
  ['six', undefined, on(6, 6)],
  ['6 30', 'tomorrow morning', on(6, 6, 30)],
  ['0630', 'tomorrow', on(6, 6, 30)],
  ['twelve pm', undefined, on(6, 12)],
  ['12 am', undefined, on(6, 0)],
  ['noon', undefined, on(6, 12)],
  ['midnight', undefined, on(6, 0)],
  ['22:15', undefined, on(5, 22, 15)],
  ['half past six', 'tomorrow', on(6, 6, 30)],
  ['quarter to seven am', undefined, on(6, 6, 45)],
  ['10 past 8 pm', undefined, on(5, 20, 10)],
  ['7 am', 'tuesday', on(6, 7)],
  ['7 am', 'monday', on(12, 7)],
  ['9 pm', 'monday', on(5, 21)],
  ['7', 'sunday', on(11, 7)],
  ['tomorrow at 5 am', undefined, on(6, 5)],
  ['7 am', '2026-01-20', on(20, 7)],
  ['7 am', 'day after tomorrow', on(7, 7)],
  ['7 am', 'today', undefined],
  ['daybreak', undefined, undefined],
  ['25:00', undefined, undefined],
  ['7:75', undefined, undefined],
  ['7 am', 'everyday', undefined],
  ['7 am', 'tenth of march', undefined],
];

t.test('times and days as people say them', (t) => {
  for (const [time, date, moment] of TIMES) t.same(nextMoment(time, date, NOW), moment, `${time}, ${date ?? 'no day'}`);
  t.end();
});

t.test('alarms ring in their order', async (t) => {
  const clock = new FakeClock(NOW.getTime());
  const alarm = thingOf('alarm', {}, { clock });
  await alarm.driver.start();
  const alarmDo = (args: Args): Promise<void> => tell(alarm, 'alarm.do', args);
  await alarmDo({ op: 'set', time: '7 am', label: 'work' });
  await alarmDo({ op: 'set', time: '9 pm' });
  t.match(alarm.driver.state(), { state: 'SET', count: 2, next: on(5, 21).toISOString(), label: null });
  t.equal(alarm.driver.state()['list'], '2026-01-05 21:00, work (2026-01-06 07:00)');
  await clock.advance(3_600_000);
  t.match(alarm.driver.state(), { count: 1, label: 'work', last_rang: on(5, 21).toISOString() });
  await alarmDo({ op: 'set', time: '7 am', label: 'early' });
  t.match(alarm.driver.state(), { count: 1, label: 'early' }, 'the same moment is the same alarm');
  await alarm.driver.close();
});

t.test('cancelling', async (t) => {
  const alarm = thingOf('alarm', {}, { clock: new FakeClock(NOW.getTime()) });
  const alarmDo = (args: Args): Promise<void> => tell(alarm, 'alarm.do', args);
  const left = (): unknown => alarm.driver.state()['count'];
  await t.rejects(alarmDo({ op: 'cancel' }), { code: 'unknown-alarm', message: /no alarm is set/ });
  for (const time of ['6 am', '7 am', '8 am'])
    await alarmDo({ op: 'set', time, date: 'wednesday', label: `at ${time}` });
  await t.rejects(alarmDo({ op: 'cancel' }), { code: 'ambiguous-alarm', message: /at 6 am/ });
  await t.rejects(alarmDo({ op: 'cancel', time: '5 am' }), { code: 'unknown-alarm', message: /at 7 am/ });
  await alarmDo({ op: 'cancel', time: '7 am' });
  t.equal(left(), 2);
  await alarmDo({ op: 'cancel', label: 'At 6 am' });
  t.equal(left(), 1);
  await t.rejects(alarmDo({ op: 'cancel', date: 'thursday' }), { code: 'unknown-alarm' });
  await alarmDo({ op: 'set', time: '9 am', date: 'wednesday' });
  await alarmDo({ op: 'cancel', date: 'wednesday' });
  t.equal(left(), 0);
});

t.test('what cannot be read is said', async (t) => {
  const alarm = thingOf('alarm');
  await t.rejects(tell(alarm, 'alarm.do', { op: 'set' }), { code: 'bad-argument', message: /say the time/ });
  await t.rejects(tell(alarm, 'alarm.do', { op: 'set', time: 'daybreak' }), {
    code: 'bad-argument',
    message: /"daybreak"/,
  });
});
