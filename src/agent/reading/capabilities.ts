/** What the declared things can do, as the vocabulary of the grammar: nothing else can be decoded. */
import type { DataSchema, ThingDescription } from '../../../devices/thing.ts';
import { ACTIONS, type ActionSpec, type ArgSpec, type DeclaredName, type NameRole } from '../../grammar/actions.ts';
import type { Named } from '../grounding/directory.ts';

export interface Vocabulary {
  readonly actions: readonly ActionSpec[];
  /** Declared names, synonyms, groups, areas, places and objects, lower case. */
  readonly names: readonly DeclaredName[];
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
    const inputs = things.flatMap((thing) => thing.actions[spec.name] ?? []).map(({ input }) => input ?? {});
    return inputs.length === 0 ? [] : narrowed(spec, inputs);
  });
  return { actions, names: namesOf(things, named), things };
}

function namesOf(things: readonly ThingDescription[], named: readonly Named[]): DeclaredName[] {
  const roles = new Map<string, Set<NameRole>>();
  const add = (role: NameRole, ...names: (string | undefined)[]): void => {
    for (const name of names) {
      if (name === undefined) continue;
      const text = name.toLowerCase();
      roles.set(text, (roles.get(text) ?? new Set()).add(role));
    }
  };
  for (const thing of things) {
    add('device', thing.title, ...(thing['tk:synonyms'] ?? []), ...(thing['tk:groups'] ?? []));
    add('area', thing['tk:area']);
  }
  for (const thing of things) for (const [arg, values] of valuesOf(thing)) add(ROLES[arg] ?? 'object', ...values);
  for (const entry of named) {
    add('device', entry.title, ...(entry.synonyms ?? []));
    add('area', entry.area);
  }
  return [...roles].map(([text, of]) => ({ text, roles: [...of] }));
}

/** The union of what the inputs take, and what all of them need; nothing when none takes a required argument. */
function narrowed(spec: ActionSpec, inputs: readonly DataSchema[]): ActionSpec[] {
  const args: ArgSpec[] = [];
  for (const arg of spec.args) {
    const own = ADDRESSING.has(arg.name) || AGENTS_OWN[spec.name] === arg.name;
    const schemas = inputs.flatMap((input) => input.properties?.[arg.name] ?? []);
    const type = own ? arg.type : narrowedType(arg.type, schemas);
    const required = arg.required || inputs.every((input) => input.required?.includes(arg.name) ?? false);
    if (type !== undefined) args.push({ ...arg, type, required });
    else if (required) return [];
  }
  if (!inputs.every(({ minProperties = 0, required = [] }) => minProperties > 0 && required.length === 0)) {
    return [{ name: spec.name, args }];
  }
  const oneOf = args.map(({ name }) => name).filter((name) => !ADDRESSING.has(name) && !isAside(name, inputs));
  return oneOf.length > 0 ? [{ name: spec.name, args, oneOf }] : [];
}

/** Whether an argument says nothing without another one: `by` without `step`. */
function isAside(name: string, inputs: readonly DataSchema[]): boolean {
  return inputs.every(({ properties = {} }) => {
    const beside = properties[name]?.['tk:with'];
    return properties[name] === undefined || (beside !== undefined && properties[beside]?.default === undefined);
  });
}

function narrowedType(type: ArgSpec['type'], schemas: readonly DataSchema[]): ArgSpec['type'] | undefined {
  if (schemas.length === 0) return undefined;
  if (type.kind !== 'enum') return type;
  const values = type.values.filter((value) => schemas.some((schema) => schema.enum?.includes(value) ?? true));
  return values.length > 0 ? { kind: 'enum', values } : undefined;
}

/** What the values of free texts are names of, by argument; what is not here names an object. */
const ROLES: Readonly<Record<string, NameRole>> = { place: 'place', from: 'place', to: 'place' };

/** Places, objects and colours that a thing declares as values of its free texts, by argument. */
function valuesOf(thing: ThingDescription): [arg: string, values: readonly string[]][] {
  return Object.values(thing.actions).flatMap((action) =>
    Object.entries(action.input?.properties ?? {}).map(([arg, schema]): [string, readonly string[]] => [
      arg,
      schema['tk:names'] ?? [],
    ]),
  );
}
