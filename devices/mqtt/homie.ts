/**
 * Homie 5: a property is a topic with its value, set on `<property>/set`, accepted on `<property>/$target`.
 * https://homieiot.github.io/specification/ (convention 5)
 */
import { COLOR_CODECS, mired, percentOf, words } from './codecs.ts';
import { PATH, RANGE, TOPIC, WORDS, perChannel } from './keys.ts';
import { standardCodec } from './standard.ts';
import { MQTT_KINDS, mqttType } from './type.ts';
import type { Availability, Channel, Codec, Value, Wiring } from './wiring.ts';

interface Property {
  readonly property: string;
  readonly values?: Readonly<Record<string, Value>>;
  readonly range?: readonly [zero: number, full: number];
  readonly unit?: 'mired' | 'kelvin';
  readonly format?: 'rgb' | 'hsv';
  readonly settable?: boolean;
}

export interface HomieOptions {
  readonly topic: string;
  readonly root?: string;
  readonly properties: Readonly<Record<string, string | Property>>;
}

export const homie = mqttType<HomieOptions>({
  name: 'homie',
  summary: 'a device by the Homie convention 5',
  kinds: MQTT_KINDS,
  options: () => ({
    properties: {
      topic: { ...TOPIC, description: 'topic of the device: homie/5/kitchen-lamp' },
      root: { ...TOPIC, description: 'topic of its root device, where it has one: with it, this one is lost too' },
      properties: {
        ...perChannel({
          anyOf: [
            PATH,
            {
              type: 'object',
              properties: {
                property: { ...PATH, description: 'node/property' },
                values: WORDS,
                range: RANGE,
                unit: { enum: ['mired', 'kelvin'] },
                format: { enum: ['rgb', 'hsv'] },
                settable: { type: 'boolean', description: 'default true' },
              },
              required: ['property'],
              additionalProperties: false,
            },
          ],
        }),
        minProperties: 1,
        description: 'which property of the device is which of the thing: {state: light/power}',
      },
    },
    required: ['topic', 'properties'],
  }),
  wire({ kind, options }, { topic, root, properties }): Wiring {
    const { levels } = (options ?? {}) as { levels?: number };
    const channels = Object.fromEntries(
      Object.entries(properties).map(([name, said]) => {
        const property = typeof said === 'string' ? { property: said } : said;
        return [name, channel(`${topic}/${property.property}`, property, codecOf(kind, name, property, levels))];
      }),
    );
    return {
      channels,
      availability: [topic, ...(root === undefined ? [] : [root])].flatMap(stateOf),
      // A property is published when it changes, or when it is told $target (Homie 5, "Target attribute").
      answers: 'changes',
    };
  },
});

/** Ready is online; init is neither: it will say more in a moment. */
function stateOf(topic: string): Availability[] {
  return ['disconnected', 'lost', 'sleeping'].map((offline) => ({
    topic: `${topic}/$state`,
    online: 'ready',
    offline,
  }));
}

function channel(topic: string, { settable = true }: Property, codec: Codec): Channel {
  return {
    ...(settable ? { set: { topic: `${topic}/set` } } : {}),
    get: [{ topic }],
    target: { topic: `${topic}/$target` },
    codec,
  };
}

function codecOf(kind: string, name: string, property: Property, levels?: number): Codec {
  if (property.values !== undefined) return words(property.values);
  if (name === 'color') return property.format === 'hsv' ? COLOR_CODECS.hsv_text : COLOR_CODECS.homie_rgb;
  if (property.range !== undefined) return percentOf(...property.range);
  if (property.unit === 'mired') return mired();
  // Booleans are "true" and "false" (Homie 5, "Boolean").
  if (name === 'state' && kind !== 'cover' && kind !== 'speaker') {
    return words(kind === 'lock' ? { LOCKED: true, UNLOCKED: false } : { ON: true, OFF: false });
  }
  return standardCodec(kind, name, levels);
}
