/** Which actions and arguments this command can be turned into at all: what cannot be filled is not offered. */
import type { ActionSpec, ArgSpec } from './actions.ts';
import type { Values } from './values.ts';

export type AvailableArg =
  | { readonly name: string; readonly required: boolean; readonly choices: readonly string[]; readonly quoted: boolean }
  | { readonly name: string; readonly required: boolean; readonly profile: number; readonly quoted: boolean };

export interface AvailableAction {
  readonly name: string;
  readonly args: readonly AvailableArg[];
  /** Per argument: once it is said, the call says enough. */
  readonly suffices: readonly boolean[];
  /** Without any argument it says enough. */
  readonly sufficient: boolean;
}

/** Where a call stands: arguments before `from` are passed, and it says enough or not yet. */
export interface Place {
  readonly from: number;
  readonly enough: boolean;
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
  for (const { name, args, oneOf } of actions) {
    if (name === NONE) continue;
    const filled = args.map((arg) => availableArg(name, arg, values, sayable));
    if (args.some((arg, i) => arg.required && filled[i] === undefined)) continue;
    const left = filled.filter((arg) => arg !== undefined);
    const suffices = left.map((arg) => oneOf === undefined || oneOf.includes(arg.name));
    if (oneOf !== undefined && !suffices.includes(true)) continue;
    available.push({ name, args: left, suffices, sufficient: oneOf === undefined });
  }
  return available;
}

/** Arguments that may come next: up to the first that is required, and none after which it could not say enough. */
export function nextArgs(
  { args, suffices }: AvailableAction,
  { from, enough }: Place,
): { readonly indices: number[]; readonly mayEnd: boolean } {
  const last = enough ? args.length : suffices.lastIndexOf(true) + 1;
  const indices: number[] = [];
  for (let i = from; i < last; i++) {
    indices.push(i);
    if (args[i]!.required) return { indices, mayEnd: false };
  }
  return { indices, mayEnd: enough };
}

/** The place after argument `i` was said at `place`. */
export function placeAfter({ suffices }: AvailableAction, { enough }: Place, i: number): Place {
  return { from: i + 1, enough: enough || suffices[i]! };
}

/** Every place that a call can be at, in order; the first is its beginning. */
export function placesOf(action: AvailableAction): Place[] {
  const places: Place[] = [{ from: 0, enough: action.sufficient }];
  for (let at = 0; at < places.length; at++) {
    for (const i of nextArgs(action, places[at]!).indices) {
      const next = placeAfter(action, places[at]!, i);
      if (!places.some((place) => isSame(place, next))) places.push(next);
    }
  }
  return places;
}

export const isSame = (a: Place, b: Place): boolean => a.from === b.from && a.enough === b.enough;

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
