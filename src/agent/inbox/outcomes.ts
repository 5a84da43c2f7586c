/** Every command ends here exactly once: its outcome is stored, then told to whoever waits for it and to everybody. */
import { codeOf, messageOf } from '../../errors.ts';
import type { Logger } from '../../log.ts';
import type { Inbox } from './inbox.ts';
import { respond, type Ending } from '../turn/response.ts';
import type { ActionResult, Command, Response } from '../types.ts';
import { deferred, type Deferred } from '../acting/waiting.ts';

/** Who is told. */
export interface Audience {
  response(response: Response, command: Command): void;
  action(action: ActionResult & { id: string }): void;
}

export class Outcomes {
  readonly #inbox: Inbox;
  readonly #log: Logger;
  readonly #audience: Audience;
  readonly #awaited = new Map<string, Deferred<Response>>();

  constructor(inbox: Inbox, log: Logger, audience: Audience) {
    this.#inbox = inbox;
    this.#log = log;
    this.#audience = audience;
  }

  /** The response to a command that is on its way. */
  of(id: string): Promise<Response> {
    let awaited = this.#awaited.get(id);
    if (awaited === undefined) this.#awaited.set(id, (awaited = deferred()));
    return awaited.promise;
  }

  /** Nobody waits for it after all. */
  forget(id: string): void {
    this.#awaited.delete(id);
  }

  /** Stores the outcome of a journaled command, then tells it. */
  async close(command: Command, response: Response): Promise<void> {
    try {
      await this.#inbox.finish(response);
    } catch (error) {
      this.#log.error({ id: command.id, code: codeOf(error), error: messageOf(error) }, 'outcome not journaled');
    }
    this.#awaited.get(command.id)?.resolve(response);
    this.#awaited.delete(command.id);
    this.#log.info({ id: response.id, outcome: response.outcome, code: response.code }, 'command');
    this.#audience.response(response, command);
  }

  /** Tells what ends a command that never was in the journal, or had its outcome before. */
  tell(command: Command, response: Response): Response {
    this.#audience.response(response, command);
    return response;
  }

  answer(command: Command, ending: Ending): Response {
    return this.tell(command, respond(command, ending));
  }

  /** The action topic is what was done; what was not is in the response. */
  acted(id: string, action: ActionResult): void {
    if (action.outcome === 'executed') this.#audience.action({ id, ...action });
  }
}
