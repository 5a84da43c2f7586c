/**
 * The rules: each watched, each edge at most one command. An edge is journaled before its command is sent; one that was
 * journaled and not sent when the process died is sent at the next start under the same id, which the inbox knows.
 */
import { randomUUID } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import { codeOf, messageOf } from '../../errors.ts';
import type { PlanCall } from '../../grammar/actions.ts';
import type { Logger } from '../../log.ts';
import type { Ending } from '../turn/response.ts';
import type { Sensor } from '../sensors/sensor.ts';
import type { Command } from '../types.ts';
import { comparisons, conditionPhrase, type Condition } from './condition.ts';
import { Loops } from './loops.ts';
import type { Signals } from './signals.ts';
import { Store, type Stored } from './store.ts';
import { commandOf, type Task } from './task.ts';
import { Trigger } from './trigger.ts';

export interface Rule extends Stored, Task {
  readonly condition: Condition;
  /** Milliseconds since the epoch. */
  readonly created: number;
}

interface RuleState {
  readonly enabled: boolean;
  /** Whether the condition held last. */
  readonly active: boolean;
  /** Edges that were taken, and those whose command was sent. */
  readonly fired: number;
  readonly sent: number;
  /** Of the last edge, milliseconds since the epoch. */
  readonly at?: number;
  /** Why it was paused, when it was not a person. */
  readonly why?: string;
  /** It was paused because something it is about was taken away: it goes on when that is back. */
  readonly missing?: boolean;
}

/** A rule as it is listed. */
export interface ListedRule {
  readonly id: string;
  readonly number: number;
  /** "When temperature/kitchen is below 18 °C: turn on the heater" */
  readonly rule: string;
  readonly when: Condition;
  readonly then: string;
  readonly plan: readonly PlanCall[];
  readonly enabled: boolean;
  readonly active: boolean;
  readonly fired: number;
  /** ISO 8601. */
  readonly last?: string;
  readonly why?: string;
}

export interface RulesOptions {
  readonly signals: Signals;
  readonly clock: Clock;
  readonly log: Logger;
  readonly dataDir?: string | undefined;
  /** Takes a command that is due into the queue. Rejects when it could not be kept. */
  readonly submit: (command: Command) => Promise<void>;
  /** Tells what was not even tried. */
  readonly report: (command: Command, ending: Ending) => void;
  /** Why a rule cannot do what it says with what is declared now, if so. */
  readonly objection?: (rule: Rule) => string | undefined;
  /** Milliseconds between two commands of one rule. Default: see COOLDOWN_MS. */
  readonly cooldownMs?: () => number | undefined;
}

export const MAX_RULES = 200;
/** Milliseconds between two commands of one rule, where the configuration does not say; of buttons none. */
const COOLDOWN_MS = 5000;
/** What a rule wanted is stale after this long, milliseconds. */
const LATE_MS = 60_000;

interface Running {
  readonly rule: Rule;
  readonly trigger: Trigger;
  /** Waits for the end of the cooldown. */
  postponed: AbortController | undefined;
}

export class Rules {
  readonly #options: RulesOptions;
  readonly #store: Store<Rule, RuleState>;
  readonly #loops: Loops;
  readonly #running = new Map<string, Running>();
  readonly #firing = new Set<Promise<void>>();

  constructor(options: RulesOptions) {
    this.#options = options;
    const { dataDir, log } = options;
    this.#store = new Store({ dataDir, file: 'rules.jsonl', limit: MAX_RULES, noun: 'rules', log });
    this.#loops = new Loops(options.clock);
  }

  /** Watches what was stored, and sends what was not sent any more. Throws `journal-failed`. */
  async start(): Promise<void> {
    const isWhole = await this.#store.open();
    for (const rule of this.#store.entries) {
      const state = this.#store.state(rule.id)!;
      // What is missing may be that it was removed.
      if (!isWhole) {
        await this.#pause(rule, 'the file of the rules was damaged', false);
        continue;
      }
      if (state.fired > state.sent) this.#track(this.#send(rule, state));
      if (state.enabled) this.#watch(rule, state.active);
    }
    await this.redeclared();
  }

  /**
   * What is declared has changed: rules that lack something are paused and say so, those that have it again go on, and
   * the others read what is there now. Throws `journal-failed`.
   */
  async redeclared(): Promise<void> {
    for (const rule of this.#store.entries) {
      const state = this.#store.state(rule.id)!;
      const why = this.#options.objection?.(rule);
      if (state.enabled && why !== undefined) {
        this.#options.log.warn({ rule: rule.number, code: 'rule-paused' }, why);
        await this.#pause(rule, why, true);
      } else if (state.missing === true && why === undefined) await this.enable(rule.id, true);
      else if (state.enabled && this.#running.get(rule.id)?.trigger.isCurrent === false) {
        this.#unwatch(rule.id);
        this.#watch(rule, state.active);
      }
    }
  }

  async close(): Promise<void> {
    for (const id of [...this.#running.keys()]) this.#unwatch(id);
    await Promise.all(this.#firing);
    await this.#store.close();
  }

  get list(): ListedRule[] {
    return this.#store.entries.map((rule) => this.#listed(rule)).sort((a, b) => a.number - b.number);
  }

  /** Whether the condition holds at this moment; undefined when that is not known. */
  isSo(condition: Condition): boolean | undefined {
    const { signals, clock } = this.#options;
    const trigger = new Trigger({ condition, signals, clock, onEdge: () => undefined });
    trigger.start();
    const { truth } = trigger;
    trigger.close();
    return truth;
  }

  phrase(condition: Condition): string {
    return conditionPhrase(condition, (id) => this.#options.signals.get(id)?.shown ?? id);
  }

  /** Resolves when it would survive a restart. Throws `over-limit`, `journal-failed`. */
  async add(condition: Condition, task: Task): Promise<ListedRule> {
    const rule: Rule = {
      id: randomUUID(),
      number: this.#store.nextNumber,
      condition,
      ...task,
      created: this.#options.clock.now(),
    };
    const active = this.isSo(condition) === true;
    await this.#store.add(rule, { enabled: true, active, fired: 0, sent: 0 });
    this.#watch(rule);
    return this.#listed(rule);
  }

  /** Throws `journal-failed`. */
  async remove(id: string): Promise<void> {
    this.#unwatch(id);
    await this.#store.remove(id);
  }

  /** A rule that is enabled again waits for its next edge. Throws `journal-failed`. */
  async enable(id: string, enabled: boolean): Promise<void> {
    const rule = this.#store.entries.find((candidate) => candidate.id === id);
    if (rule === undefined) return;
    this.#unwatch(id);
    if (enabled) this.#loops.forget(id);
    await this.#store.change(id, {
      ...this.#countsOf(id),
      enabled,
      active: enabled && this.isSo(rule.condition) === true,
    });
    if (enabled) this.#watch(rule);
  }

  /** As by `enable(id, false)`, for another reason than that somebody said so. */
  async #pause({ id }: Rule, why: string, missing: boolean): Promise<void> {
    this.#unwatch(id);
    const isMissing = missing ? { missing } : {};
    await this.#store.change(id, { ...this.#countsOf(id), enabled: false, active: false, why, ...isMissing });
  }

  #countsOf(id: string): Pick<RuleState, 'fired' | 'sent' | 'at'> {
    const { fired, sent, at } = this.#store.state(id)!;
    return { fired, sent, ...(at === undefined ? {} : { at }) };
  }

  #listed(rule: Rule): ListedRule {
    const { enabled, active, fired, at, why } = this.#store.state(rule.id)!;
    return {
      id: rule.id,
      number: rule.number,
      rule: `When ${this.phrase(rule.condition)}: ${rule.then}`,
      when: rule.condition,
      then: rule.then,
      plan: rule.intent.plan,
      enabled,
      active,
      fired,
      ...(at === undefined ? {} : { last: new Date(at).toISOString() }),
      ...(why === undefined ? {} : { why }),
    };
  }

  /** @param active as the journal says; absent: as it is, without an edge */
  #watch(rule: Rule, active?: boolean): void {
    const { signals, clock } = this.#options;
    const trigger = new Trigger({
      condition: rule.condition,
      signals,
      clock,
      active,
      onEdge: (isActive, by) => this.#edge(rule, isActive, by),
    });
    this.#running.set(rule.id, { rule, trigger, postponed: undefined });
    trigger.start();
  }

  #unwatch(id: string): void {
    const running = this.#running.get(id);
    running?.trigger.close();
    running?.postponed?.abort();
    this.#running.delete(id);
  }

  #edge(rule: Rule, isActive: boolean, by: Sensor | undefined): void {
    const running = this.#running.get(rule.id)!;
    running.postponed?.abort();
    running.postponed = undefined;
    const state = this.#store.state(rule.id)!;
    if (!isActive) {
      this.#track(this.#store.change(rule.id, { ...state, active: false }));
      return;
    }
    const { clock } = this.#options;
    const cooldownMs = this.#cooldownOf(rule);
    const wait = state.at === undefined ? 0 : state.at + cooldownMs - clock.now();
    // A clock that was set back is no reason to wait for years.
    if (wait <= 0 || wait > cooldownMs) this.#track(this.#fire(rule, by));
    else {
      const postponed = new AbortController();
      running.postponed = postponed;
      const later = clock.sleep(wait, postponed.signal).then(
        () => this.#track(this.#fire(rule, by)),
        () => undefined,
      );
      void later;
    }
  }

  #cooldownOf(rule: Rule): number {
    return this.#options.cooldownMs?.() ?? (this.#isByHand(rule) ? 0 : COOLDOWN_MS);
  }

  /** A button that is pressed a second time is meant a second time; what else comes and goes may tremble. */
  #isByHand({ condition }: Rule): boolean {
    return comparisons(condition).some(({ signal }) => this.#options.signals.get(signal)?.kind === 'button');
  }

  async #fire(rule: Rule, by: Sensor | undefined): Promise<void> {
    const { clock, signals } = this.#options;
    const now = clock.now();
    const before = this.#store.state(rule.id);
    if (before === undefined || !before.enabled) return;
    const thing = by === undefined ? undefined : (signals.get(by.config.name)?.thing ?? by.config.device);
    const loop = this.#loops.enter(rule.id, thing, rule.things, this.#isByHand(rule));
    const state: RuleState = { ...before, active: true, fired: before.fired + 1, at: now };
    if (loop !== undefined) {
      await this.#refuse(rule, { ...state, sent: state.fired }, loop);
      return;
    }
    await this.#store.change(rule.id, state);
    await this.#send(rule, state);
  }

  async #send(rule: Rule, { fired, at = 0 }: RuleState): Promise<void> {
    await this.#options.submit(this.#command(rule, fired, at));
    // Another edge may have come meanwhile.
    const state = this.#store.state(rule.id);
    if (state !== undefined) await this.#store.change(rule.id, { ...state, sent: Math.max(state.sent, fired) });
  }

  /** Says that it fired too often, and pauses it when it went round in a circle. */
  async #refuse(rule: Rule, state: RuleState, reason: string): Promise<void> {
    await this.#store.change(rule.id, state);
    await this.#pause(rule, reason, false);
    const paused = `${reason}; rule ${rule.number} is paused, say "enable rule ${rule.number}" to have it back`;
    this.#options.log.warn({ rule: rule.number, code: 'rule-loop' }, paused);
    const command = this.#command(rule, state.fired, state.at!);
    this.#options.report(command, { outcome: 'refused', code: 'rule-loop', reason: paused, plan: rule.intent.plan });
  }

  #command(rule: Rule, count: number, at: number): Command {
    return commandOf(rule, { id: `${rule.id}:${count}`, at, expiresAt: at + LATE_MS, source: 'rule' });
  }

  #track(work: Promise<void>): void {
    const done = work
      .catch((error: unknown) => {
        this.#options.log.error({ code: codeOf(error), error: messageOf(error) }, 'rule');
      })
      .finally(() => this.#firing.delete(done));
    this.#firing.add(done);
  }
}
