/**
 * Entities and devices as Home Assistant's discovery takes them. Keys are written in full.
 * https://www.home-assistant.io/integrations/mqtt/#mqtt-discovery
 */

/** A component of a device before it has its unique id. `name: null`: it is called as the device is. */
export type Entity = Readonly<Record<string, unknown>> & {
  readonly platform: string;
  readonly name: string | null;
};

/** By a key that is unique in the device; it is part of the unique id, so it never changes. */
export type Entities = Readonly<Record<string, Entity>>;

export interface Availability {
  readonly topic: string;
  readonly value_template: string;
}

/** The payload of `<prefix>/device/…/config`. */
export interface DevicePayload {
  readonly device: Readonly<Record<string, unknown>>;
  readonly origin: Readonly<Record<string, string>>;
  readonly availability: readonly Availability[];
  readonly availability_mode: 'all';
  readonly components: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** Where a thing is on the broker. */
export interface Address {
  /** Topic of its state, a JSON object. */
  readonly state: string;
  /** Topic that it is set by. */
  readonly set: string;
}

/** A state is no longer than this (MAX_LENGTH_STATE_STATE in homeassistant/const.py). */
export const MAX_STATE = 255;

/** Reads a member of a JSON payload; null is `None`, by which Home Assistant means unknown. */
export const value = (path: string): string => `{{ 'None' if value_json.${path} is none else value_json.${path} }}`;

/** As `value`, for numbers of platforms that take no `None`: they ignore what is empty. */
export const number = (path: string): string => `{{ '' if value_json.${path} is none else value_json.${path} }}`;

/** A text of any length; none is unknown. */
export const text = (path: string): string => `{{ (value_json.${path} or 'None')[:${MAX_STATE}] }}`;

/** True and false in words that are the same in every dialect of Jinja. */
export const flag = (path: string): string => `{{ 'ON' if value_json.${path} else 'OFF' }}`;

/** What sets a property to the number that Home Assistant has in `value`. */
export const setNumber = (property: string): string => `{"${property}": {{ value }}}`;

/** What sets a property to the text that Home Assistant has in `value`. */
export const setText = (property: string): string => `{"${property}": {{ value | tojson }}}`;

/** `remaining_s` is "Remaining". */
export function titleOf(property: string): string {
  const words = property.replace(/_(s|ms)$/, '').replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
