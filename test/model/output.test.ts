/** What leaves the decoding loop: text up to a stop string, JSON, probabilities. */
import t from 'tap';
import { openDecoder } from '../../src/model/decoder.ts';
import { generate } from '../../src/model/generate.ts';
import { Output } from '../../src/model/output.ts';
import { writeToyModel } from '../support/toy-model.ts';

const decoder = openDecoder(writeToyModel(t.testdir(), { planFormat: 'hermes', contextLength: 512 }));
const { tokenizer } = decoder;
const prompt = { text: '<|im_start|>user\nhello<|im_end|>\n', data: [] };
const never = (): boolean => false;

/** Feeds a text token by token. */
function through(text: string, stops: readonly string[]): { told: string[]; whole: string; stopped: boolean } {
  const told: string[] = [];
  const output = new Output(tokenizer, stops, (piece) => told.push(piece));
  for (const id of tokenizer.encode(text)) {
    output.take(id);
    if (output.stopped) break;
  }
  return { told, whole: output.end(), stopped: output.stopped };
}

t.test('text ends before the first stop string, and nothing of it is told', async (t) => {
  for (const [text, stops, expected] of [
    ['one two three', ['two'], 'one '],
    ['one two three', ['three', 'two'], 'one '],
    ['one two three', ['four'], 'one two three'],
    ['one tw', ['two'], 'one tw'],
    ['aab', ['ab'], 'a'],
    ['aaaab', ['aab'], 'aa'],
    ['x', [''], 'x'],
    ['grün ist schön', ['ü'], 'gr'],
  ] as const) {
    const { told, whole, stopped } = through(text, stops);
    t.equal(whole, expected);
    t.equal(told.join(''), expected);
    t.equal(stopped, expected !== text, text);
  }
});

t.test('generation stops there, too', async (t) => {
  const whole = generate(decoder, { prompt, maxTokens: 40 }, never).text;
  const stop = whole.slice(10, 14);
  const pieces: string[] = [];
  const result = generate(decoder, { prompt, maxTokens: 40, stop: [stop] }, never, (piece) => pieces.push(piece));
  t.equal(result.text, whole.slice(0, whole.indexOf(stop)));
  t.equal(pieces.join(''), result.text);
  t.equal(result.stop, 'end');
});

t.test('JSON comes out under a schema, whatever the model would say', async (t) => {
  const schema = {
    type: 'object',
    properties: { light: { enum: ['on', 'off'] }, level: { type: 'integer', minimum: 1, maximum: 9 } },
    required: ['light', 'level'],
  };
  for (const temperature of [0, 1.5]) {
    for (let seed = 0; seed < 4; seed++) {
      const { text, stop } = generate(
        decoder,
        { prompt, json: { kind: 'value', schema }, temperature, seed, maxTokens: 100 },
        never,
      );
      const value = JSON.parse(text) as { light: string; level: number };
      t.match(value.light, /^(on|off)$/);
      t.ok(Number.isInteger(value.level) && value.level >= 1 && value.level <= 9);
      t.equal(stop, 'end');
    }
  }
});

t.test('guessing ahead changes no JSON', async (t) => {
  const json = {
    kind: 'value',
    schema: { type: 'array', items: { type: 'string', maxLength: 6 }, maxItems: 4 },
  } as const;
  const of = (speculate: boolean): string => generate(decoder, { prompt, json, speculate, maxTokens: 80 }, never).text;
  t.equal(of(true), of(false));
});

t.test('probabilities: of each token, and the likeliest beside it', async (t) => {
  const { tokens, chances = [], bytes } = generate(decoder, { prompt, maxTokens: 12, logprobs: 3 }, never);
  t.same(
    chances.map(({ token }) => token),
    [...tokens],
  );
  for (const { token, logprob, top } of chances) {
    t.equal(top.length, 3);
    t.same(top[0], { token, logprob }, 'greedy: the chosen is the likeliest');
    t.ok(top[0]!.logprob >= top[1]!.logprob && top[1]!.logprob >= top[2]!.logprob);
    t.ok(top.reduce((sum, one) => sum + Math.exp(one.logprob), 0) <= 1 + 1e-6);
    t.same(bytes!.get(token), tokenizer.bytes(token));
  }
  t.equal(generate(decoder, { prompt, maxTokens: 3 }, never).chances, undefined);
});
