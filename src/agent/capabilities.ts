/** What the declared things can do, as the vocabulary of the grammar: nothing else can be decoded. */
import type { DataSchema, ThingDescription } from '../../devices/thing.ts';
import { ACTIONS, type ActionSpec, type ArgSpec } from '../grammar/actions.ts';
import type { Named } from './directory.ts';

export interface Vocabulary {
  readonly actions: readonly ActionSpec[];
  /** Declared names, synonyms, groups, areas, places and objects, lower case. */
  readonly names: readonly string[];
  /** Whose they are, for prompts that tell it. */
  readonly things?: readonly ThingDescription[];
}

/** Answered by the agent itself, whatever is declared. */
const ALWAYS: ReadonlySet<string> = new Set(['query', 'none']);

/** Arguments no thing takes: they say who is meant. */
const ADDRESSING: ReadonlySet<string> = new Set(['device', 'area']);

/** A timer with a command is the agent's schedule, whatever the timer itself takes. */
const AGENTS_OWN: Readonly<Record<string, string>> = { 'timer.do': 'command' };

/** @param named sensors and whatever else has a name that commands may say */
export function vocabularyOf(things: readonly ThingDescription[], named: readonly Named[] = []): Vocabulary {
  const actions = ACTIONS.flatMap((spec) => {
    if (ALWAYS.has(spec.name)) return [spec];
    const affordances = things.flatMap((thing) => thing.actions[spec.name] ?? []);
    const inputs = affordances.map((affordance) => affordance.input?.properties ?? {});
    return inputs.length === 0 ? [] : narrowed(spec, inputs);
  });
  const names = [
    ...things.flatMap((thing) => [
      thing.title,
      ...(thing['tk:synonyms'] ?? []),
      ...(thing['tk:groups'] ?? []),
      thing['tk:area'] ?? [],
    ]),
    ...things.flatMap(valuesOf),
    ...named.flatMap((entry) => [entry.title, ...(entry.synonyms ?? []), entry.area ?? []]),
  ].flat();
  return { actions, names: [...new Set(names.map((name) => name.toLowerCase()))], things };
}

/** The union of what the inputs take; nothing when none takes a required argument. */
function narrowed(spec: ActionSpec, inputs: readonly Readonly<Record<string, DataSchema>>[]): ActionSpec[] {
  const args: ArgSpec[] = [];
  for (const arg of spec.args) {
    const own = ADDRESSING.has(arg.name) || AGENTS_OWN[spec.name] === arg.name;
    const schemas = inputs.flatMap((input) => input[arg.name] ?? []);
    const type = own ? arg.type : narrowedType(arg.type, schemas);
    if (type !== undefined) args.push({ ...arg, type });
    else if (arg.required) return [];
  }
  return [{ name: spec.name, args }];
}

function narrowedType(type: ArgSpec['type'], schemas: readonly DataSchema[]): ArgSpec['type'] | undefined {
  if (schemas.length === 0) return undefined;
  if (type.kind !== 'enum') return type;
  const values = type.values.filter((value) => schemas.some((schema) => schema.enum?.includes(value) ?? true));
  return values.length > 0 ? { kind: 'enum', values } : undefined;
}

/** Places, objects and colours that a thing declares as values of its free texts. */
function valuesOf(thing: ThingDescription): string[] {
  return Object.values(thing.actions).flatMap((action) =>
    Object.values(action.input?.properties ?? {}).flatMap((schema) => schema['tk:names'] ?? []),
  );
}
