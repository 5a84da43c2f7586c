/** Which controls a thing gets: read from its Thing Description alone, whatever kind it is. */
import type { DataSchema, PropertyAffordance, ThingDescription, ThingState } from '../../../devices/thing.ts';

type Value = string | number | boolean;

/** Written as `{[property]: on}` or `{[property]: off}`. */
export interface Switch {
  readonly kind: 'switch';
  readonly property: string;
  readonly on: Value;
  readonly off: Value;
}

export interface Option {
  readonly label: string;
  readonly write: Value;
}

export interface Choice {
  readonly kind: 'choice';
  readonly property: string;
  readonly options: readonly Option[];
}

export interface Range {
  readonly kind: 'range';
  readonly property: string;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly unit?: string;
}

/** One of the declared names; of a colour, the driver knows what they look like. */
export interface Names {
  readonly kind: 'names';
  readonly property: string;
  readonly isColor: boolean;
  readonly names: readonly string[];
}

/** What has no limits that a slider could show, as text or number. */
export interface Field {
  readonly kind: 'field';
  readonly property: string;
  readonly schema: DataSchema;
}

export type Control = Switch | Choice | Range | Names | Field;

/** An action that no property writes: a form of its arguments. */
export interface ActionForm {
  readonly name: string;
  readonly args: readonly { readonly name: string; readonly schema: DataSchema; readonly isRequired: boolean }[];
}

export interface Reading {
  readonly property: string;
  readonly value: Value;
  readonly unit?: string;
}

export function controlsOf(description: ThingDescription): Control[] {
  return Object.entries(description.properties).flatMap(([property, affordance]) =>
    affordance['tk:writes'] === undefined ? [] : [controlOf(description, property, affordance)],
  );
}

function controlOf(description: ThingDescription, property: string, affordance: PropertyAffordance): Control {
  const { type, minimum: min, maximum: max, unit } = affordance;
  const { action, arg, values } = affordance['tk:writes']!;
  if (type === 'boolean') return { kind: 'switch', property, on: true, off: false };
  if (values !== undefined) return ofValues(property, values);
  if (affordance.enum !== undefined) {
    const options = affordance.enum.map((value) => ({ label: String(value), write: value }));
    return { kind: 'choice', property, options };
  }
  if (min !== undefined && max !== undefined) {
    return {
      kind: 'range',
      property,
      min,
      max,
      step: stepOf(affordance, min, max),
      ...(unit === undefined ? {} : { unit }),
    };
  }
  const names = description.actions[action]?.input?.properties?.[arg]?.['tk:names'] ?? affordance['tk:names'];
  if (names !== undefined) return { kind: 'names', property, isColor: arg === 'color', names };
  return { kind: 'field', property, schema: affordance };
}

/** ON and OFF are a switch; LOCK and LOCKED are written differently and mean the same. */
function ofValues(property: string, values: Readonly<Record<string, Value>>): Switch | Choice {
  const byMeaning = new Map<Value, string[]>();
  for (const [written, meant] of Object.entries(values))
    byMeaning.set(meant, [...(byMeaning.get(meant) ?? []), written]);
  const [on, off] = [byMeaning.get('on'), byMeaning.get('off')];
  if (byMeaning.size === 2 && on !== undefined && off !== undefined) {
    return { kind: 'switch', property, on: on[0]!, off: off[0]! };
  }
  const options = [...byMeaning].map(([meant, written]) => ({ label: String(meant), write: written[0]! }));
  return { kind: 'choice', property, options };
}

function stepOf({ type }: DataSchema, min: number, max: number): number {
  if (type === 'integer' || max - min >= 50) return max - min > 1000 ? 50 : 1;
  return 0.5;
}

/** Whether this is what the state says: "close" of CLOSED, "unlock" of UNLOCKED, "open" of OPENING. */
export function isChosen({ label }: Option, value: unknown): boolean {
  return String(value).toLowerCase().startsWith(label.toLowerCase());
}

/** Actions with an argument that no property is written to; steps are what a slider does. */
export function actionsOf({ actions, properties }: ThingDescription): ActionForm[] {
  const written = new Set(
    Object.values(properties).flatMap(({ 'tk:writes': write }) =>
      write === undefined ? [] : [`${write.action} ${write.arg}`],
    ),
  );
  return Object.entries(actions).flatMap(([name, { input }]): ActionForm[] => {
    const args = Object.entries(input?.properties ?? {});
    const isCovered = args.every(([arg]) => arg === 'step' || arg === 'by' || written.has(`${name} ${arg}`));
    if (isCovered && args.length > 0) return [];
    const required = input?.required ?? [];
    return [{ name, args: args.map(([arg, schema]) => ({ name: arg, schema, isRequired: required.includes(arg) })) }];
  });
}

/** What can only be read and says something. */
export function readingsOf({ properties }: ThingDescription, state: ThingState): Reading[] {
  return Object.entries(properties).flatMap(([property, affordance]): Reading[] => {
    const value = state[property];
    if (affordance['tk:writes'] !== undefined || value === null || value === undefined || value === '') return [];
    return [{ property, value, ...(affordance.unit === undefined ? {} : { unit: affordance.unit }) }];
  });
}

/** The arguments of a form as its fields say. Empty ones are left out. */
export function argsOf(form: ActionForm, data: FormData): Record<string, Value> {
  const args: Record<string, Value> = {};
  for (const { name, schema } of form.args) {
    const value = data.get(name);
    if (typeof value !== 'string' || value === '') continue;
    args[name] =
      schema.type === 'boolean'
        ? value === 'true'
        : schema.type === 'number' || schema.type === 'integer'
          ? Number(value)
          : value;
  }
  return args;
}
