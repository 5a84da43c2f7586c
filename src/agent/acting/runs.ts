/** What is being done right now: commands at work and direct control, each of which can be ended from outside. */
import type { TokonomaError } from '../../errors.ts';
import { deferred, type Deferred } from './waiting.ts';

export class Run {
  readonly id: string;
  readonly #abort = new AbortController();
  readonly #acting: Deferred<void> = deferred();
  readonly #end: (run: Run) => void;
  #things: ReadonlySet<string> = new Set();

  constructor(id: string, end: (run: Run) => void) {
    this.id = id;
    this.#end = end;
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Resolves when it is known what it does, or it has ended. */
  get acting(): Promise<void> {
    return this.#acting.promise;
  }

  /** From now on it acts, on these things. */
  act(things: Iterable<string>): void {
    this.#things = new Set(things);
    this.#acting.resolve();
  }

  involves(thing: string): boolean {
    return this.#things.has(thing);
  }

  abort(why: TokonomaError): void {
    this.#abort.abort(why);
  }

  end(): void {
    this.#acting.resolve();
    this.#end(this);
  }
}

export class Runs {
  readonly #open = new Set<Run>();

  /** To be called in the same turn of the event loop in which the work was taken: a stop in between would miss it. */
  begin(id: string): Run {
    const run = new Run(id, (ended) => this.#open.delete(ended));
    this.#open.add(run);
    return run;
  }

  get open(): readonly Run[] {
    return [...this.#open];
  }

  /** Ends those that `which` says; all of them without. Returns their ids. */
  abort(why: TokonomaError, which: (run: Run) => boolean = () => true): string[] {
    const ended = this.open.filter(which);
    for (const run of ended) run.abort(why);
    return ended.map((run) => run.id);
  }
}
