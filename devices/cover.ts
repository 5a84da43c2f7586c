import { openClose, position } from './helpers/position.ts';
import { defineKind } from './kind.ts';
import { SimulatedCover } from './simulated/cover.ts';

const NOUNS = {
  blind: ['blind', 'shade'],
  curtain: ['curtain', 'drape'],
  shutter: ['shutter', 'blind'],
  awning: ['awning'],
  garage: ['garage door', 'garage', 'door'],
  door: ['door'],
  gate: ['gate'],
  window: ['window'],
} as const;

/** Whoever opens one of these lets somebody in. */
const ENTRANCES: ReadonlySet<CoverOptions['type']> = new Set(['garage', 'door', 'gate']);
/** Motors of this size are made for some starts a minute. */
const ENTRANCE = { safety: 'high', confirm: { state: 'open', position: { above: 0 } }, perMinute: 10 } as const;

export interface CoverOptions {
  /** What it covers with. Default `blind`. */
  type?: keyof typeof NOUNS;
  /** Can it stop at any position? Default true. */
  position?: boolean;
  /** Seconds from closed to open. Default 10. */
  travel_s?: number;
}

export const cover = defineKind<CoverOptions>({
  name: 'cover',
  summary: 'blinds, curtains, shutters, a garage door, a gate: open, close, stop, position (100 is open)',
  options: {
    type: { enum: Object.keys(NOUNS) },
    position: { type: 'boolean' },
    travel_s: { type: 'number', exclusiveMinimum: 0, maximum: 600 },
  },
  nouns: (options) => NOUNS[options.type ?? 'blind'],
  safe: () => 'stops where it is',
  traits: (options) => [
    ...openClose(ENTRANCES.has(options.type) ? ENTRANCE : {}),
    ...((options.position ?? true) ? position() : []),
  ],
  simulated: (title, options, driver) => new SimulatedCover(title, (options.travel_s ?? 10) * 1000, driver),
});
