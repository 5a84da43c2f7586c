import t from 'tap';
import { Interpreter, openVocabulary } from '../../src/agent/reading/interpreter.ts';
import { actionSpec } from '../../src/grammar/actions.ts';
import { TokonomaError } from '../../src/errors.ts';
import type { Engine, GenerateRequest, GenerateResult, ModelInfo, Primed, Prompt } from '../../src/model/types.ts';
import { ChatTemplate } from '../../src/tokenizer/template.ts';

const TAGS_TEMPLATE =
  "{%- for m in messages %}{%- if m.role == 'user' %}{{- '<|user|> ' + m.content + '<|plan|>' }}{%- endif %}{%- endfor %}";
const HERMES_TEMPLATE = '{% for m in messages %}[{{ m.role }}] {{ m.content }}\n{% endfor %}';

const INFO: ModelInfo = {
  name: 'scripted',
  path: '',
  architecture: 'qwen3',
  chatTemplate: TAGS_TEMPLATE,
  planFormat: 'tags',
  textPasses: 1,
  contextLength: 4096,
  vocabSize: 1,
  parameters: 1,
};

/** An engine that answers with a given text and keeps what it was asked. Each character is a token. */
class ScriptedEngine implements Engine {
  readonly info: ModelInfo;
  readonly asked: GenerateRequest[] = [];
  readonly signals: (AbortSignal | undefined)[] = [];
  readonly #answer: Partial<GenerateResult>;

  constructor(answer: Partial<GenerateResult>, info: Partial<ModelInfo> = {}) {
    this.#answer = answer;
    this.info = { ...INFO, ...info };
  }

  async generate(request: GenerateRequest, signal?: AbortSignal): Promise<GenerateResult> {
    this.asked.push(request);
    this.signals.push(signal);
    const { length } = request.prompt.text;
    if (length + (request.reserve ?? 1) > this.info.contextLength) {
      throw new TokonomaError('context-full', `the prompt takes ${length} tokens`);
    }
    const timing = { prefill_ms: 1, decode_ms: 2, tokens_in: 3, tokens_out: 4, forced: 5 };
    return { text: '', tokens: [], stop: 'end', confidence: 0.5, timing, ...this.#answer };
  }

  async prime({ text }: Prompt): Promise<Primed> {
    return { restored: false, tokens: text.length, ms: 0 };
  }

  async close(): Promise<void> {}
}

function interpreter(engine: Engine): Interpreter {
  return new Interpreter(engine, new ChatTemplate(engine.info.chatTemplate));
}

t.test('how sure the model is goes on with the threshold of its file, and without one where it has none', async (t) => {
  const answer = { text: '<|robot.stop|>', confidence: 0.4 };
  const confidence = { signal: 'product', slope: 1, offset: 0, threshold: 0.5 } as const;
  const calibrated = interpreter(new ScriptedEngine(answer, { confidence }));
  t.match(await calibrated.interpret('stop', openVocabulary), { confidence: 0.4, threshold: 0.5 });
  const plain = await interpreter(new ScriptedEngine(answer)).interpret('stop', openVocabulary);
  t.equal(plain.confidence, 0.4);
  t.notOk('threshold' in plain);
});

t.test('the model reads the passed text, the plan has the words that were said', async (t) => {
  const engine = new ScriptedEngine({
    text: '<|light.set|><|device=|> kitchen light<|power=on|><|robot.turn|><|direction=left|><|degrees=|> 45',
  });
  const said = 'Turn on the Kitchen  Light, then turn left forty-five degrees!';
  const result = await interpreter(engine).interpret(said, openVocabulary);
  t.same(result, {
    plan: [
      { action: 'light.set', args: { device: 'Kitchen  Light', power: 'on' } },
      { action: 'robot.turn', args: { direction: 'left', degrees: 45 } },
    ],
    confidence: 0.5,
    model: 'scripted',
    path: 'model',
    timing: { prefill_ms: 1, decode_ms: 2, tokens_in: 3, tokens_out: 4, forced: 5 },
  });
  const [{ prompt, plan } = t.fail('not asked') as never] = engine.asked;
  const passed = 'turn on the kitchen light, then turn left 45 degrees';
  t.equal(prompt.text, `<|user|> ${passed}<|plan|>`);
  t.same(prompt.data, [[9, 9 + passed.length]], 'what was said is data');
  t.same(plan, { ...openVocabulary, source: passed });
});

t.test('declared names are passed like the command, and come back as they were declared', async (t) => {
  const engine = new ScriptedEngine({ text: '<|light.set|><|device=|> bedroom 2<|power=off|>' });
  const vocabulary = {
    ...openVocabulary,
    names: ['Bedroom Two', 'Den'].map((text) => ({ text, roles: ['area'] as const })),
  };
  const { plan } = await interpreter(engine).interpret('turn it off', vocabulary);
  t.same(plan, [{ action: 'light.set', args: { device: 'Bedroom Two', power: 'off' } }]);
  t.same(
    engine.asked[0]!.plan!.names.map(({ text }) => text),
    ['bedroom 2', 'den'],
  );
});

t.test('whole words are found before parts of words, signs are no patterns', async (t) => {
  const spanOf = async (said: string, value: string): Promise<unknown> => {
    const engine = new ScriptedEngine({ text: `<|robot.goto|><|place=|> ${value}` });
    const { plan } = await interpreter(engine).interpret(said, openVocabulary);
    return plan[0]!.args['place'];
  };
  t.equal(await spanOf('concerning Ten, go to TEN', 'ten'), 'ten', 'no such words: as the model wrote it');
  t.equal(await spanOf('earthly EARTH', 'earth'), 'EARTH');
  t.equal(await spanOf('go to Bay A-7', 'bay a-7'), 'Bay A-7');
  t.equal(await spanOf('go to C++ (Lab)', 'c++ (lab)'), 'C++ (Lab)');
});

t.test('a model that takes texts as they are gets them so, and is told what it may call', async (t) => {
  const engine = new ScriptedEngine(
    {
      text: '<tool_call>\n{"name": "robot.goto", "arguments": {"place": "Room \\"Forty-Five\\""}}\n</tool_call>',
    },
    { planFormat: 'hermes', textPasses: 0, chatTemplate: HERMES_TEMPLATE },
  );
  const goto = actionSpec('robot.goto')!;
  const said = 'Go to Room "Forty-Five"';
  const { plan } = await interpreter(engine).interpret(said, { actions: [goto], names: [] });
  t.same(plan, [{ action: 'robot.goto', args: { place: 'Room "Forty-Five"' } }]);
  const { prompt, plan: constraint } = engine.asked.at(-1)!;
  t.equal(constraint!.source, said);
  t.match(prompt.text, `[user] ${said}\n`);
  t.match(prompt.text, /^\[system\] You control [^]*<tools>\nrobot\.goto\(place\)\n<\/tools>/);
  t.notMatch(prompt.text, /light\.set/, 'only the actions that can be asked for');
  t.same(
    prompt.data.map(([start, end]) => prompt.text.slice(start, end)),
    [said],
  );
});

t.test('a plan that was cut short is no plan', async (t) => {
  const engine = new ScriptedEngine({ text: '<|light.set|><|power=on|>', stop: 'length' });
  await t.rejects(interpreter(engine).interpret('lights on and on', openVocabulary), { code: 'plan-truncated' });
});

t.test('what is no plan is an error, not a guess', async (t) => {
  const outside = { actions: [actionSpec('robot.stop')!], names: [] };
  const engine = new ScriptedEngine({ text: '<|light.set|><|power=on|>' });
  await t.rejects(interpreter(engine).interpret('lights on', outside), { code: 'plan-invalid' });
});

const HERMES = { planFormat: 'hermes', textPasses: 0, chatTemplate: HERMES_TEMPLATE } as const;
const NONE = { text: '<tool_call>\n{"name": "none", "arguments": {}}\n</tool_call>' };

t.test('a command that leaves no room for a plan is refused before the model is asked', async (t) => {
  const contextLength = 3000;
  const engine = new ScriptedEngine(NONE, { ...HERMES, contextLength });
  const reader = interpreter(engine);
  await reader.interpret('x', openVocabulary);
  const rest = engine.asked.at(-1)!.prompt.text.length - 1;
  const most = contextLength - 128 - rest;
  await reader.interpret('x'.repeat(most), openVocabulary);
  await t.rejects(reader.interpret('x'.repeat(most + 1), openVocabulary), {
    code: 'too-long',
    message: `the prompt takes ${contextLength - 127} tokens`,
  });
  const generous = new Interpreter(engine, new ChatTemplate(HERMES_TEMPLATE), { planTokens: 100 });
  await generous.interpret('x'.repeat(most + 28), openVocabulary);
  await t.rejects(generous.interpret('x'.repeat(most + 29), openVocabulary), { code: 'too-long' });
  t.same(
    engine.asked.map(({ reserve }) => reserve),
    [192, 128, 128, 128, 164, 100, 100],
    'the first question for a vocabulary is whether its prefix leaves room',
  );
});

t.test('as much is told as the context has room for, the same to every command', async (t) => {
  const told = async (contextLength: number): Promise<string> => {
    const engine = new ScriptedEngine(NONE, { ...HERMES, contextLength });
    const reader = interpreter(engine);
    await reader.interpret('on', openVocabulary);
    await t.rejects(reader.interpret('x'.repeat(contextLength), openVocabulary), { code: 'too-long' });
    const prefix = await reader.prefix(openVocabulary);
    for (const { prompt } of engine.asked.slice(-2)) t.ok(prompt.text.startsWith(prefix.text));
    return prefix.text;
  };
  t.match(await told(3000), /power: on\|off/);
  const least = await told(1400);
  t.match(least, /light\.set\(device, area, power,/);
  const engine = new ScriptedEngine(NONE, { ...HERMES, contextLength: 500 });
  await t.rejects(interpreter(engine).interpret('on', openVocabulary), { code: 'too-long' }, 'nothing is cut off');
  t.ok(engine.asked.at(-1)!.prompt.text.startsWith(least), 'the least that can be told is told whole');
  t.equal(engine.asked.filter(({ maxTokens }) => maxTokens === 0).length, 3, 'each detail was tried');
});

t.test('what else the engine fails with stays what it is', async (t) => {
  const engine = new ScriptedEngine(NONE, HERMES);
  engine.generate = () => Promise.reject(new TokonomaError('engine-trap', 'the engine trapped'));
  await t.rejects(interpreter(engine).interpret('on', openVocabulary), { code: 'engine-trap' });
});

t.test('the seedling is asked at once, with nothing before the command', async (t) => {
  const engine = new ScriptedEngine({ text: '<|none|>' });
  await interpreter(engine).interpret('hm', openVocabulary);
  t.equal(engine.asked.length, 1);
  t.same(await interpreter(engine).prefix(openVocabulary), { text: '<|user|>', data: [] });
});

t.test('the signal reaches the engine', async (t) => {
  const { signal } = new AbortController();
  for (const engine of [new ScriptedEngine({ text: '<|none|>' }), new ScriptedEngine(NONE, HERMES)]) {
    await interpreter(engine).interpret('hm', openVocabulary, signal);
    t.ok(engine.signals.length > 0 && engine.signals.every((reached) => reached === signal));
  }
});
