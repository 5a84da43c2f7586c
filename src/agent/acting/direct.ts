/** Control without words: the payload of `<base>/<thing>/set` as steps, validated and checked like those of a plan. */
import { toThingArgs } from '../../../devices/convert.ts';
import { setCalls } from '../../../devices/set.ts';
import type { Readings } from '../../../devices/condition.ts';
import type { Thing } from '../../../devices/thing.ts';
import { TokonomaError, codeOf, messageOf } from '../../errors.ts';
import type { Executor } from './executor.ts';
import type { Step } from '../grounding/grounding.ts';
import type { Outcomes } from '../inbox/outcomes.ts';
import type { Policy } from './policy.ts';
import { outcomeOf, type Ending } from '../turn/response.ts';
import type { Runs } from './runs.ts';
import { sourcesOf, type ActionResult, type Command } from '../types.ts';

const MAX_SET_BYTES = 16 * 1024;

export interface DirectParts {
  readonly runs: Runs;
  readonly policy: Policy;
  readonly executor: Executor;
  readonly outcomes: Outcomes;
  readonly readings: Readings;
}

export class DirectControl {
  readonly #parts: DirectParts;

  constructor(parts: DirectParts) {
    this.#parts = parts;
  }

  /** At once, beside whatever else is being done. Never throws. */
  async set(command: Command, thing: Thing, payload: Uint8Array): Promise<Ending> {
    const { runs, policy, executor, outcomes, readings } = this.#parts;
    const run = runs.begin(command.id);
    try {
      const steps = directSteps(thing, payload);
      const plan = steps.map(({ action, args }) => ({ action, args }));
      // Who names thing and value exactly means it: a question is for words, which can be misunderstood.
      const given = { source: sourcesOf(command), confirmed: true, readings };
      const objection = policy.checkAll(steps, given);
      if (objection !== undefined) return { ...objection.problem, plan, actions: [] };
      run.act([thing.description.id]);
      const tell = (action: ActionResult): void => outcomes.acted(command.id, action);
      const { actions, code } = await executor.run(steps, run.signal, tell, given);
      return { ...outcomeOf(actions), code, actions, plan };
    } catch (error) {
      return {
        outcome: codeOf(error) === 'internal' ? 'failed' : 'refused',
        code: codeOf(error),
        reason: messageOf(error),
      };
    } finally {
      run.end();
    }
  }
}

/** Throws `too-large`, `bad-json`, `bad-argument`, `over-limit`, `unsupported-action`. */
export function directSteps(thing: Thing, payload: Uint8Array): Step[] {
  if (payload.length > MAX_SET_BYTES) {
    throw new TokonomaError('too-large', `${payload.length} bytes; a set has at most ${MAX_SET_BYTES}`);
  }
  const calls = setCalls(thing.description, parseSet(Buffer.from(payload).toString('utf8').trim()));
  if (calls.length === 0)
    throw new TokonomaError('bad-argument', `${thing.description.title}: the set names no property`);
  return calls.map((call) => ({ thing, action: call.action, args: toThingArgs(thing.description, call) }));
}

/** JSON, or a bare word such as `ON`. */
function parseSet(text: string): unknown {
  if (!/^[{["]/.test(text)) return text;
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new TokonomaError('bad-json', `the payload is not JSON: ${(error as Error).message}`, { cause: error });
  }
}
