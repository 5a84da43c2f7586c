/**
 * A conversation with a chat model. All of it is told again at every turn; when it outgrows the context, whole turns are
 * forgotten, the oldest first, also in the middle of an answer.
 */
import { TokonomaError, codeOf, messageOf } from '../errors.ts';
import type { Engine, GenerateRequest, GenerateTiming, OnText, Prompt } from '../model/types.ts';
import type { ChatMessage, ChatTemplate } from '../tokenizer/template.ts';

export interface ConversationOptions {
  /** What the model is told before everything else. */
  readonly system?: string;
  /** Upper bound of one answer. */
  readonly maxTokens?: number;
  readonly sampling?: Pick<GenerateRequest, 'temperature' | 'topK' | 'topP' | 'seed'>;
}

export type AnswerTiming = Omit<GenerateTiming, 'forced'>;

export interface Answer {
  readonly text: string;
  /** `length`: maxTokens, or a context that has room for nothing but this turn and is full. */
  readonly stop: 'end' | 'length' | 'cancelled';
  /** Turns that were forgotten to make room. */
  readonly dropped: number;
  /** Absent when it was cancelled. */
  readonly timing?: AnswerTiming;
}

interface Turn {
  readonly user: string;
  readonly assistant: string;
}

/** Share of the context that is free for an answer when it begins. */
const ANSWER_SHARE = 1 / 4;

export class Conversation {
  readonly #engine: Engine;
  readonly #template: ChatTemplate;
  readonly #options: ConversationOptions;
  #turns: readonly Turn[] = [];

  constructor(engine: Engine, template: ChatTemplate, options: ConversationOptions = {}) {
    this.#engine = engine;
    this.#template = template;
    this.#options = options;
  }

  /** Turns the model is still told of. */
  get length(): number {
    return this.#turns.length;
  }

  reset(): void {
    this.#turns = [];
  }

  /**
   * Resolves when the answer is complete, or when `signal` has ended it: what was said until then counts as the answer.
   * @throws TokonomaError `too-long` when this turn alone does not fit the context; `template-error`; what
   * Engine.generate throws. The conversation is then as it was before.
   */
  async say(user: string, signal?: AbortSignal, onText?: OnText): Promise<Answer> {
    const { maxTokens = Infinity, sampling } = this.#options;
    const timing = { prefill_ms: 0, decode_ms: 0, tokens_in: 0, tokens_out: 0 };
    let text = '';
    const take = (piece: string): void => {
      text += piece;
      onText?.(piece);
    };
    let turns = this.#turns;
    let reserve = Math.min(maxTokens, Math.floor(this.#engine.info.contextLength * ANSWER_SHARE));
    const ended = (stop: Answer['stop']): Answer => {
      const dropped = this.#turns.length - turns.length;
      this.#turns = text === '' ? turns : [...turns, { user, assistant: text }];
      return { text, stop, dropped, ...(stop !== 'cancelled' && { timing }) };
    };
    for (;;) {
      const left = maxTokens - timing.tokens_out;
      const request = {
        prompt: continued(this.#template.render(this.#messages(turns, user)), text),
        reserve: Math.min(reserve, left),
        ...(left < Infinity && { maxTokens: left }),
        ...sampling,
      };
      try {
        const result = await this.#engine.generate(request, signal, take);
        timing.prefill_ms = hundredths(timing.prefill_ms + result.timing.prefill_ms);
        timing.decode_ms = hundredths(timing.decode_ms + result.timing.decode_ms);
        timing.tokens_in += result.timing.tokens_in;
        timing.tokens_out += result.timing.tokens_out;
        if (result.stop === 'end' || timing.tokens_out >= maxTokens) return ended(result.stop);
      } catch (error) {
        if (codeOf(error) === 'cancelled') return ended('cancelled');
        if (codeOf(error) !== 'context-full') throw error;
        if (turns.length === 0 && reserve <= 1 && text === '') {
          throw new TokonomaError('too-long', messageOf(error), { cause: error });
        }
      }
      // The context is full.
      if (turns.length > 0) turns = turns.slice(1);
      else if (reserve > 1) reserve = 1;
      else return ended('length');
    }
  }

  #messages(turns: readonly Turn[], user: string): ChatMessage[] {
    const { system } = this.#options;
    return [
      ...(system === undefined ? [] : [{ role: 'system', content: system, data: true } as const]),
      // A model repeats what it is asked to: control tokens that it spells out are text like the user's own.
      ...turns.flatMap((turn): ChatMessage[] => [
        { role: 'user', content: turn.user },
        { role: 'assistant', content: turn.assistant, data: true },
      ]),
      { role: 'user', content: user },
    ];
  }
}

/** Sums of figures of two digits have no more. */
function hundredths(ms: number): number {
  return Math.round(ms * 100) / 100;
}

/** The prompt of an answer that has come to `text` already. */
function continued(prompt: Prompt, text: string): Prompt {
  if (text === '') return prompt;
  const start = prompt.text.length;
  return { text: prompt.text + text, data: [...prompt.data, [start, start + text.length]] };
}
