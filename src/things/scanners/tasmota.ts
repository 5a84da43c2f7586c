/**
 * Tasmota's own discovery: `tasmota/discovery/<mac>/config` and `/sensors` (SetOption19 0). The keys are those of
 * tasmota/xdrv_12_discovery.ino; what they mean is written in https://github.com/emontnemery/hatasmota.
 */
import { isRecord } from '../../../devices/mqtt/payload.ts';
import type { Found, FoundSensor, FoundThing, Scanner } from '../found.ts';
import { sensorKind } from '../measures.ts';
import { isTopic, sayable, shownText } from '../names.ts';

const LIMIT = 32 * 1024;
const MAX_DEVICES = 512;
const TOPIC = /^tasmota\/discovery\/([0-9A-F]{12})\/(config|sensors)$/;

/** `rl`: what hangs on a relay. */
const [RELAY, LIGHT, SHUTTER] = [1, 2, 3];
/** `lt_st`: subtypes of a light, from single channel to RGB with cold and warm white. */
const [COLD_WARM, RGB, RGBW, RGBCW] = [2, 3, 4, 5];
/** SetOption30: relays are lights. SetOption68: each channel is a light. SetOption82: 200 to 380 mired. */
const [RELAYS_ARE_LIGHTS, SEPARATE_CHANNELS, REDUCED_CT] = ['30', '68', '82'];

type Json = Readonly<Record<string, unknown>>;

export function tasmotaScanner(): Scanner {
  const configs = new Map<string, Json>();
  const sensors = new Map<string, Json>();
  return {
    source: 'tasmota',
    filters: ['tasmota/discovery/+/config', 'tasmota/discovery/+/sensors'],
    limit: LIMIT,
    receive(topic, json) {
      const [, mac, what] = TOPIC.exec(topic) ?? [];
      if (mac === undefined) return [];
      const kept = what === 'config' ? configs : sensors;
      kept.delete(mac);
      if (isRecord(json) && kept.size < MAX_DEVICES) kept.set(mac, json);
      return [];
    },
    found: () => [...configs].flatMap(([mac, config]) => foundOf(mac, config, sensors.get(mac)) ?? []),
  };
}

function foundOf(mac: string, config: Json, sensors: Json | undefined): Found | undefined {
  const keys = addressOf(mac, config);
  if (keys === undefined) return undefined;
  const name = sayable(config['dn']) ?? sayable(config['t']) ?? `tasmota ${mac.slice(-4).toLowerCase()}`;
  const { things, notes } = thingsOf(config, name, keys);
  return {
    id: `tasmota-${mac.toLowerCase()}`,
    source: 'tasmota',
    name,
    model: shownText(config['md']),
    things,
    sensors: sensors === undefined ? [] : sensorsOf(sensors, keys),
    notes,
  };
}

/** The keys by which the driver reaches it; `%hostname%` and `%id%` of the full topic filled in. */
function addressOf(mac: string, config: Json): Json | undefined {
  const { t: topic, ft, tp, hn, state, ofln, onln } = config;
  const host = typeof hn === 'string' ? hn : '';
  const full = typeof ft === 'string' ? ft.replaceAll('%hostname%', host).replaceAll('%id%', mac.slice(-6)) : undefined;
  if (!isTopic(topic) || (full !== undefined && !(isTopic(full) && full.includes('%prefix%')))) return undefined;
  const prefixes = texts(tp, 3);
  const words = texts(state, 2);
  return {
    topic,
    ...(full === undefined || full === '%prefix%/%topic%/' ? {} : { full_topic: full }),
    ...(prefixes === undefined || prefixes.join() === 'cmnd,stat,tele' ? {} : { prefixes: prefixes.slice(0, 3) }),
    ...(words === undefined || words.slice(0, 2).join() === 'OFF,ON' ? {} : { states: words.slice(0, 2) }),
    ...(texts([ofln, onln], 2)?.join() === 'Offline,Online'
      ? {}
      : { lwt: texts([ofln, onln], 2) ?? ['Offline', 'Online'] }),
  };
}

function thingsOf(config: Json, name: string, address: Json): { things: FoundThing[]; notes: string[] } {
  const relays: unknown[] = Array.isArray(config['rl']) ? config['rl'].slice(0, 32) : [];
  const names = Array.isArray(config['fn']) ? config['fn'] : [];
  const options = isRecord(config['so']) ? config['so'] : {};
  const fan = config['if'] === 1;
  const driven = { driver: 'tasmota', ...address };
  const things: FoundThing[] = [];
  const notes: string[] = [];
  const several = relays.filter((what) => what === RELAY || what === LIGHT).length > 1;
  const nameOf = (i: number): string => sayable(names[i]) ?? (several ? `${name} ${i + 1}` : name);
  if (fan) things.push({ name: `${name} fan`, kind: 'fan', levels: 3, ...driven });
  for (const [i, what] of relays.entries()) {
    const relay = i === 0 ? {} : { relay: i + 1 };
    if (what === RELAY) {
      // Of an iFan, the first relay is the lamp and the others are the speeds.
      if (fan && i > 0) continue;
      if (fan || options[RELAYS_ARE_LIGHTS] === 1)
        things.push({ name: nameOf(i), kind: 'light', brightness: false, ...driven, ...relay });
      else things.push({ name: nameOf(i), kind: 'plug', ...driven, ...relay });
    } else if (what === LIGHT && options[SEPARATE_CHANNELS] === 1) {
      notes.push(`channel ${i + 1} is a light of its own (SetOption68), which is not supported`);
    } else if (what === LIGHT) {
      things.push({ name: nameOf(i), kind: 'light', ...abilities(config, options, relays, i), ...driven, ...relay });
    }
  }
  for (const [n, i] of shutters(relays).entries()) {
    const how: unknown = Array.isArray(config['sho']) ? config['sho'][n] : undefined;
    const inverted = typeof how === 'number' && (how & 1) === 1;
    const title = sayable(names[i]) ?? name;
    things.push({
      name: n === 0 ? title : `${title} ${n + 1}`,
      kind: 'cover',
      type: 'shutter',
      ...driven,
      ...(n === 0 ? {} : { shutter: n + 1 }),
      ...(inverted ? { inverted } : {}),
    });
  }
  return { things, notes };
}

/** A light with white channels of its own is one (`lk` 1), or a coloured and a white one. */
function abilities(config: Json, options: Json, relays: readonly unknown[], i: number): object {
  const subtype = typeof config['lt_st'] === 'number' ? config['lt_st'] : 0;
  const range = options[REDUCED_CT] === 1 ? { min: 2700, max: 5000 } : { min: 2000, max: 6500 };
  const split = config['lk'] !== 1 && subtype >= RGBW;
  const second = split && relays.indexOf(LIGHT) !== i;
  const color = !second && subtype >= RGB;
  const white = second ? subtype === RGBCW : subtype === COLD_WARM || (subtype === RGBCW && !split);
  return {
    ...(color ? { color: true } : {}),
    ...(white ? { kelvin: range } : {}),
    ...(split ? { dimmer: second ? 2 : 1 } : {}),
  };
}

/** Each shutter has two relays; the index of the first of each. */
function shutters(relays: readonly unknown[]): number[] {
  const first: number[] = [];
  for (let i = 0; i + 1 < relays.length; i++) {
    if (relays[i] === SHUTTER && relays[i + 1] === SHUTTER) first.push(i++);
  }
  return first;
}

/** `{"sn":{"Time":…,"AM2301":{"Temperature":19.1,"Humidity":68},"TempUnit":"C"}}`, read on tele/…/SENSOR. */
function sensorsOf({ sn }: Json, address: Json): FoundSensor[] {
  if (!isRecord(sn)) return [];
  const full = typeof address['full_topic'] === 'string' ? address['full_topic'] : '%prefix%/%topic%/';
  const telemetry = (address['prefixes'] as string[] | undefined)?.[2] ?? 'tele';
  const filled = full.replaceAll('%prefix%', telemetry).replaceAll('%topic%', String(address['topic']));
  const topic = `${filled.replace(/\/$/, '')}/SENSOR`;
  const fahrenheit = sn['TempUnit'] === 'F';
  return Object.entries(sn)
    .filter(([part, values]) => isRecord(values) && /^[A-Za-z0-9_-]{1,32}$/.test(part))
    .flatMap(([part, values]) =>
      Object.keys(values as Json).flatMap((name) => {
        const kind = sensorKind(name);
        if (kind === undefined || !/^[A-Za-z0-9_-]{1,32}$/.test(name)) return [];
        const unit = kind === 'temperature' ? (fahrenheit ? '°F' : '°C') : UNITS[kind];
        return [{ kind, topic, path: `${part}.${name}`, ...(unit === undefined ? {} : { unit }) }];
      }),
    );
}

const UNITS: Readonly<Record<string, string>> = {
  humidity: '%',
  brightness: 'lx',
  power: 'W',
  battery: '%',
  pressure: 'hPa',
};

function texts(value: unknown, least: number): string[] | undefined {
  if (!Array.isArray(value) || value.length < least) return undefined;
  const short = value.slice(0, 8);
  return short.every((one) => typeof one === 'string' && one.length > 0 && one.length <= 32 && isTopic(one))
    ? (short as string[])
    : undefined;
}
