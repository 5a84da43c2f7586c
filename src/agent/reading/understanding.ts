/**
 * From what was said to what is meant: slips made good, references resolved, then the interpreter, then what clauses
 * change about its plan. A text that comes to nothing is heard a second time, with its words corrected.
 */
import { actionSpec, type ArgValue, type PlanCall } from '../../grammar/actions.ts';
import { textPass } from '../../text/passes.ts';
import type { Vocabulary } from './capabilities.ts';
import { beginsWithVerb, corrected, correctionOf, exceptionOf, isNegated } from '../grounding/clauses.ts';
import type { Memory } from '../dialogue/context.ts';
import type { Grounding, Problem } from '../grounding/grounding.ts';
import type { Hearing } from './hearing.ts';
import type { Intent } from '../turn/prepare.ts';
import { referred, type Referred } from '../grounding/references.ts';
import type { Interpretation } from '../types.ts';
import { contentWords, words } from '../grounding/words.ts';

/** Reads a text under the grammar; src/agent/reading/interpreter.ts asks the model. */
export interface TextInterpreter {
  interpret(text: string, vocabulary: Vocabulary, signal?: AbortSignal): Promise<Interpretation>;
}

export interface Understood {
  readonly interpretation: Interpretation;
  readonly meaning: { readonly intent: Intent } | { readonly problem: Problem };
}

export interface UnderstandingParts {
  readonly interpreter: TextInterpreter;
  readonly vocabulary: Vocabulary;
  readonly grounding: Grounding;
  readonly hearing: Hearing;
}

/** Choices whose values are said as they are: a plan with another one than was said is wrong. */
const DIRECTIONS: ReadonlySet<string> = new Set(['direction']);
/** Actions that change nothing, or only stop. */
const HARMLESS: ReadonlySet<string> = new Set(['query', 'none', 'robot.stop']);
/** Without a name these are not done to whatever fits when a pronoun points at nothing. */
const POINTED: ReadonlySet<string> = new Set(['light.set', 'power.set', 'cover.set', 'lock.set']);
/** What is not asked for by a name alone. */
const NEEDS_VERB: ReadonlySet<string> = new Set([...POINTED, 'robot.goto']);
/** What is carried is not switched, whatever it is. */
const CARRIES =
  /^(?:(?:please|can you|could you|would you|will you|robot|hey|go|and),? )*(pick (?:\S+ ){0,4}?up|grab|fetch|carry)\b/;
const FLOORS: readonly string[] = ['upstairs', 'downstairs'];
const PRONOUNS: ReadonlySet<string> = new Set(['it', 'them', 'that', 'this', 'those', 'these', 'that one', 'this one']);

/** Whether the threshold is for a plan like this one: a question is answered and a stop stops, however unsure they are. */
export function mustBeSure(plan: readonly PlanCall[]): boolean {
  return plan.some(isAct);
}

function isAct({ action }: PlanCall): boolean {
  return !HARMLESS.has(action);
}

export class Understanding {
  readonly #parts: UnderstandingParts;

  constructor(parts: UnderstandingParts) {
    this.#parts = parts;
  }

  /** The ways in which a text can be heard, the likeliest first. */
  hearings(text: string): string[] {
    const plain = this.#parts.hearing.plain(text);
    const corrected = this.#parts.hearing.corrected(plain);
    return corrected === undefined ? [plain] : [plain, corrected];
  }

  /** Throws what the interpreter throws. */
  async understand(text: string, memory: Memory | undefined, signal: AbortSignal): Promise<Understood> {
    const { grounding } = this.#parts;
    const correction = correctionOf(text);
    if (correction !== undefined && beginsWithVerb(correction.fix))
      return this.understand(correction.fix, memory, signal);
    const exception = exceptionOf(correction?.head ?? text);
    const said = exception?.head ?? correction?.head ?? text;
    const reference = referred(said, memory, (id) => grounding.of(id));
    const interpretation = await this.#interpret(reference.text, signal);
    const problem = this.#objection(interpretation, said, reference);
    if (problem !== undefined) return { interpretation, meaning: { problem } };
    const plan = interpretation.plan.map((call) => withSigns(call, said));
    let intent = this.#intent(plan, reference, memory);
    if (exception !== undefined) {
      const without = grounding.named(exception.tail);
      if (without === undefined) return { interpretation, meaning: { problem: unknown(exception.tail) } };
      intent = { ...intent, without: without.map(({ id }) => id) };
    }
    if (correction !== undefined) {
      const meant = corrected(intent, correction.fix, grounding);
      if (meant === undefined) return { interpretation, meaning: { problem: unclear(correction.fix) } };
      intent = meant;
    }
    return { interpretation, meaning: { intent } };
  }

  #interpret(text: string, signal: AbortSignal): Promise<Interpretation> {
    return this.#parts.interpreter.interpret(text, this.#parts.vocabulary, signal);
  }

  #objection(
    { plan, confidence, threshold }: Interpretation,
    said: string,
    { dangling }: Referred,
  ): Problem | undefined {
    if (plan.length === 0 || plan.some(({ action }) => action === 'none')) {
      return { outcome: 'not-understood', reason: 'this is no command for what is here' };
    }
    const acts = plan.filter(isAct);
    if (acts.length > 0 && isNegated(said)) {
      return { outcome: 'not-understood', code: 'negated', reason: 'it says what not to do; say what to do' };
    }
    if (acts.some((call) => NEEDS_VERB.has(call.action)) && isOnlyName(acts, said)) {
      return { outcome: 'not-understood', code: 'only-name', reason: `it does not say what to do with "${said}"` };
    }
    const carries = carrying(acts, said);
    if (carries !== undefined) {
      return { outcome: 'refused', code: 'unsupported', reason: `nothing here can do "${carries}"` };
    }
    if (threshold !== undefined && confidence < threshold && mustBeSure(plan)) {
      const sure = `${Math.round(100 * confidence)} % sure`;
      return {
        outcome: 'not-understood',
        code: 'unsure',
        reason: `${sure} is not sure enough to act; say it in other words`,
      };
    }
    const unheard = acts.map((call) => notOffered(call, plan, said)).find((value) => value !== undefined);
    if (unheard !== undefined) {
      return { outcome: 'refused', code: 'unsupported', reason: `nothing here can do "${unheard}"` };
    }
    const lost = lostFloor(acts, said);
    if (lost !== undefined) {
      return { outcome: 'not-understood', code: 'unsure', reason: `it is not clear what "${lost}" is about` };
    }
    if (dangling !== undefined && acts.some((call) => pointsNowhere(call, said))) {
      const reason = `nothing was done before that "${dangling}" could mean; say its name`;
      return { outcome: 'not-understood', code: 'no-context', reason };
    }
    return undefined;
  }

  /** Calls about what a pronoun meant are bound to those things, however the model has named them. */
  #intent(plan: readonly PlanCall[], { text, things }: Referred, memory: Memory | undefined): Intent {
    const chosen = new Map<number, readonly string[]>();
    const first = things[0] === undefined ? undefined : this.#parts.grounding.of(things[0]);
    for (const [at, call] of plan.entries()) {
      if (first === undefined || !('device' in call.args || 'area' in call.args || POINTED.has(call.action))) continue;
      if (!isAct(call)) continue;
      const named = isNameless(call) || this.#parts.grounding.isAbout(call, first.id);
      if (named) chosen.set(at, things);
    }
    return { plan, text, chosen, ...(memory === undefined ? {} : { spoken: memory.things }) };
  }
}

/** "Minus ten" is -10: models are told numbers without their sign. */
function withSigns(call: PlanCall, said: string): PlanCall {
  const text = textPass(said).text;
  const args = Object.entries(call.args).map(([name, value]): [string, ArgValue] => {
    const isNegative =
      typeof value === 'number' && value > 0 && new RegExp(`\\b(?:minus|negative) ${value}(?![\\d.])`).test(text);
    return [name, isNegative ? -value : value];
  });
  return { ...call, args: Object.fromEntries(args) };
}

/**
 * A choice that was said and nobody here has, where the call holds one that was not said: "drive up" is no way to
 * drive forward. What another call of the plan has taken was not meant for this one.
 */
function notOffered({ action, args }: PlanCall, plan: readonly PlanCall[], said: string): string | undefined {
  const taken = new Set(plan.flatMap((call) => Object.values(call.args)));
  const heard = new Set(words(said).filter((word) => !taken.has(word) || Object.values(args).includes(word)));
  for (const { name, type } of actionSpec(action)?.args ?? []) {
    const value = args[name];
    if (type.kind !== 'enum' || value === undefined || heard.has(String(value))) continue;
    const other = DIRECTIONS.has(name)
      ? type.values.find((choice) => choice !== value && heard.has(choice))
      : undefined;
    if (other !== undefined) return `${action} ${other}`;
  }
  return undefined;
}

/** The verb of a command to carry what its plan would only switch, open or lock. */
function carrying(acts: readonly PlanCall[], said: string): string | undefined {
  if (acts.length === 0 || !acts.every(({ action }) => POINTED.has(action))) return undefined;
  return CARRIES.exec(textPass(said).text)?.[1];
}

/** A floor that was said and that no call has, where the calls name an area: it was another one that was meant. */
function lostFloor(acts: readonly PlanCall[], said: string): string | undefined {
  if (!acts.some(({ args }) => args['area'] !== undefined)) return undefined;
  const copied = new Set(acts.flatMap(({ args }) => words(Object.values(args).join(' '))));
  return FLOORS.find((floor) => words(said).includes(floor) && !copied.has(floor));
}

/** "Kitchen", "the desk lamp, please": what was said is the names of devices, areas and places alone, and no word says what to do with them. */
function isOnlyName(plan: readonly PlanCall[], said: string): boolean {
  const named = new Set(plan.flatMap((call) => [...namesOf(call), ...words(String(call.args['place'] ?? ''))]));
  return contentWords(said).every((word) => named.has(word));
}

/**
 * Of a call in a command with a pronoun that means nothing: it has no other name. Declared names may stand in a plan
 * unsaid: "open it" is not about the kitchen speaker.
 */
function pointsNowhere(call: PlanCall, said: string): boolean {
  if ((POINTED.has(call.action) && isNameless(call)) || PRONOUNS.has(String(call.args['to']))) return true;
  const heard = new Set(words(said));
  const named = namesOf(call);
  return named.length > 0 && !named.some((word) => heard.has(word));
}

/** Words of the device and area of a call. */
function namesOf({ args }: PlanCall): string[] {
  return words(`${args['device'] ?? ''} ${args['area'] ?? ''}`);
}

function isNameless({ args }: PlanCall): boolean {
  const device = args['device'];
  return args['area'] === undefined && (device === undefined || PRONOUNS.has(String(device).toLowerCase()));
}

function unknown(said: string): Problem {
  return { outcome: 'unknown-device', reason: `there is no "${said}" to leave out; nothing was done`, device: said };
}

function unclear(fix: string): Problem {
  return { outcome: 'not-understood', reason: `it is not clear what "${fix}" is to change; nothing was done` };
}
