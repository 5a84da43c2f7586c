/** Control without words: the payload of `<base>/<thing>/set` as steps, validated like those of a plan. */
import { toThingArgs } from '../../devices/convert.ts';
import { setCalls } from '../../devices/set.ts';
import type { Thing } from '../../devices/thing.ts';
import { TokonomaError } from '../errors.ts';
import type { Step } from './grounding.ts';

const MAX_SET_BYTES = 16 * 1024;

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
