/** Files of commands: one JSON object `{text, expected?}` a line. */
import { TokonomaError, messageOf } from '../errors.ts';
import type { Args, PlanCall } from '../grammar/actions.ts';

export interface EvalLine {
  readonly text: string;
  /** Absent: to be predicted, but not scored. */
  readonly expected?: readonly PlanCall[];
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
          'expected being optional',
        { cause },
      );
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch (error) {
      throw problem(line.trim() === '' ? 'the line is empty' : `no JSON (${messageOf(error)})`, error);
    }
    if (!isObject(value)) throw problem('no JSON object');
    const { text, expected } = value;
    if (typeof text !== 'string') throw problem('text is missing or no string');
    if (expected === undefined || expected === null) return { text };
    if (!Array.isArray(expected) || expected.length === 0) throw problem('expected is no list of calls');
    const calls = expected.map(toCall);
    const wrong = calls.indexOf(undefined);
    if (wrong >= 0) throw problem(`call ${wrong + 1} of expected has no action, or args that are no object`);
    return { text, expected: calls as PlanCall[] };
  });
}

function toCall(value: unknown): PlanCall | undefined {
  if (!isObject(value) || typeof value['action'] !== 'string') return undefined;
  const args = value['args'] ?? {};
  return isObject(args) ? { action: value['action'], args: args as Args } : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
