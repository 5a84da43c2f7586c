/**
 * Tasmota: commands on `cmnd/<topic>/<Command>`, answers as JSON on `stat/<topic>/RESULT`, the state now and then on
 * `tele/<topic>/STATE`. https://tasmota.github.io/docs/MQTT/, https://tasmota.github.io/docs/Commands/
 */
import { TokonomaError } from '../../src/errors.ts';
import { COLOR_CODECS, mired, percentOf, plainNumber, words } from './codecs.ts';
import { TOPIC, WORD } from './keys.ts';
import { isRecord } from './payload.ts';
import { mqttType } from './type.ts';
import {
  messagesFor,
  type Availability,
  type Channel,
  type Codec,
  type Message,
  type Values,
  type Wiring,
} from './wiring.ts';

export interface TasmotaOptions {
  readonly topic: string;
  readonly full_topic?: string;
  readonly prefixes?: readonly [command: string, status: string, telemetry: string];
  /** From 1. */
  readonly relay?: number;
  readonly dimmer?: number;
  readonly shutter?: number;
  readonly inverted?: boolean;
  readonly states?: readonly [off: string, on: string];
  readonly lwt?: readonly [offline: string, online: string];
}

const FULL_TOPIC = '%prefix%/%topic%/';
const PREFIXES = ['cmnd', 'stat', 'tele'] as const;
/** Kinds of index: a device has up to 32 relays. */
const INDEX = { type: 'integer', minimum: 1, maximum: 32 };
const PAIR = { type: 'array', items: WORD, minItems: 2, maxItems: 2 };

export const tasmota = mqttType<TasmotaOptions>({
  name: 'tasmota',
  summary: 'a relay, light, shutter or fan of a Tasmota device',
  kinds: ['light', 'plug', 'fan', 'cover'],
  options: (kind) => ({
    properties: {
      topic: { ...TOPIC, description: 'the %topic% of the device: tasmota_A1B2C3' },
      full_topic: { ...TOPIC, description: `its FullTopic. Default ${FULL_TOPIC}` },
      prefixes: { type: 'array', items: TOPIC, minItems: 3, maxItems: 3, description: 'default [cmnd, stat, tele]' },
      states: { ...PAIR, description: 'its words for off and on. Default [OFF, ON]' },
      lwt: { ...PAIR, description: 'its words for offline and online. Default [Offline, Online]' },
      ...(kind === 'cover'
        ? { shutter: INDEX, inverted: { type: 'boolean' } }
        : kind === 'fan'
          ? {}
          : { relay: { ...INDEX, description: 'POWER<relay>. Default 1' } }),
      ...(kind === 'light' ? { dimmer: { ...INDEX, description: 'Dimmer<dimmer>; default: the Dimmer' } } : {}),
    },
    required: ['topic'],
  }),
  wire({ kind, name, options }, own): Wiring {
    const at = topicsFor(own);
    if (kind === 'cover') return shutter(own, at);
    if (kind === 'fan') {
      const { levels } = (options ?? {}) as { levels?: number };
      if (levels !== 3) throw new TokonomaError('config-invalid', `${name}: a Tasmota fan has levels: 3`);
      return { ...common(own, at), channels: { speed: { ...both(at, 'FanSpeed'), codec: plainNumber() } } };
    }
    return lamp(kind, own, at);
  },
});

interface At {
  readonly command: string;
  readonly status: string;
  readonly telemetry: string;
}

function topicsFor({ topic, full_topic: full = FULL_TOPIC, prefixes = PREFIXES }: TasmotaOptions): At {
  const [command, status, telemetry] = prefixes.map((prefix) => {
    const filled = full.replaceAll('%prefix%', prefix).replaceAll('%topic%', topic);
    return filled.endsWith('/') ? filled : `${filled}/`;
  }) as [string, string, string];
  return { command, status, telemetry };
}

function common(own: TasmotaOptions, at: At): Omit<Wiring, 'channels'> {
  const [offline, online] = own.lwt ?? ['Offline', 'Online'];
  const availability: Availability = { topic: `${at.telemetry}LWT`, online, offline };
  return {
    availability: [availability],
    answers: 'always',
    poll: [{ topic: `${at.command}STATE`, payload: '' }],
    refusal: (topic, payload) =>
      topic === `${at.status}RESULT` && isRecord(payload) && ['Unknown', 'Error'].includes(String(payload['Command']))
        ? `Command ${String(payload['Command'])}`
        : undefined,
  };
}

/** Set by the command of this name, read at this name of RESULT and STATE. */
function both(at: At, command: string, ...names: string[]): Pick<Channel, 'set' | 'get'> {
  const read = names.length > 0 ? names : [command];
  return {
    set: { topic: `${at.command}${command}` },
    get: read.flatMap((path) => [
      { topic: `${at.status}RESULT`, path },
      { topic: `${at.telemetry}STATE`, path },
    ]),
  };
}

function lamp(kind: string, own: TasmotaOptions, at: At): Wiring {
  const relay = own.relay ?? 1;
  const [OFF, ON] = own.states ?? ['OFF', 'ON'];
  // A device with one relay calls it POWER or POWER1 (SetOption26).
  const names = relay === 1 ? ['POWER1', 'POWER'] : [`POWER${relay}`];
  const power = both(at, `POWER${relay}`, ...names);
  const state: Channel = {
    ...power,
    // The plain word on stat/<topic>/POWER1 comes even where RESULT is switched off (SetOption4).
    get: [...power.get, ...names.map((name) => ({ topic: `${at.status}${name}` }))],
    codec: words({ ON, OFF }),
  };
  if (kind !== 'light') return { ...common(own, at), channels: { state } };
  const dimmer = `Dimmer${own.dimmer ?? ''}`;
  const channels: Record<string, Channel> = {
    state,
    brightness: { ...both(at, dimmer), codec: percentOf(0, 100) },
    color_temp: { ...both(at, 'CT'), codec: mired(153, 500) },
    color: { ...both(at, 'HSBColor'), codec: COLOR_CODECS.hsb_text },
  };
  const write = (wanted: Values): readonly Message[] => {
    const { color, ...rest } = wanted;
    const others = messagesFor({ channels, availability: [], answers: 'always' }, rest);
    if (color === undefined) return others;
    // HSBColor takes all three; hue and saturation alone have commands of their own, and leave the brightness.
    const [hue, saturation] = String(channels['color']!.codec.encode(color)).split(',');
    const painted = [
      { topic: `${at.command}HSBColor1`, payload: hue! },
      { topic: `${at.command}HSBColor2`, payload: saturation! },
    ];
    return [...others.slice(0, 1), ...painted, ...others.slice(1)];
  };
  return { ...common(own, at), channels, write };
}

/** ShutterOpen1, ShutterClose1, ShutterStop1, ShutterPosition1; 100 is open. */
function shutter(own: TasmotaOptions, at: At): Wiring {
  const n = own.shutter ?? 1;
  const paths = (name: string): Channel['get'] => [
    { topic: `${at.status}RESULT`, path: `Shutter${n}.${name}` },
    { topic: `${at.telemetry}SENSOR`, path: `Shutter${n}.${name}` },
    { topic: `${at.status}STATUS10`, path: `StatusSNS.Shutter${n}.${name}` },
  ];
  const [closed, open] = own.inverted === true ? [100, 0] : [0, 100];
  const up = own.inverted === true ? -1 : 1;
  const direction: Codec = words({ OPENING: up, CLOSING: -up, STOPPED: 0 });
  const verbs: Readonly<Record<string, string>> = { OPEN: 'Open', CLOSED: 'Close', STOPPED: 'Stop' };
  const channels: Record<string, Channel> = {
    state: { set: { topic: `${at.command}ShutterOpen${n}` }, get: paths('Direction'), codec: direction },
    position: {
      set: { topic: `${at.command}ShutterPosition${n}` },
      get: paths('Position'),
      codec: percentOf(closed, open),
    },
  };
  const write = ({ state, ...rest }: Values): readonly Message[] =>
    state === undefined
      ? messagesFor({ channels, availability: [], answers: 'always' }, rest)
      : [{ topic: `${at.command}Shutter${verbs[String(state)]}${n}`, payload: '' }];
  return {
    ...common(own, at),
    channels,
    write,
    tellsMovement: true,
    poll: [{ topic: `${at.command}STATUS`, payload: '10' }],
  };
}
