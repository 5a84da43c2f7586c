/** What later prompts begin with, read before anybody asks: from a snapshot where there is one, else by the model. */
import { TokonomaError } from '../errors.ts';
import type { Decoder } from './generate.ts';
import type { OnProgress, Primed, Prompt } from './types.ts';

/**
 * @param cancelled asked before each layer; true ends with code `cancelled`
 * @param onRead told of the tokens that the model reads
 * @throws TokonomaError `context-full` when nothing could follow the prefix, `cancelled`
 */
export function prime(decoder: Decoder, prefix: Prompt, cancelled: () => boolean, onRead?: OnProgress): Primed {
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
    if (tokens.length > 0) {
      model.read(tokens.subarray(model.reuse(tokens)), {
        exact: true,
        cancelled,
        ...(onRead && { onRead }),
      });
      snapshots?.save(model, tokens);
    }
  }
  decoder.primed = tokens;
  return { restored, tokens: tokens.length, ms: Math.round((performance.now() - started) * 100) / 100 };
}

/** Restores the state after a prefix where there is a snapshot of it; the model computes nothing. */
export function restorePrefix(decoder: Decoder, prefix: Prompt): boolean {
  decoder.primed = tokensOf(decoder, prefix);
  return restoreTokens(decoder, decoder.primed);
}

/**
 * How many tokens of a prompt need not be read again, as Model.reuse; where the prompt begins with what the model was
 * primed with, and another prompt has taken its place since, that much comes back from the snapshot.
 */
export function reuse({ model, snapshots, primed = new Int32Array() }: Decoder, prompt: Int32Array): number {
  const kept = model.reuse(prompt);
  // One token is quicker fed than a file read.
  const isLost = kept < primed.length - 1 && primed.length < prompt.length;
  if (!isLost || !primed.every((token, i) => token === prompt[i])) return kept;
  return snapshots?.restore(model, primed) === true ? primed.length : model.reuse(prompt);
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
