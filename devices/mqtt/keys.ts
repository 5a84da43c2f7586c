/** JSON Schemas that the keys of several dialects share. */
import { COLOR_CODECS } from './codecs.ts';
import { CHANNELS } from './wishes.ts';

/** A topic without wildcards. */
export const TOPIC = { type: 'string', minLength: 1, maxLength: 256, pattern: '^[^+#\\u0000]+$' } as const;

/** Where in a JSON payload: `color.hue`. */
export const PATH = { type: 'string', minLength: 1, maxLength: 128 } as const;

export const WORD = { type: ['string', 'number', 'boolean'] } as const;

/** Our value → the device's word. */
export const WORDS = { type: 'object', additionalProperties: WORD, minProperties: 1, maxProperties: 16 } as const;

export const RANGE = {
  type: 'array',
  items: { type: 'number' },
  minItems: 2,
  maxItems: 2,
  description: 'what the device calls 0 and 100 percent: [0, 254], or [100, 0] where it counts the other way',
} as const;

export const COLOR_FORMAT = { enum: Object.keys(COLOR_CODECS) } as const;

/** Channels that are read only. */
const READINGS = ['current_temperature'];

/** `{state: …, brightness: …}` with the same schema for each. */
export function perChannel(schema: object): object {
  return {
    type: 'object',
    properties: Object.fromEntries([...CHANNELS, ...READINGS].map((name) => [name, schema])),
    additionalProperties: false,
  };
}
