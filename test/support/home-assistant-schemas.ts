/**
 * The discovery schemas of Home Assistant's MQTT platforms as JSON Schema, transcribed from
 * https://github.com/home-assistant/core/tree/dev/homeassistant/components/mqtt, state of 2026: `schemas.py` (device,
 * origin, availability, what all entities share), `config.py` (what reads, what writes) and a file per platform, which is
 * named beside each. Home Assistant drops keys that it does not know without a word; here they are errors.
 *
 * Left out is what is deprecated or newer than 2025.1, so that a payload that passes is understood since then.
 */

type Schema = Readonly<Record<string, unknown>>;

const string: Schema = { type: 'string', minLength: 1 };
const template = string;
const bool: Schema = { type: 'boolean' };
const any: Schema = { type: 'number' };
const natural: Schema = { type: 'integer', minimum: 0 };
const strings: Schema = { type: 'array', items: string, minItems: 1, uniqueItems: true };
/** util.valid_publish_topic, valid_subscribe_topic; ours have no wildcards. */
const topic: Schema = { type: 'string', pattern: '^[^+#\\u0000]+$', maxLength: 65_535 };
const oneOf = (...values: unknown[]): Schema => ({ enum: values });
const optional = (schema: Schema, ...names: string[]): Record<string, Schema> =>
  Object.fromEntries(names.map((name) => [name, schema]));

const AVAILABILITY = {
  availability: {
    type: 'array',
    items: {
      type: 'object',
      properties: {
        topic,
        ...optional(string, 'payload_available', 'payload_not_available'),
        value_template: template,
      },
      required: ['topic'],
      additionalProperties: false,
    },
  },
  availability_mode: oneOf('all', 'any', 'latest'),
};

/** MQTT_ENTITY_COMMON_SCHEMA, config.SCHEMA_BASE, and the component's own platform; check_unique_id makes it required. */
const ENTITY = {
  ...AVAILABILITY,
  platform: string,
  unique_id: string,
  name: { type: ['string', 'null'], minLength: 1 },
  enabled_by_default: bool,
  entity_category: oneOf('config', 'diagnostic'),
  entity_picture: string,
  icon: { type: 'string', pattern: '^[a-z-]+:[a-z0-9-]+$' },
  json_attributes_topic: topic,
  json_attributes_template: template,
  qos: oneOf(0, 1, 2),
  encoding: string,
};
/** config.MQTT_RO_SCHEMA */
const READS = { state_topic: topic, value_template: template };
/** config.MQTT_RW_SCHEMA */
const WRITES = { command_topic: topic, optimistic: bool, retain: bool, state_topic: topic };

interface Rules {
  readonly required?: readonly string[];
  /** What a platform checks beside its schema. */
  readonly also?: readonly Schema[];
}

function platform(
  name: string,
  keys: Readonly<Record<string, Schema>>,
  { required = [], also = [] }: Rules = {},
): Schema {
  return {
    type: 'object',
    properties: { ...ENTITY, ...keys, platform: { const: name } },
    required: ['platform', 'unique_id', ...required],
    additionalProperties: false,
    ...(also.length === 0 ? {} : { allOf: also }),
  };
}

const needs = (key: string, ...others: string[]): Schema => ({ dependentRequired: { [key]: others } });

/** DEVICE_CLASS_UNITS in components/sensor/const.py, of the classes that we use. */
const UNITS: Readonly<Record<string, readonly string[]>> = {
  battery: ['%'],
  carbon_dioxide: ['ppm'],
  data_size: ['bit', 'kbit', 'Mbit', 'Gbit', 'B', 'kB', 'MB', 'GB', 'TB', 'KiB', 'MiB', 'GiB', 'TiB'],
  distance: ['km', 'm', 'cm', 'mm', 'mi', 'nmi', 'yd', 'ft', 'in'],
  duration: ['d', 'h', 'min', 's', 'ms', 'μs'],
  energy: ['J', 'kJ', 'MJ', 'GJ', 'mWh', 'Wh', 'kWh', 'MWh', 'GWh', 'TWh', 'cal', 'kcal', 'Mcal', 'Gcal'],
  humidity: ['%'],
  illuminance: ['lx'],
  moisture: ['%'],
  power: ['mW', 'W', 'kW', 'MW', 'GW', 'TW'],
  pressure: ['Pa', 'hPa', 'kPa', 'bar', 'cbar', 'mbar', 'mmHg', 'inHg', 'psi'],
  sound_pressure: ['dB', 'dBA'],
  speed: ['ft/s', 'in/d', 'in/h', 'in/s', 'km/h', 'kn', 'm/s', 'mph', 'mm/d', 'mm/h', 'mm/s'],
  temperature: ['°C', '°F', 'K'],
};
const inUnits = Object.entries(UNITS).map(([name, units]) => ({
  if: { properties: { device_class: { const: name } }, required: ['device_class'] },
  then: { properties: { unit_of_measurement: { enum: units } }, required: ['unit_of_measurement'] },
}));
/** DEVICE_CLASS_STATE_CLASSES: which of them the class can have; the others only `measurement`. */
const TOTALS = ['distance', 'energy', 'data_size', 'duration'];
const inClasses = Object.keys(UNITS).map((name) => ({
  if: { properties: { device_class: { const: name }, state_class: true }, required: ['device_class', 'state_class'] },
  then: {
    properties: {
      state_class:
        name === 'energy'
          ? oneOf('total', 'total_increasing')
          : TOTALS.includes(name)
            ? true
            : { const: 'measurement' },
    },
  },
}));

/** components/binary_sensor/__init__.py */
const BINARY_CLASSES = [
  ...['battery', 'battery_charging', 'carbon_monoxide', 'cold', 'connectivity', 'door', 'garage_door', 'gas', 'heat'],
  ...['light', 'lock', 'moisture', 'motion', 'moving', 'occupancy', 'opening', 'plug', 'power', 'presence', 'problem'],
  ...['running', 'safety', 'smoke', 'sound', 'tamper', 'update', 'vibration', 'window'],
];
/** components/cover/__init__.py */
const COVER_CLASSES = ['awning', 'blind', 'curtain', 'damper', 'door', 'garage', 'gate', 'shade', 'shutter', 'window'];
/** components/climate/const.py */
const HVAC_MODES = ['off', 'heat', 'cool', 'heat_cool', 'auto', 'dry', 'fan_only'];

const PLATFORMS: readonly Schema[] = [
  // binary_sensor.py
  platform(
    'binary_sensor',
    {
      ...READS,
      device_class: oneOf(...BINARY_CLASSES),
      ...optional(natural, 'expire_after', 'off_delay'),
      force_update: bool,
      ...optional(string, 'payload_on', 'payload_off'),
    },
    { required: ['state_topic'] },
  ),
  // button.py
  platform(
    'button',
    {
      command_topic: topic,
      command_template: template,
      device_class: oneOf('identify', 'restart', 'update'),
      payload_press: string,
      retain: bool,
    },
    { required: ['command_topic'] },
  ),
  // climate.py, without humidity, fan, swing and presets
  platform(
    'climate',
    {
      ...optional(topic, 'action_topic', 'current_temperature_topic', 'mode_command_topic', 'mode_state_topic'),
      ...optional(topic, 'power_command_topic', 'temperature_command_topic', 'temperature_state_topic'),
      ...optional(template, 'action_template', 'current_temperature_template', 'mode_command_template'),
      ...optional(template, 'mode_state_template', 'power_command_template', 'temperature_command_template'),
      ...optional(template, 'temperature_state_template', 'value_template'),
      modes: { type: 'array', items: { enum: HVAC_MODES }, minItems: 1, uniqueItems: true },
      ...optional(any, 'initial', 'min_temp', 'max_temp'),
      temp_step: { type: 'number', exclusiveMinimum: 0 },
      precision: oneOf(0.1, 0.5, 1),
      temperature_unit: oneOf('C', 'F'),
      optimistic: bool,
      retain: bool,
      ...optional(string, 'payload_on', 'payload_off'),
    },
    { also: [needs('modes', 'mode_command_topic'), needs('mode_state_topic', 'mode_command_topic')] },
  ),
  // cover.py, without tilt
  platform(
    'cover',
    {
      ...WRITES,
      device_class: oneOf(...COVER_CLASSES),
      ...optional({ type: ['string', 'null'] }, 'payload_close', 'payload_open', 'payload_stop'),
      ...optional({ type: 'integer' }, 'position_closed', 'position_open'),
      ...optional(topic, 'position_topic', 'set_position_topic'),
      ...optional(template, 'position_template', 'set_position_template', 'value_template'),
      ...optional(string, 'state_closed', 'state_closing', 'state_open', 'state_opening', 'state_stopped'),
    },
    {
      also: [
        needs('set_position_topic', 'position_topic'),
        needs('value_template', 'state_topic'),
        needs('position_template', 'position_topic'),
        needs('set_position_template', 'set_position_topic'),
      ],
    },
  ),
  // event.py
  platform(
    'event',
    { ...READS, device_class: oneOf('button', 'doorbell', 'motion'), event_types: strings },
    { required: ['state_topic', 'event_types'] },
  ),
  // fan.py, without direction, oscillation and presets
  platform(
    'fan',
    {
      ...WRITES,
      ...optional(topic, 'percentage_command_topic', 'percentage_state_topic'),
      ...optional(template, 'command_template', 'percentage_command_template', 'percentage_value_template'),
      state_value_template: template,
      ...optional(string, 'payload_on', 'payload_off', 'payload_reset_percentage'),
      speed_range_min: { type: 'integer', minimum: 1 },
      speed_range_max: { type: 'integer', minimum: 2 },
    },
    { required: ['command_topic'] },
  ),
  // light/schema_basic.py, without effects, hs, xy and white
  platform(
    'light',
    {
      ...WRITES,
      schema: { const: 'basic' },
      ...optional(topic, 'brightness_command_topic', 'brightness_state_topic', 'color_mode_state_topic'),
      ...optional(topic, 'color_temp_command_topic', 'color_temp_state_topic', 'rgb_command_topic', 'rgb_state_topic'),
      ...optional(template, 'brightness_command_template', 'brightness_value_template', 'color_mode_value_template'),
      ...optional(template, 'color_temp_command_template', 'color_temp_value_template'),
      ...optional(template, 'rgb_command_template', 'rgb_value_template', 'state_value_template'),
      brightness_scale: { type: 'integer', minimum: 1 },
      color_temp_kelvin: bool,
      ...optional(natural, 'min_kelvin', 'max_kelvin'),
      on_command_type: oneOf('first', 'last', 'brightness'),
      ...optional(string, 'payload_on', 'payload_off'),
    },
    { required: ['command_topic'] },
  ),
  // lock.py
  platform(
    'lock',
    {
      ...WRITES,
      ...optional(template, 'command_template', 'value_template'),
      ...optional(string, 'code_format', 'payload_lock', 'payload_unlock', 'payload_open', 'payload_reset'),
      ...optional(string, 'state_jammed', 'state_locked', 'state_locking', 'state_open', 'state_opening'),
      ...optional(string, 'state_unlocked', 'state_unlocking'),
    },
    { required: ['command_topic'] },
  ),
  // notify.py
  platform(
    'notify',
    { command_topic: topic, command_template: template, retain: bool },
    { required: ['command_topic'] },
  ),
  // number.py
  platform(
    'number',
    {
      ...WRITES,
      ...optional(template, 'command_template', 'value_template'),
      device_class: string,
      ...optional(any, 'min', 'max'),
      step: { type: 'number', minimum: 0.001 },
      mode: oneOf('auto', 'box', 'slider'),
      payload_reset: string,
      unit_of_measurement: string,
    },
    { required: ['command_topic'] },
  ),
  // select.py
  platform(
    'select',
    { ...WRITES, ...optional(template, 'command_template', 'value_template'), options: strings },
    { required: ['command_topic', 'options'] },
  ),
  // sensor.py
  platform(
    'sensor',
    {
      ...READS,
      device_class: oneOf('enum', 'timestamp', 'date', ...Object.keys(UNITS)),
      expire_after: natural,
      force_update: bool,
      last_reset_value_template: template,
      options: strings,
      suggested_display_precision: natural,
      state_class: oneOf('measurement', 'total', 'total_increasing'),
      unit_of_measurement: string,
    },
    {
      required: ['state_topic'],
      also: [
        {
          if: { required: ['options'] },
          then: {
            properties: { device_class: { const: 'enum' } },
            required: ['device_class'],
            not: { anyOf: [{ required: ['state_class'] }, { required: ['unit_of_measurement'] }] },
          },
        },
        ...inUnits,
        ...inClasses,
      ],
    },
  ),
  // siren.py
  platform(
    'siren',
    {
      ...WRITES,
      available_tones: strings,
      ...optional(template, 'command_template', 'command_off_template', 'state_value_template'),
      ...optional(string, 'payload_on', 'payload_off', 'state_on', 'state_off'),
      ...optional(bool, 'support_duration', 'support_volume_set'),
    },
    { required: ['command_topic'] },
  ),
  // switch.py
  platform(
    'switch',
    {
      ...WRITES,
      ...optional(template, 'command_template', 'value_template'),
      device_class: oneOf('outlet', 'switch'),
      ...optional(string, 'payload_on', 'payload_off', 'state_on', 'state_off'),
    },
    { required: ['command_topic'] },
  ),
  // text.py; MAX_LENGTH_STATE_STATE is 255
  platform(
    'text',
    {
      ...WRITES,
      ...optional(template, 'command_template', 'value_template'),
      ...optional({ type: 'integer', minimum: 0, maximum: 255 }, 'min', 'max'),
      mode: oneOf('text', 'password'),
      pattern: string,
    },
    { required: ['command_topic'] },
  ),
  // update.py
  platform(
    'update',
    {
      ...READS,
      command_topic: topic,
      device_class: oneOf('firmware'),
      display_precision: natural,
      latest_version_template: template,
      latest_version_topic: topic,
      ...optional(string, 'payload_install', 'release_summary', 'release_url', 'title'),
      retain: bool,
    },
    { required: ['state_topic'] },
  ),
];

/** schemas.DEVICE_DISCOVERY_SCHEMA */
export const DEVICE_DISCOVERY: Schema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  properties: {
    ...AVAILABILITY,
    ...optional(topic, 'state_topic', 'command_topic'),
    qos: oneOf(0, 1, 2),
    encoding: string,
    device: {
      type: 'object',
      properties: {
        identifiers: { type: 'array', items: string, minItems: 1 },
        connections: { type: 'array', items: { type: 'array', items: string, minItems: 2, maxItems: 2 } },
        ...optional(string, 'manufacturer', 'model', 'model_id', 'name', 'hw_version', 'serial_number', 'sw_version'),
        ...optional(string, 'via_device', 'suggested_area'),
        configuration_url: { type: 'string', pattern: '^(https?|homeassistant)://' },
      },
      anyOf: [{ required: ['identifiers'] }, { required: ['connections'] }],
      additionalProperties: false,
    },
    origin: {
      type: 'object',
      properties: { name: string, sw_version: string, support_url: string },
      required: ['name'],
      additionalProperties: false,
    },
    components: {
      type: 'object',
      // discovery.TOPIC_MATCHER: keys become parts of ids
      propertyNames: { pattern: '^[a-zA-Z0-9_-]+$' },
      additionalProperties: {
        type: 'object',
        required: ['platform'],
        discriminator: { propertyName: 'platform' },
        oneOf: PLATFORMS,
      },
      minProperties: 1,
    },
  },
  required: ['device', 'origin', 'components'],
  additionalProperties: false,
};

/** discovery.TOPIC_MATCHER, below the prefix. */
export const DISCOVERY_TOPIC = /^device\/(?:[a-zA-Z0-9_-]+\/)?[a-zA-Z0-9_-]+\/config$/;
