/** The decoding loop: a prompt in, tokens out, under a grammar where there is one. */
import { TokonomaError } from '../errors.ts';
import { PlanGrammar } from '../grammar/grammar.ts';
import { startJson } from '../grammar/json/json.ts';
import type { ConstrainedState } from '../grammar/state.ts';
import type { TokenTable } from '../grammar/token-table.ts';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';
import { confidenceOf } from './confidence.ts';
import { draftTokens, type Guesses } from './draft.ts';
import { TABLE_TOKENS } from './matrix.ts';
import type { Model } from './model.ts';
import { Output } from './output.ts';
import { reuse } from './prime.ts';
import { GREEDY, Sampler, type Choice } from './sampler.ts';
import type { SnapshotStore } from './snapshot.ts';
import type { GenerateRequest, GenerateResult, ModelInfo, OnText, TokenChance } from './types.ts';

/** What decoding works with: made once per model. */
export interface Decoder {
  readonly model: Model;
  readonly tokenizer: Tokenizer;
  readonly table: TokenTable;
  readonly info: ModelInfo;
  readonly guesses: Guesses;
  /** Where the state after a prefix is kept; absent: nowhere. */
  readonly snapshots?: SnapshotStore;
  /** What it was last primed with. */
  primed?: Int32Array;
}

/**
 * @param cancelled asked once per token, and before each layer while the prompt is read; true ends with code `cancelled`
 * @param onText told of the text as it comes, whole characters at a time
 * @throws TokonomaError `context-full` when the prompt leaves less room than its reserve, `cancelled`,
 * `unsupported-schema`, `grammar-vocabulary`
 */
export function generate(
  decoder: Decoder,
  request: GenerateRequest,
  cancelled: () => boolean,
  onText?: OnText,
): GenerateResult {
  const { model, tokenizer, table, info, guesses } = decoder;
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
  const state = constraintOf(table, info, request);
  const output = new Output(tokenizer, request.stop, onText);
  const { tokens } = output;
  let forced = 0;
  const choices: number[] = [];
  const chances: TokenChance[] | undefined = request.logprobs === undefined ? undefined : [];
  let stop: GenerateResult['stop'] = 'length';
  /** Takes what the grammar leaves no choice about; the model gets it together with what comes before. */
  const takeForced = (): number[] => {
    const ids = state?.forced().slice(0, most - tokens.length) ?? [];
    for (const id of ids) {
      state!.accept(id);
      output.take(id);
      chances?.push({ token: id, logprob: 0, top: [] });
    }
    forced += ids.length;
    return ids;
  };
  const choose = (): Choice => {
    // Where most of the vocabulary may follow, the best of all is tried before all that may is listed.
    if (state?.wide) {
      const logits = model.logits(undefined, ahead.length);
      prefilled ??= performance.now();
      const choice = sampler.choose(logits);
      if (tokenizer.isEog(choice.token) ? state.accepts(table.vocabulary.eosId) : state.accepts(choice.token)) {
        chances?.push(sampler.chances(logits, choice, request.logprobs!));
        return choice;
      }
    }
    const allowed = state?.allowed();
    const logits = model.logits(allowed, ahead.length);
    prefilled ??= performance.now();
    const choice = sampler.choose(logits, allowed);
    chances?.push(sampler.chances(logits, choice, request.logprobs!, allowed));
    return choice;
  };

  model.read([...prompt.subarray(reuse(decoder, prompt)), ...takeForced()], { exact: true, cancelled });
  let prefilled: number | undefined;
  /** Tokens that the model has read beyond what is decided: guesses, in the hope that they will be. */
  let ahead: readonly number[] = [];
  while (tokens.length < most) {
    if (cancelled()) throw new TokonomaError('cancelled', 'the request was cancelled');
    const { token, probability } = choose();
    choices.push(probability);
    if (tokenizer.isEog(token)) {
      chances?.pop();
      stop = 'end';
      break;
    }
    state?.accept(token);
    output.take(token);
    const decided = [token, ...takeForced()];
    if (state?.done || output.stopped) {
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
      state !== undefined && request.speculate !== false
        ? draftTokens([...prompt, ...tokens], state, Math.min(guesses.most(), TABLE_TOKENS - pending.length))
        : [];
    ahead = ahead.slice(0, most - tokens.length);
    model.read([...pending, ...ahead], { exact: false });
  }
  const text = output.end();
  const ended = performance.now();
  prefilled ??= ended;
  return {
    text,
    tokens,
    stop,
    confidence: confidenceOf(choices, request.plan && info.confidence),
    ...(request.plan && { choices }),
    ...(chances && { chances, bytes: bytesOf(tokenizer, chances) }),
    timing: {
      prefill_ms: round(prefilled - started),
      decode_ms: round(ended - prefilled),
      tokens_in: prompt.length,
      tokens_out: tokens.length,
      forced,
    },
  };
}

/** Where generated text begins that must be a plan or JSON. */
function constraintOf(
  table: TokenTable,
  info: ModelInfo,
  { plan, json }: GenerateRequest,
): ConstrainedState | undefined {
  if (plan !== undefined) return new PlanGrammar(table, info.planFormat, plan).start();
  return json && startJson(table, json);
}

function bytesOf(tokenizer: Tokenizer, chances: readonly TokenChance[]): Map<number, Uint8Array> {
  const ids = chances.flatMap(({ token, top }) => [token, ...top.map((other) => other.token)]);
  return new Map(ids.map((id) => [id, tokenizer.bytes(id).slice()]));
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
