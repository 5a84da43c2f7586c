import type { Trait } from '../kind.ts';
import { does, percentArg, writable, type ActionHints } from './affordances.ts';

/** Opens, closes and stops on the way. */
export function openClose(hints: ActionHints = {}): Trait[] {
  const all: ActionHints = { idempotent: true, stops: { state: 'stop' }, ...hints };
  return [
    does('cover.set', { state: { type: 'string', enum: ['open', 'close', 'stop'] } }, all),
    writable('state', {
      type: 'string',
      enum: ['OPEN', 'CLOSED', 'OPENING', 'CLOSING', 'STOPPED'],
      'tk:writes': { action: 'cover.set', arg: 'state', values: { OPEN: 'open', CLOSE: 'close', STOP: 'stop' } },
    }),
  ];
}

/** Position in percent: 100 is open, as in Home Assistant and zigbee2mqtt. */
export function position(): Trait[] {
  return [
    does('cover.set', { position: percentArg }, { idempotent: true }),
    writable('position', { ...percentArg, 'tk:writes': { action: 'cover.set', arg: 'position' } }),
  ];
}
