/**
 * As much of Home Assistant as an entity needs: it takes announcements, renders what would be sent, and reads states by
 * their templates. The templates are rendered by a Jinja that is not Home Assistant's; jinja2.ts holds the two together.
 */
import { Template } from '@huggingface/jinja';
import type { MqttClient } from 'mqtt';
import type { Home } from './home.ts';

export type Component = Readonly<Record<string, unknown>>;

interface Device {
  readonly device: Readonly<Record<string, unknown>>;
  readonly availability: readonly { readonly topic: string; readonly value_template: string }[];
  readonly components: Readonly<Record<string, Component>>;
}

/** A template with what Home Assistant gives it: `value`, `value_json` where the payload is JSON, and what is beside. */
export function render(template: string, context: Readonly<Record<string, unknown>>): string {
  return new Template(template).render(context);
}

export function contextOf(payload: string): Record<string, unknown> {
  try {
    return { value: payload, value_json: JSON.parse(payload) as unknown };
  } catch {
    return { value: payload };
  }
}

export class FakeHomeAssistant {
  /** Announcements by their topic, as they are retained. */
  readonly announced = new Map<string, string>();
  readonly #client: MqttClient;
  readonly #last = new Map<string, string>();
  readonly #waiting = new Set<() => void>();

  constructor({ client, messages }: Pick<Home, 'client' | 'messages'>, prefix = 'homeassistant') {
    this.#client = client;
    const hear = (topic: string, text: string): void => {
      this.#last.set(topic, text);
      if (topic.startsWith(`${prefix}/device/`)) {
        if (text === '') this.announced.delete(topic);
        else this.announced.set(topic, text);
      }
      for (const look of this.#waiting) look();
    };
    for (const { topic, text } of messages) hear(topic, text);
    client.on('message', (topic, payload) => hear(topic, payload.toString()));
  }

  /** What is no JSON is nothing to it. */
  get devices(): Device[] {
    return [...this.announced.values()].flatMap((text) => (contextOf(text)['value_json'] as Device | undefined) ?? []);
  }

  /** The entity of this unique id. */
  entity(uniqueId: string): Component {
    for (const { components } of this.devices) {
      const found = Object.values(components).find((component) => component['unique_id'] === uniqueId);
      if (found !== undefined) return found;
    }
    throw new Error(`no entity ${uniqueId}`);
  }

  isKnown(uniqueId: string): boolean {
    return this.#deviceOf(uniqueId) !== undefined;
  }

  isAvailable(uniqueId: string): boolean {
    const device = this.#deviceOf(uniqueId);
    if (device === undefined) return false;
    return device.availability.every(({ topic, value_template }) => {
      const payload = this.#last.get(topic);
      return payload !== undefined && render(value_template, contextOf(payload)) === 'online';
    });
  }

  #deviceOf(uniqueId: string): Device | undefined {
    return this.devices.find(({ components }) =>
      Object.values(components).some((component) => component['unique_id'] === uniqueId),
    );
  }

  /**
   * Sends what the entity sends for a value.
   * @param key prefix of the keys: `brightness_` for brightness_command_topic
   */
  async send(entity: Component, value: unknown, key = '', more: Readonly<Record<string, unknown>> = {}): Promise<void> {
    const [topic, template] =
      key === 'set_position_'
        ? [entity['set_position_topic'], entity['set_position_template']]
        : [entity[`${key}command_topic`], entity[`${key}command_template`]];
    const payload = template === undefined ? String(value) : render(template as string, { value, ...more });
    await this.#client.publishAsync(String(topic), payload, { qos: 0 });
  }

  /** What the entity reads; undefined before the first message. */
  read(entity: Component, topicKey = 'state_topic', templateKey = 'value_template'): string | undefined {
    const payload = this.#last.get(String(entity[topicKey]));
    if (payload === undefined) return undefined;
    const template = entity[templateKey];
    return template === undefined ? payload : render(template as string, contextOf(payload));
  }

  /** Resolves when the entity reads this. */
  reads(entity: Component, expected: string, topicKey?: string, templateKey?: string): Promise<void> {
    return this.until(() => this.read(entity, topicKey, templateKey) === expected);
  }

  /** Resolves when it is so, looking after every message. */
  until(isSo: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!isSo()) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
      look();
    });
  }
}
