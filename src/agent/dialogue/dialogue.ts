/**
 * What a conversation left open: a question with candidates ("which lamp?") or one for a yes ("unlock the front door?").
 * The next thing said in it is first taken as an answer, without the model. Nothing of it survives the process.
 */
import type { Clock } from '../../clock.ts';
import { readAnswer, type Answer } from './answers.ts';
import type { Named } from '../grounding/directory.ts';
import type { Ending } from '../turn/response.ts';
import type { TurnOptions } from '../turn/stage.ts';
import type { Command } from '../types.ts';

export interface Question {
  /** "Which one: kitchen light or bedroom light?" */
  readonly ask: string;
  /** What can be chosen, in the order in which it is told; empty: a question for yes or no. */
  readonly candidates: readonly Named[];
  /**
   * Goes on with the command. Whatever was checked before the question is to be checked again: time has passed.
   * @param chosen ids of candidates; empty after a yes
   */
  readonly resume: (chosen: readonly string[], command: Command, options: TurnOptions) => Promise<Ending>;
}

export interface Heard {
  readonly question: Question;
  /** Never `other`: that drops the question, and nothing was heard. */
  readonly answer: Exclude<Answer, { kind: 'other' }>;
}

export interface DialogueOptions {
  readonly clock: Clock;
  /** How long a question waits for its answer, milliseconds. Default 60 s. */
  readonly expiresMs?: number | undefined;
}

const EXPIRES_MS = 60_000;
/** Conversations that may have a question open; the oldest is forgotten for a new one. */
const MAX_OPEN = 256;

/** Who talks: as the transport says, else a site, else whoever gets the answers, else everybody who says neither. */
export function conversationOf({
  conversation,
  source = 'mqtt',
  site,
  reply,
}: Pick<Command, 'conversation' | 'source' | 'site' | 'reply'>): string {
  if (conversation !== undefined) return `${source} ${conversation}`;
  if (site !== undefined) return `site ${site}`;
  return reply === undefined ? 'default' : `reply ${reply.topic}`;
}

export class Dialogue {
  readonly #clock: Clock;
  readonly #expiresMs: number;
  readonly #open = new Map<string, { readonly question: Question; readonly until: number }>();

  constructor({ clock, expiresMs = EXPIRES_MS }: DialogueOptions) {
    this.#clock = clock;
    this.#expiresMs = expiresMs;
  }

  /** Opens a question; one that the conversation had open is gone. */
  ask(conversation: string, question: Question): void {
    this.#open.delete(conversation);
    this.#open.set(conversation, { question, until: this.#clock.monotonic() + this.#expiresMs });
    if (this.#open.size > MAX_OPEN) this.#open.delete(this.#open.keys().next().value!);
  }

  /** Undefined when nothing was asked or this is no answer. An unclear answer leaves the question open, once more as long. */
  hear(conversation: string, text: string): Heard | undefined {
    const heard = this.peek(conversation, text);
    this.#open.delete(conversation);
    if (heard?.answer.kind === 'unclear') this.ask(conversation, heard.question);
    return heard;
  }

  /** As which answer `hear` would take this; whatever is open stays so. */
  peek(conversation: string, text: string): Heard | undefined {
    const open = this.#open.get(conversation);
    if (open === undefined || this.#clock.monotonic() >= open.until) return undefined;
    const { question } = open;
    const answer = readAnswer(text, question.candidates);
    return answer.kind === 'other' ? undefined : { question, answer };
  }

  isOpen(conversation: string): boolean {
    const open = this.#open.get(conversation);
    return open !== undefined && this.#clock.monotonic() < open.until;
  }

  /** After a stop nothing is open. */
  clear(): void {
    this.#open.clear();
  }
}
