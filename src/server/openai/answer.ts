/** Answers in the shapes of OpenAI's interface (https://platform.openai.com/docs/api-reference/chat/object). */
import { randomBytes } from 'node:crypto';
import type { GenerateResult, TokenChance } from '../../model/types.ts';

export interface Call {
  readonly id: string;
  readonly type: 'function';
  readonly function: { readonly name: string; readonly arguments: string };
}

export type Finish = 'stop' | 'length' | 'tool_calls';

export interface Usage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
}

export const finishOf = ({ stop }: Pick<GenerateResult, 'stop'>): Finish => (stop === 'end' ? 'stop' : 'length');

/** What a chat request was answered with. */
export interface Spoken {
  readonly text: string;
  readonly calls: readonly Call[];
  readonly finish: Finish;
  readonly result: Pick<GenerateResult, 'timing' | 'chances' | 'bytes'>;
}

type Probabilities = Pick<GenerateResult, 'chances' | 'bytes'>;

export const newId = (kind: string): string => `${kind}-${randomBytes(12).toString('hex')}`;

export function call(name: string, args: string): Call {
  return { id: newId('call'), type: 'function', function: { name, arguments: args } };
}

export function usageOf(...results: readonly Pick<GenerateResult, 'timing'>[]): Usage {
  const prompt_tokens = results.reduce((sum, { timing }) => sum + timing.tokens_in, 0);
  const completion_tokens = results.reduce((sum, { timing }) => sum + timing.tokens_out, 0);
  return { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens };
}

/** What a chat client is told of probabilities. */
export function chatLogprobs({ chances, bytes }: Probabilities): { content: unknown[] } | null {
  if (chances === undefined) return null;
  const shown = ({ token, logprob }: { token: number; logprob: number }): object => {
    const own = bytes?.get(token) ?? new Uint8Array();
    return { token: Buffer.from(own).toString(), logprob, bytes: [...own] };
  };
  return { content: chances.map((chance) => ({ ...shown(chance), top_logprobs: chance.top.map(shown) })) };
}

/** The older form, of text completions. */
export function textLogprobs({ chances, bytes }: Probabilities): object | null {
  if (chances === undefined) return null;
  const textOf = (token: number): string => Buffer.from(bytes?.get(token) ?? []).toString();
  let offset = 0;
  return {
    tokens: chances.map(({ token }) => textOf(token)),
    token_logprobs: chances.map(({ logprob }) => logprob),
    top_logprobs: chances.map(({ top }: TokenChance) =>
      Object.fromEntries(top.map((one) => [textOf(one.token), one.logprob])),
    ),
    text_offset: chances.map(({ token }) => {
      const at = offset;
      offset += textOf(token).length;
      return at;
    }),
  };
}
