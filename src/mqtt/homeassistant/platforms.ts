/** What a thing is in the first place, as the platform that Home Assistant has for it. */
import type { DataSchema, ThingDescription } from '../../../devices/thing.ts';
import { COLORS } from '../../../devices/helpers/colors.ts';
import { number, setNumber, value, type Address, type Entity } from './entity.ts';

/** An entity and the properties that it stands for. */
export interface Platform {
  readonly key: string;
  readonly entity: Entity;
  readonly claims: readonly string[];
}

type Make = (description: ThingDescription, address: Address) => Platform | undefined;

/** The platform of a thing; undefined where none fits and its properties stand for themselves. */
export function platformOf(description: ThingDescription, address: Address): Platform | undefined {
  for (const make of [light, cover, climate, lock, fan, siren, plainSwitch]) {
    const platform = make(description, address);
    if (platform !== undefined) return platform;
  }
  return undefined;
}

/** https://www.home-assistant.io/integrations/light.mqtt/, the default schema: one topic, a template for each value. */
const light: Make = ({ actions, properties }, { state, set }) => {
  if (actions['light.set'] === undefined || properties['state'] === undefined) return undefined;
  const { brightness, color, color_temp: kelvin } = properties;
  const entity: Entity = {
    platform: 'light',
    name: null,
    command_topic: set,
    state_topic: state,
    state_value_template: value('state'),
    ...(brightness === undefined
      ? {}
      : {
          brightness_scale: 100,
          brightness_command_topic: set,
          brightness_command_template: setNumber('brightness'),
          brightness_state_topic: state,
          brightness_value_template: number('brightness'),
        }),
    ...(kelvin === undefined
      ? {}
      : {
          color_temp_kelvin: true,
          min_kelvin: kelvin.minimum,
          max_kelvin: kelvin.maximum,
          color_temp_command_topic: set,
          color_temp_command_template: setNumber('color_temp'),
          color_temp_state_topic: state,
          color_temp_value_template: number('color_temp'),
        }),
    ...(color === undefined
      ? {}
      : {
          rgb_command_topic: set,
          rgb_command_template: '{"color": "{{ red }},{{ green }},{{ blue }}"}',
          rgb_state_topic: state,
          rgb_value_template: RGB,
        }),
    ...(kelvin === undefined || color === undefined
      ? {}
      : {
          color_mode_state_topic: state,
          color_mode_value_template: "{{ 'rgb' if value_json.color else 'color_temp' }}",
        }),
  };
  return { key: 'light', entity, claims: ['state', 'brightness', 'color', 'color_temp'] };
};

/** `red`, or `#12ab34` where a colour has no name, as `255,0,0`; nothing where the colour is not known. */
const RGB = [
  "{%- set c = value_json.color or '' -%}",
  `{%- set c = ${inJinja(COLORS)}.get(c, c) -%}`,
  `{%- set h = ${inJinja(Object.fromEntries([...'0123456789abcdef'].map((digit, n) => [digit, n])))} -%}`,
  "{%- if c[:1] == '#' -%}",
  [1, 3, 5].map((at) => `{{ h[c[${at}]] * 16 + h[c[${at + 1}]] }}`).join(','),
  '{%- endif -%}',
].join('');

function inJinja(record: Readonly<Record<string, string | number>>): string {
  const pairs = Object.entries(record).map(([key, one]) => `'${key}':${typeof one === 'number' ? one : `'${one}'`}`);
  return `{${pairs.join(',')}}`;
}

/** Device classes by the first noun that a cover has (devices/cover.ts). */
const COVERS: Readonly<Record<string, string>> = {
  blind: 'blind',
  curtain: 'curtain',
  shutter: 'shutter',
  awning: 'awning',
  'garage door': 'garage',
  door: 'door',
  gate: 'gate',
  window: 'window',
};

/** https://www.home-assistant.io/integrations/cover.mqtt/ */
const cover: Make = ({ actions, properties, 'tk:nouns': nouns = [] }, { state, set }) => {
  if (actions['cover.set'] === undefined) return undefined;
  const deviceClass = COVERS[nouns[0] ?? ''];
  const entity: Entity = {
    platform: 'cover',
    name: null,
    ...(deviceClass === undefined ? {} : { device_class: deviceClass }),
    command_topic: set,
    payload_open: 'OPEN',
    payload_close: 'CLOSE',
    payload_stop: 'STOP',
    state_topic: state,
    value_template: value('state'),
    state_open: 'OPEN',
    state_opening: 'OPENING',
    state_closed: 'CLOSED',
    state_closing: 'CLOSING',
    state_stopped: 'STOPPED',
    ...(properties['position'] === undefined
      ? {}
      : {
          position_topic: state,
          position_template: number('position'),
          set_position_topic: set,
          set_position_template: '{"position": {{ position }}}',
        }),
  };
  return { key: 'cover', entity, claims: ['state', 'position'] };
};

/** https://www.home-assistant.io/integrations/climate.mqtt/ */
const climate: Make = ({ actions, properties }, { state, set }) => {
  const { target_temperature: target, mode } = properties;
  if (actions['climate.set'] === undefined || target === undefined) return undefined;
  const entity: Entity = {
    platform: 'climate',
    name: null,
    temperature_unit: 'C',
    min_temp: target.minimum,
    max_temp: target.maximum,
    temp_step: 0.5,
    precision: 0.1,
    temperature_command_topic: set,
    temperature_command_template: setNumber('target_temperature'),
    temperature_state_topic: state,
    temperature_state_template: value('target_temperature'),
    current_temperature_topic: state,
    current_temperature_template: value('current_temperature'),
    ...(mode === undefined
      ? {}
      : {
          modes: mode.enum!.map((one) => (one === 'fan' ? 'fan_only' : one)),
          mode_command_topic: set,
          mode_command_template: `{"mode": "{{ 'fan' if value == 'fan_only' else value }}"}`,
          mode_state_topic: state,
          mode_state_template: "{{ 'fan_only' if value_json.mode == 'fan' else (value_json.mode or 'None') }}",
        }),
  };
  return { key: 'climate', entity, claims: ['target_temperature', 'current_temperature', 'mode'] };
};

/** https://www.home-assistant.io/integrations/lock.mqtt/: the words are those of our state. */
const lock: Make = ({ actions }, { state, set }) => {
  if (actions['lock.set'] === undefined) return undefined;
  const words = { payload_lock: 'LOCK', payload_unlock: 'UNLOCK', state_locked: 'LOCKED', state_unlocked: 'UNLOCKED' };
  const topics = { command_topic: set, state_topic: state, value_template: value('state') };
  return { key: 'lock', entity: { platform: 'lock', name: null, ...topics, ...words }, claims: ['state'] };
};

/** https://www.home-assistant.io/integrations/fan.mqtt/ */
const fan: Make = ({ '@type': type, properties }, { state, set }) => {
  const { state: power, speed } = properties;
  if (type !== 'fan' || power === undefined) return undefined;
  const most = speed?.maximum ?? 0;
  const entity: Entity = {
    platform: 'fan',
    name: null,
    command_topic: set,
    state_topic: state,
    state_value_template: value('state'),
    // One level is on; the range must be one.
    ...(most <= 1
      ? {}
      : {
          speed_range_min: 1,
          speed_range_max: most,
          percentage_command_topic: set,
          percentage_command_template: setNumber('speed'),
          percentage_state_topic: state,
          percentage_value_template: value('speed'),
        }),
  };
  return { key: 'fan', entity, claims: ['state', 'speed'] };
};

/** https://www.home-assistant.io/integrations/siren.mqtt/ */
const siren: Make = ({ '@type': type, properties }, { state, set }) => {
  if (type !== 'buzzer' || properties['state'] === undefined) return undefined;
  const entity: Entity = {
    platform: 'siren',
    name: null,
    command_topic: set,
    command_template: '{{ value }}',
    state_topic: state,
    state_value_template: value('state'),
    support_duration: false,
    support_volume_set: false,
  };
  return { key: 'siren', entity, claims: ['state'] };
};

/** Whatever else is on or off. https://www.home-assistant.io/integrations/switch.mqtt/ */
const plainSwitch: Make = ({ '@type': type, properties }, { state, set }) => {
  if (!isOnOff(properties['state'])) return undefined;
  const entity: Entity = {
    platform: 'switch',
    name: null,
    device_class: type === 'plug' ? 'outlet' : 'switch',
    command_topic: set,
    state_topic: state,
    value_template: value('state'),
  };
  return { key: 'switch', entity, claims: ['state'] };
};

function isOnOff(schema: DataSchema | undefined): boolean {
  return schema?.enum?.length === 2 && schema.enum.includes('ON') && schema.enum.includes('OFF');
}
