/**
 * One command from its words to its outcome: taken as the answer to an open question, or by a stage of its own, or
 * interpreted; then all of it is grounded and checked, then done in order. What is in doubt is asked.
 */
import type { Thing } from '../../../devices/thing.ts';
import type { Clock } from '../../clock.ts';
import { codeOf, messageOf } from '../../errors.ts';
import type { Context, Memory } from '../dialogue/context.ts';
import { conversationOf, type Dialogue, type Heard } from '../dialogue/dialogue.ts';
import type { Executor } from '../acting/executor.ts';
import type { Grounding, Problem } from '../grounding/grounding.ts';
import { listed } from '../grounding/words.ts';
import type { PlanCall } from '../../grammar/actions.ts';
import { Followups } from '../dialogue/followups.ts';
import { memoryOf, deedsOf } from '../dialogue/memory.ts';
import { Performance, endingOf } from './perform.ts';
import type { Phrase } from '../reading/phrasing.ts';
import type { Policy } from '../acting/policy.ts';
import { Preparation, endsSomething, thingsOf, type Intent, type Prepared } from './prepare.ts';
import { recognitionOf, type Recognition, type Recognized } from './recognition.ts';
import type { Queries } from '../sensors/queries.ts';
import { respond, type Ending } from './response.ts';
import type { Compiler } from '../rules/compile.ts';
import type { Schedule } from '../schedule/schedule.ts';
import { whichQuestion } from './sentences.ts';
import { confirmQuestion, sayOf } from './spoken.ts';
import type { Stage, TurnOptions } from './stage.ts';
import type { Understanding, Understood } from '../reading/understanding.ts';
import { orAborted } from '../acting/waiting.ts';
import type { Command, Interpretation, Outcome, Response, StoredIntent } from '../types.ts';

export interface TurnParts {
  readonly understanding: Understanding;
  readonly things: readonly Thing[];
  readonly grounding: Grounding;
  readonly policy: Policy;
  readonly queries: Queries;
  readonly schedule: Schedule;
  readonly compiler: Compiler;
  readonly executor: Executor;
  readonly dialogue: Dialogue;
  readonly context: Context;
  readonly clock: Clock;
  /** What was done in other words (phrasing.ts); absent: as spoken.ts says it. */
  readonly phrase?: Phrase | undefined;
  /** Asked in this order before the interpreter. */
  readonly stages?: readonly Stage[];
}

/** After these a text may be heard a second time: nothing has been done. */
export const CAME_TO_NOTHING: ReadonlySet<string> = new Set(['not-understood', 'unknown-device']);
/** Codes of what was not tried, in contrast to what was tried in vain. */
const REFUSALS: ReadonlySet<string> = new Set(['stopped', 'too-long']);

export class Turns {
  readonly #parts: TurnParts;
  readonly #understanding: Understanding;
  readonly #followups: Followups;
  readonly #preparation: Preparation;
  readonly #performance: Performance;

  constructor(parts: TurnParts) {
    this.#parts = parts;
    this.#understanding = parts.understanding;
    this.#followups = new Followups(parts.grounding, parts.things);
    this.#preparation = new Preparation(parts.grounding, parts.policy);
    this.#performance = new Performance(parts);
  }

  /** Never throws: whatever happens is an outcome. */
  async run(command: Command, options: TurnOptions): Promise<Response> {
    const response = await this.#run(command, options);
    const { phrase } = this.#parts;
    if (phrase === undefined || response.outcome !== 'executed' || response.say === undefined) return response;
    return { ...response, say: await phrase(response.say, options.signal) };
  }

  async #run(command: Command, options: TurnOptions): Promise<Response> {
    const queueMs = Math.max(0, this.#parts.clock.now() - command.receivedAt);
    let interpretation: Interpretation | undefined;
    const ended = (ending: Ending): Response => respond(command, this.#spoken(ending), interpretation, queueMs);
    if (this.#isLate(options)) return ended(this.#expired(command, options));
    try {
      if (command.intent !== undefined) return ended(await this.#planned(command, command.intent, options));
      const taken = await this.#before(command, options);
      if (taken !== undefined) return ended(taken);
      const followed = this.#followups.follow(command.text, this.#memory(command));
      if (followed !== undefined) return ended(await this.#do(followed, command, options));
      const done = await this.#heard(command, options.signal, async (understood) => {
        interpretation ??= understood.interpretation;
        const ending = await this.#do(understood.meaning, command, options);
        return { ending, outcome: ending.outcome, interpretation: understood.interpretation };
      });
      ({ interpretation } = done);
      return ended(done.ending);
    } catch (error) {
      const cause: unknown = options.signal.aborted ? options.signal.reason : error;
      const outcome = REFUSALS.has(codeOf(cause)) ? 'refused' : 'failed';
      return ended({ outcome, code: codeOf(cause), reason: messageOf(cause) });
    }
  }

  /** The first way to hear a command that comes to something, else the first of all. */
  async #heard<T extends { readonly outcome: Outcome }>(
    command: Command,
    signal: AbortSignal,
    follow: (understood: Understood) => T | Promise<T>,
  ): Promise<T> {
    let first: T | undefined;
    for (const text of this.#understanding.hearings(command.text)) {
      // The engine may be deep in a kernel when a stop comes: nobody waits for it.
      const understood = await orAborted(
        () => this.#understanding.understand(text, this.#memory(command), signal),
        signal,
      );
      const followed = await follow(understood);
      if (!CAME_TO_NOTHING.has(followed.outcome)) return followed;
      first ??= followed;
    }
    return first!;
  }

  /** What `run` would take the command as now; nothing is done, asked or remembered. Throws what the interpreter throws. */
  async recognize(command: Command, signal: AbortSignal): Promise<Recognition> {
    return recognitionOf(command.text, await this.#recognized(command, signal));
  }

  async #recognized(command: Command, signal: AbortSignal): Promise<Recognized> {
    const { dialogue, stages = [] } = this.#parts;
    const heard = dialogue.peek(conversationOf(command), command.text);
    if (heard !== undefined) return { plan: [answerCall(heard)] };
    for (const stage of stages) {
      const recognized = await stage.recognize?.(command, signal);
      if (recognized !== undefined) return recognized;
    }
    const followed = this.#followups.follow(command.text, this.#memory(command));
    if (followed !== undefined) {
      return 'problem' in followed
        ? { reason: followed.problem.reason }
        : { plan: followed.intent.plan, heard: followed.intent.text };
    }
    return this.#heard(command, signal, ({ interpretation, meaning }) => {
      const { confidence } = interpretation;
      const problem = 'problem' in meaning ? meaning.problem : problemOf(this.#preparation.prepare(meaning.intent));
      // What nobody here can do was understood all the same.
      if (problem?.outcome === 'not-understood')
        return { outcome: problem.outcome, reason: problem.reason, confidence };
      const outcome = problem?.outcome ?? 'executed';
      if ('problem' in meaning) return { outcome, plan: interpretation.plan, confidence };
      const { plan, text: heard, without = [] } = meaning.intent;
      return { outcome, plan: plan.map((call) => this.#excepting(call, without)), heard, confidence };
    });
  }

  /** "All the lights but the fan": whoever reads the call has to know. */
  #excepting({ action, args }: PlanCall, ids: readonly string[]): PlanCall {
    const except = ids.map((id) => this.#titleOf(id) ?? id);
    return { action, args: except.length === 0 ? args : { ...args, except: listed(except) } };
  }

  /**
   * Does a command before its turn if all of it only ends something (TD `safe`, `tk:stops`); undefined: it has to wait,
   * and nothing was done or asked. Never throws.
   */
  async beside(command: Command, options: TurnOptions): Promise<Response | undefined> {
    const { dialogue, clock } = this.#parts;
    if (dialogue.isOpen(conversationOf(command)) || this.#isLate(options)) return undefined;
    if (command.intent !== undefined || this.#parts.stages?.some((stage) => stage.claims?.(command.text) === true)) {
      return undefined;
    }
    try {
      const [text] = this.#understanding.hearings(command.text);
      const { interpretation, meaning } = await orAborted(
        () => this.#understanding.understand(text!, this.#memory(command), options.signal),
        options.signal,
      );
      if ('problem' in meaning) return undefined;
      const given = { ...options.given };
      const prepared = this.#preparation.prepare(meaning.intent, given);
      if ('problem' in prepared || !prepared.items.every(endsSomething)) return undefined;
      await options.begin(thingsOf(prepared.items));
      const ending = await this.#performance.perform(prepared.items, meaning.intent.text, options, given);
      return respond(command, this.#spoken(ending), interpretation, Math.max(0, clock.now() - command.receivedAt));
    } catch {
      // Its turn will tell.
      return undefined;
    }
  }

  /** Of a rule or a schedule: nobody is there to be asked, and nobody speaks of it afterwards. */
  async #planned(command: Command, stored: StoredIntent, options: TurnOptions): Promise<Ending> {
    const { plan } = stored;
    const intent: Intent = { ...stored, chosen: new Map(stored.chosen) };
    const given = { ...options.given };
    const prepared = this.#preparation.prepare(intent, given);
    if ('problem' in prepared) return { plan, ...endingOf(prepared.problem, plan, prepared.at) };
    if (prepared.items.some((item) => item.kind !== 'query')) await options.begin(thingsOf(prepared.items));
    return { plan, ...(await this.#performance.perform(prepared.items, intent.text, options, given)) };
  }

  /** An answer to what was asked, or what a stage takes. */
  async #before(command: Command, options: TurnOptions): Promise<Ending | undefined> {
    const { dialogue, stages = [] } = this.#parts;
    const heard = dialogue.hear(conversationOf(command), command.text);
    if (heard !== undefined) return this.#answered(heard, command, options);
    for (const stage of stages) {
      const ending = await orAborted(() => stage.take(command, options), options.signal);
      if (ending !== undefined) return ending;
    }
    return undefined;
  }

  async #answered({ question, answer }: Heard, command: Command, options: TurnOptions): Promise<Ending> {
    const { ask, candidates, resume } = question;
    switch (answer.kind) {
      case 'no':
        return { outcome: 'refused', code: 'cancelled', reason: 'the answer was no; nothing was done' };
      case 'unclear': {
        const names = candidates.map(({ title }) => title);
        return {
          outcome: 'ambiguous',
          reason: `"${command.text}" fits none or several of them`,
          candidates: names,
          say: ask,
        };
      }
      case 'yes':
        return resume([], command, options);
      case 'chosen':
        return resume(answer.ids, command, options);
    }
  }

  async #do(
    meaning: { readonly intent: Intent } | { readonly problem: Problem },
    command: Command,
    options: TurnOptions,
  ): Promise<Ending> {
    if ('problem' in meaning) return problemEnding(meaning.problem);
    return { plan: meaning.intent.plan, ...(await this.#follow(meaning.intent, command, options)) };
  }

  /** With what is to be said of it, now that it is known. */
  #spoken(ending: Ending): Ending {
    return { ...ending, say: sayOf(ending, (id) => this.#titleOf(id)) };
  }

  #titleOf(id: string): string | undefined {
    return this.#parts.things.find(({ description }) => description.id === id)?.description.title;
  }

  #memory(command: Command): Memory | undefined {
    return this.#parts.context.recall(conversationOf(command));
  }

  /** Prepares all of a plan, asks what is in doubt, and does it. */
  async #follow(intent: Intent, command: Command, options: TurnOptions): Promise<Ending> {
    const given = { ...options.given, confirmed: intent.confirmed === true };
    const prepared = this.#preparation.prepare(intent, given);
    if ('problem' in prepared) return this.#asked(prepared.problem, prepared.at, intent, command);
    // The model may have taken longer than the command had.
    if (this.#isLate(options)) return this.#expired(command, options);
    if (prepared.items.some((item) => item.kind !== 'query')) await options.begin(thingsOf(prepared.items));
    // So may the disk.
    if (this.#isLate(options)) return this.#expired(command, options);
    const deeds = deedsOf(prepared.items);
    const ending = await this.#performance.perform(prepared.items, intent.text, options, given);
    const memory = memoryOf(intent, prepared.items, deeds, ending);
    if (memory !== undefined) this.#parts.context.remember(conversationOf(command), memory);
    return ending;
  }

  /** The problem as an ending; what an answer can settle is opened as a question. */
  #asked(problem: Problem, at: number, intent: Intent, command: Command): Ending {
    const ending = endingOf(problem, intent.plan, at);
    const { choices = [] } = problem;
    const isWhich = problem.outcome === 'ambiguous' && choices.length > 1;
    if (!isWhich && problem.outcome !== 'needs-confirmation') return ending;
    const ask = isWhich
      ? whichQuestion(choices)
      : confirmQuestion(problem.device, intent.plan[at]!.action, intent.plan[at]!.args, problem.reason);
    this.#parts.dialogue.ask(conversationOf(command), {
      ask,
      candidates: isWhich ? choices : [],
      resume: async (ids, answer, options) => {
        const settled = isWhich
          ? { ...intent, chosen: new Map([...(intent.chosen ?? []), [at, ids] as const]) }
          : { ...intent, confirmed: true };
        return { plan: intent.plan, ...(await this.#follow(settled, answer, options)) };
      },
    });
    return { ...ending, say: ask };
  }

  #isLate({ expiresAt }: TurnOptions): boolean {
    return expiresAt !== undefined && this.#parts.clock.now() >= expiresAt;
  }

  #expired(command: Command, { expiresAt }: TurnOptions): Ending {
    const age = Math.round((this.#parts.clock.now() - command.receivedAt) / 100) / 10;
    const ttl = Math.round((expiresAt! - command.receivedAt) / 100) / 10;
    return { outcome: 'expired', code: 'expired', reason: `${age} s old; it was good for ${ttl} s` };
  }
}

const problemOf = (prepared: Prepared): Problem | undefined => ('problem' in prepared ? prepared.problem : undefined);

/** The agent's own extension of the vocabulary: what was asked has been answered. */
function answerCall({ question, answer }: Heard): PlanCall {
  if (answer.kind !== 'chosen') return { action: 'answer', args: { answer: answer.kind } };
  const titles = question.candidates.filter(({ id }) => answer.ids.includes(id)).map(({ title }) => title);
  return { action: 'answer', args: { answer: answer.kind, device: listed(titles) } };
}

function problemEnding({ outcome, code, reason, candidates }: Problem): Ending {
  return { outcome, code, reason, candidates };
}
