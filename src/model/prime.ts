/** What later prompts begin with, read before anybody asks: from a snapshot where there is one, else by the model. */
import { TokonomaError } from '../errors.ts';
import type { Decoder } from './generate.ts';
import type { Primed, Prompt } from './types.ts';

/**
 * @param cancelled asked once per batch; true ends with code `cancelled`
 * @throws TokonomaError `context-full` when nothing could follow the prefix, `cancelled`
 */
export function prime(decoder: Decoder, prefix: Prompt, cancelled: () => boolean): Primed {
  const started = performance.now();
  const { model, snapshots } = decoder;
  const tokens = tokensOf(decoder, prefix);
  if (tokens.length >= model.context) {
    throw new TokonomaError(
      'context-full',
      `the prefix takes ${tokens.length} tokens of a context of ${model.context}; raise --context`,
    );
  }
  const restored = restoreTokens(decoder, tokens);
  if (!restored) {
    for (let at = model.reuse(tokens); at < tokens.length; at += model.batch) {
      if (cancelled()) throw new TokonomaError('cancelled', 'the request was cancelled');
      model.read(tokens.subarray(at, at + model.batch), { exact: true });
    }
    if (tokens.length > 0) snapshots?.save(model, tokens);
  }
  return { restored, tokens: tokens.length, ms: Math.round((performance.now() - started) * 100) / 100 };
}

/** Restores the state after a prefix where there is a snapshot of it; the model computes nothing. */
export function restorePrefix(decoder: Decoder, prefix: Prompt): boolean {
  return restoreTokens(decoder, tokensOf(decoder, prefix));
}

function restoreTokens({ model, snapshots }: Decoder, tokens: Int32Array): boolean {
  if (snapshots === undefined || tokens.length === 0) return false;
  // One token is quicker fed than a file read.
  if (model.reuse(tokens) >= tokens.length - 1) return false;
  return snapshots.restore(model, tokens);
}

function tokensOf({ tokenizer }: Decoder, prefix: Prompt): Int32Array {
  return tokenizer.encode(prefix.text, { special: { except: prefix.data } });
}
