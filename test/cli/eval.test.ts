import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { evalCommand } from '../../src/cli/eval.ts';
import { TokonomaError } from '../../src/errors.ts';
import type { EngineOptions } from '../../src/model/engine.ts';
import type { Engine, GenerateRequest, GenerateResult, Primed } from '../../src/model/types.ts';

const TEMPLATE = "{%- for m in messages %}{{- '<|user|> ' + m.content + '<|plan|>' }}{%- endfor %}";

/** Answers by the words of the command. */
class KeywordEngine implements Engine {
  readonly info = {
    name: 'keyword',
    path: '',
    architecture: 'qwen3',
    chatTemplate: TEMPLATE,
    planFormat: 'tags' as const,
    textPasses: 1,
    contextLength: 64,
    vocabSize: 1,
    parameters: 1,
  };
  closed = false;

  async generate({ plan }: GenerateRequest): Promise<GenerateResult> {
    const source = plan!.source;
    if (source.includes('broken')) throw new TokonomaError('engine-trap', 'the engine trapped');
    if (source.includes('long')) throw new TokonomaError('context-full', 'the prompt is too long');
    const text = source.includes('stop') ? '<|robot.stop|>' : '<|light.set|><|device=|> lamp<|power=on|>';
    const timing = { prefill_ms: 0, decode_ms: 0, tokens_in: 1, tokens_out: 1, forced: 0 };
    return { text, tokens: [], stop: 'end', confidence: 1, timing };
  }

  async prime(): Promise<Primed> {
    return { restored: false, tokens: 0, ms: 0 };
  }

  async close(): Promise<void> {
    this.closed = true;
  }
}

class Lines {
  text = '';
  readonly isTTY: boolean;

  constructor(isTTY = false) {
    this.isTTY = isTTY;
  }

  write(text: string): void {
    this.text += text;
  }
}

interface Run {
  out: string;
  err: string;
  asked: EngineOptions[];
  engine: KeywordEngine;
}

async function evaluate(argv: string[], isTTY = false): Promise<Run> {
  const [out, err, engine, asked] = [new Lines(), new Lines(isTTY), new KeywordEngine(), [] as EngineOptions[]];
  const open = async (options: EngineOptions): Promise<Engine> => {
    asked.push(options);
    return engine;
  };
  t.equal(await evalCommand(argv, { out, err, open }), 0);
  return { out: out.text, err: err.text, asked, engine };
}

const STOP = [{ action: 'robot.stop', args: {} }];
const LAMP = [{ action: 'light.set', args: { device: 'Lamp', power: 'on' } }];
const NONE = [{ action: 'none', args: {} }];

function fileOf(folder: string, lines: unknown[]): string {
  const file = join(folder, 'commands.jsonl');
  writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  return file;
}

t.test('one JSON value on stdout, a prediction a line', async (t) => {
  const folder = t.testdir();
  const file = fileOf(folder, [
    { text: 'Stop!', expected: STOP },
    { text: 'Turn on the Lamp', expected: LAMP },
    { text: 'turn off the lamp', expected: [{ action: 'light.set', args: { device: 'lamp', power: 'off' } }] },
    { text: 'is it warm', expected: [{ action: 'query', args: { kind: 'temperature' } }] },
    { text: 'stop, unscored' },
  ]);
  const predictions = join(folder, 'out.jsonl');
  const run = await evaluate([file, '--json', '--predictions', predictions, '--model', 'x.gguf', '--context', '64']);
  const { p50_ms, p95_ms, ...score } = JSON.parse(run.out) as Record<string, number>;
  t.same(score, { n: 4, valid: 1, action: 0.75, strict: 0.5 });
  t.same(Object.keys(JSON.parse(run.out) as object), ['n', 'valid', 'action', 'strict', 'p50_ms', 'p95_ms']);
  t.ok(typeof p50_ms === 'number' && typeof p95_ms === 'number' && p95_ms >= p50_ms && p50_ms >= 0);
  t.equal(run.err, '', 'no progress where there is no terminal');
  t.same(run.asked, [{ model: 'x.gguf', context: 64 }]);
  t.ok(run.engine.closed);
  const lamp = [{ action: 'light.set', args: { device: 'lamp', power: 'on' } }];
  const written = readFileSync(predictions, 'utf8').trimEnd().split('\n');
  t.same(
    written.map((line) => JSON.parse(line) as unknown),
    [STOP, LAMP, lamp, lamp, STOP],
    'texts as they were said',
  );
});

t.test('a command that cannot be read is not understood, and said so', async (t) => {
  const folder = t.testdir();
  const predictions = join(folder, 'out.jsonl');
  const file = fileOf(folder, [
    { text: 'a long story', expected: NONE },
    { text: 'stop', expected: STOP },
  ]);
  const run = await evaluate([file, '--json', '--predictions', predictions], true);
  t.match(JSON.parse(run.out), { n: 2, valid: 1, action: 1, strict: 1 });
  t.match(run.err, /line 1: predicted none, for the prompt is too long/);
  t.match(run.err, /\r1\/2/, 'progress on a terminal');
  t.equal(readFileSync(predictions, 'utf8'), `${JSON.stringify(NONE)}\n${JSON.stringify(STOP)}\n`);
});

t.test('an engine that fails is no prediction', async (t) => {
  const engine = new KeywordEngine();
  const file = fileOf(t.testdir(), [{ text: 'broken' }]);
  const err = new Lines();
  await t.rejects(evalCommand([file], { out: err, err, open: async () => engine }), { code: 'engine-trap' });
  t.ok(engine.closed);
});

t.test('without --json for people, and nothing to score is no division', async (t) => {
  const run = await evaluate([fileOf(t.testdir(), [{ text: 'stop' }])]);
  t.match(run.out, /^keyword: 1 commands, 0 with an expected plan\n/);
  t.match(await evaluate([fileOf(t.testdir(), []), '--json']), {
    out: '{"n":0,"valid":0,"action":0,"strict":0,"p50_ms":null,"p95_ms":null}\n',
  });
});

t.test('bad input ends before a model is loaded', async (t) => {
  const folder = t.testdir({ 'bad.jsonl': '{"text": "ok"}\n{"text"\n' });
  const open = (): never => t.fail('the engine was opened') as never;
  const sink = new Lines();
  const rejects = (argv: string[], expected: { code: string; message?: RegExp }): Promise<unknown> =>
    t.rejects(evalCommand(argv, { out: sink, err: sink, open }), expected);
  await rejects([join(folder, 'bad.jsonl')], { code: 'eval-bad-line', message: /bad\.jsonl, line 2/ });
  await rejects([join(folder, 'absent.jsonl')], { code: 'eval-unreadable' });
  await rejects([], { code: 'bad-usage' });
  await rejects(['a', 'b'], { code: 'bad-usage' });
  await rejects(['a', '--fast'], { code: 'bad-usage' });
  const file = fileOf(folder, [{ text: 'ok' }]);
  await rejects([file, '--predictions', join(folder, 'no', 'out.jsonl')], { code: 'eval-unwritable' });
  t.notOk(existsSync(join(folder, 'no')));
  t.equal(await evalCommand(['--help'], { out: sink, err: sink, open }), 0);
  t.match(sink.text, /^tokonoma eval FILE/);
});
