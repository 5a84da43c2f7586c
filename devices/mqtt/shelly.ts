/**
 * Shelly Gen2 and later: JSON-RPC on `<prefix>/rpc`, answers on `<src>/rpc`, states on `<prefix>/status/<component>` and
 * `<prefix>/events/rpc`, `<prefix>/online`. https://shelly-api-docs.shelly.cloud/gen2/ComponentsAndServices/Mqtt
 */
import { randomBytes } from 'node:crypto';
import { TokonomaError } from '../../src/errors.ts';
import { COLOR_CODECS, kelvin, percentOf, synonyms, words } from './codecs.ts';
import { TOPIC } from './keys.ts';
import { valueAt } from './payload.ts';
import { mqttType } from './type.ts';
import type { Channel, Codec, Message, Source, Values, Wiring } from './wiring.ts';

export interface ShellyOptions {
  readonly topic: string;
  readonly component?: string;
}

/** Components by kind, the default first, each with the namespace of its methods. */
const COMPONENTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  plug: { switch: 'Switch' },
  light: { light: 'Light', switch: 'Switch', cct: 'CCT', rgb: 'RGB', rgbw: 'RGBW' },
  cover: { cover: 'Cover' },
};

const COVER: Codec = synonyms({
  OPEN: ['open'],
  CLOSED: ['closed'],
  OPENING: ['opening'],
  CLOSING: ['closing'],
  STOPPED: ['stopped', 'calibrating'],
});

const COVER_METHODS: Readonly<Record<string, string>> = { OPEN: 'Open', CLOSED: 'Close', STOPPED: 'Stop' };

/** Channel → the parameter of Set, and of the status where that is another. */
const PARAMETERS: Readonly<Record<string, { readonly set: string; readonly get: string; readonly codec: Codec }>> = {
  state: { set: 'on', get: 'output', codec: words({ ON: true, OFF: false }) },
  brightness: { set: 'brightness', get: 'brightness', codec: percentOf(0, 100) },
  color: { set: 'rgb', get: 'rgb', codec: COLOR_CODECS.rgb_list },
  color_temp: { set: 'ct', get: 'ct', codec: kelvin },
};

const HAS: Readonly<Record<string, readonly string[]>> = {
  switch: ['state'],
  light: ['state', 'brightness'],
  cct: ['state', 'brightness', 'color_temp'],
  rgb: ['state', 'brightness', 'color'],
  rgbw: ['state', 'brightness', 'color'],
};

export const shelly = mqttType<ShellyOptions>({
  name: 'shelly',
  summary: 'a switch, light or cover of a Shelly (Gen2 and later)',
  kinds: Object.keys(COMPONENTS),
  options: (kind) => ({
    properties: {
      topic: {
        ...TOPIC,
        description: 'its topic prefix, which is its id unless set otherwise: shellyplus1-a8032ab12345',
      },
      component: {
        type: 'string',
        pattern: `^(${Object.keys(COMPONENTS[kind] ?? {}).join('|')}):[0-9]{1,3}$`,
        description: `which of its components. Default ${Object.keys(COMPONENTS[kind] ?? {})[0]}:0`,
      },
    },
    required: ['topic'],
  }),
  wire({ kind, name }, own): Wiring {
    const [first] = Object.keys(COMPONENTS[kind] ?? {});
    const component = own.component ?? `${first}:0`;
    const [type, number] = component.split(':') as [string, string];
    const namespace = COMPONENTS[kind]?.[type];
    if (namespace === undefined) {
      throw new TokonomaError('config-invalid', `${name}: a ${kind} cannot be driven by the component ${component}`);
    }
    // Who asks: answers come to <src>/rpc. Two runtimes on one broker must not hear each other's.
    const src = `tokonoma-${randomBytes(6).toString('hex')}`;
    const at = (path: string): Source[] => [
      { topic: `${own.topic}/status/${component}`, path },
      { topic: `${own.topic}/events/rpc`, path: `params.${component}.${path}` },
      { topic: `${src}/rpc`, path: `result.${path}` },
    ];
    let sent = 0;
    const request = (method: string, params: object = {}): Message => ({
      topic: `${own.topic}/rpc`,
      payload: JSON.stringify({
        id: ++sent,
        src,
        method: `${namespace}.${method}`,
        params: { id: Number(number), ...params },
      }),
    });
    const channels = type === 'cover' ? coverChannels(own.topic, at) : litChannels(type, own.topic, at);
    return {
      channels,
      availability: [{ topic: `${own.topic}/online`, online: true, offline: false }],
      answers: 'always',
      tellsMovement: type === 'cover',
      poll: [request('GetStatus')],
      // The answer to Set says what was before; the status after it, what is now.
      write: (wanted) => [
        type === 'cover' ? moved(wanted, request) : request('Set', parameters(wanted, channels)),
        request('GetStatus'),
      ],
      topics: [`${src}/rpc`],
      refusal: (topic, payload) => {
        const error = topic === `${src}/rpc` ? valueAt(payload, 'error') : undefined;
        return error === undefined ? undefined : String(valueAt(error, 'message') ?? valueAt(error, 'code'));
      },
    };
  },
});

type At = (path: string) => Source[];

function litChannels(type: string, topic: string, at: At): Record<string, Channel> {
  return Object.fromEntries(
    HAS[type]!.map((name) => {
      const { set, get, codec } = PARAMETERS[name]!;
      return [name, { set: { topic: `${topic}/rpc`, key: set }, get: at(get), codec }];
    }),
  );
}

function coverChannels(topic: string, at: At): Record<string, Channel> {
  const set = { topic: `${topic}/rpc` };
  return {
    state: { set, get: at('state'), codec: COVER },
    position: { set, get: at('current_pos'), codec: percentOf(0, 100) },
  };
}

function parameters(wanted: Values, channels: Readonly<Record<string, Channel>>): object {
  return Object.fromEntries(
    Object.entries(wanted).map(([name, value]) => [PARAMETERS[name]!.set, channels[name]!.codec.encode(value)]),
  );
}

function moved({ state, position }: Values, request: (method: string, params?: object) => Message): Message {
  return position === undefined ? request(COVER_METHODS[String(state)]!) : request('GoToPosition', { pos: position });
}
