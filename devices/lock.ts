import { does, writable } from './helpers/affordances.ts';
import { defineKind } from './kind.ts';
import { SimulatedLock } from './simulated/lock.ts';

export type LockOptions = object;

export const lock = defineKind<LockOptions>({
  name: 'lock',
  summary: 'a door lock',
  options: {},
  nouns: () => ['lock', 'door'],
  safe: () => 'stays as it is',
  traits: () => [
    does(
      'lock.set',
      { 'state!': { type: 'string', enum: ['lock', 'unlock'] } },
      { idempotent: true, safety: 'high', confirm: { state: 'unlock' } },
    ),
    writable('state', {
      type: 'string',
      enum: ['LOCKED', 'UNLOCKED'],
      'tk:writes': {
        action: 'lock.set',
        arg: 'state',
        values: { LOCK: 'lock', LOCKED: 'lock', UNLOCK: 'unlock', UNLOCKED: 'unlock' },
      },
    }),
  ],
  simulated: (title, _options, driver) => new SimulatedLock(title, driver),
});
