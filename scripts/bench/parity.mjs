// `npm run parity -- --model FILE [--tokens N] [--seed N] [--json] [--kv f16|q8] [--precision exact|fast]
//     [--against llama.cpp|exact] [--control no-yarn|no-qknorm|wrong-scale]`
//
// The same tokens through tokonoma and through llama.cpp (node-llama-cpp, its prebuilt CPU library): a random sequence,
// teacher-forced, one position at a time, comparing the whole distribution at each. A control breaks one thing on
// purpose on tokonoma's side, so that the figures are known to notice. `--against exact` compares with tokonoma's own
// exact products instead: what the fast ones cost.
import { parseArgs } from 'node:util';
import { openDecoder } from '../../build/src/model/decoder.js';
import { Rope } from '../../build/src/model/rope.js';
import { Random } from '../../build/test/support/random.js';
import { nodeLlamaCpp } from './peers.mjs';
import { randomTexts } from './random-texts.mjs';

const GREEDY_TOKENS = 16;
const TEXTS = 10_000;

const CONTROLS = {
  'no-yarn': (model) =>
    Object.assign(model, { rope: new Rope({ base: model.config.rope.base }, model.config.headDim) }),
  'no-qknorm': (model) => model.weights.layers.forEach((layer) => Object.assign(layer, { qNorm: 0, kNorm: 0 })),
  // Queries twice as large: the scale of the attention scores is off by two.
  'wrong-scale': (model) => {
    for (const { qNorm } of model.weights.layers) {
      const norms = new Float32Array(model.memory.buffer, qNorm, model.config.headDim);
      norms.forEach((x, i) => (norms[i] = 2 * x));
    }
  },
};

const { values: options } = parseArgs({
  options: {
    model: { type: 'string' },
    tokens: { type: 'string', default: '128' },
    seed: { type: 'string', default: '1' },
    control: { type: 'string' },
    kv: { type: 'string', default: 'f16' },
    precision: { type: 'string', default: 'exact' },
    against: { type: 'string', default: 'llama.cpp' },
    json: { type: 'boolean', default: false },
  },
});
const count = Number(options.tokens);
if (!options.model || !(count > 0) || (options.control && !CONTROLS[options.control])) {
  console.error(
    'usage: npm run parity -- --model FILE [--tokens N] [--seed N] [--json] [--kv f16|q8] ' +
      `[--precision exact|fast] [--against llama.cpp|exact] [--control ${Object.keys(CONTROLS).join('|')}]`,
  );
  process.exit(2);
}

const { getLlama, LlamaLogLevel } = await nodeLlamaCpp();
const settings = { context: count + GREEDY_TOKENS, kv: options.kv };
const { model, tokenizer } = openDecoder(options.model, { ...settings, precision: options.precision });
if (options.control) CONTROLS[options.control](model);

const llama = await getLlama({ gpu: false, build: 'never', logLevel: LlamaLogLevel.error });
const peer = await llama.loadModel({ modelPath: options.model });
const peerFeed = options.against === 'exact' ? exactFeed() : await llamaFeed();

/** A function to llama.cpp's logits (vocab) after one more token. */
async function llamaFeed() {
  const context = await peer.createContext({ contextSize: settings.context, batchSize: 512, threads: 1 });
  const sequence = context.getSequence();
  return async (token) => {
    const [output] = await sequence.controlledEvaluate([[token, { generateNext: { logits: true } }]]);
    const logits = new Float32Array(model.config.vocabSize);
    for (const [id, logit] of output.next.logits) logits[id] = logit;
    return logits;
  };
}

/** The same of tokonoma with exact products. */
function exactFeed() {
  const reference = openDecoder(options.model, { ...settings, precision: 'exact' }).model;
  return (token) => reference.feed([token]);
}

const generator = new Random(Number(options.seed));
const random = () => generator.next();
// Ordinary tokens only: what a random control token does is nobody's concern.
const ordinary = Array.from({ length: model.config.vocabSize }, (_, id) => id).filter((id) => tokenizer.type(id) === 1);
const tokens = Array.from({ length: count }, () => ordinary[Math.floor(random() * ordinary.length)]);

let agreeing = 0;
let echoes = 0;
let divergence = 0;
let largest = 0;
let deviation = 0;
let ours;
let theirs;
for (const [i, token] of tokens.entries()) {
  ours = model.feed([token]);
  theirs = await peerFeed(token);
  const [p, q] = [logProbabilities(theirs), logProbabilities(ours)];
  for (let id = 0; id < p.length; id++) {
    divergence += Math.exp(p[id]) * (p[id] - q[id]);
    largest = Math.max(largest, Math.abs(p[id] - q[id]));
  }
  const best = argmax(ours);
  agreeing += Number(best === argmax(theirs));
  echoes += Number(best === token);
  deviation += standardDeviation(ours);
  if (process.stderr.isTTY) process.stderr.write(`\r${i + 1}/${count}`);
}
if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');

// Each goes its own way from here; how far do they go together?
let greedy = 0;
for (let together = true; together && greedy < GREEDY_TOKENS;) {
  const next = argmax(ours);
  together = next === argmax(theirs);
  if (!together) break;
  greedy++;
  ours = model.feed([next]);
  theirs = await peerFeed(next);
}

const texts = randomTexts(TEXTS, random);
const unequal = texts.find((text) => {
  const expected = peer.tokenize(text, false, 'trimLeadingSpace');
  const actual = tokenizer.encode(text);
  return actual.length !== expected.length || expected.some((id, i) => id !== actual[i]);
});
if (unequal !== undefined) console.error(`tokenized differently: ${JSON.stringify(unequal)}`);

const result = {
  tokens: count,
  top1_agreement: round(agreeing / count),
  greedy_prefix: greedy,
  mean_kld: divergence / count,
  max_abs_logprob_diff: round(largest),
  tokenizer_equal: unequal === undefined,
  logit_sd: round(deviation / count),
  echo_rate: round(echoes / count),
};
if (options.json) console.log(JSON.stringify(result));
else for (const [name, value] of Object.entries(result)) console.log(`${name.padEnd(21)} ${value}`);
await llama.dispose();

function logProbabilities(logits) {
  let peak = -Infinity;
  for (const x of logits) peak = Math.max(peak, x);
  let sum = 0;
  for (const x of logits) sum += Math.exp(x - peak);
  const log = peak + Math.log(sum);
  return Float64Array.from(logits, (x) => x - log);
}

function argmax(values) {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i] > values[best]) best = i;
  return best;
}

function standardDeviation(values) {
  let [sum, squares] = [0, 0];
  for (const x of values) {
    sum += x;
    squares += x * x;
  }
  const mean = sum / values.length;
  return Math.sqrt(squares / values.length - mean * mean);
}

function round(x) {
  return Math.round(x * 1e4) / 1e4;
}
