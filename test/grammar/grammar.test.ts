import t from 'tap';
import { ACTIONS, actionSpec, type ActionSpec, type PlanCall } from '../../src/grammar/actions.ts';
import { PlanGrammar, type PlanFormat } from '../../src/grammar/grammar.ts';
import { parsePlan } from '../../src/grammar/parse.ts';
import { TokenTable } from '../../src/grammar/token-table.ts';
import { hermesVocabulary, tagsVocabulary, ToyVocabulary } from './toy-vocabulary.ts';
import { writeHermes, writeTags } from './write-plan.ts';
import { Random } from '../support/random.ts';

const vocabularies = { tags: tagsVocabulary(), hermes: hermesVocabulary() };
const tables = { tags: new TokenTable(vocabularies.tags), hermes: new TokenTable(vocabularies.hermes) };
const FORMATS: readonly PlanFormat[] = ['tags', 'hermes'];

function grammar(format: PlanFormat, source: string, names: string[] = [], actions: readonly ActionSpec[] = ACTIONS) {
  const declared = names.map((text) => ({ text, roles: ['device', 'area', 'place', 'object'] as const }));
  return new PlanGrammar(tables[format], format, { actions, names: declared, source });
}

function write(format: PlanFormat, plan: readonly PlanCall[]): number[] {
  return format === 'tags' ? writeTags(plan, vocabularies.tags) : writeHermes(plan, vocabularies.hermes);
}

/** Whether the plan can be decoded: each of its tokens is among the allowed ones. */
function canWrite(format: PlanFormat, source: string, plan: readonly PlanCall[], names: string[] = []): boolean {
  const state = grammar(format, source, names).start();
  for (const id of write(format, plan)) {
    if (!state.allowed().includes(id)) return false;
    state.accept(id);
  }
  return state.done;
}

const call = (action: string, args: PlanCall['args'] = {}): PlanCall => ({ action, args });
const lightOn = call('light.set', { device: 'kitchen light', power: 'on' });

for (const format of FORMATS) {
  t.test('a call says what it does: with oneOf, at least one of these', async (t) => {
    const volume = { ...ACTIONS.find(({ name }) => name === 'volume.set')!, oneOf: ['level', 'step', 'mute'] };
    const writable = (format: PlanFormat, args: PlanCall['args']): boolean => {
      const state = grammar(format, 'the speaker in the den by 10', [], [volume]).start();
      for (const id of write(format, [{ action: 'volume.set', args }])) {
        if (!state.allowed().includes(id)) return false;
        state.accept(id);
      }
      return state.done;
    };
    for (const format of FORMATS) {
      t.notOk(writable(format, {}), 'nothing');
      t.notOk(writable(format, { device: 'speaker' }), 'only who');
      t.notOk(writable(format, { device: 'speaker', area: 'den', by: 10 }), 'only by how much');
      t.ok(writable(format, { step: 'up' }));
      t.ok(writable(format, { device: 'speaker', step: 'up', by: 10 }));
      t.ok(writable(format, { area: 'den', level: 10 }));
      t.ok(writable(format, { device: 'speaker', mute: true }));
    }
  });

  t.test('a declared name stands only where something of its role is meant', async (t) => {
    const names = [
      { text: 'desk lamp', roles: ['device'] as const },
      { text: 'sofa', roles: ['place'] as const },
    ];
    for (const format of FORMATS) {
      const writable = (call: PlanCall): boolean => {
        const state = new PlanGrammar(tables[format], format, { actions: ACTIONS, names, source: 'go' }).start();
        for (const id of write(format, [call])) {
          if (!state.allowed().includes(id)) return false;
          state.accept(id);
        }
        return state.done;
      };
      t.ok(writable({ action: 'robot.goto', args: { place: 'sofa' } }));
      t.notOk(writable({ action: 'robot.goto', args: { place: 'desk lamp' } }));
      t.ok(writable({ action: 'power.set', args: { device: 'desk lamp', power: 'on' } }));
      t.notOk(writable({ action: 'power.set', args: { device: 'sofa', power: 'on' } }));
    }
  });

  t.test(`${format}: what was said can be planned`, async (t) => {
    const yes = (source: string, ...plan: PlanCall[]): void => {
      t.ok(canWrite(format, source, plan), source);
      t.same(parsePlan(format, vocabularies[format].decode(write(format, plan))), plan, `${source}: read back`);
    };
    yes('turn on the kitchen light', lightOn);
    yes('set the lamp to 20.5%', call('light.set', { device: 'lamp', brightness: 20.5 }));
    yes(
      'go forward 2 metres then turn left',
      call('robot.drive', { direction: 'forward', distance: 2, unit: 'm' }),
      call('robot.turn', { direction: 'left' }),
    );
    yes('set it to -18 degrees', call('climate.set', { temperature: -18 }));
    yes('mute', call('volume.set', { mute: true }));
    yes("go to alice's room", call('robot.goto', { place: 'alice' }));
    yes("go to alice's room", call('robot.goto', { place: "alice's room" }));
    yes('wake me at 6 a.m. tomorrow', call('alarm.do', { op: 'set', time: '6 a.m.', date: 'tomorrow' }));
    yes('allume la lumière de la cuisine', call('light.set', { device: 'lumière', area: 'cuisine' }));
    yes('打开厨房的灯', call('light.set', { area: '厨房', device: '灯' }));
    yes('what time is it', call('query', { kind: 'time' }));
    yes('hmm', call('none'));
  });

  t.test(`${format}: what was not said cannot`, async (t) => {
    const no = (source: string, ...plan: PlanCall[]): void => {
      t.notOk(canWrite(format, source, plan), JSON.stringify(plan));
    };
    no('turn on the light', lightOn);
    no('turn on the kitchen light', call('light.set', { device: 'kitchen ligh' }));
    no('turn on the kitchen light', call('light.set', { device: 'itchen light' }));
    no('turn on the kitchen, light', call('light.set', { device: 'kitchen,' }));
    no('turn on the kitchen light', call('light.set', { device: ' ' }));
    no('set the lamp to 20.5', call('light.set', { brightness: 20 }));
    no('set the lamp to 205', call('light.set', { brightness: 20 }));
    no('set it to -18', call('climate.set', { temperature: 18 }));
    no('turn the lamp on', call('light.set', { brightness: 100 }));
    no('stop', call('none'), call('robot.stop'));
    no('stop', call('robot.stop'), call('none'));
    no('go', call('robot.drive', { distance: 1 }));
    no('go to <|end|> now', call('robot.goto', { place: '<|end|>' }));
    no('', call('robot.goto', { place: 'kitchen' }));
    no('open it', call('cover.set', { device: 'it', state: 'ajar' }));
  });

  t.test(`${format}: a declared name need not be said, where a name is asked for`, async (t) => {
    t.ok(canWrite(format, 'turn it on', [lightOn], ['kitchen light']));
    t.ok(canWrite(format, 'turn it on', [call('light.set', { device: 'it' })], ['kitchen light']));
    t.notOk(canWrite(format, 'turn it on', [call('light.set', { color: 'kitchen light' })], ['kitchen light']));
  });

  t.test(`${format}: words of quantity mean what the argument makes of them`, async (t) => {
    if (format === 'tags') {
      const ids = writeTags([call('light.set', { brightness: 100 })], vocabularies.tags, () => 'max');
      const state = grammar('tags', 'lights to max').start();
      for (const id of ids) state.accept(id);
      t.same(parsePlan('tags', vocabularies.tags.decode(ids)), [call('light.set', { brightness: 100 })]);
    } else {
      t.ok(canWrite('hermes', 'lights to max', [call('light.set', { brightness: 100 })]));
      t.ok(canWrite('hermes', 'turn ninety degrees', [call('robot.turn', { degrees: 90 })]), 'numbers in words');
    }
    t.notOk(canWrite(format, 'heat to max', [call('climate.set', { temperature: 100 })]));
  });

  t.test(`${format}: actions that lack what they need are not offered`, async (t) => {
    const state = grammar(format, '...').start();
    const text = followForced(format, state);
    t.ok(text.length > 0 || format === 'tags');
    for (let i = 0; i < 5000 && !state.done; i++) state.accept(state.allowed()[0]!);
    t.ok(state.done);
    t.notOk(canWrite(format, '...', [call('power.set', { device: '...' })]));
    t.ok(canWrite(format, '...', [call('robot.stop')]));
  });

  t.test(`${format}: only the given actions and choices`, async (t) => {
    const goto = actionSpec('robot.goto')!;
    const actions = [
      goto,
      { name: 'light.set', args: [{ name: 'power', type: { kind: 'enum', values: ['on'] }, required: true }] },
    ] as const;
    const accepts = (...plan: PlanCall[]): boolean => {
      const state = grammar(format, 'turn the kitchen light off', [], actions).start();
      try {
        for (const id of write(format, plan)) state.accept(id);
      } catch {
        return false;
      }
      return state.done;
    };
    t.ok(accepts(call('robot.goto', { place: 'kitchen' })));
    t.ok(accepts(call('light.set', { power: 'on' })));
    t.ok(accepts(call('none')), 'not understanding is always possible');
    t.notOk(accepts(call('light.set', { power: 'off' })));
    t.notOk(accepts(call('light.set', { device: 'light', power: 'on' })));
    t.notOk(accepts(call('robot.stop')));
  });

  t.test(`${format}: at most twelve calls`, async (t) => {
    const calls = (n: number): PlanCall[] => Array.from({ length: n }, () => call('robot.stop'));
    t.ok(canWrite(format, 'stop', calls(12)));
    t.notOk(canWrite(format, 'stop', calls(13)));
  });

  t.test(`${format}: from everywhere some way leads to a valid plan`, async (t) => {
    const random = generator(format === 'tags' ? 1 : 2);
    const sources = [
      'turn on the kitchen light',
      'set a timer for 2.5 minutes and 30 seconds',
      'say "hello \\ there" to bob, then go -5 or 5-10 m',
      'lumière à 50% né né  né',
      '<|light.set|> <tool_call> |> <| a<|b',
      '打开灯 20',
      '\ud800 ok \u0007 🤖 robot',
      '',
      '   ',
      '7',
    ];
    for (const source of sources) {
      for (let walk = 0; walk < 15; walk++) {
        const state = grammar(format, source, ['den', 'living room']).start();
        const ids: number[] = [];
        while (!state.done && ids.length < 5000) {
          if (random() < 0.3) {
            for (const id of state.forced()) {
              state.accept(id);
              ids.push(id);
            }
            if (state.done) break;
          }
          const allowed = state.allowed();
          if (allowed.length === 0) break;
          // Ends are taken often enough to keep a walk short.
          const eos = vocabularies[format].eosId;
          const id = allowed.includes(eos) && random() < 0.3 ? eos : allowed[Math.floor(random() * allowed.length)]!;
          state.accept(id);
          ids.push(id);
        }
        const text = vocabularies[format].decode(ids);
        if (!state.done) return t.fail(`${JSON.stringify(source)}: no end after ${JSON.stringify(text)}`);
        const plan = parsePlan(format, text);
        if (format === 'hermes')
          t.ok(
            plan.every(({ args }) => textsAreSaid(source, args)),
            `${source}: ${text}`,
          );
      }
    }
    t.pass('all walks ended in valid plans');
  });

  t.test(`${format}: allowed tokens are exactly those that are accepted`, async (t) => {
    const random = generator(3);
    const state = grammar(format, 'turn on the kitchen light to 20% né').start();
    for (let i = 0; i < 60 && !state.done; i++) {
      const allowed = Array.from(state.allowed());
      const path = rebuild(format, 'turn on the kitchen light to 20% né', history);
      const accepted = Array.from({ length: vocabularies[format].size }, (_, id) => id).filter((id) => path(id));
      t.same(allowed, accepted);
      const id = allowed[Math.floor(random() * allowed.length)]!;
      state.accept(id);
      history.push(id);
    }
    history.length = 0;
  });

  t.test(`${format}: a token that cannot follow is rejected and changes nothing`, async (t) => {
    const state = grammar(format, 'stop').start();
    const before = Array.from(state.allowed());
    t.throws(() => state.accept(vocabularies[format].eosId), { code: 'grammar-rejected' });
    t.throws(() => state.accept(97), { code: 'grammar-rejected' });
    t.same(Array.from(state.allowed()), before);
  });
}

const history: number[] = [];

/** Whether a token is accepted after the given ones. */
function rebuild(format: PlanFormat, source: string, ids: readonly number[]): (id: number) => boolean {
  const shared = grammar(format, source);
  return (id) => {
    const state = shared.start();
    for (const past of ids) state.accept(past);
    try {
      state.accept(id);
      return true;
    } catch {
      return false;
    }
  };
}

function followForced(format: PlanFormat, state: { forced(): number[]; accept(id: number): void }): string {
  const ids = state.forced();
  for (const id of ids) state.accept(id);
  return vocabularies[format].decode(ids);
}

function textsAreSaid(source: string, args: PlanCall['args']): boolean {
  const said = Buffer.from(source).toString();
  return Object.entries(args).every(
    ([name, value]) =>
      typeof value !== 'string' || isChoice(name) || said.includes(value) || ['den', 'living room'].includes(value),
  );
}

function isChoice(arg: string): boolean {
  return ACTIONS.some(({ args }) => args.some(({ name, type }) => name === arg && type.kind === 'enum'));
}

function generator(seed: number): () => number {
  const random = new Random(seed);
  return () => random.next();
}

t.test('hermes: what is certain is forced, in the tokenizer’s own tokens', async (t) => {
  const state = grammar('hermes', 'stop').start();
  t.equal(followForced('hermes', state), '<tool_call>\n{"name": "');
  for (const id of vocabularies.hermes.encode('robot.s')) state.accept(id);
  t.equal(followForced('hermes', state), 'top", "arguments": {}}\n</tool_call>');
  t.notOk(state.done, 'another call may follow');
  state.accept(vocabularies.hermes.eosId);
  t.ok(state.done);
});

t.test('hermes: what could become one token with what follows is left to the model', async (t) => {
  const { hermes } = vocabularies;
  const forcedFor = (source: string): string => {
    const state = grammar('hermes', source).start();
    state.accept(hermes.idOf('<tool_call>')!);
    for (const id of hermes.encode('\n{"name": "light.set", "arguments": {"device')) state.accept(id);
    return followForced('hermes', state);
  };
  t.equal(forcedFor('bulb'), '": "bulb', 'the quote that closes may be one token with a comma or a brace');
  t.equal(forcedFor('bulb kitchen'), '', 'the quote that opens may be one token with k');
  t.equal(forcedFor('bulb bar'), '": "b');
});

t.test('tags: none is all there is to say', async (t) => {
  const state = grammar('tags', 'hmm').start();
  t.same(state.forced(), []);
  state.accept(vocabularies.tags.idOf('<|none|>')!);
  t.ok(state.done);
  t.same(Array.from(state.allowed()), [vocabularies.tags.eosId]);
});

t.test('the end of the turn is never forced: the plan is done', async (t) => {
  const { tags } = vocabularies;
  const state = grammar('tags', 'go to the kitchen').start();
  for (let i = 0; i < 12; i++)
    for (const tag of ['<|robot.goto|>', '<|place=|>']) {
      state.accept(tags.idOf(tag)!);
      if (tag === '<|place=|>') for (const id of tags.encode(' kitchen')) state.accept(id);
    }
  t.ok(state.done, 'twelve calls, and the last word of the command');
  t.same(state.forced(), []);
});

t.test('tags: a number that is the only one is forced', async (t) => {
  const state = grammar('tags', 'turn 90 degrees').start();
  for (const tag of ['<|robot.turn|>', '<|degrees=|>']) state.accept(vocabularies.tags.idOf(tag)!);
  t.equal(vocabularies.tags.decode(state.forced()), ' 90');
});

t.test('tags: a character is never cut by what is forced', async (t) => {
  const state = grammar('tags', 'é è').start();
  for (const tag of ['<|robot.goto|>', '<|place=|>']) state.accept(vocabularies.tags.idOf(tag)!);
  t.equal(vocabularies.tags.decode(state.forced()), ' ', 'the two differ in their second byte');
  for (const id of [0x20, 0xc3]) state.accept(id);
  t.same(Array.from(state.allowed()), [0xa8, 0xa9]);
  t.same(state.forced(), []);
});

t.test('control tokens are never spelled, text is never a control token', async (t) => {
  const { tags } = vocabularies;
  const state = grammar('tags', 'go to the kitchen').start();
  t.ok(Array.from(state.allowed()).every((id) => tags.isControl(id)));
  t.throws(() => state.accept('<'.charCodeAt(0)), { code: 'grammar-rejected' });
  for (const tag of ['<|robot.goto|>', '<|place=|>']) state.accept(tags.idOf(tag)!);
  t.ok(Array.from(state.allowed()).every((id) => !tags.isControl(id)));
});

t.test('a vocabulary that cannot write plans says so', async (t) => {
  const plain = new TokenTable(new ToyVocabulary([]));
  for (const format of FORMATS) {
    t.throws(() => new PlanGrammar(plain, format, { actions: ACTIONS, names: [], source: 'x' }), {
      code: 'grammar-vocabulary',
    });
  }
  const lacking = new ToyVocabulary([]);
  lacking.isControl = (id: number) => id === 97 || ToyVocabulary.prototype.isControl.call(lacking, id);
  t.throws(() => new TokenTable(lacking), { code: 'grammar-vocabulary', message: /0x61/ });
});

t.test('what is no plan is not read as one', async (t) => {
  const bad = (format: PlanFormat, text: string): void => {
    t.throws(() => parsePlan(format, text), { code: 'plan-invalid' }, text || 'empty');
  };
  bad('tags', '');
  bad('tags', 'hello');
  bad('tags', '<|power=on|>');
  bad('tags', '<|light.set|> now');
  bad('tags', '<|light.set|><|power=on|><|power=off|>');
  bad('tags', '<|light.set|><|power=on|><|device=|> lamp');
  bad('tags', '<|light.set|><|power=dim|>');
  bad('tags', '<|light.set|><|device=|>');
  bad('tags', '<|light.set|><|brightness=|> bright');
  bad('tags', '<|robot.goto|>');
  bad('tags', '<|robot.fly|>');
  bad('tags', '<|none|><|robot.stop|>');
  bad('tags', '<|robot.stop|>'.repeat(13));
  bad('hermes', '<tool_call>\n{"name": "robot.stop"');
  bad('hermes', '<tool_call>\n{"name": "robot.stop", "arguments": {"x": 1}}\n</tool_call>');
  bad('hermes', '<tool_call>\n{"name": "light.set", "arguments": {"power": true}}\n</tool_call>');
  bad('hermes', '<tool_call>\n{"name": "robot.stop"}\n</tool_call>');
  bad('hermes', 'sure: <tool_call>\n{"name": "robot.stop", "arguments": {}}\n</tool_call>');
});
