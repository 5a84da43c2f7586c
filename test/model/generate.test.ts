/** The decoding loop: what it does to be quick changes no answer. */
import t from 'tap';
import { openDecoder } from '../../src/model/decoder.ts';
import { draftTokens, Guesses } from '../../src/model/draft.ts';
import { generate, type Decoder } from '../../src/model/generate.ts';
import { PlanGrammar } from '../../src/grammar/grammar.ts';
import { ACTIONS } from '../../src/grammar/actions.ts';
import type { GenerateRequest } from '../../src/model/types.ts';
import { Random } from '../support/random.ts';
import { writeToyModel } from '../support/toy-model.ts';

const WORDS = 'say hello world to the kitchen and the green robot in the garden after dinner please now'.split(' ');

function requests(count: number): GenerateRequest[] {
  const random = new Random(21);
  return Array.from({ length: count }, () => {
    const source = Array.from({ length: random.int(3, 9) }, () => random.pick(WORDS)).join(' ');
    const prompt = { text: `<|im_start|>user\n${source}<|im_end|>\n`, data: [] };
    return {
      prompt,
      plan: { actions: ACTIONS, names: [{ text: 'robot', roles: ['device'] }], source },
      maxTokens: random.int(1, 60),
    };
  });
}

for (const planFormat of ['tags', 'hermes'] as const) {
  for (const precision of ['exact', 'fast'] as const) {
    t.test(`guessing ahead changes no answer (${planFormat}, ${precision})`, async (t) => {
      const path = writeToyModel(t.testdir(), { planFormat, contextLength: 512 });
      const open = (): Decoder => openDecoder(path, { precision });
      const [guessing, plain] = [open(), open()];
      // How often a guess is read at all, counted from outside.
      let read = 0;
      const { model } = guessing;
      const original = model.read.bind(model);
      model.read = (tokens, options) => {
        if (options?.exact === false) read += tokens.length;
        original(tokens, options);
      };
      let made = 0;
      for (const request of requests(40)) {
        for (const temperature of [0, 1]) {
          const sampled = { ...request, temperature, seed: 5 };
          const a = generate(guessing, sampled, () => false);
          const b = generate(plain, { ...sampled, speculate: false }, () => false);
          t.same(
            { text: a.text, tokens: a.tokens, stop: a.stop, confidence: a.confidence },
            { text: b.text, tokens: b.tokens, stop: b.stop, confidence: b.confidence },
          );
          made += a.tokens.length;
        }
      }
      t.ok(made > 0 && read > 0);
      t.comment(`${read} tokens read for ${made} generated`);
    });
  }
}

t.test('a prompt that is cancelled while it is read leaves nothing behind that the next would notice', async (t) => {
  const path = writeToyModel(t.testdir(), { planFormat: 'hermes', contextLength: 512, layers: 3 });
  const open = (): Decoder => openDecoder(path, { batch: 32 });
  const prompt = { text: 'a long story '.repeat(30), data: [] };
  const ask = { prompt, maxTokens: 8, seed: 2, temperature: 1, logprobs: 0 };
  const never = (): boolean => false;
  let questions = 0;
  const expected = generate(open(), ask, () => (questions++, false));
  t.ok(questions >= Math.ceil(expected.timing.tokens_in / 32) * 3, 'asked before every layer of every batch');
  for (const [before, kept] of [
    [0, 0],
    [1, 0],
    [3, 32],
    [20, 192],
  ] as const) {
    const decoder = open();
    let asked = 0;
    t.throws(() => generate(decoder, ask, () => ++asked > before), { code: 'cancelled' });
    t.equal(asked, before + 1, 'nothing more was read');
    t.equal(decoder.model.length, kept, 'whole batches count');
    const other = { ...ask, prompt: { text: `${prompt.text.slice(0, 200)} and then`, data: [] } };
    t.strictSame(generate(decoder, other, never).chances, generate(open(), other, never).chances);
    t.strictSame(generate(decoder, ask, never).chances, expected.chances);
  }
});

t.test('a draft is what followed before, as far as the grammar allows it', async (t) => {
  const { table, tokenizer } = openDecoder(writeToyModel(t.testdir(), { planFormat: 'hermes', contextLength: 512 }));
  const source = 'say hello world';
  const plan = new PlanGrammar(table, 'hermes', { actions: ACTIONS, names: [], source }).start();
  const history: number[] = [...tokenizer.encode(source)];
  const take = (text: string): void => {
    for (const id of tokenizer.encode(text, { special: true })) {
      plan.accept(id);
      history.push(id);
    }
  };
  take('<tool_call>\n{"name": "say", "arguments": {"text": "he');
  const draft = draftTokens(history, plan, 7);
  t.ok(draft.length > 0);
  t.ok('llo world'.startsWith(tokenizer.decode(draft)), tokenizer.decode(draft));
  t.same(draftTokens(history, plan, 2), draft.slice(0, 2), 'at most so many');
  t.same(draftTokens(history, plan, 0), []);
  t.equal(plan.allowed().includes(draft[0]!), true, 'the plan itself has not moved');
});

t.test('it is guessed as far ahead as guesses have been right', async (t) => {
  const guesses = new Guesses();
  t.equal(guesses.most(), 2, 'at first two tokens');
  for (let i = 0; i < 100; i++) guesses.learn(true);
  t.ok(guesses.most() > 8);
  for (let i = 0; i < 100; i++) guesses.learn(i % 2 === 0);
  const asked = Array.from({ length: 128 }, () => guesses.most());
  t.same(
    asked.filter((most) => most > 0),
    [1, 1],
    'of guesses half of which are wrong only one is made now and then',
  );
  for (let i = 0; i < 100; i++) guesses.learn(true);
  t.ok(guesses.most() > 8, 'what was learnt is forgotten again');
});
