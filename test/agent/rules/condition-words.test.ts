import t from 'tap';
import { Sensors } from '../../../src/agent/sensors/sensors.ts';
import { conditionPhrase } from '../../../src/agent/rules/condition.ts';
import { ConditionReader } from '../../../src/agent/rules/condition-words.ts';
import { Signals } from '../../../src/agent/rules/signals.ts';
import { THRESHOLDS } from '../../../src/agent/rules/thresholds.ts';
import { buildThings, parseConfig } from '../../../src/config/load.ts';
import { textPass } from '../../../src/text/passes.ts';
import { FakeClock } from '../../devices/fake-clock.ts';
import { RULES_YAML } from './yaml.ts';

const clock = new FakeClock();
const config = parseConfig(RULES_YAML, 'test.yaml');
const things = buildThings(config, { clock, instant: true });
const signals = new Signals(things, new Sensors(config.sensors, things, clock));
const reader = new ConditionReader(signals, THRESHOLDS);
const shown = (id: string): string => signals.get(id)!.shown;
const read = (said: string) => reader.read(textPass(said).text);

t.test('what is understood, shown back', (t) => {
  const cases: Record<string, string> = {
    'the kitchen is below 18 degrees': 'temperature/kitchen is below 18 °C',
    'the kitchen temperature drops below eighteen': 'temperature/kitchen is below 18 °C',
    'the temperature in the kitchen falls under 18.5 °C': 'temperature/kitchen is below 18.5 °C',
    "it's colder than 5 degrees outside": 'temperature/outside is below 5 °C',
    'it is above 77 fahrenheit in the kitchen': 'temperature/kitchen is above 25 °C',
    'the temperature outside is minus 3 or': '',
    'the temperature outside is below minus 3': 'temperature/outside is below -3 °C',
    'the kitchen is between 18 and 20 degrees': 'temperature/kitchen is between 18 and 20 °C',
    'the kitchen is not between 18 and 20': 'temperature/kitchen is below 18 °C or temperature/kitchen is above 20 °C',
    'the bathroom humidity is over 70 percent': 'humidity/bathroom is above 70 %',
    'the bathroom is too humid': 'humidity/bathroom is above 65 %',
    'the kitchen is not above 20': 'temperature/kitchen is below 20 °C',
    'it gets dark': 'brightness/porch is below 30 lx',
    "it's dark outside": 'brightness/porch is below 30 lx',
    'it is bright': 'brightness/porch is above 1000 lx',
    'the kitchen gets too warm': 'temperature/kitchen is above 25 °C',
    'it is freezing outside': 'temperature/outside is below 0 °C',
    'the porch is darker than 50 lux': 'brightness/porch is below 50 lx',
    'the garage door is open': 'the garage door is open',
    'the garage door opens': 'the garage door is open',
    'the garage door is not closed': 'the garage door is not closed',
    'the garage door has been open for ten minutes': 'the garage door is open for 10 minutes',
    'the kitchen window is left open for half an hour': 'contact/kitchen-window is open for 30 minutes',
    'the front door is unlocked': 'the front door is unlocked',
    'the front door gets locked': 'the front door is locked',
    'the kitchen light is turned on': 'the kitchen light is on',
    'the kitchen light is off for five minutes': 'the kitchen light is off for 5 minutes',
    'there is motion in the hall': 'motion/hall is detected',
    'someone is in the hall': 'motion/hall is detected',
    'motion is detected in the hall': 'motion/hall is detected',
    'somebody enters the hall': 'motion/hall is detected',
    'nobody is in the hall': 'motion/hall is clear',
    'no one is in the hall for 5 minutes': 'motion/hall is clear for 5 minutes',
    'there is no motion in the hall': 'motion/hall is clear',
    'the hall is empty': 'motion/hall is clear',
    'the door button is pressed': 'button/door is pressed',
    'the door button gets pushed': 'button/door is pressed',
    'somebody presses the door button': 'button/door is pressed',
    'I push the door button': 'button/door is pressed',
    'the door button is released': 'button/door is released',
    'the door button is not pressed': 'button/door is not pressed',
    'the desk switch is pressed': 'switch/desk is on',
    'there is smoke in the kitchen': 'smoke/kitchen is detected',
    'smoke is detected': 'smoke/kitchen is detected',
    'the robot battery is below 20 percent': 'battery/robot is below 20 %',
    "the robot's battery is low": 'battery/robot is below 20 %',
    'the living room blinds are below 50 percent': 'the living room blinds position is below 50 %',
    'it is dark and there is motion in the hall': 'brightness/porch is below 30 lx and motion/hall is detected',
    'the kitchen is above 18 and below 25': 'temperature/kitchen is above 18 °C and temperature/kitchen is below 25 °C',
    'it is dark or the garage door is open': 'brightness/porch is below 30 lx or the garage door is open',
    'it is dark, the hall is empty and the front door is locked':
      'brightness/porch is below 30 lx, motion/hall is clear and the front door is locked',
    'there is motion in the hall at night': 'motion/hall is detected and it is between 22:00 and 06:00',
    'there is motion in the hall after 10 pm': 'motion/hall is detected and it is between 22:00 and 06:00',
    'there is motion in the hall and it is between 9 and half past five pm':
      'motion/hall is detected and it is between 09:00 and 17:30',
    'the coffee machine uses more than 1000 watts': '',
  };
  for (const [said, expected] of Object.entries(cases)) {
    const found = read(said);
    const phrase = found !== undefined && 'condition' in found ? conditionPhrase(found.condition, shown) : '';
    t.equal(phrase, expected, said);
  }
  t.end();
});

t.test('what is in doubt is said', (t) => {
  const cases: Record<string, RegExp> = {
    'it is below 5 degrees': /temperature\/kitchen or temperature\/outside/,
    'the moon is dark': /moon/,
    'the sauna door is open': /sauna door/,
    'the bathroom is below 18 degrees': /bathroom/,
    'there is motion in the attic': /attic/,
  };
  for (const [said, reason] of Object.entries(cases)) {
    const found = read(said);
    t.ok(found !== undefined && 'problem' in found, said);
    if (found !== undefined && 'problem' in found) t.match(found.problem.reason, reason, said);
  }
  for (const none of ['i come home', 'turn on the light', 'the light', '', 'doves cry', 'is', 'it', 'a '.repeat(200)]) {
    t.equal(read(none), undefined, none);
  }
  t.end();
});
