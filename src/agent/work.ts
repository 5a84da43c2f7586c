/** Takes commands from the inbox one by one and turns them into outcomes; what only ends something goes beside. */
import type { Readings } from '../../devices/condition.ts';
import { TokonomaError, codeOf, messageOf } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { Inbox } from './inbox/inbox.ts';
import type { Outcomes } from './inbox/outcomes.ts';
import type { Given } from './acting/policy.ts';
import { respond } from './turn/response.ts';
import type { Run, Runs } from './acting/runs.ts';
import type { TurnOptions } from './turn/stage.ts';
import type { Turns } from './turn/turn.ts';
import { sourcesOf, type Command } from './types.ts';

export interface WorkParts {
  readonly inbox: Inbox;
  readonly outcomes: Outcomes;
  readonly runs: Runs;
  /** Of the home as it is declared now. */
  readonly turns: () => Turns;
  readonly readings: Readings;
  readonly log: Logger;
}

/** A command that survived a restart without a limit of its own is stale after this long, milliseconds. */
const RECOVERED_MS = 60_000;

export class Work {
  readonly #parts: WorkParts;
  /** Ids of commands that waited through a restart. */
  readonly #recovered = new Set<string>();
  /** The command whose turn it is. */
  #current: Run | undefined;
  /** Nothing is begun before it resolves. */
  #pause: Promise<unknown> | undefined;

  constructor(parts: WorkParts) {
    this.#parts = parts;
  }

  get isBusy(): boolean {
    return this.#current !== undefined;
  }

  /** What has begun goes on meanwhile; nothing else begins before the task has ended. */
  async pausing<T>(task: () => Promise<T>): Promise<T> {
    const paused = task();
    const pause = paused.catch(() => undefined);
    this.#pause = pause;
    try {
      return await paused;
    } finally {
      if (this.#pause === pause) this.#pause = undefined;
    }
  }

  /** These waited through a restart: they may be stale by now. */
  recovered(commands: readonly Command[]): void {
    for (const command of commands) this.#recovered.add(command.id);
  }

  /** Works until the signal is aborted. */
  async run(signal: AbortSignal): Promise<void> {
    const { inbox, runs, turns, outcomes } = this.#parts;
    while (!signal.aborted) {
      await inbox.waiting(signal).catch(() => undefined);
      while (this.#pause !== undefined) await this.#pause;
      if (signal.aborted) return;
      // Taken and begun in one go: a stop comes before both or after both.
      const command = inbox.next();
      if (command === undefined) continue;
      const run = runs.begin(command.id);
      this.#current = run;
      const begin = (): Promise<void> => inbox.begin(command.id);
      const response = await turns().run(command, this.#options(command, run, begin));
      run.end();
      this.#current = undefined;
      this.#recovered.delete(command.id);
      await outcomes.close(command, response);
    }
  }

  /**
   * A queued command that may be about what is being done: if all of it only ends something, it is done now; otherwise
   * it waits for its turn, as if nobody had looked.
   */
  beside(command: Command): void {
    void this.#beside(command).catch((error: unknown) => {
      this.#parts.log.error({ id: command.id, code: codeOf(error), error: messageOf(error) }, 'beside');
    });
  }

  async #beside(command: Command): Promise<void> {
    if (this.#pause !== undefined) await this.#pause;
    const { inbox, runs, turns, outcomes } = this.#parts;
    const before = this.#current;
    const run = runs.begin(command.id);
    let taken = false;
    try {
      const begin = async (): Promise<void> => {
        // What was said before it has to be under way: to end a drive that has not begun would not end it.
        await before?.acting;
        await new Promise((resolve) => setImmediate(resolve));
        if (inbox.withdraw(command.id) === undefined) throw new TokonomaError('taken', 'its turn has come');
        taken = true;
        await inbox.begin(command.id);
      };
      const response = await turns().beside(command, this.#options(command, run, begin));
      if (response !== undefined) await outcomes.close(command, response);
      else if (taken) {
        const reason = 'it could not be journaled before its first act';
        await outcomes.close(command, respond(command, { outcome: 'failed', code: 'journal-failed', reason }));
      }
    } finally {
      run.end();
    }
  }

  #options(command: Command, run: Run, begin: () => Promise<void>): TurnOptions {
    const { readings, outcomes } = this.#parts;
    const given: Given = { source: sourcesOf(command), readings };
    return {
      signal: run.signal,
      expiresAt: this.#expiryOf(command),
      begin: async (things) => {
        await begin();
        run.act(things ?? []);
      },
      onAction: (action) => outcomes.acted(command.id, action),
      given,
    };
  }

  #expiryOf(command: Command): number | undefined {
    return command.expiresAt ?? (this.#recovered.has(command.id) ? command.receivedAt + RECOVERED_MS : undefined);
  }
}
