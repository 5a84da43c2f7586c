/** A declared home as an evaluation sees it: what its things would be told after a command. Nothing is done. */
import type { Thing } from '../../devices/thing.ts';
import { vocabularyOf, type Vocabulary } from '../agent/reading/capabilities.ts';
import type { Named } from '../agent/grounding/directory.ts';
import { Grounding, type Problem } from '../agent/grounding/grounding.ts';
import { Hearing, spokenWords } from '../agent/reading/hearing.ts';
import type { Intent } from '../agent/turn/prepare.ts';
import { CAME_TO_NOTHING } from '../agent/turn/turn.ts';
import type { Interpretation, Outcome } from '../agent/types.ts';
import { Understanding, type TextInterpreter } from '../agent/reading/understanding.ts';
import type { PlanCall } from '../grammar/actions.ts';
import { sameCall } from './compare.ts';
import type { Act, EvalLine } from './lines.ts';
import { isValidPlan, type Verdict } from './score.ts';

/** What becomes of a command: for each call of the plan its acts, whose order among themselves does not count. */
export interface Ending {
  readonly outcome: Outcome;
  readonly acts: readonly (readonly Act[])[];
  readonly candidates?: readonly string[] | undefined;
}

/** What came of one command. */
export interface Heard {
  readonly plan: readonly PlanCall[];
  readonly confidence: number;
  readonly ending: Ending;
}

export class EvalHome {
  readonly #vocabulary: Vocabulary;
  readonly #grounding: Grounding;
  readonly #hearing: Hearing;

  /** @param named sensors and whatever else has a name that commands may say */
  constructor(things: readonly Thing[], named: readonly Named[] = []) {
    this.#vocabulary = vocabularyOf(
      things.map((thing) => thing.description),
      named,
    );
    this.#grounding = new Grounding(things);
    this.#hearing = new Hearing(spokenWords(this.#vocabulary));
  }

  /**
   * As a turn does it without a conversation before it, but for the threshold: that is the report's. Throws what the
   * interpreter throws.
   */
  async hear(said: string, interpreter: TextInterpreter, signal: AbortSignal): Promise<Heard> {
    const understanding = new Understanding({
      interpreter: new WithoutThreshold(interpreter),
      vocabulary: this.#vocabulary,
      grounding: this.#grounding,
      hearing: this.#hearing,
    });
    let first: Heard | undefined;
    for (const text of understanding.hearings(said)) {
      const { interpretation, meaning } = await understanding.understand(text, undefined, signal);
      const { plan, confidence } = interpretation;
      const ending = 'problem' in meaning ? ended(meaning.problem) : this.end(meaning.intent);
      const heard = { plan, confidence, ending };
      if (!CAME_TO_NOTHING.has(ending.outcome)) return heard;
      first ??= heard;
    }
    return first!;
  }

  /** All of a plan is grounded, or none of it is done. */
  end({ plan, text, chosen, without }: Intent): Ending {
    const acts: Act[][] = [];
    for (const [at, call] of plan.entries()) {
      const own = agentsOwn(call);
      if (own !== undefined) {
        acts.push([own]);
        continue;
      }
      const grounded = this.#grounding.ground(call, text, { chosen: chosen?.get(at), without });
      if ('problem' in grounded) return ended(grounded.problem);
      acts.push(grounded.steps.map(({ thing, action, args }) => ({ device: thing.description.id, action, args })));
    }
    return { outcome: 'executed', acts };
  }
}

const ended = ({ outcome, candidates }: Problem): Ending => ({ outcome, acts: [], candidates });

class WithoutThreshold implements TextInterpreter {
  readonly #interpreter: TextInterpreter;

  constructor(interpreter: TextInterpreter) {
    this.#interpreter = interpreter;
  }

  async interpret(text: string, vocabulary: Vocabulary, signal?: AbortSignal): Promise<Interpretation> {
    const { plan, confidence, model, path, timing } = await this.#interpreter.interpret(text, vocabulary, signal);
    return { plan, confidence, model, path, timing };
  }
}

/** What no thing does: questions, and commands for later. */
function agentsOwn(call: PlanCall): Act | undefined {
  if (call.action === 'query') return { ...call, device: 'query' };
  return call.action === 'timer.do' && call.args['command'] !== undefined ? { ...call, device: 'schedule' } : undefined;
}

/** Strict: the right things are told the right calls; action: the right things the right actions. */
export function judgeEnding(line: EvalLine, plan: readonly PlanCall[], ending: Ending): Verdict {
  const valid = isValidPlan(plan);
  if (line.acts === undefined) {
    const right = ending.outcome === line.outcome && sameNames(line.candidates, ending.candidates);
    return { valid, action: ending.outcome === line.outcome, strict: right, lenient: right };
  }
  const executed = ending.outcome === 'executed';
  const strict = executed && sameActs(line.acts, ending.acts, (a, b) => sameCall(a, b));
  const action = strict || (executed && sameActs(line.acts, ending.acts, (a, b) => a.action === b.action));
  return { valid, action, strict, lenient: strict };
}

function sameActs(wanted: readonly Act[], got: Ending['acts'], same: (a: Act, b: Act) => boolean): boolean {
  let at = 0;
  for (const group of got) {
    const due = wanted.slice(at, at + group.length);
    if (due.length < group.length) return false;
    const isThere = (act: Act): boolean => group.some((other) => other.device === act.device && same(act, other));
    if (!due.every(isThere) || new Set(due.map((act) => act.device)).size < due.length) return false;
    at += group.length;
  }
  return at === wanted.length;
}

function sameNames(wanted: readonly string[] | undefined, got: readonly string[] | undefined): boolean {
  if (wanted === undefined) return true;
  const offered = new Set(got);
  return offered.size === wanted.length && wanted.every((name) => offered.has(name));
}
