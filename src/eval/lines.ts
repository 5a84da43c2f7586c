/** Files of commands: one JSON object `{text, expected?}` a line; about a declared home `{text, acts | outcome}`. */
import { OUTCOMES, type Outcome } from '../agent/types.ts';
import { TokonomaError, messageOf } from '../errors.ts';
import type { Args, PlanCall } from '../grammar/actions.ts';

/** One action of one thing: the thing's id, the arguments in its own units. */
export interface Act extends PlanCall {
  device: string;
}

/** Without any expectation: to be predicted, but not scored. */
export interface EvalLine {
  readonly text: string;
  readonly expected?: readonly PlanCall[];
  /** In a declared home: what the things must be told, in order; `schedule` and `query` stand for the agent itself. */
  readonly acts?: readonly Act[];
  /** In a declared home: how the command must end where nothing may be done, such as `ambiguous`. */
  readonly outcome?: Outcome;
  /** With `outcome`: names of the things that must be offered, in any order. */
  readonly candidates?: readonly string[];
}

/**
 * @param name of the file, for messages
 * @throws TokonomaError `eval-bad-line` with the number of the line
 */
export function parseEvalLines(content: string, name: string): EvalLine[] {
  const lines = content.replace(/^\ufeff/, '').split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines.map((line, i) => {
    const problem = (what: string, cause?: unknown): TokonomaError =>
      new TokonomaError(
        'eval-bad-line',
        `${name}, line ${i + 1}: ${what}; expected {"text": "…", "expected": [{"action": "…", "args": {…}}, …]}, ` +
          'expected being optional, or acts or outcome for a declared home',
        { cause },
      );
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch (error) {
      throw problem(line.trim() === '' ? 'the line is empty' : `no JSON (${messageOf(error)})`, error);
    }
    if (!isObject(value)) throw problem('no JSON object');
    const { text, expected, acts, outcome, candidates } = value;
    if (typeof text !== 'string') throw problem('text is missing or no string');
    const listOf = <T>(name: string, list: unknown, read: (value: unknown) => T | undefined, what: string): T[] => {
      if (!Array.isArray(list) || list.length === 0) throw problem(`${name} is no list of calls`);
      const calls = list.map(read);
      const wrong = calls.indexOf(undefined);
      if (wrong >= 0) throw problem(`call ${wrong + 1} of ${name} has no ${what}, or args that are no object`);
      return calls as T[];
    };
    if (acts !== undefined) return { text, acts: listOf('acts', acts, toAct, 'device or action') };
    if (outcome !== undefined) {
      const known = OUTCOMES.find((name) => name === outcome);
      if (known === undefined) throw problem(`outcome is none of ${OUTCOMES.join(', ')}`);
      if (candidates === undefined) return { text, outcome: known };
      if (!isTexts(candidates)) throw problem('candidates is no list of names');
      return { text, outcome: known, candidates };
    }
    if (expected === undefined || expected === null) return { text };
    return { text, expected: listOf('expected', expected, toCall, 'action') };
  });
}

function toAct(value: unknown): Act | undefined {
  const call = toCall(value);
  const { device } = isObject(value) ? value : {};
  return call !== undefined && typeof device === 'string' ? { device, ...call } : undefined;
}

function toCall(value: unknown): PlanCall | undefined {
  if (!isObject(value) || typeof value['action'] !== 'string') return undefined;
  const args = value['args'] ?? {};
  return isObject(args) ? { action: value['action'], args: args as Args } : undefined;
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((text) => typeof text === 'string');
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
