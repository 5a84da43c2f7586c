/** Everything that ends what is being done: stop, disarm, cancel, and what is lost. None of it waits for the model. */
import { randomUUID } from 'node:crypto';
import type { Thing } from '../../../devices/thing.ts';
import type { Clock } from '../../clock.ts';
import { TokonomaError } from '../../errors.ts';
import type { Logger } from '../../log.ts';
import { Deadman } from './deadman.ts';
import type { Context } from '../dialogue/context.ts';
import type { Dialogue } from '../dialogue/dialogue.ts';
import type { Inbox } from '../inbox/inbox.ts';
import type { Outcomes } from '../inbox/outcomes.ts';
import type { Policy } from './policy.ts';
import { respond } from '../turn/response.ts';
import type { Runs } from './runs.ts';
import { makeSafe } from './safety.ts';
import type { ActionResult } from '../types.ts';

export interface BrakeParts {
  /** All that have a driver that is alive, also those that are coming or going. */
  readonly things: () => readonly Thing[];
  readonly policy: Policy;
  readonly runs: Runs;
  readonly inbox: Inbox;
  readonly outcomes: Outcomes;
  readonly dialogue: Dialogue;
  readonly context: Context;
  readonly clock: Clock;
  readonly log: Logger;
  /** Milliseconds without a broker after which what is being done is ended. */
  readonly contactMs: number;
  readonly onArmed: (armed: boolean) => void;
}

export class Brake {
  readonly #parts: BrakeParts;
  readonly #deadman: Deadman;

  constructor(parts: BrakeParts) {
    this.#parts = parts;
    this.#deadman = new Deadman({
      clock: parts.clock,
      graceMs: parts.contactMs,
      onLost: () => this.#contactLost(),
    });
  }

  /** See Agent.stop. All drivers have been told when this returns its promise. */
  async stop(): Promise<ActionResult[]> {
    const { policy, dialogue, context, inbox, outcomes, onArmed } = this.#parts;
    policy.arm(false);
    const safe = this.#halt(new TokonomaError('stopped', 'a stop came before this was done'));
    dialogue.clear();
    context.clear();
    const dropped = inbox.drain();
    onArmed(false);
    const actions = await safe;
    for (const command of dropped) {
      const reason = 'a stop came before it was begun';
      await outcomes.close(command, respond(command, { outcome: 'refused', code: 'stopped', reason }));
    }
    return actions;
  }

  async arm(armed: boolean): Promise<void> {
    if (!armed) {
      await this.stop();
      return;
    }
    this.#parts.policy.arm(true);
    this.#parts.onArmed(true);
  }

  /** See Agent.cancel. */
  cancel(id?: string): string[] {
    const { runs, inbox, outcomes } = this.#parts;
    const why = new TokonomaError('cancelled', 'it was taken back');
    const ended = runs.abort(why, (run) => id === undefined || run.id === id);
    const waiting = id === undefined ? undefined : inbox.withdraw(id);
    if (waiting === undefined) return ended;
    void outcomes.close(waiting, respond(waiting, { outcome: 'refused', code: 'cancelled', reason: why.message }));
    return [...ended, waiting.id];
  }

  /** See Agent.contact. */
  contact(connected: boolean): void {
    this.#deadman.contact(connected);
    if (connected) this.#parts.policy.offline = false;
  }

  /** See Agent.lost. */
  lost(what: TokonomaError): Promise<ActionResult[]> {
    this.#parts.log.error({ code: what.code, error: what.message }, 'lost');
    return this.#halt(what);
  }

  /** The runtime ends: all that runs with it, and the actuators are left safe. */
  async close(): Promise<void> {
    const { things, runs, clock, log } = this.#parts;
    this.#deadman.close();
    runs.abort(new TokonomaError('interrupted', 'the runtime was stopped'));
    await makeSafe(things(), clock, log);
  }

  #contactLost(): void {
    const { things, policy, runs, log } = this.#parts;
    policy.offline = true;
    log.error('the broker has been away for too long: what was being done is ended');
    runs.abort(new TokonomaError('contact-lost', 'the broker was lost while this was being done'));
    void this.#safe(things().filter((thing) => thing.description['tk:safe_offline'] === true));
  }

  #halt(why: TokonomaError): Promise<ActionResult[]> {
    this.#parts.runs.abort(why);
    return this.#safe(this.#parts.things());
  }

  async #safe(things: readonly Thing[]): Promise<ActionResult[]> {
    const { clock, log, outcomes } = this.#parts;
    const actions = await makeSafe(things, clock, log);
    const id = randomUUID();
    for (const action of actions) outcomes.acted(id, action);
    return actions;
  }
}
