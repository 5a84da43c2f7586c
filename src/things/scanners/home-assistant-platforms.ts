/**
 * Components of Home Assistant's discovery as things with plain topics (devices/mqtt/plain.ts). A template is foreign
 * code and is not run: the simple form `{{ value_json.a.b }}` is a path, and what has another form is left out.
 * https://www.home-assistant.io/integrations/light.mqtt/, switch.mqtt/, cover.mqtt/ and so on
 */
import { textOf } from '../../../devices/mqtt/payload.ts';
import { WORDS, wordOf } from '../../agent/sensors/kinds.ts';
import type { FoundSensor } from '../found.ts';
import { sensorKind } from '../measures.ts';
import { isTopic, shownText } from '../names.ts';

type Json = Readonly<Record<string, unknown>>;

export interface Component {
  readonly config: Json;
  /** What could not be used. */
  readonly notes: string[];
}

type Made = Readonly<Record<string, unknown>> & { readonly kind: string };
type Channel = Record<string, unknown>;

const MAX_WORD = 64;
const MAX_TEMPLATE = 160;

/**
 * `{{ value_json.a.b }}`, `{{ value_json['a'].b }}`: the path; '' for `{{ value }}` and for no template. Undefined for
 * everything else.
 */
export function simplePath(template: unknown): string | undefined {
  if (template === undefined || template === null) return '';
  const text = textOf(template).trim();
  // Its length first: a pattern that passes over spaces twice takes minutes for some hundred thousand of them.
  if (text.length > MAX_TEMPLATE || !text.startsWith('{{') || !text.endsWith('}}')) return undefined;
  const inside = text.slice(2, -2).replace(/^-|-$/g, '').trim();
  if (inside === 'value' || inside === 'value_json') return '';
  const path = inside.replace(/\[\s*(['"])([\w-]+)\1\s*\]/g, '.$2');
  return /^value_json(\.[\w-]+)+$/.test(path) ? path.slice('value_json.'.length) : undefined;
}

/** Where a value is read; undefined when there is no topic, or its template is not simple. */
function read(component: Component, topicKey: string, templateKey = 'value_template'): Channel | undefined {
  const { config, notes } = component;
  const topic = config[topicKey];
  if (!isTopic(topic)) return undefined;
  const path = simplePath(config[templateKey]);
  if (path === undefined) {
    notes.push(`${templateKey} is not of the form value_json.x`);
    return undefined;
  }
  return { get: topic, ...(path === '' ? {} : { path }) };
}

/** Where a value is set; undefined when there is no topic, or a template makes its payload. */
function write(component: Component, topicKey: string, templateKey = 'command_template'): Channel | undefined {
  const { config, notes } = component;
  const topic = config[topicKey];
  if (!isTopic(topic)) return undefined;
  if (simplePath(config[templateKey]) !== '') {
    notes.push(`${templateKey} is not supported`);
    return undefined;
  }
  return { set: topic };
}

function word(config: Json, keys: readonly string[], standard: string): string | number | boolean {
  for (const key of keys) {
    const value = config[key];
    if (typeof value === 'number' || typeof value === 'boolean') return value;
    if (typeof value === 'string' && value !== '' && value.length <= MAX_WORD) return value;
  }
  return standard;
}

/** A channel with what it sends and what it reads, if it can be set. */
function channel(set: Channel | undefined, get: Channel | undefined, rest: Channel = {}): Channel | undefined {
  return set === undefined ? undefined : { ...set, ...get, ...rest };
}

function made(
  kind: string,
  { config }: Component,
  topics: Record<string, Channel | undefined>,
  options: Json = {},
): Made | undefined {
  const known = Object.fromEntries(Object.entries(topics).filter((entry) => entry[1] !== undefined));
  if (Object.keys(known).length === 0) return undefined;
  const silent = !Object.values(known).some((one) => one?.['get'] !== undefined);
  return { kind, ...options, topics: known, ...availability(config), ...(silent ? { answers: 'never' } : {}) };
}

function availability(config: Json): Json {
  const listed = Array.isArray(config['availability']) ? (config['availability'] as Json[]).slice(0, 4) : [];
  const said = isTopic(config['availability_topic'])
    ? [{ ...config, topic: config['availability_topic'], value_template: config['availability_template'] }]
    : listed;
  const usable = said.flatMap((one: Json) => {
    const path = simplePath(one['value_template']);
    if (!isTopic(one['topic']) || path === undefined) return [];
    const online = word(one, ['payload_available'], 'online');
    const offline = word(one, ['payload_not_available'], 'offline');
    return [{ topic: one['topic'], ...(path === '' ? {} : { path }), online, offline }];
  });
  if (usable.length === 0) return {};
  return { availability: usable.length === 1 ? usable[0] : usable };
}

/** Words for on and off, unless they are the usual ones; `state_on` is read where `payload_on` is sent. */
function onOff(config: Json): Channel {
  const sent = { ON: word(config, ['payload_on'], 'ON'), OFF: word(config, ['payload_off'], 'OFF') };
  const got = {
    ON: word(config, ['state_on', 'payload_on'], 'ON'),
    OFF: word(config, ['state_off', 'payload_off'], 'OFF'),
  };
  return {
    ...(sent.ON === 'ON' && sent.OFF === 'OFF' ? {} : { values: sent }),
    ...(got.ON === sent.ON && got.OFF === sent.OFF ? {} : { reads: got }),
  };
}

function scaleOf(config: Json): number {
  const scale = numberAt(config, 'brightness_scale', 255);
  return scale > 0 ? scale : 255;
}

function numberAt(config: Json, key: string, standard: number): number {
  const value = config[key];
  return typeof value === 'number' && Number.isFinite(value) ? value : standard;
}

function light(component: Component): Made | undefined {
  const { config, notes } = component;
  if (config['schema'] === 'json') return jsonLight(component);
  if (config['schema'] === 'template') {
    notes.push('a light of templates is not supported');
    return undefined;
  }
  const scale = scaleOf(config);
  const state = channel(
    write(component, 'command_topic'),
    read(component, 'state_topic', 'state_value_template'),
    onOff(config),
  );
  const brightness = channel(
    write(component, 'brightness_command_topic', 'brightness_command_template'),
    read(component, 'brightness_state_topic', 'brightness_value_template'),
    { range: [0, scale] },
  );
  const color = (['rgb', 'hs', 'xy'] as const)
    .map((format) =>
      channel(
        write(component, `${format}_command_topic`, `${format}_command_template`),
        read(component, `${format}_state_topic`, `${format}_value_template`),
        { format: `${format}_text` },
      ),
    )
    .find((one) => one !== undefined);
  const inKelvin = config['color_temp_kelvin'] === true;
  const temperature = channel(
    write(component, 'color_temp_command_topic', 'color_temp_command_template'),
    read(component, 'color_temp_state_topic', 'color_temp_value_template'),
    inKelvin ? {} : { unit: 'mired' },
  );
  const options = lightOptions(config, brightness !== undefined, color !== undefined, temperature !== undefined);
  return made('light', component, { state, brightness, color, color_temp: temperature }, options);
}

/** https://www.home-assistant.io/integrations/light.mqtt/#json-schema: all in one object, as ESPHome has it. */
function jsonLight(component: Component): Made | undefined {
  const { config } = component;
  const [set, get] = [config['command_topic'], config['state_topic']];
  if (!isTopic(set)) return undefined;
  const at = (key: string, rest: Channel = {}): Channel => ({
    set,
    key,
    ...(isTopic(get) ? { get, path: key } : {}),
    ...rest,
  });
  const modes = Array.isArray(config['supported_color_modes']) ? config['supported_color_modes'] : [];
  const has = (...known: string[]): boolean => modes.some((mode) => known.includes(textOf(mode)));
  const brightness =
    config['brightness'] === true || has('brightness', 'color_temp', 'hs', 'rgb', 'rgbw', 'rgbww', 'xy');
  const format = has('hs') ? 'hs' : has('xy') ? 'xy' : has('rgb', 'rgbw', 'rgbww') ? 'rgb' : undefined;
  const temperature = has('color_temp');
  const topics = {
    state: at('state'),
    brightness: brightness ? at('brightness', { range: [0, scaleOf(config)] }) : undefined,
    color: format === undefined ? undefined : at('color', { format }),
    color_temp: temperature
      ? at('color_temp', config['color_temp_kelvin'] === true ? {} : { unit: 'mired' })
      : undefined,
  };
  return made('light', component, topics, lightOptions(config, brightness, format !== undefined, temperature));
}

function lightOptions(config: Json, brightness: boolean, color: boolean, temperature: boolean): Json {
  const [warmest, coldest] = [numberAt(config, 'max_mireds', 500), numberAt(config, 'min_mireds', 153)];
  const min = numberAt(config, 'min_kelvin', Math.ceil(1e6 / warmest / 100) * 100);
  const max = numberAt(config, 'max_kelvin', Math.floor(1e6 / coldest / 100) * 100);
  const range = min >= 1000 && max <= 20_000 && min < max ? { min, max } : true;
  return {
    ...(brightness ? {} : { brightness: false }),
    ...(color ? { color: true } : {}),
    ...(temperature ? { kelvin: range } : {}),
  };
}

function plug(component: Component): Made | undefined {
  const state = channel(write(component, 'command_topic'), read(component, 'state_topic'), onOff(component.config));
  return made('plug', component, { state });
}

function fan(component: Component): Made | undefined {
  const { config } = component;
  const state = channel(
    write(component, 'command_topic'),
    read(component, 'state_topic', 'state_value_template'),
    onOff(config),
  );
  const [low, high] = [numberAt(config, 'speed_range_min', 1), numberAt(config, 'speed_range_max', 100)];
  const speed = channel(
    write(component, 'percentage_command_topic', 'percentage_command_template'),
    read(component, 'percentage_state_topic', 'percentage_value_template'),
    // Zero percent is off; the lowest speed is the first of the range.
    high === 100 || low > high ? {} : { range: [low - 1, high] },
  );
  return made('fan', component, { state, speed });
}

function cover(component: Component): Made | undefined {
  const { config } = component;
  const sent = {
    OPEN: word(config, ['payload_open'], 'OPEN'),
    CLOSED: word(config, ['payload_close'], 'CLOSE'),
    STOPPED: word(config, ['payload_stop'], 'STOP'),
  };
  const got = {
    OPEN: word(config, ['state_open'], 'open'),
    CLOSED: word(config, ['state_closed'], 'closed'),
    OPENING: word(config, ['state_opening'], 'opening'),
    CLOSING: word(config, ['state_closing'], 'closing'),
    STOPPED: word(config, ['state_stopped'], 'stopped'),
  };
  const state = channel(write(component, 'command_topic'), read(component, 'state_topic'), {
    values: sent,
    reads: got,
  });
  const [closed, open] = [numberAt(config, 'position_closed', 0), numberAt(config, 'position_open', 100)];
  const position = channel(
    write(component, 'set_position_topic', 'set_position_template'),
    read(component, 'position_topic', 'position_template'),
    (closed === 0 && open === 100) || closed === open ? {} : { range: [closed, open] },
  );
  const device = textOf(config['device_class']);
  const type = Object.hasOwn(COVER_TYPES, device) ? COVER_TYPES[device] : undefined;
  const options = { ...(type === undefined ? {} : { type }), ...(position === undefined ? { position: false } : {}) };
  return made('cover', component, { state, position }, options);
}

const COVER_TYPES: Readonly<Record<string, string>> = {
  blind: 'blind',
  shade: 'blind',
  curtain: 'curtain',
  shutter: 'shutter',
  awning: 'awning',
  garage: 'garage',
  gate: 'gate',
  door: 'door',
  window: 'window',
};

function lock(component: Component): Made | undefined {
  const { config } = component;
  const state = channel(write(component, 'command_topic'), read(component, 'state_topic'), {
    values: { LOCKED: word(config, ['payload_lock'], 'LOCK'), UNLOCKED: word(config, ['payload_unlock'], 'UNLOCK') },
    reads: { LOCKED: word(config, ['state_locked'], 'LOCKED'), UNLOCKED: word(config, ['state_unlocked'], 'UNLOCKED') },
  });
  return made('lock', component, { state });
}

function climate(component: Component): Made | undefined {
  const { config, notes } = component;
  if (config['temperature_unit'] === 'F') {
    notes.push('its temperatures are in fahrenheit, which is not supported');
    return undefined;
  }
  const target = channel(
    write(component, 'temperature_command_topic', 'temperature_command_template'),
    read(component, 'temperature_state_topic', 'temperature_state_template'),
  );
  const offered = Array.isArray(config['modes']) ? config['modes'] : ['auto', 'off', 'cool', 'heat', 'dry', 'fan_only'];
  const modes = ['heat', 'cool', 'auto', 'off'].filter((mode) => offered.includes(mode));
  const mode = channel(
    write(component, 'mode_command_topic', 'mode_command_template'),
    read(component, 'mode_state_topic', 'mode_state_template'),
  );
  const current = read(component, 'current_temperature_topic', 'current_temperature_template');
  if (target === undefined) return undefined;
  const [least, most] = [config['min_temp'], config['max_temp']];
  const turned = typeof least === 'number' && typeof most === 'number' && least >= most;
  const options = {
    ...(turned ? {} : { ...limit('min', least), ...limit('max', most) }),
    ...(modes.length > 0 ? { modes } : {}),
  };
  return made('thermostat', component, { target_temperature: target, current_temperature: current, mode }, options);
}

function limit(name: string, value: unknown): Json {
  return typeof value === 'number' && value >= -30 && value <= 100 ? { [name]: value } : {};
}

export const PLATFORMS: Readonly<Record<string, (component: Component) => Made | undefined>> = {
  light,
  switch: plug,
  fan,
  cover,
  lock,
  climate,
};

/** A sensor or binary_sensor whose device class is one of our kinds. */
export function sensorOf(component: Component, platform: string): FoundSensor | undefined {
  const { config, notes } = component;
  const kind = sensorKind(config['device_class']);
  const source = kind === undefined ? undefined : read(component, 'state_topic');
  if (kind === undefined || source === undefined) return undefined;
  const { get, path } = source as { get: string; path?: string };
  const place = { kind, topic: get, ...(path === undefined ? {} : { path }) };
  const words = WORDS[kind];
  if (platform === 'sensor' || words === undefined) {
    const unit = shownText(config['unit_of_measurement'])?.slice(0, 16);
    return { ...place, ...(unit === undefined ? {} : { unit }) };
  }
  // On is an open door, detected motion, a leak (https://www.home-assistant.io/integrations/binary_sensor/).
  const means = wordOf(words, word(config, ['payload_on'], 'ON'));
  const on = kind === 'contact' ? words.no : words.yes;
  if (means !== undefined) return { ...place, ...(means === on ? {} : { invert: true }) };
  notes.push('its words are not ones we know');
  return undefined;
}
