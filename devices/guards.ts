/**
 * What an owner declares about the care a thing needs, beside what its kind says: confirmation, limits of rate,
 * interlocks, clamping. Declared per thing or per action, kept in the description where policy looks.
 */
import type { ArgMatch } from './match.ts';
import { matches } from './match.ts';
import type { ActionAffordance, DataSchema, Interlock, SafetyClass, ThingDescription } from './thing.ts';

/** For all actions of the thing that are not harmless, or by the name of the action. */
export type PerAction<T> = T | Readonly<Record<string, T>>;

export interface Guards {
  readonly safety?: PerAction<SafetyClass>;
  /** `{lock.set: {state: unlock}}`; false takes back what the kind asks for. */
  readonly confirm?: boolean | Readonly<Record<string, ArgMatch>>;
  readonly cooldown_s?: PerAction<number>;
  readonly per_minute?: PerAction<number>;
  readonly interlocks?: readonly Interlock[];
  /** Numbers beyond a limit are brought to it: all of them, or those of these arguments. */
  readonly clamp?: boolean | readonly string[];
  /** Milliseconds for the acknowledgement. */
  readonly ack_ms?: PerAction<number>;
  readonly safe_offline?: boolean;
}

/** The description with what the owner declared of it. */
export function guarded<D extends ThingDescription>(description: D, guards: Guards): D {
  const { interlocks, safe_offline } = guards;
  const actions = Object.fromEntries(
    Object.entries(description.actions).map(([name, action]) => [name, guardedAction(name, action, guards)]),
  );
  return {
    ...description,
    actions,
    ...(interlocks === undefined ? {} : { 'tk:interlocks': interlocks }),
    ...(safe_offline === undefined ? {} : { 'tk:safe_offline': safe_offline }),
  };
}

/** Names of actions that `guards` speaks of and the thing does not have. */
export function unknownActions({ actions }: ThingDescription, guards: Guards): string[] {
  const { safety, confirm, cooldown_s, per_minute, ack_ms, interlocks } = guards;
  const keyed = [safety, confirm, cooldown_s, per_minute, ack_ms].flatMap((guard) =>
    typeof guard === 'object' ? Object.keys(guard) : [],
  );
  const named = (interlocks ?? []).flatMap((interlock) => interlock.actions ?? []);
  return [...new Set([...keyed, ...named])].filter((name) => actions[name] === undefined);
}

function guardedAction(name: string, action: ActionAffordance, guards: Guards): ActionAffordance {
  const harmless = action.safe === true;
  const of = <T>(guard: PerAction<T> | undefined): T | undefined =>
    typeof guard === 'object' && guard !== null
      ? (guard as Readonly<Record<string, T>>)[name]
      : harmless
        ? undefined
        : guard;
  const [safety, confirm] = [of<SafetyClass>(guards.safety), of<ArgMatch>(guards.confirm)];
  const [cooldown, perMinute, ack] = [
    of<number>(guards.cooldown_s),
    of<number>(guards.per_minute),
    of<number>(guards.ack_ms),
  ];
  return {
    ...action,
    ...(guards.clamp === undefined || action.input === undefined ? {} : { input: clamped(action.input, guards.clamp) }),
    ...(safety === undefined ? {} : { 'tk:safety': safety }),
    ...(confirm === undefined ? {} : { 'tk:confirm': confirm }),
    ...(cooldown === undefined ? {} : { 'tk:cooldown_s': cooldown }),
    ...(perMinute === undefined ? {} : { 'tk:per_minute': perMinute }),
    ...(ack === undefined ? {} : { 'tk:ack': ack }),
  };
}

function clamped(input: DataSchema, clamp: boolean | readonly string[]): DataSchema {
  const properties = Object.entries(input.properties ?? {}).map(([name, schema]) => {
    const numeric = schema.type === 'number' || schema.type === 'integer';
    const meant = typeof clamp === 'boolean' ? clamp : clamp.includes(name);
    return [name, numeric && meant ? { ...schema, 'tk:clamp': true } : schema] as const;
  });
  return { ...input, properties: Object.fromEntries(properties) };
}

/** Whether doing this only changes nothing or ends something. */
export function isHarmless(action: ActionAffordance | undefined, args: Parameters<typeof matches>[1]): boolean {
  return action?.safe === true || matches(action?.['tk:stops'], args);
}
