/** An interpreter that knows its texts by heart, for everything that is not about the model. */
import type { TextInterpreter } from '../../src/agent/reading/understanding.ts';
import type { Interpretation } from '../../src/agent/types.ts';
import type { PlanCall } from '../../src/grammar/actions.ts';

/** A plan, how sure of it, an error to fail with, or something to wait for. */
export type Line = readonly PlanCall[] | Sure | Error | ((signal?: AbortSignal) => Promise<readonly PlanCall[]>);

/** A plan of a model that has been calibrated. */
export type Sure = Pick<Interpretation, 'plan' | 'confidence' | 'threshold'>;

export class FakeInterpreter implements TextInterpreter {
  /** Every text that was asked about, in order. */
  readonly asked: string[] = [];
  readonly #script: Readonly<Record<string, Line>>;

  /** What is not in the script is `none`. */
  constructor(script: Readonly<Record<string, Line>>) {
    this.#script = script;
  }

  async interpret(text: string, _vocabulary: unknown, signal?: AbortSignal): Promise<Interpretation> {
    this.asked.push(text);
    const line = this.#script[text] ?? [call('none')];
    if (line instanceof Error) throw line;
    const told = typeof line === 'function' ? await line(signal) : line;
    return {
      confidence: 0.9,
      ...('plan' in told ? told : { plan: told }),
      model: 'fake',
      path: 'model',
      timing: { prefill_ms: 1, decode_ms: 2, tokens_in: 3, tokens_out: 4, forced: 1 },
    };
  }
}

export function call(action: string, args: PlanCall['args'] = {}): PlanCall {
  return { action, args };
}
