import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { evalCommand } from '../../src/cli/eval.ts';
import { TokonomaError } from '../../src/errors.ts';
import type { Calibration } from '../../src/model/confidence.ts';
import type { EngineOptions } from '../../src/model/engine.ts';
import type { Engine, GenerateRequest, GenerateResult, ModelInfo, Primed } from '../../src/model/types.ts';

const TEMPLATE = "{%- for m in messages %}{{- '<|user|> ' + m.content + '<|plan|>' }}{%- endfor %}";

const INFO: ModelInfo = {
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

/** Answers by the words of the command; what is vague it is not sure of. */
class KeywordEngine implements Engine {
  readonly info: ModelInfo;
  closed = false;

  constructor(calibration?: Calibration) {
    this.info = { ...INFO, ...(calibration && { confidence: calibration }) };
  }

  async generate({ plan }: GenerateRequest): Promise<GenerateResult> {
    const source = plan!.source;
    if (source.includes('broken')) throw new TokonomaError('engine-trap', 'the engine trapped');
    if (source.includes('long')) throw new TokonomaError('context-full', 'the prompt is too long');
    const text = source.includes('stop') ? '<|robot.stop|>' : '<|light.set|><|device=|> lamp<|power=on|>';
    const timing = { prefill_ms: 0, decode_ms: 0, tokens_in: 1, tokens_out: 1, forced: 0 };
    return { text, tokens: [], stop: 'end', confidence: source.includes('vague') ? 0.25 : 1, timing };
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

async function evaluate(argv: string[], isTTY = false, calibration?: Calibration): Promise<Run> {
  const [out, err, asked] = [new Lines(), new Lines(isTTY), [] as EngineOptions[]];
  const engine = new KeywordEngine(calibration);
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
  t.match(score, { n: 4, lines: 5, valid: 1, action: 0.75, strict: 0.5 });
  t.same(Object.keys(JSON.parse(run.out) as object), [
    ...['n', 'valid', 'action', 'strict', 'p50_ms', 'p95_ms', 'lines', 'lenient', 'none', 'confidence', 'at_threshold'],
  ]);
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
  const empty = await evaluate([fileOf(t.testdir(), []), '--json']);
  t.match(JSON.parse(empty.out), { n: 0, valid: 0, action: 0, strict: 0, p50_ms: null, p95_ms: null });
  t.match(JSON.parse(empty.out), { confidence: null, at_threshold: null, none: { acted: null, dropped: null } });
});

t.test('confidence, and what happens at the threshold of the model', async (t) => {
  const file = fileOf(t.testdir(), [
    { text: 'stop', expected: STOP },
    { text: 'turn on the lamp', expected: LAMP },
    { text: 'vague: what a lamp', expected: NONE },
    { text: 'vague: turn off the lamp', expected: STOP },
  ]);
  const calibration: Calibration = { signal: 'product', slope: 1, offset: 0, threshold: 0.8 };
  const { out } = await evaluate([file, '--json'], false, calibration);
  t.match(JSON.parse(out), {
    strict: 0.5,
    none: { out_of_scope: 1, acted: 1, commands: 3, dropped: 0 },
    // Two are certain (1) and right, two have 0.25 and are wrong.
    confidence: { calibrated: true, ece: 0.125, aurc: 0.2083, curve: [{ coverage: 0.25, risk: 0, confidence: 1 }] },
    at_threshold: { threshold: 0.8, asked: 0.5, acted: 0.5, wrong: 0, error: 0, out_of_scope_acted: 0 },
  });
  const { out: text } = await evaluate([file], false, calibration);
  t.match(text, /^at the threshold of 0\.8: 50\.00 % asked about, 50\.00 % acted on, 0\.00 % wrongly/m);
  t.match((await evaluate([file])).out, /^ece .* \(not calibrated\)$/m);
});

t.test('what only stops is done below the threshold as well, as the agent does it', async (t) => {
  const file = fileOf(t.testdir(), [
    { text: 'vague: stop', expected: STOP },
    { text: 'vague: stop wars', expected: NONE },
    { text: 'vague: turn on the lamp', expected: LAMP },
    { text: 'vague: what a lamp', expected: NONE },
  ]);
  const calibration: Calibration = { signal: 'product', slope: 1, offset: 0, threshold: 0.8 };
  t.match(JSON.parse((await evaluate([file, '--json'], false, calibration)).out), {
    none: { out_of_scope: 2, acted: 1 },
    at_threshold: { asked: 0.5, acted: 0.5, wrong: 0.25, error: 0.5, out_of_scope_acted: 0.5 },
  });
});

t.test('several files: each has its row, and macro is their mean', async (t) => {
  const folder = t.testdir({ a: {}, b: {} });
  const right = fileOf(join(folder, 'a'), [{ text: 'stop', expected: STOP }]);
  const half = fileOf(join(folder, 'b'), [
    { text: 'stop', expected: STOP },
    { text: 'a long story', expected: NONE },
    { text: 'lamp', expected: STOP },
    { text: 'turn on the lamp', expected: STOP },
  ]);
  const run = await evaluate([right, half, '--json', '--predictions', join(folder, 'out.jsonl')]);
  t.match(JSON.parse(run.out), {
    n: 5,
    strict: 0.6,
    macro: { sets: 2, strict: 0.75 },
    sets: [
      { file: right, n: 1, strict: 1 },
      { file: half, n: 4, strict: 0.5 },
    ],
  });
  t.equal(readFileSync(join(folder, 'out.jsonl'), 'utf8').split('\n').length, 6);
  t.match(run.err, `${half}, line 2: predicted none`);
  t.match((await evaluate([right, half])).out, /^macro +2 +1\.0000 +0\.7500 +0\.7500/m);
});

t.test('a declared home: the right things are told the right calls', async (t) => {
  const folder = t.testdir({
    'home.yaml': `version: 1
things:
  - { name: lamp, kind: light, area: office }
  - { name: robot, kind: robot }
`,
  });
  const on = { device: 'lamp', action: 'light.set', args: { power: 'on' } };
  const file = fileOf(folder, [
    { text: 'turn on the lamp', acts: [on] },
    { text: 'turn on the light', acts: [on] },
    { text: 'turn off the lamp', acts: [{ ...on, args: { power: 'off' } }] },
    { text: 'stop', acts: [{ device: 'robot', action: 'robot.stop', args: {} }] },
    { text: 'how are you', outcome: 'not-understood' },
    { text: 'turn on both', acts: [on], expected: STOP },
  ]);
  const { out } = await evaluate([file, '--json', '--config', join(folder, 'home.yaml')]);
  t.match(JSON.parse(out), { n: 6, action: 0.8333, strict: 0.6667, none: { out_of_scope: 1, acted: 1, commands: 5 } });
  const sink = new Lines();
  const open = (): never => t.fail('the engine was opened') as never;
  await t.rejects(evalCommand([file], { out: sink, err: sink, open }), {
    code: 'bad-usage',
    message: /commands\.jsonl, line 1 is about declared things; name their home with --config/,
  });
});

t.test('bad input ends before a model is loaded', async (t) => {
  const folder = t.testdir({ 'bad.jsonl': '{"text": "ok"}\n{"text"\n' });
  const open = (): never => t.fail('the engine was opened') as never;
  const sink = new Lines();
  const file = fileOf(folder, [{ text: 'ok' }]);
  const rejects = (argv: string[], expected: { code: string; message?: RegExp }): Promise<unknown> =>
    t.rejects(evalCommand(argv, { out: sink, err: sink, open }), expected);
  await rejects([join(folder, 'bad.jsonl')], { code: 'eval-bad-line', message: /bad\.jsonl, line 2/ });
  await rejects([join(folder, 'absent.jsonl')], { code: 'eval-unreadable' });
  await rejects([], { code: 'bad-usage' });
  await rejects([file, '--config', join(folder, 'no.yaml')], { code: 'config-not-found' });
  await rejects(['a', '--fast'], { code: 'bad-usage' });
  await rejects([file, '--predictions', join(folder, 'no', 'out.jsonl')], { code: 'eval-unwritable' });
  t.notOk(existsSync(join(folder, 'no')));
});
