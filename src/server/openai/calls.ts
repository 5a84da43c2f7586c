/** The text of an answer and the calls in it, as Hermes writes them (src/grammar/hermes.ts). */
import { CALL_CLOSE, CALL_OPEN } from '../../grammar/hermes.ts';
import { call, type Call } from './answer.ts';

export interface Parts {
  readonly text: string;
  readonly calls: readonly Call[];
}

/** A call that was cut off, or is no JSON, stays text. */
export function splitCalls(answer: string): Parts {
  const calls: Call[] = [];
  const text = answer.replace(new RegExp(`${CALL_OPEN}(.*?)${CALL_CLOSE}\\n?`, 'gs'), (whole, json: string) => {
    const parsed = callOf(json);
    if (parsed === undefined) return whole;
    calls.push(parsed);
    return '';
  });
  return { text, calls };
}

/** `{"name": …, "arguments": {…}}` as a call; undefined when it is none. */
function callOf(json: string): Call | undefined {
  try {
    const { name, arguments: args } = JSON.parse(json) as { name?: unknown; arguments?: unknown };
    return typeof name === 'string' ? call(name, JSON.stringify(args ?? {})) : undefined;
  } catch {
    return undefined;
  }
}

/** Passes text on as it comes, up to the first call. */
export class TextBeforeCalls {
  #held = '';
  #over = false;

  push(piece: string): string {
    if (this.#over) return '';
    this.#held += piece;
    const at = this.#held.indexOf(CALL_OPEN);
    if (at >= 0) {
      this.#over = true;
      return this.#held.slice(0, at);
    }
    let keep = 0;
    for (let n = Math.min(CALL_OPEN.length - 1, this.#held.length); n > 0 && keep === 0; n--) {
      if (this.#held.endsWith(CALL_OPEN.slice(0, n))) keep = n;
    }
    const ready = this.#held.slice(0, this.#held.length - keep);
    this.#held = this.#held.slice(ready.length);
    return ready;
  }

  /** What was held back and turned out to be text. */
  end(): string {
    return this.#over ? '' : this.#held;
  }
}
