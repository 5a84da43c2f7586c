import t from 'tap';
import { Interpreter, openVocabulary } from '../../src/agent/interpreter.ts';
import { actionSpec } from '../../src/grammar/actions.ts';
import type { Engine, GenerateRequest, GenerateResult, ModelInfo } from '../../src/model/types.ts';
import { ChatTemplate } from '../../src/tokenizer/template.ts';

const TAGS_TEMPLATE =
  "{%- for m in messages %}{%- if m.role == 'user' %}{{- '<|user|> ' + m.content + '<|plan|>' }}{%- endif %}{%- endfor %}";
const HERMES_TEMPLATE =
  '{% for m in messages %}[{{ m.role }}] {{ m.content }}\n{% if loop.first %}{% for tool in tools %}{{ tool | tojson }}\n{% endfor %}{% endif %}{% endfor %}';

const INFO: ModelInfo = {
  name: 'scripted',
  path: '',
  architecture: 'qwen3',
  chatTemplate: TAGS_TEMPLATE,
  planFormat: 'tags',
  textPasses: 1,
  contextLength: 128,
  vocabSize: 1,
  parameters: 1,
};

/** An engine that answers with a given text and keeps what it was asked. */
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
    const timing = { prefill_ms: 1, decode_ms: 2, tokens_in: 3, tokens_out: 4, forced: 5 };
    return { text: '', tokens: [], stop: 'end', confidence: 0.5, timing, ...this.#answer };
  }

  async close(): Promise<void> {}
}

function interpreter(engine: Engine): Interpreter {
  return new Interpreter(engine, new ChatTemplate(engine.info.chatTemplate));
}

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
  const vocabulary = { ...openVocabulary, names: ['Bedroom Two', 'Den'] };
  const { plan } = await interpreter(engine).interpret('turn it off', vocabulary);
  t.same(plan, [{ action: 'light.set', args: { device: 'Bedroom Two', power: 'off' } }]);
  t.same(engine.asked[0]!.plan!.names, ['bedroom 2', 'den']);
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

t.test('a model that takes texts as they are gets them so, with its tools', async (t) => {
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
  const { prompt, plan: constraint } = engine.asked[0]!;
  t.equal(constraint!.source, said);
  t.match(prompt.text, `[user] ${said}\n`);
  t.match(prompt.text, /^\[system\] You control .*\n\{"type": "function", "function": \{"name": "robot\.goto"/);
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

t.test('the signal reaches the engine', async (t) => {
  const engine = new ScriptedEngine({ text: '<|none|>' });
  const { signal } = new AbortController();
  await interpreter(engine).interpret('hm', openVocabulary, signal);
  t.equal(engine.signals[0], signal);
});
