import { does, reading, textArg } from './helpers/affordances.ts';
import { defineKind } from './kind.ts';
import { SimulatedTimer } from './simulated/timer.ts';
import type { DataSchema } from './thing.ts';

export type TimerOptions = object;

export const TIMER_OPS = ['start', 'cancel', 'cancel_all', 'pause', 'resume', 'add', 'subtract', 'status'] as const;

const amount = (unit: string, maximum: number): DataSchema => ({ type: 'number', minimum: 0, maximum, unit });

export const timer = defineKind<TimerOptions>({
  name: 'timer',
  summary: 'kitchen timers: several at a time, by name or by their length',
  options: {},
  nouns: () => ['timer', 'countdown'],
  safe: () => 'keeps running: it moves nothing',
  traits: () => [
    does(
      'timer.do',
      {
        'op!': { type: 'string', enum: TIMER_OPS },
        hours: amount('hour', 99),
        minutes: amount('minute', 5999),
        seconds: amount('second', 359_999),
        name: textArg(),
        of_hours: amount('hour', 99),
        of_minutes: amount('minute', 5999),
        of_seconds: amount('second', 359_999),
      },
      { stops: { op: ['cancel', 'cancel_all', 'pause'] } },
    ),
    reading('state', { type: 'string', enum: ['IDLE', 'RUNNING', 'PAUSED'] }),
    reading('running', { type: 'integer' }),
    reading('paused', { type: 'integer' }),
    reading('next', { type: 'string', description: 'name of the timer that ends first' }),
    reading('remaining_s', { type: 'integer', unit: 'second' }),
    reading('ends_at', { type: 'string', description: 'ISO 8601' }),
    reading('list', { type: 'string', description: 'every timer with what is left of it' }),
    reading('last_finished', { type: 'string' }),
  ],
  simulated: (title, _options, driver) => new SimulatedTimer(title, driver),
});
