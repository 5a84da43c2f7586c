/**
 * Rules and schedules as a stage before the interpreter: what has a condition or a time is split here, only its `then`
 * is interpreted, and what will stand is shown back and kept after a yes. What is to happen once is kept at once.
 */
import type { Clock } from '../../clock.ts';
import { codeOf, messageOf } from '../../errors.ts';
import type { PlanCall } from '../../grammar/actions.ts';
import type { Context } from '../dialogue/context.ts';
import { conversationOf, type Dialogue } from '../dialogue/dialogue.ts';
import { endingOf } from '../turn/perform.ts';
import type { Recognized } from '../turn/recognition.ts';
import type { Ending } from '../turn/response.ts';
import type { Location } from '../schedule/sun.ts';
import type { Schedule } from '../schedule/schedule.ts';
import { isOnce } from '../schedule/when.ts';
import { whichQuestion } from '../turn/sentences.ts';
import type { Stage, TurnOptions } from '../turn/stage.ts';
import type { Command } from '../types.ts';
import { readClause, type Clause } from './clause.ts';
import type { Compiled, Compiler } from './compile.ts';
import { ConditionReader } from './condition-words.ts';
import { Manager } from './manage.ts';
import { readManaging } from './manage-words.ts';
import type { Rules } from './rules.ts';
import type { Signals } from './signals.ts';
import type { Task } from './task.ts';
import type { Thresholds } from './thresholds.ts';

export interface RuleStageParts {
  readonly signals: Signals;
  readonly thresholds: Thresholds;
  readonly compiler: Compiler;
  readonly rules: Rules;
  readonly schedule: Schedule;
  readonly dialogue: Dialogue;
  readonly context: Context;
  readonly clock: Clock;
  readonly location?: Location | undefined;
}

type Standing = Exclude<Clause, { kind: 'problem' }>;

export class RuleStage implements Stage {
  readonly #parts: RuleStageParts;
  readonly #conditions: ConditionReader;
  readonly #manager: Manager;

  constructor(parts: RuleStageParts) {
    this.#parts = parts;
    this.#conditions = new ConditionReader(parts.signals, parts.thresholds);
    this.#manager = new Manager(parts);
  }

  claims(text: string): boolean {
    return readManaging(text) !== undefined || this.#clause(text) !== undefined;
  }

  async take(command: Command, options: TurnOptions): Promise<Ending | undefined> {
    const managing = readManaging(command.text);
    if (managing !== undefined) {
      if (managing.verb !== 'list') await options.begin();
      return this.#manager.manage(managing, command);
    }
    const clause = this.#clause(command.text);
    if (clause === undefined) return undefined;
    if (clause.kind === 'problem') {
      const { outcome, code, reason, candidates } = clause.problem;
      return { outcome, code, reason, candidates };
    }
    return this.#compiled(clause, command, options);
  }

  async recognize(command: Command, signal: AbortSignal): Promise<Recognized | undefined> {
    const managing = readManaging(command.text);
    if (managing !== undefined) return { plan: [{ action: `rules.${managing.verb}`, args: {} }] };
    const clause = this.#clause(command.text);
    if (clause === undefined) return undefined;
    if (clause.kind === 'problem') return { reason: clause.problem.reason };
    const compiled = await this.#compile(clause, command, signal);
    if ('problem' in compiled && compiled.problem.outcome === 'not-understood') {
      return { reason: compiled.problem.reason };
    }
    return { plan: [this.#call(clause, 'task' in compiled ? compiled.task : clause)] };
  }

  #clause(text: string): Clause | undefined {
    const { clock, location } = this.#parts;
    return readClause(text, clock.now(), { conditions: this.#conditions, location });
  }

  async #compiled(clause: Standing, command: Command, options: TurnOptions): Promise<Ending> {
    return this.#settled(clause, await this.#compile(clause, command, options.signal), command, options);
  }

  #compile(clause: Standing, command: Command, signal: AbortSignal): Promise<Compiled> {
    const { compiler, context } = this.#parts;
    const condition = clause.kind === 'rule' ? clause.condition : clause.guard;
    const said = { condition, memory: context.recall(conversationOf(command)), site: command.site };
    return compiler.compile(clause.then, said, signal);
  }

  /** Asks which one is meant where that is open. */
  async #settled(clause: Standing, compiled: Compiled, command: Command, options: TurnOptions): Promise<Ending> {
    if ('task' in compiled) return this.#shown(clause, compiled.task, command, options);
    const { problem, intent, at } = compiled;
    const { outcome, code, reason, candidates, choices = [] } = problem;
    if (intent === undefined || at === undefined) return { outcome, code, reason, candidates };
    const { plan } = intent;
    const ending: Ending = { ...endingOf(problem, plan, at), plan };
    if (outcome !== 'ambiguous' || choices.length < 2) return ending;
    const ask = whichQuestion(choices);
    this.#parts.dialogue.ask(conversationOf(command), {
      ask,
      candidates: choices,
      resume: (ids, answer, later) => {
        const chosen = new Map([...(intent.chosen ?? []), [at, ids] as const]);
        const settled = this.#parts.compiler.settle({ ...intent, chosen }, clause.then, command.site);
        return this.#settled(clause, settled, answer, later);
      },
    });
    return { ...ending, say: ask };
  }

  /** What happens once is kept at once; what stands, after a yes. */
  async #shown(clause: Standing, task: Task, command: Command, options: TurnOptions): Promise<Ending> {
    const phrase = this.#phrase(clause, task);
    const plan = [this.#call(clause, task)];
    if (clause.kind === 'schedule' && isOnce(clause.when)) return this.#kept(clause, task, options, phrase);
    const isSo = clause.kind === 'rule' && this.#parts.rules.isSo(clause.condition) === true;
    const ask = `${phrase}.${isSo ? ' It is so now; this is for the next time.' : ''} Shall I keep that?`;
    this.#parts.dialogue.ask(conversationOf(command), {
      ask,
      candidates: [],
      resume: (_ids, _answer, later) => this.#kept(clause, task, later, phrase),
    });
    return { outcome: 'needs-confirmation', code: 'needs-confirmation', reason: phrase, say: ask, plan };
  }

  async #kept(clause: Standing, task: Task, options: TurnOptions, phrase: string): Promise<Ending> {
    const { rules, schedule } = this.#parts;
    const plan = [this.#call(clause, task)];
    const device = clause.kind === 'rule' ? 'rules' : 'schedule';
    const action = `${clause.kind}.add`;
    try {
      await options.begin();
      const { number } =
        clause.kind === 'rule'
          ? await rules.add(clause.condition, task)
          : await schedule.add(clause.when, task, clause.guard);
      const actions = [{ device, action, args: { number }, outcome: 'executed' as const }];
      const named = clause.kind === 'rule' ? `Rule ${number}: ` : '';
      return { outcome: 'executed', say: `${named}${phrase}.`, actions, plan };
    } catch (error) {
      const outcome = codeOf(error) === 'over-limit' ? 'refused' : 'failed';
      const reason = messageOf(error);
      return { outcome, code: codeOf(error), reason, plan, actions: [{ device, action, args: {}, outcome, reason }] };
    }
  }

  #phrase(clause: Standing, task: Pick<Task, 'then'>): string {
    const { rules, schedule } = this.#parts;
    if (clause.kind === 'rule') return `When ${rules.phrase(clause.condition)}: ${task.then}`;
    return schedule.phrase(clause.when, task.then, clause.guard);
  }

  /** The agent's own extension of the vocabulary: no model writes these. */
  #call(clause: Standing, task: Pick<Task, 'then'>): PlanCall {
    const { then } = task;
    const phrase = this.#phrase(clause, task).slice(0, -`: ${then}`.length);
    if (clause.kind === 'rule') return { action: 'rule', args: { when: phrase.replace(/^When /, ''), then } };
    return { action: 'schedule', args: { at: phrase, then } };
  }
}
