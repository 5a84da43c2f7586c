/** The node itself in Home Assistant: commands in words, what came of them, and how it is. */
import { OUTCOMES } from '../../agent/types.ts';
import type { HealthReport } from '../../agent/health.ts';
import type { Topics } from '../topics.ts';
import { flag, MAX_STATE, setText, text, value, type Entities, type Entity } from './entity.ts';

export interface NodeParts {
  readonly topics: Topics;
  /** Which of what a machine may tell this one does. */
  readonly health: HealthReport;
  /** Names of those that may be chosen. */
  readonly models: readonly string[];
}

/** Who asks: permissions and conversations of commands from Home Assistant are by this site. */
export const SITE = 'home-assistant';

const COMMAND = `{"text": {{ value | tojson }}, "site": "${SITE}"}`;
const MIB = 1024 * 1024;

export function nodeEntities({ topics, health, models }: NodeParts): Entities {
  const { command, response, action, armed, armedSet, stop, bridgeHealth, bridgeInfo } = topics;
  return {
    command: {
      platform: 'text',
      name: 'Command',
      icon: 'mdi:message-text',
      min: 1,
      max: MAX_STATE,
      command_topic: command,
      command_template: COMMAND,
      state_topic: response,
      value_template: text('text'),
    },
    tell: {
      platform: 'notify',
      name: 'Tell',
      command_topic: command,
      command_template: COMMAND,
    },
    outcome: {
      platform: 'event',
      name: 'Outcome',
      icon: 'mdi:clipboard-check',
      event_types: OUTCOMES,
      state_topic: response,
      value_template: EVENT,
    },
    answer: {
      platform: 'sensor',
      name: 'Answer',
      icon: 'mdi:comment-text',
      state_topic: response,
      value_template: `{{ (value_json.say or value_json.reason or value_json.outcome)[:${MAX_STATE}] }}`,
      json_attributes_topic: response,
    },
    last_action: {
      platform: 'sensor',
      name: 'Last action',
      icon: 'mdi:gesture-tap-button',
      state_topic: action,
      value_template: `{{ (value_json.device + ' ' + value_json.action)[:${MAX_STATE}] }}`,
      json_attributes_topic: action,
    },
    armed: {
      platform: 'switch',
      name: 'Armed',
      icon: 'mdi:shield-check',
      command_topic: armedSet,
      payload_on: 'true',
      payload_off: 'false',
      state_topic: armed,
      state_on: 'true',
      state_off: 'false',
    },
    stop: {
      platform: 'button',
      name: 'Stop',
      icon: 'mdi:stop-circle',
      command_topic: stop,
      payload_press: 'stop',
    },
    ...(models.length > 1 && { model: modelEntity(topics, models) }),
    update: {
      platform: 'update',
      name: 'Update',
      title: 'tokonoma',
      entity_category: 'diagnostic',
      state_topic: bridgeInfo,
      value_template: VERSIONS,
    },
    ...healthEntities(bridgeHealth, health),
  };
}

function modelEntity({ bridgeInfo, bridgeRequest }: Topics, models: readonly string[]): Entity {
  return {
    platform: 'select',
    name: 'Model',
    icon: 'mdi:brain',
    entity_category: 'config',
    options: models,
    command_topic: bridgeRequest('model'),
    command_template: setText('model'),
    state_topic: bridgeInfo,
    value_template: value('models.chosen'),
  };
}

/** `{{ {'a': …} | tojson }}` */
const json = (members: Readonly<Record<string, string>>): string =>
  `{{ {${Object.entries(members)
    .map(([key, expression]) => `'${key}': ${expression}`)
    .join(', ')}} | tojson }}`;

/** Home Assistant wants JSON with event_type; the other members become the event's attributes. */
const EVENT = json({
  event_type: 'value_json.outcome',
  id: 'value_json.id',
  text: 'value_json.text',
  say: "value_json.say or ''",
  reason: "value_json.reason or ''",
  code: "value_json.code or ''",
});

/** Nothing asks the network for a newer version: without somebody who knows one, the installed one is the latest. */
const VERSIONS = json({
  installed_version: 'value_json.version',
  latest_version: 'value_json.latest_version or value_json.version',
});

function healthEntities(topic: string, { temperature_c, throttled }: HealthReport): Entities {
  const shared = { state_topic: topic, entity_category: 'diagnostic' };
  const measured = { ...shared, platform: 'sensor', state_class: 'measurement' };
  const milliseconds = { device_class: 'duration', unit_of_measurement: 'ms', suggested_display_precision: 0 };
  return {
    latency: { ...measured, ...milliseconds, name: 'Latency', value_template: value('p50_ms') },
    prefill: { ...measured, ...milliseconds, name: 'Prefill', value_template: value('prefill_ms.p50') },
    decode: { ...measured, ...milliseconds, name: 'Decode', value_template: value('decode_ms.p50') },
    tokens: {
      ...measured,
      name: 'Tokens per second',
      icon: 'mdi:speedometer',
      unit_of_measurement: 'tokens/s',
      value_template: value('tokens_per_s'),
    },
    memory: {
      ...measured,
      name: 'Memory',
      device_class: 'data_size',
      unit_of_measurement: 'MiB',
      value_template: `{{ (value_json.rss_bytes / ${MIB}) | int }}`,
    },
    queue: { ...measured, name: 'Waiting commands', icon: 'mdi:tray-full', value_template: value('queue') },
    ...(temperature_c === undefined
      ? {}
      : {
          temperature: {
            ...measured,
            name: 'Temperature',
            device_class: 'temperature',
            unit_of_measurement: '°C',
            value_template: value('temperature_c'),
          },
        }),
    ...(throttled === undefined
      ? {}
      : {
          throttled: {
            ...shared,
            platform: 'binary_sensor',
            name: 'Throttled',
            device_class: 'problem',
            value_template: flag('throttled'),
          },
        }),
  };
}
