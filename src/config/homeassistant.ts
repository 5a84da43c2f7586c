/** The homeassistant section of tokonoma.yaml: whether this node and its things announce themselves there. */

export interface RawHomeAssistant {
  enabled?: boolean;
  prefix?: string;
}

export interface HomeAssistantConfig {
  /** False takes back what was announced before. */
  readonly enabled: boolean;
  /** Of its discovery topics. */
  readonly prefix: string;
}

export const HOME_ASSISTANT_SCHEMA = {
  type: 'object',
  description: 'MQTT discovery of Home Assistant (docs/home-assistant.md)',
  properties: {
    enabled: { type: 'boolean', description: 'default true; false takes back what was announced' },
    prefix: {
      type: 'string',
      pattern: '^[^+#/$]+(/[^+#/]+)*$',
      description: 'of the discovery topics, as Home Assistant has it; default homeassistant',
    },
  },
  additionalProperties: false,
} as const;

/** Of a thing or a sensor. */
export const ANNOUNCED_SCHEMA = {
  type: 'boolean',
  description: 'false: Home Assistant is not told of it, for it knows it already; default true',
} as const;

export function resolveHomeAssistant({
  enabled = true,
  prefix = 'homeassistant',
}: RawHomeAssistant): HomeAssistantConfig {
  return { enabled, prefix };
}
