/** The decoding loop: a prompt in, tokens out, under a grammar where there is one. */
import { TokonomaError } from '../errors.ts';
import { PlanGrammar, type PlanState } from '../grammar/grammar.ts';
import type { TokenTable } from '../grammar/token-table.ts';
import { StreamDecoder, type Tokenizer } from '../tokenizer/tokenizer.ts';
import type { Model } from './model.ts';
import { GREEDY, Sampler } from './sampler.ts';
import type { SnapshotStore } from './snapshot.ts';
import type { GenerateRequest, GenerateResult, ModelInfo, OnText } from './types.ts';

/** What decoding works with: made once per model. */
export interface Decoder {
  readonly model: Model;
  readonly tokenizer: Tokenizer;
  readonly table: TokenTable;
  readonly info: ModelInfo;
  /** Where the state after a prefix is kept; absent: nowhere. */
  readonly snapshots?: SnapshotStore;
}

/**
 * @param cancelled asked once per token; true ends with code `cancelled`
 * @param onText told of the text as it comes, whole characters at a time
 * @throws TokonomaError `context-full` when the prompt leaves less room than its reserve, `cancelled`
 */
export function generate(
  { model, tokenizer, table, info }: Decoder,
  request: GenerateRequest,
  cancelled: () => boolean,
  onText?: OnText,
): GenerateResult {
  const started = performance.now();
  const prompt = tokenizer.encode(request.prompt.text, { special: { except: request.prompt.data } });
  const reserve = Math.max(1, request.reserve ?? 1);
  if (prompt.length + reserve > model.context) {
    throw new TokonomaError(
      'context-full',
      `the prompt takes ${prompt.length} tokens and ${Math.max(0, model.context - reserve)} fit: the context has ` +
        `${model.context}, of which ${reserve} are kept for the answer; say less at once or raise --context`,
    );
  }
  const room = model.context - prompt.length;
  const most = Math.min(request.maxTokens ?? room, room);
  const sampler = new Sampler({
    temperature: request.temperature ?? GREEDY.temperature,
    topK: request.topK ?? GREEDY.topK,
    topP: request.topP ?? GREEDY.topP,
    seed: request.seed ?? GREEDY.seed,
  });
  const plan = request.plan && new PlanGrammar(table, info.planFormat, request.plan).start();

  const tokens: number[] = [];
  const decoder = new StreamDecoder(tokenizer);
  const tell = (text: string): void => {
    if (text !== '') onText?.(text);
  };
  const take = (id: number): void => {
    tokens.push(id);
    if (onText !== undefined) tell(decoder.push(id));
  };
  let forced = 0;
  let confidence = 1;
  let stop: GenerateResult['stop'] = 'length';
  /** Takes what the grammar leaves no choice about; the model gets it together with what comes before. */
  const takeForced = (state: PlanState): number[] => {
    const ids = state.forced().slice(0, most - tokens.length);
    for (const id of ids) state.accept(id);
    ids.forEach(take);
    forced += ids.length;
    return ids;
  };

  let pending = Array.from(prompt.subarray(model.reuse(prompt)));
  if (plan) pending.push(...takeForced(plan));
  let prefilled: number | undefined;
  while (tokens.length < most) {
    if (cancelled()) throw new TokonomaError('cancelled', 'the request was cancelled');
    const logits = model.feed(pending);
    prefilled ??= performance.now();
    const { token, probability } = sampler.choose(logits, plan?.allowed());
    confidence *= probability;
    if (tokenizer.isEog(token)) {
      stop = 'end';
      break;
    }
    plan?.accept(token);
    take(token);
    pending = [token];
    if (plan) pending.push(...takeForced(plan));
    if (plan?.done) {
      stop = 'end';
      break;
    }
  }
  tell(decoder.end());
  const ended = performance.now();
  prefilled ??= ended;
  return {
    text: tokenizer.decode(tokens),
    tokens,
    stop,
    confidence,
    timing: {
      prefill_ms: round(prefilled - started),
      decode_ms: round(ended - prefilled),
      tokens_in: prompt.length,
      tokens_out: tokens.length,
      forced,
    },
  };
}

function round(ms: number): number {
  return Math.round(ms * 100) / 100;
}
