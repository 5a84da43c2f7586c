/** What a chat model is told, turn by turn, and what is forgotten when that outgrows the context. */
import t from 'tap';
import { Conversation } from '../../src/cli/conversation.ts';
import { TokonomaError } from '../../src/errors.ts';
import { openEngine } from '../../src/model/engine.ts';
import type { Engine, GenerateRequest, GenerateResult, OnText, Prompt } from '../../src/model/types.ts';
import { ChatTemplate } from '../../src/tokenizer/template.ts';
import { CHATML_TEMPLATE, writeToyModel } from '../support/toy-model.ts';

const template = new ChatTemplate(CHATML_TEMPLATE);

/** Every character is a token; says what it is given to say, as far as there is room. */
class Parrot implements Pick<Engine, 'info' | 'generate'> {
  readonly prompts: Prompt[] = [];
  readonly info: Engine['info'];
  /** What is left to say, and what of that in one go. */
  answers: string[] = [];

  constructor(contextLength: number) {
    this.info = { name: 'parrot', contextLength } as Engine['info'];
  }

  async generate(request: GenerateRequest, signal?: AbortSignal, onText?: OnText): Promise<GenerateResult> {
    const { prompt, reserve = 1, maxTokens = Infinity } = request;
    const room = this.info.contextLength - prompt.text.length;
    if (room < reserve) throw new TokonomaError('context-full', 'it does not fit');
    this.prompts.push(prompt);
    const answer = this.answers[0]!;
    const most = Math.min(room, maxTokens);
    const text = answer.slice(0, most);
    for (const letter of text) {
      onText?.(letter);
      if (letter === '!') await new Promise((resolve) => setImmediate(resolve));
      if (signal?.aborted) throw new TokonomaError('cancelled', 'cancelled');
    }
    if (text.length < answer.length) this.answers[0] = answer.slice(most);
    else this.answers.shift();
    const timing = { prefill_ms: 1, decode_ms: 2, tokens_in: prompt.text.length, tokens_out: text.length, forced: 0 };
    return { text, tokens: [], stop: text === answer ? 'end' : 'length', confidence: 1, timing };
  }
}

function conversation(parrot: Parrot, options = {}): Conversation {
  return new Conversation(parrot as unknown as Engine, template, options);
}

/** The texts that are data. */
const dataOf = ({ text, data }: Prompt): string[] => data.map(([start, end]) => text.slice(start, end));
const turnsIn = ({ text }: Prompt): number => text.split('<|im_start|>user').length - 1;

t.test('every turn tells all that was said before, as data', async (t) => {
  const parrot = new Parrot(10_000);
  parrot.answers = ['Hi.', 'I repeat: <|im_end|>.', 'Bye.'];
  const chat = conversation(parrot, { system: 'Be <|im_start|>brief.' });
  t.match(await chat.say('hello'), { text: 'Hi.', stop: 'end', dropped: 0, timing: { tokens_out: 3, prefill_ms: 1 } });
  await chat.say('say <|im_end|>');
  await chat.say('bye');
  t.same(dataOf(parrot.prompts[2]!), [
    'Be <|im_start|>brief.',
    'hello',
    'Hi.',
    'say <|im_end|>',
    'I repeat: <|im_end|>.',
    'bye',
  ]);
  t.equal(
    parrot.prompts[1]!.text,
    '<|im_start|>system\nBe <|im_start|>brief.<|im_end|>\n<|im_start|>user\nhello<|im_end|>\n' +
      '<|im_start|>assistant\nHi.<|im_end|>\n<|im_start|>user\nsay <|im_end|><|im_end|>\n' +
      '<|im_start|>assistant\n<think>\n\n</think>\n\n',
  );
  t.equal(chat.length, 3);
  chat.reset();
  parrot.answers = ['Who are you?'];
  await chat.say('me again');
  t.same(dataOf(parrot.prompts[3]!), ['Be <|im_start|>brief.', 'me again']);
});

t.test('a full context forgets whole turns, the oldest first, and says how many', async (t) => {
  const parrot = new Parrot(400);
  const chat = conversation(parrot, { system: 'SYSTEM' });
  let dropped = 0;
  for (let i = 0; i < 12; i++) {
    parrot.answers = [`answer ${i}.`];
    const answer = await chat.say(`question ${i}`);
    dropped += answer.dropped;
    t.equal(chat.length, i + 1 - dropped);
    const told = dataOf(parrot.prompts.at(-1)!);
    t.equal(told[0], 'SYSTEM', 'never forgotten');
    const expected = Array.from({ length: i + 1 }, (_, j) => [`question ${j}`, `answer ${j}.`]).flat();
    t.same(told.slice(1), expected.slice(2 * dropped, -1), 'turns as they were, from some turn on');
  }
  t.ok(dropped > 3, `${dropped} forgotten`);
});

t.test('in the middle of an answer, too: it goes on where it was', async (t) => {
  const parrot = new Parrot(500);
  const chat = conversation(parrot);
  for (const i of [1, 2]) {
    parrot.answers = ['x'.repeat(60)];
    t.equal((await chat.say(`question ${i}`)).dropped, 0);
  }
  const long = Array.from({ length: 80 }, (_, i) => `${i},`).join('');
  parrot.answers = [long];
  const pieces: string[] = [];
  const before = parrot.prompts.length;
  const answer = await chat.say('count', undefined, (piece) => pieces.push(piece));
  t.match(answer, { text: long, stop: 'end', dropped: 1, timing: { tokens_out: long.length } });
  t.equal(pieces.join(''), long);
  const [first, second] = parrot.prompts.slice(before) as [Prompt, Prompt];
  t.same([turnsIn(first), turnsIn(second)], [3, 2]);
  t.equal(dataOf(second).at(-1), long.slice(0, dataOf(second).at(-1)!.length), 'what was said so far is data');
  t.ok(second.text.endsWith(dataOf(second).at(-1)!));
});

t.test('an answer ends where the context has nothing more to forget, or where it was bounded', async (t) => {
  const parrot = new Parrot(200);
  parrot.answers = ['y'.repeat(1000)];
  const whole = await conversation(parrot).say('go on');
  t.match(whole, { stop: 'length', dropped: 0 });
  t.equal(whole.text.length, 200 - parrot.prompts[0]!.text.length, 'to the last position');

  const bounded = new Parrot(500);
  bounded.answers = ['y'.repeat(1000)];
  t.match(await conversation(bounded, { maxTokens: 20 }).say('go on'), { stop: 'length', text: 'y'.repeat(20) });
});

t.test('what alone is too long changes nothing', async (t) => {
  const parrot = new Parrot(300);
  const chat = conversation(parrot);
  parrot.answers = ['fine.', 'yes.'];
  await chat.say('how are you');
  await t.rejects(chat.say('z'.repeat(300)), { code: 'too-long' });
  t.equal(chat.length, 1);
  await chat.say('really');
  t.same(dataOf(parrot.prompts.at(-1)!), ['how are you', 'fine.', 'really']);
});

t.test('what was said until it was stopped counts', async (t) => {
  const parrot = new Parrot(1000);
  const chat = conversation(parrot);
  parrot.answers = ['wait! and hear', 'as you like.', 'never said'];
  const abort = new AbortController();
  const stopped = await chat.say('talk', abort.signal, (piece) => piece === '!' && abort.abort());
  t.same(stopped, { text: 'wait!', stop: 'cancelled', dropped: 0 });
  parrot.answers.shift();
  await chat.say('shorter');
  t.same(dataOf(parrot.prompts.at(-1)!), ['talk', 'wait!', 'shorter']);
  t.match(await chat.say('at once', AbortSignal.abort()), { text: 'n', stop: 'cancelled' });
});

t.test('with a real engine', async (t) => {
  const engine = await openEngine({ model: writeToyModel(t.testdir(), { planFormat: 'hermes' }) });
  t.teardown(() => engine.close());
  const sampling = { temperature: 3, seed: 7 };
  const talk = async (): Promise<string[]> => {
    const chat = new Conversation(engine, new ChatTemplate(engine.info.chatTemplate), { sampling, maxTokens: 40 });
    const texts: string[] = [];
    let dropped = 0;
    for (const said of ['hello', 'how are you?', 'and what is that?', 'I see', 'good bye']) {
      const answer = await chat.say(said);
      dropped += answer.dropped;
      texts.push(answer.text);
    }
    t.ok(dropped > 0, 'a context of 256 bytes is soon full');
    await t.rejects(chat.say('z'.repeat(256)), { code: 'too-long' });
    return texts;
  };
  t.same(await talk(), await talk(), 'the same seed, the same answers');
});
