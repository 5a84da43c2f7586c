/** Codecs that a channel has unless its device speaks otherwise. */
import { COLOR_CODECS, kelvin, percentOf, plainNumber, synonyms, text, words, yesNo } from './codecs.ts';
import type { Codec } from './wiring.ts';

const ON_OFF: Codec = words({ ON: 'ON', OFF: 'OFF' });

/** Sent as OPEN, CLOSE, STOP; read in all the words that covers have for it. */
const COVER: Codec = synonyms({
  OPEN: ['OPEN', 'opened'],
  CLOSED: ['CLOSE', 'closed'],
  OPENING: ['OPENING'],
  CLOSING: ['CLOSING'],
  STOPPED: ['STOP', 'stopped'],
});

const LOCK: Codec = synonyms({ LOCKED: ['LOCK', 'locked'], UNLOCKED: ['UNLOCK', 'unlocked'] });

const SPEAKER: Codec = words({ PLAYING: 'PLAYING', PAUSED: 'PAUSED', IDLE: 'IDLE' });

const STATES: Readonly<Record<string, Codec>> = { cover: COVER, lock: LOCK, speaker: SPEAKER };

/** @param levels of a fan, which then counts in levels and not in percent */
export function standardCodec(kind: string, channel: string, levels?: number): Codec {
  switch (channel) {
    case 'state':
      return STATES[kind] ?? ON_OFF;
    case 'brightness':
    case 'position':
    case 'volume':
      return percentOf(0, 100);
    case 'speed':
      return levels === undefined ? percentOf(0, 100) : plainNumber();
    case 'color':
      return COLOR_CODECS.hex;
    case 'color_temp':
      return kelvin;
    case 'target_temperature':
      return plainNumber(0.26);
    case 'current_temperature':
      return plainNumber();
    case 'muted':
      return yesNo;
    default:
      return text;
  }
}
