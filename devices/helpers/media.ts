import type { Trait } from '../kind.ts';
import { does, percentArg, reading, stepArgs, textArg, writable } from './affordances.ts';

export const PLAYBACK_OPS = ['play', 'pause', 'resume', 'stop', 'next', 'previous'] as const;

export function playback(): Trait[] {
  return [
    does(
      'media.do',
      { 'op!': { type: 'string', enum: PLAYBACK_OPS }, query: textArg() },
      { stops: { op: ['stop', 'pause'] } },
    ),
    reading('state', { type: 'string', enum: ['PLAYING', 'PAUSED', 'IDLE'] }),
    reading('media', { type: 'string', description: 'what was asked to be played' }),
    reading('track', { type: 'integer', description: 'number of the track, from 1' }),
  ];
}

/** Volume in percent, absolute or in steps of 10, and mute. */
export function volume(): Trait[] {
  return [
    does('volume.set', { level: percentArg, ...stepArgs(10, 100, 'percent'), mute: { type: 'boolean' } }),
    writable('volume', { ...percentArg, 'tk:writes': { action: 'volume.set', arg: 'level' } }),
    writable('muted', { type: 'boolean', 'tk:writes': { action: 'volume.set', arg: 'mute' } }),
  ];
}

export function speech(): Trait[] {
  return [
    does('say', { 'text!': textArg(), to: textArg() }),
    reading('said', { type: 'string', description: 'the last words spoken' }),
  ];
}
