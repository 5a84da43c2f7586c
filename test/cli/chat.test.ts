import { once } from 'node:events';
import { spawn } from 'node:child_process';
import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { chatCommand } from '../../src/cli/chat.ts';
import { TokonomaError } from '../../src/errors.ts';
import type { Engine, GenerateRequest, GenerateResult, OnText } from '../../src/model/types.ts';
import { finished, tokonoma } from '../support/cli.ts';
import { CHATML_TEMPLATE, writeToyModel } from '../support/toy-model.ts';

const MAIN = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));
const CONTROL_C = '\x03';

type Generate = (said: string, signal?: AbortSignal, onText?: OnText) => Promise<string>;

/** An engine that is asked for nothing but text. */
function engineThat(generate: Generate, info: Partial<Engine['info']> = {}) {
  const requests: GenerateRequest[] = [];
  let closed = 0;
  const engine = {
    info: { name: 'fake', planFormat: 'hermes', chatTemplate: CHATML_TEMPLATE, contextLength: 1000, ...info },
    async generate(request: GenerateRequest, signal?: AbortSignal, onText?: OnText): Promise<GenerateResult> {
      requests.push(request);
      const { text, data } = request.prompt;
      const answer = await generate(text.slice(...data.at(-1)!), signal, onText);
      const timing = { prefill_ms: 1, decode_ms: 2, tokens_in: 3, tokens_out: 4, forced: 0 };
      return { text: answer, tokens: [], stop: 'end', confidence: 1, timing };
    },
    close: () => Promise.resolve(void closed++),
  } as unknown as Engine;
  return { open: () => Promise.resolve(engine), requests, closed: () => closed };
}

/** Says something and resolves when it has been said. */
const echo: Generate = (said, _, onText) => {
  onText?.(said);
  return Promise.resolve(said);
};

/** Says something and goes on until it is stopped. */
const endless: Generate = (_, signal, onText) =>
  new Promise((__, reject) => {
    signal!.addEventListener('abort', () => reject(new TokonomaError('cancelled', 'cancelled')));
    onText?.('la');
  });

function streams(isTTY: boolean) {
  const input = Object.assign(new PassThrough(), { isTTY, setRawMode: () => input });
  const [out, err] = [new PassThrough({ encoding: 'utf8' }), new PassThrough({ encoding: 'utf8' })];
  const read = { out: '', err: '' };
  out.on('data', (text: string) => (read.out += text));
  err.on('data', (text: string) => (read.err += text));
  return { input, out, err, read };
}

t.test('piped: a line, an answer', async (t) => {
  const { input, out, err, read } = streams(false);
  const { open, requests, closed } = engineThat(echo);
  const ended = chatCommand(['--system', 'be brief', '--temperature', '0', '--max-tokens', '9'], {
    input,
    out,
    err,
    open,
  });
  input.end('hello\n\n  there  \n/reset\nagain\n/nonsense\n/usr/bin is a path\n/exit\nnever\n');
  t.equal(await ended, 0);
  t.equal(read.out, 'hello\nthere\nagain\n/usr/bin is a path\n');
  t.equal(read.err, 'there is no /nonsense; there are /reset and /exit\n', 'no prompt, no greeting');
  t.match(requests[0], { temperature: 0, topK: 20, topP: 0.85, maxTokens: 9, seed: Number });
  const said = requests.map(({ prompt: { text, data } }) => data.map((range) => text.slice(...range)));
  t.same(said[1], ['be brief', 'hello', 'hello', 'there']);
  t.same(said[2], ['be brief', 'again'], 'forgotten');
  t.equal(closed(), 1);
});

t.test('--json: a line per turn, failures too', async (t) => {
  const { input, out, err, read } = streams(false);
  const { open } = engineThat((said, ...rest) => {
    if (said === 'trap') throw new TokonomaError('engine-trap', 'unreachable');
    return echo(said, ...rest);
  });
  const ended = chatCommand(['--json'], { input, out, err, open });
  input.end('one\ntrap\ntwo\x1b[2J');
  t.equal(await ended, 1, 'one of them failed');
  const timing = { prefill_ms: 1, decode_ms: 2, tokens_in: 3, tokens_out: 4 };
  t.same(
    read.out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as object),
    [
      { turn: 1, text: 'one', stop: 'end', dropped: 0, timing },
      { turn: 2, code: 'engine-trap', reason: 'unreachable' },
      { turn: 3, text: 'two\x1b[2J', stop: 'end', dropped: 0, timing },
    ],
  );
  t.equal(read.err, '');
});

t.test('an answer cannot steer the terminal', async (t) => {
  const { input, out, err, read } = streams(false);
  const ended = chatCommand([], { input, out, err, ...engineThat(echo) });
  input.end('a\tb\x1b[2J\x07\x9bc\n');
  await ended;
  t.equal(read.out, 'a\tb\u{fffd}[2J\u{fffd}\u{fffd}c\n');
});

t.test('a terminal: Ctrl-C stops the answer, and at the prompt the program', async (t) => {
  const { input, out, err, read } = streams(true);
  let answer: Generate = endless;
  const { open, requests } = engineThat((...args) => answer(...args));
  const ended = chatCommand([], { input, out, err, open });
  while (!read.err.includes('> ')) await once(err, 'data');
  t.match(read.err, /fake, 1000 tokens of context.*\/reset/);
  input.write('sing\r');
  await once(out, 'data');
  answer = echo;
  input.write(CONTROL_C);
  while (!read.err.includes('(stopped)')) await once(err, 'data');
  t.equal(read.out, 'la\n');
  input.write('enough\r');
  while (!read.out.endsWith('enough\n')) await once(out, 'data');
  const { text, data } = requests[1]!.prompt;
  t.same(
    data.map((range) => text.slice(...range)),
    ['sing', 'la', 'enough'],
    'what was said counts',
  );
  input.write(CONTROL_C);
  t.equal(await ended, 0);
});

t.test('the signal does what the key does', async (t) => {
  const model = writeToyModel(t.testdir(), { planFormat: 'hermes', layers: 8, contextLength: 4096 });
  // Greedy, this toy repeats itself until the context is full.
  const child = spawn(process.execPath, [MAIN, 'chat', '--model', model, '--context', '4096', '--temperature', '0']);
  const result = finished(child, { leaveOpen: true });
  child.stdin.write('sing\n');
  await once(child.stdout, 'data');
  child.kill('SIGINT');
  await once(child.stderr, 'data');
  child.stdin.write('/nothing\n');
  await once(child.stderr, 'data');
  child.kill('SIGINT');
  const { code, stderr } = await result;
  t.equal(code, 0);
  t.equal(stderr, '(stopped)\nthere is no /nothing; there are /reset and /exit\n');
});

t.test('a model that only reads commands is refused, with what to take instead', async (t) => {
  const { code, stdout, stderr } = await tokonoma(['chat']);
  t.equal(code, 1);
  t.equal(stdout, '');
  t.match(stderr, /seedling is not a chat model.*bonsai-1\.7b.*tokonoma ask.*\[not-a-chat-model\]\n$/);
  const { open, closed } = engineThat(echo, { chatTemplate: '' });
  await t.rejects(chatCommand([], { open }), { code: 'not-a-chat-model', message: /no chat template/ });
  t.equal(closed(), 1);
});

t.test('usage', async (t) => {
  const { open } = engineThat(echo);
  for (const wrong of [
    ['hello'],
    ['--temperature', 'hot'],
    ['--temperature', '-1'],
    ['--temperature', ''],
    ['--top-p', '2'],
    ['--top-k', '1.5'],
    ['--top-k', '-3'],
    ['--seed', '1e3'],
    ['--max-tokens', '0'],
    ['--precision', 'high'],
    ['--sistem', 'x'],
  ]) {
    await t.rejects(chatCommand(wrong, { open }), { code: 'bad-usage' }, wrong.join(' '));
  }
});
