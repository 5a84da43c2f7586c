/**
 * zigbee2mqtt: state as JSON on `<base>/<name>`, commands as JSON on `<base>/<name>/set`.
 * https://www.zigbee2mqtt.io/guide/usage/mqtt_topics_and_messages.html, exposes.html
 */
import { COLOR_CODECS, mired, percentOf, plainNumber, words } from './codecs.ts';
import { PATH, TOPIC, perChannel } from './keys.ts';
import { isRecord } from './payload.ts';
import { standardCodec } from './standard.ts';
import { mqttType } from './type.ts';
import type { Channel, Codec, Wiring } from './wiring.ts';

type Attribute = string | { readonly set?: string; readonly get?: string };

export interface Zigbee2MqttOptions {
  readonly topic: string;
  readonly attributes?: Readonly<Record<string, Attribute>>;
  readonly color_format?: 'xy' | 'hue_saturation';
  readonly speeds?: readonly string[];
  readonly ask?: readonly string[];
}

/** What the exposes of most devices call it. */
const ATTRIBUTES: Readonly<Record<string, Readonly<Record<string, Attribute>>>> = {
  light: { state: 'state', brightness: 'brightness', color: 'color', color_temp: 'color_temp' },
  plug: { state: 'state' },
  fan: { state: 'fan_state', speed: 'fan_mode' },
  cover: { state: 'state', position: 'position' },
  lock: { state: 'state' },
  thermostat: {
    target_temperature: 'occupied_heating_setpoint',
    current_temperature: { get: 'local_temperature' },
    mode: 'system_mode',
  },
};

/** zigbee2mqtt's own range of brightness. */
const BRIGHTNESS = 254;
/** Its modes of a thermostat, by ours. */
const MODES = { heat: 'heat', cool: 'cool', auto: 'auto', off: 'off', fan: 'fan_only' };

export const zigbee2mqtt = mqttType<Zigbee2MqttOptions>({
  name: 'zigbee2mqtt',
  summary: 'a device of a zigbee2mqtt network',
  kinds: Object.keys(ATTRIBUTES),
  options: (kind) => ({
    properties: {
      topic: { ...TOPIC, description: 'base topic and name of the device: zigbee2mqtt/hall lamp' },
      attributes: {
        ...perChannel({
          anyOf: [PATH, { type: 'object', properties: { set: PATH, get: PATH }, additionalProperties: false }],
        }),
        description: 'where the device calls something otherwise: {state: state_l1}',
      },
      ask: { type: 'array', items: PATH, maxItems: 16, description: 'attributes that can be asked for with /get' },
      ...(kind === 'light' ? { color_format: { enum: ['xy', 'hue_saturation'] } } : {}),
      ...(kind === 'fan' ? { speeds: { type: 'array', items: PATH, minItems: 1, maxItems: 20 } } : {}),
    },
    required: ['topic'],
  }),
  wire({ kind, options }, own): Wiring {
    const { levels } = (options ?? {}) as { levels?: number };
    const attributes = { ...ATTRIBUTES[kind], ...own.attributes };
    const channels = Object.fromEntries(
      Object.entries(attributes).map(([name, attribute]) => [
        name,
        channel(own.topic, attribute, codecOf(kind, name, own, levels)),
      ]),
    );
    const base = own.topic.split('/')[0]!;
    const asked = Object.fromEntries((own.ask ?? []).map((attribute) => [attribute, '']));
    return {
      channels,
      // Since 1.34 as JSON; the plain word before.
      availability: [`${own.topic}/availability`, `${base}/bridge/state`].flatMap((topic) => [
        { topic, path: 'state', online: 'online', offline: 'offline' },
        { topic, online: 'online', offline: 'offline' },
      ]),
      answers: 'always',
      poll: own.ask === undefined ? [] : [{ topic: `${own.topic}/get`, payload: JSON.stringify(asked) }],
      topics: [`${base}/bridge/logging`],
      refusal: (topic, payload) =>
        topic === `${base}/bridge/logging` ? failureOf(payload, own.topic.slice(base.length + 1)) : undefined,
    };
  },
});

function channel(topic: string, attribute: Attribute, codec: Codec): Channel {
  const { set, get } = typeof attribute === 'string' ? { set: attribute, get: attribute } : attribute;
  return {
    ...(set === undefined ? {} : { set: { topic: `${topic}/set`, key: set } }),
    get: get === undefined ? [] : [{ topic, path: get }],
    codec,
  };
}

function codecOf(kind: string, name: string, own: Zigbee2MqttOptions, levels?: number): Codec {
  if (name === 'brightness') return percentOf(0, BRIGHTNESS);
  if (name === 'color_temp') return mired();
  if (name === 'color') return COLOR_CODECS[own.color_format ?? 'xy'];
  if (name === 'mode') return words(MODES);
  if (name === 'speed' && own.speeds !== undefined) return namedLevels(own.speeds);
  if (name === 'speed') return levels === undefined ? percentOf(0, BRIGHTNESS) : plainNumber();
  return standardCodec(kind, name, levels);
}

/** `[low, medium, high]` are the levels 1, 2, 3; `off` is 0. */
function namedLevels(speeds: readonly string[]): Codec {
  const names = ['off', ...speeds];
  return {
    encode: (level) => names[Math.min(names.length - 1, Math.max(0, Math.round(Number(level))))],
    decode: (raw) => {
      const level = typeof raw === 'string' ? names.indexOf(raw) : -1;
      return level < 0 ? undefined : level;
    },
  };
}

/** `{"level":"error","message":"z2m: Publish 'set' 'state' to 'hall lamp' failed: …"}` (lib/extension/publish.ts). */
function failureOf(payload: unknown, name: string): string | undefined {
  if (!isRecord(payload) || payload['level'] !== 'error' || typeof payload['message'] !== 'string') return undefined;
  const { message } = payload;
  return message.includes("Publish 'set'") && message.includes(` to '${name}' failed`) ? message : undefined;
}
