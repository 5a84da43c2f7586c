/** Words to intents: hermes/nlu/query and what a session has heard. */
import type { Agent } from '../../agent/agent.ts';
import type { Slot } from '../../agent/reading/slots.ts';
import { passes, type Recognition } from '../../agent/turn/recognition.ts';
import { TokonomaError, codeOf } from '../../errors.ts';
import type { Echo } from './messages.ts';
import type { Outbox } from './outbox.ts';

export interface Words {
  readonly text: string;
  readonly siteId: string;
  readonly sessionId: string | null;
  readonly echo: Echo;
  /** Whether an intent is wanted now. */
  readonly allows: (intent: string) => boolean;
}

/** Texts that may wait for the model. */
const MAX_WAITING = 16;

export class Nlu {
  readonly #agent: Agent;
  readonly #outbox: Outbox;
  #waiting = 0;

  constructor(agent: Agent, outbox: Outbox) {
    this.#agent = agent;
    this.#outbox = outbox;
  }

  /**
   * Tells what was understood: one `hermes/intent/<name>` for each call of the plan, in order, or `intentNotRecognized`. A
   * plan of which a part is not wanted is not recognized at all. Does nothing else.
   * @returns what it is; `filtered`: it was understood, and is not wanted
   * @throws TokonomaError `too-large`, `queue-full`, and what the interpreter throws
   */
  async tell(words: Words): Promise<'recognized' | 'not-recognized' | 'filtered'> {
    const recognition = await this.#recognize(words);
    if (recognition === undefined || recognition.intents.length === 0) {
      this.#notRecognized(words);
      return 'not-recognized';
    }
    if (!passes(recognition, words.allows)) {
      this.#notRecognized(words);
      return 'filtered';
    }
    this.#recognized(recognition, words);
    return 'recognized';
  }

  /** Undefined where no words were said. */
  async #recognize({ text, siteId }: Words): Promise<Recognition | undefined> {
    const arrival = { source: 'hermes', site: siteId } as const;
    if (text.trim() === '') return undefined;
    if (this.#waiting >= MAX_WAITING && !this.#agent.halts(text, arrival)) {
      throw new TokonomaError('queue-full', `${this.#waiting} texts wait for the model; say it again later`);
    }
    this.#waiting++;
    try {
      return await this.#agent.recognize(text, arrival);
    } finally {
      this.#waiting--;
    }
  }

  #notRecognized({ text: input, siteId, sessionId, echo: { id, customData } }: Words): void {
    this.#outbox.send('hermes/nlu/intentNotRecognized', { input, siteId, id, customData, sessionId });
  }

  #recognized({ text: input, intents, confidence }: Recognition, { siteId, sessionId, echo }: Words): void {
    for (const { name, slots } of intents) {
      const parsed = {
        input,
        intent: { intentName: name, confidenceScore: confidence },
        siteId,
        id: echo.id,
        slots: slots.map((slot) => slotOf(slot, confidence)),
        sessionId,
      };
      this.#outbox.send('hermes/nlu/intentParsed', parsed);
      this.#outbox.send(`hermes/intent/${name}`, {
        ...parsed,
        ...echo,
        asrTokens: echo.asrTokens ?? [tokensOf(input)],
        rawInput: input,
      });
    }
  }
}

/** What goes wrong with one text, and is no fault of the runtime. */
export const isAboutWords = (error: unknown): boolean =>
  ['too-large', 'too-long', 'plan-truncated', 'queue-full'].includes(codeOf(error));

function slotOf({ name, value, raw, range }: Slot, confidence: number): object {
  return {
    entity: name,
    slotName: name,
    confidence,
    rawValue: raw,
    value: { kind: typeof value === 'number' ? 'Number' : 'Custom', value },
    ...(range && { range: { ...range, rawStart: range.start, rawEnd: range.end } }),
  };
}

/** As a recognizer would have told them, where none did. */
function tokensOf(text: string): object[] {
  return Array.from(text.matchAll(/\S+/g), ({ 0: value, index }) => ({
    value,
    confidence: 1,
    rangeStart: index,
    rangeEnd: index + value.length,
    time: null,
  }));
}
