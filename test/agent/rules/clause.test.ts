import t from 'tap';
import { Sensors } from '../../../src/agent/sensors/sensors.ts';
import { readClause } from '../../../src/agent/rules/clause.ts';
import { conditionPhrase } from '../../../src/agent/rules/condition.ts';
import { ConditionReader } from '../../../src/agent/rules/condition-words.ts';
import { Signals } from '../../../src/agent/rules/signals.ts';
import { THRESHOLDS } from '../../../src/agent/rules/thresholds.ts';
import { whenPhrase } from '../../../src/agent/schedule/when.ts';
import { buildThings, parseConfig } from '../../../src/config/load.ts';
import { FakeClock } from '../../devices/fake-clock.ts';
import { RULES_YAML } from './yaml.ts';

const clock = new FakeClock();
const config = parseConfig(RULES_YAML, 'test.yaml');
const things = buildThings(config, { clock, instant: true });
const signals = new Signals(things, new Sensors(config.sensors, things, clock));
const conditions = new ConditionReader(signals, THRESHOLDS);
/** Monday, 12:00 of the machine's time zone. */
const NOON = new Date(2026, 0, 5, 12).getTime();
const london = { latitude: 51.5, longitude: -0.1 };

function shown(said: string, location?: typeof london): string | undefined {
  const clause = readClause(said, NOON, { conditions, location });
  if (clause === undefined) return undefined;
  if (clause.kind === 'problem') return `! ${clause.problem.code}`;
  const phrase = (condition: Parameters<typeof conditionPhrase>[0]): string =>
    conditionPhrase(condition, (id) => signals.get(id)!.shown);
  if (clause.kind === 'rule') return `${phrase(clause.condition)} → ${clause.then}`;
  const guard = clause.guard === undefined ? '' : `, if ${phrase(clause.guard)}`;
  return `${whenPhrase(clause.when, NOON)}${guard} → ${clause.then}`;
}

t.test('rules in both orders, with and without signs', (t) => {
  const dark = 'brightness/porch is below 30 lx → turn on the porch light';
  const cases: Record<string, string> = {
    'If it gets dark, turn on the porch light.': dark,
    'if it gets dark turn on the porch light': dark,
    'when it gets dark then turn on the porch light': dark,
    'Whenever it is dark, please turn on the porch light': dark,
    'as soon as it gets dark turn on the porch light': dark,
    'turn on the porch light when it gets dark': dark,
    'please turn on the porch light, if it is dark': dark,
    'could you turn on the porch light whenever it gets dark?': dark,
    'every time the garage door opens turn on the Hall Light': 'the garage door is open → turn on the Hall Light',
    'when the kitchen is below 18 degrees turn on the heater':
      'temperature/kitchen is below 18 °C → turn on the heater',
    'turn the fan on if the kitchen is above 25 and turn off the heater': '! condition-not-understood',
    'if the kitchen is above 25 turn the fan on and turn off the heater':
      'temperature/kitchen is above 25 °C → turn the fan on and turn off the heater',
    'when the garage door is open for five minutes close it': 'the garage door is open for 5 minutes → close it',
    'turn off the hall light if nobody is in the hall for 5 minutes':
      'motion/hall is clear for 5 minutes → turn off the hall light',
    'unless the kitchen window is open turn on the heater': 'contact/kitchen-window is not open → turn on the heater',
    'when the kitchen gets cold turn on the heater unless the kitchen window is open':
      'temperature/kitchen is below 18 °C and contact/kitchen-window is not open → turn on the heater',
    'if it is dark and there is motion in the hall, turn on the hall light':
      'brightness/porch is below 30 lx and motion/hall is detected → turn on the hall light',
    'after the garage door opens turn on the porch light': 'the garage door is open → turn on the porch light',
    'tell me when the garage door opens': 'the garage door is open → tell me',
    'if there is smoke in the kitchen, go to the "Front Door"': 'smoke/kitchen is detected → go to the "Front Door"',
  };
  for (const [said, expected] of Object.entries(cases)) t.equal(shown(said), expected, said);
  t.end();
});

t.test('times at either end', (t) => {
  const cases: Record<string, string> = {
    'at 7 turn on the coffee machine': 'At 19:00 → turn on the coffee machine',
    'turn on the coffee machine at 7:30 am': 'Tomorrow at 07:30 → turn on the coffee machine',
    'at half past six turn on the heater': 'At 18:30 → turn on the heater',
    'at 22:30, turn off the hall light': 'At 22:30 → turn off the hall light',
    'turn on the heater at a quarter to eight': 'At 19:45 → turn on the heater',
    'turn off the fan at midnight': 'Tomorrow at 00:00 → turn off the fan',
    'turn off the fan at ten tonight': 'At 22:00 → turn off the fan',
    'tomorrow at 8 turn on the heater': 'Tomorrow at 08:00 → turn on the heater',
    'turn on the heater tomorrow morning at 8': 'Tomorrow at 08:00 → turn on the heater',
    'turn on the heater tomorrow evening at 8': 'Tomorrow at 20:00 → turn on the heater',
    'every day at 7 turn on the coffee machine': 'Every day at 07:00 → turn on the coffee machine',
    'every morning at 7 turn on the coffee machine': 'Every day at 07:00 → turn on the coffee machine',
    'turn on the coffee machine every weekday at half past six': 'Every weekday at 06:30 → turn on the coffee machine',
    'turn on the heater at 6 pm on weekends': 'Every Saturday and Sunday at 18:00 → turn on the heater',
    'every monday and thursday at 20:15 close the garage door':
      'Every Monday and Thursday at 20:15 → close the garage door',
    'on friday at 9 open the living room blinds': 'On Friday 9 January at 09:00 → open the living room blinds',
    'every evening turn on the porch light at nine': 'Every day at 21:00 → turn on the porch light',
    'every 10 minutes turn on the fan': 'Every 10 minutes → turn on the fan',
    'turn on the fan every hour': 'Every hour → turn on the fan',
    'every half an hour turn on the fan': 'Every 30 minutes → turn on the fan',
    'at 7 pm, if it is dark, turn on the porch light':
      'At 19:00, if brightness/porch is below 30 lx → turn on the porch light',
    'turn on the heater every day at 6 unless the kitchen window is open':
      'Every day at 06:00, if contact/kitchen-window is not open → turn on the heater',
    'turn on the heater tomorrow': '! time-not-understood',
    'every day turn on the heater': '! time-not-understood',
    'turn on the porch light at sunset': '! no-location',
    'every 0 seconds turn on the fan': '! time-not-understood',
    'set the heater to on at 7': 'At 19:00 → set the heater to on',
  };
  for (const [said, expected] of Object.entries(cases)) t.equal(shown(said), expected, said);
  t.match(shown('turn on the porch light at sunset', london), /^At 16:\d\d → turn on the porch light$|^At \d\d:\d\d/);
  t.equal(
    shown('every day 30 minutes before sunset turn on the porch light', london),
    'Every day 30 minutes before sunset → turn on the porch light',
  );
  t.equal(shown('when the sun sets turn on the porch light', london), 'Every day at sunset → turn on the porch light');
  t.end();
});

t.test('what is not about time or condition goes on to the interpreter', (t) => {
  for (const said of [
    'turn on the kitchen light',
    'in ten minutes turn off the fan',
    'turn off the fan in ten minutes',
    'set an alarm for 7',
    'wake me at 7 tomorrow',
    'set a timer for ten minutes',
    'remind me to water the plants when i get home',
    'what is the weather tomorrow',
    'when is the alarm',
    'is the light on',
    'tell me if the garage door is open',
    'check if the front door is locked',
    'play when doves cry',
    'say good night at the front door',
    'set the thermostat at 20',
    'turn on the light if you can',
    "turn on the light if it's no trouble",
    'turn on the light when you get a chance',
    "if that's possible, turn on the light",
    "whenever you're ready, turn on the light",
    'turn on the light when you have a minute',
    'go to the kitchen after that',
    'turn off everything',
    'stop',
    '',
  ]) {
    t.equal(shown(said), undefined, said);
  }
  t.end();
});

t.test('what looks like a condition and cannot be watched is never done at once', (t) => {
  const cases: Record<string, string> = {
    'turn on the hall light when i come home': '! condition-not-understood',
    'if my boss calls unlock the front door': '! condition-not-understood',
    'when it is below 5 degrees turn on the heater': '! condition-ambiguous',
    'if the sauna door is open turn on the fan': '! condition-unknown',
    'if it gets dark': '! rule-incomplete',
    'if it is dark turn on the porch light otherwise turn it off': '! unsupported',
    'when it gets dark turn on the porch light until midnight': '! unsupported',
  };
  for (const [said, expected] of Object.entries(cases)) t.equal(shown(said), expected, said);
  t.end();
});
