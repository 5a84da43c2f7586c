/** How well plans match what was expected, as score.py of the command data defines it. */
import { actionSpec, type ArgType, type PlanCall } from '../grammar/actions.ts';
import { collapse, sameCall } from './compare.ts';

/** Shares of `n`, 0..1. */
export interface Score {
  readonly n: number;
  /** Keeps to the schema. */
  readonly valid: number;
  /** The same actions in the same order. */
  readonly action: number;
  /** And all arguments equal after normalization. */
  readonly strict: number;
  /** Numbers and choices equal, texts overlapping, an errand in one step or several. */
  readonly lenient: number;
}

/** What of one prediction is right. */
export interface Verdict {
  readonly valid: boolean;
  readonly action: boolean;
  readonly strict: boolean;
  readonly lenient: boolean;
}

/** @param predicted any JSON value; what is no valid plan is wrong */
export function judge(expected: readonly PlanCall[], predicted: unknown): Verdict {
  const plan = isValidPlan(predicted) ? predicted : undefined;
  const calls = plan ?? [];
  const action = matches(expected, calls, (a, b) => a.action === b.action);
  const [wanted, got] = [collapse(expected), collapse(calls)];
  return {
    valid: plan !== undefined,
    action,
    strict: action && matches(expected, calls, (a, b) => sameCall(a, b)),
    lenient: wanted.length > 0 && matches(wanted, got, (a, b) => sameCall(a, b, true)),
  };
}

/** Counts pairs one by one. */
export class Scorer {
  #n = 0;
  #valid = 0;
  #action = 0;
  #strict = 0;
  #lenient = 0;

  /** @param predicted any JSON value; what is no valid plan is wrong */
  add(expected: readonly PlanCall[], predicted: unknown): void {
    this.count(judge(expected, predicted));
  }

  count({ valid, action, strict, lenient }: Verdict): void {
    this.#n++;
    if (valid) this.#valid++;
    if (action) this.#action++;
    if (strict) this.#strict++;
    if (lenient) this.#lenient++;
  }

  /** Rounded to four digits; all zero when nothing was counted. */
  get score(): Score {
    const share = (count: number): number => round4(count / Math.max(1, this.#n));
    return {
      n: this.#n,
      valid: share(this.#valid),
      action: share(this.#action),
      strict: share(this.#strict),
      lenient: share(this.#lenient),
    };
  }
}

/** Four digits, ties to even, as Python rounds: the only doubles that are ties there are odd multiples of 1/32. */
export function round4(share: number): number {
  const lower = Math.floor(share * 1e4);
  const isTie = (share * 32) % 2 === 1;
  return isTie ? (lower + (lower % 2)) / 1e4 : Number(share.toFixed(4));
}

function matches(a: readonly PlanCall[], b: readonly PlanCall[], same: (a: PlanCall, b: PlanCall) => boolean): boolean {
  return a.length === b.length && a.every((call, i) => same(call, b[i]!));
}

/** Whether a JSON value is a non-empty list of calls that keep to the canonical schema. */
export function isValidPlan(value: unknown): value is PlanCall[] {
  return Array.isArray(value) && value.length > 0 && value.every(isValidCall);
}

function isValidCall(value: unknown): boolean {
  if (!isObject(value) || typeof value['action'] !== 'string' || !isObject(value['args'])) return false;
  const { action, args } = value as { action: string; args: Record<string, unknown> };
  const spec = actionSpec(action);
  if (spec === undefined || spec.args.some(({ name, required }) => required && !Object.hasOwn(args, name)))
    return false;
  return Object.entries(args).every(([name, arg]) => {
    // canon.py takes any text for the kind of a query.
    if (action === 'query' && name === 'kind') return isValidValue({ kind: 'text' }, arg);
    const type = spec.args.find((candidate) => candidate.name === name)?.type;
    return type !== undefined && isValidValue(type, arg);
  });
}

function isValidValue(type: ArgType, value: unknown): boolean {
  if (type.kind === 'enum') return typeof value === 'string' && type.values.includes(value);
  if (type.kind === 'text') return typeof value === 'string' && value.trim() !== '';
  return typeof value === type.kind;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
