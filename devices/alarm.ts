import { does, reading, textArg } from './helpers/affordances.ts';
import { defineKind } from './kind.ts';
import { SimulatedAlarm } from './simulated/alarm.ts';

export type AlarmOptions = object;

export const alarm = defineKind<AlarmOptions>({
  name: 'alarm',
  summary: 'an alarm clock: several alarms at times of the day',
  options: {},
  nouns: () => ['alarm', 'alarm clock'],
  safe: () => 'keeps its alarms: it moves nothing',
  traits: () => [
    does('alarm.do', {
      'op!': { type: 'string', enum: ['set', 'cancel', 'list'] },
      time: textArg(),
      date: textArg(),
      label: textArg(),
    }),
    reading('state', { type: 'string', enum: ['IDLE', 'SET'] }),
    reading('count', { type: 'integer' }),
    reading('next', { type: 'string', description: 'ISO 8601' }),
    reading('label', { type: 'string', description: 'label of the next alarm' }),
    reading('list', { type: 'string', description: 'every alarm' }),
    reading('last_rang', { type: 'string', description: 'ISO 8601' }),
  ],
  simulated: (title, _options, driver) => new SimulatedAlarm(title, driver),
});
