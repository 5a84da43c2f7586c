/** The decoding loop: a prompt in, tokens out, under a grammar where there is one. */
import { TokonomaError } from '../errors.ts';
import { PlanGrammar, type PlanState } from '../grammar/grammar.ts';
import type { TokenTable } from '../grammar/token-table.ts';
import { StreamDecoder, type Tokenizer } from '../tokenizer/tokenizer.ts';
import { confidenceOf } from './confidence.ts';
import { draftTokens, type Guesses } from './draft.ts';
import { TABLE_TOKENS } from './matrix.ts';
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
  readonly guesses: Guesses;
  /** Where the state after a prefix is kept; absent: nowhere. */
  readonly snapshots?: SnapshotStore;
}

/**
 * @param cancelled asked once per token; true ends with code `cancelled`
 * @param onText told of the text as it comes, whole characters at a time
 * @throws TokonomaError `context-full` when the prompt leaves less room than its reserve, `cancelled`
 */
export function generate(
  { model, tokenizer, table, info, guesses }: Decoder,
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
  const choices: number[] = [];
  let stop: GenerateResult['stop'] = 'length';
  /** Takes what the grammar leaves no choice about; the model gets it together with what comes before. */
  const takeForced = (state: PlanState): number[] => {
    const ids = state.forced().slice(0, most - tokens.length);
    for (const id of ids) state.accept(id);
    ids.forEach(take);
    forced += ids.length;
    return ids;
  };

  model.read([...prompt.subarray(model.reuse(prompt)), ...(plan ? takeForced(plan) : [])], { exact: true });
  let prefilled: number | undefined;
  /** Tokens that the model has read beyond what is decided: guesses, in the hope that they will be. */
  let ahead: readonly number[] = [];
  while (tokens.length < most) {
    if (cancelled()) throw new TokonomaError('cancelled', 'the request was cancelled');
    const allowed = plan?.allowed();
    const logits = model.logits(allowed, ahead.length);
    prefilled ??= performance.now();
    const { token, probability } = sampler.choose(logits, allowed);
    choices.push(probability);
    if (tokenizer.isEog(token)) {
      stop = 'end';
      break;
    }
    plan?.accept(token);
    take(token);
    const decided = [token, ...(plan ? takeForced(plan) : [])];
    if (plan?.done) {
      stop = 'end';
      break;
    }
    if (ahead.length > 0) guesses.learn(ahead[0] === token);
    const right = commonPrefix(ahead, decided);
    if (right === decided.length) {
      ahead = ahead.slice(right);
      continue;
    }
    model.truncate(model.length - ahead.length + right);
    const pending = decided.slice(right);
    if (tokens.length >= most) break;
    ahead =
      plan && request.speculate !== false
        ? draftTokens([...prompt, ...tokens], plan, Math.min(guesses.most(), TABLE_TOKENS - pending.length))
        : [];
    ahead = ahead.slice(0, most - tokens.length);
    model.read([...pending, ...ahead], { exact: false });
  }
  tell(decoder.end());
  const ended = performance.now();
  prefilled ??= ended;
  return {
    text: tokenizer.decode(tokens),
    tokens,
    stop,
    confidence: confidenceOf(choices, plan && info.confidence),
    ...(plan && { choices }),
    timing: {
      prefill_ms: round(prefilled - started),
      decode_ms: round(ended - prefilled),
      tokens_in: prompt.length,
      tokens_out: tokens.length,
      forced,
    },
  };
}

/** How many tokens two runs have in common at their beginning. */
function commonPrefix(a: readonly number[], b: readonly number[]): number {
  let same = 0;
  while (same < a.length && same < b.length && a[same] === b[same]) same++;
  return same;
}

function round(ms: number): number {
  return Math.round(ms * 100) / 100;
}
