/** Which actions and arguments this command can be turned into at all: what cannot be filled is not offered. */
import type { ActionSpec, ArgSpec } from './actions.ts';
import type { Values } from './values.ts';

export type AvailableArg =
  | { readonly name: string; readonly required: boolean; readonly choices: readonly string[]; readonly quoted: boolean }
  | { readonly name: string; readonly required: boolean; readonly profile: number; readonly quoted: boolean };

export interface AvailableAction {
  readonly name: string;
  readonly args: readonly AvailableArg[];
}

/** The outcome not-understood: always possible, always alone. */
export const NONE = 'none';

/**
 * Actions that have a value for each of their required arguments, with the arguments that have one. `none` is left out.
 * @param sayable whether the format can write a choice, such as `power=on`, or the key of a value
 */
export function availableActions(
  actions: readonly ActionSpec[],
  values: Values,
  sayable: (arg: string, choice?: string) => boolean,
): AvailableAction[] {
  const available: AvailableAction[] = [];
  for (const { name, args } of actions) {
    if (name === NONE) continue;
    const filled = args.map((arg) => availableArg(name, arg, values, sayable));
    if (args.some((arg, i) => arg.required && filled[i] === undefined)) continue;
    available.push({ name, args: filled.filter((arg) => arg !== undefined) });
  }
  return available;
}

/** Arguments that may come next when those before `from` have been passed: up to the first that is required. */
export function nextArgs(args: readonly AvailableArg[], from: number): { indices: number[]; mayEnd: boolean } {
  const indices: number[] = [];
  for (let i = from; i < args.length; i++) {
    indices.push(i);
    if (args[i]!.required) return { indices, mayEnd: false };
  }
  return { indices, mayEnd: true };
}

function availableArg(
  action: string,
  { name, type, required }: ArgSpec,
  values: Values,
  sayable: (arg: string, choice?: string) => boolean,
): AvailableArg | undefined {
  if (type.kind === 'text' || type.kind === 'number') {
    const profile = type.kind === 'text' ? values.textProfile(name) : values.numberProfile(action, name);
    return profile < 0 || !sayable(name) ? undefined : { name, required, profile, quoted: type.kind === 'text' };
  }
  const all = type.kind === 'boolean' ? ['true', 'false'] : type.values;
  const choices = all.filter((choice) => sayable(name, choice));
  return choices.length === 0 ? undefined : { name, required, choices, quoted: type.kind === 'enum' };
}
