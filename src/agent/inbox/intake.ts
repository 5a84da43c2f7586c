/**
 * What comes in as words: stop and cancel go past everything, the rest is journaled and queued; what may end something
 * that is being done is looked at before its turn.
 */
import type { Clock } from '../../clock.ts';
import { TokonomaError, codeOf, messageOf } from '../../errors.ts';
import type { Logger } from '../../log.ts';
import { parseCommand, wordsOnly, type Arrival } from './command.ts';
import { conversationOf, type Dialogue } from '../dialogue/dialogue.ts';
import { isCancelPhrase, mayEndSomething } from '../dialogue/halting.ts';
import type { Accepted, Inbox } from './inbox.ts';
import type { Outcomes } from './outcomes.ts';
import { outcomeOf, respond } from '../turn/response.ts';
import type { ActionResult, Command, Response } from '../types.ts';
import { isStopPhrase } from '../grounding/words.ts';
import type { Work } from '../work.ts';

export interface IntakeParts {
  readonly inbox: Inbox;
  readonly outcomes: Outcomes;
  readonly work: Work;
  readonly dialogue: Dialogue;
  readonly clock: Clock;
  readonly log: Logger;
  /** Names by which robots are called. */
  readonly robots: () => readonly string[];
  readonly stop: () => Promise<ActionResult[]>;
  /** Ends what is being done; returns the ids. */
  readonly cancel: () => string[];
}

export interface Submitted {
  readonly response: Promise<Response>;
  /** It was refused because there was no room for it, or the journal failed: a transport may say so in its own words. */
  readonly notKept?: 'quota' | 'failure';
}

export class Intake {
  readonly #parts: IntakeParts;

  constructor(parts: IntakeParts) {
    this.#parts = parts;
  }

  /** See Agent.submit. */
  async submit(payload: string | Uint8Array, arrival: Partial<Arrival>): Promise<Submitted> {
    const { outcomes, clock } = this.#parts;
    const parsed = parseCommand(payload, { ...arrival, receivedAt: arrival.receivedAt ?? clock.now() });
    if ('refused' in parsed) {
      const { command, code, reason } = parsed.refused;
      return now(outcomes.answer(command, { outcome: 'refused', code, reason }));
    }
    const { command } = parsed;
    const halt = this.halts(command);
    if (halt === 'stop') {
      const actions = await this.#parts.stop();
      return now(outcomes.tell(command, respond(command, { ...outcomeOf(actions), actions }, undefined, 0, 'stop')));
    }
    if (halt === 'cancel') {
      const cancelled = this.#parts.cancel();
      const ending = { outcome: 'executed', say: `Cancelled: ${cancelled.length} under way.` } as const;
      const nothing = { outcome: 'refused', code: 'nothing-to-cancel', reason: 'nothing is being done' } as const;
      const response = respond(command, cancelled.length > 0 ? ending : nothing, undefined, 0, 'stop');
      return now(outcomes.tell(command, response));
    }
    return this.enqueue(command);
  }

  /**
   * Words that somebody wants understood, not done.
   * @throws TokonomaError `too-large`, `empty`
   */
  wordsOf(text: string, arrival: Partial<Arrival>): Command {
    const parsed = parseCommand(wordsOnly(text), { ...arrival, receivedAt: this.#parts.clock.now() });
    if ('command' in parsed) return parsed.command;
    throw new TokonomaError(parsed.refused.code, parsed.refused.reason);
  }

  /** Whether it goes past everything. */
  halts(command: Command): 'stop' | 'cancel' | undefined {
    const { dialogue, robots } = this.#parts;
    if (isStopPhrase(command.text, robots())) return 'stop';
    // In answer to a question it is a no, and for the dialogue.
    return isCancelPhrase(command.text) && !dialogue.isOpen(conversationOf(command)) ? 'cancel' : undefined;
  }

  /** Takes a command into the queue, or answers it: again, or as refused. */
  async enqueue(command: Command): Promise<Submitted> {
    const { inbox, outcomes, work, log } = this.#parts;
    // Made before the journal is waited for: the command may be done by then.
    const response = outcomes.of(command.id);
    let accepted: Accepted;
    try {
      accepted = await inbox.accept(command);
    } catch (error) {
      outcomes.forget(command.id);
      log.error({ id: command.id, code: codeOf(error), error: messageOf(error) }, 'command not journaled');
      const reason = 'it could not be written to the journal, and is not done; look at the disk';
      return {
        ...now(outcomes.answer(command, { outcome: 'refused', code: codeOf(error), reason })),
        notKept: 'failure',
      };
    }
    if (accepted.status === 'queued') {
      if (work.isBusy && mayEndSomething(command.text)) work.beside(command);
      return { response };
    }
    if (accepted.status === 'pending') {
      if (accepted.id !== command.id) outcomes.forget(command.id);
      const pending = outcomes.of(accepted.id);
      if (command.reply !== undefined) void pending.then((outcome) => outcomes.tell(command, outcome));
      return { response: pending };
    }
    outcomes.forget(command.id);
    if (accepted.status === 'done') return now(outcomes.tell(command, accepted.response));
    const reason = `${inbox.length} commands are waiting; say it again later`;
    return { ...now(outcomes.answer(command, { outcome: 'refused', code: 'queue-full', reason })), notKept: 'quota' };
  }
}

const now = (response: Response): Submitted => ({ response: Promise.resolve(response) });
