/** Plans in a declared home, judged by what its things would be told. */
import t from 'tap';
import { systemClock } from '../../src/clock.ts';
import { parseConfig, simulateThings } from '../../src/config/load.ts';
import type { TextInterpreter } from '../../src/agent/reading/understanding.ts';
import { EvalHome, judgeEnding, type Ending } from '../../src/eval/home.ts';
import type { Act, EvalLine } from '../../src/eval/lines.ts';
import { judgeLine } from '../../src/eval/run.ts';
import type { PlanCall } from '../../src/grammar/actions.ts';

const YAML = `version: 1
things:
  - { name: desk lamp, kind: light, area: office }
  - { name: floor lamp, kind: light, area: office }
  - { name: kettle, kind: plug, area: kitchen }
`;
const home = new EvalHome(simulateThings(parseConfig(YAML, 'x.yaml'), { clock: systemClock, instant: true }));

const light = (args: PlanCall['args']): PlanCall => ({ action: 'light.set', args });
const told = (device: string, action: string, args: PlanCall['args'] = { power: 'on' }): Act => ({
  device,
  action,
  args,
});

const endOf = (plan: PlanCall[], text: string): Ending =>
  plan.some((call) => call.action === 'none') ? { outcome: 'not-understood', acts: [] } : home.end({ plan, text });

function verdict(line: Omit<EvalLine, 'text'>, plan: PlanCall[], text: string): string {
  const { action, strict } = judgeEnding({ text, ...line }, plan, endOf(plan, text));
  return strict ? 'strict' : action ? 'action' : 'wrong';
}

t.test('what the things are told', async (t) => {
  const on = light({ device: 'desk lamp', power: 'on' });
  const text = 'turn on the desk lamp';
  t.equal(verdict({ acts: [told('desk-lamp', 'light.set')] }, [on], text), 'strict');
  t.equal(verdict({ acts: [told('desk-lamp', 'light.set', { power: 'off' })] }, [on], text), 'action');
  t.equal(verdict({ acts: [told('floor-lamp', 'light.set')] }, [on], text), 'wrong');
  t.equal(verdict({ acts: [told('desk-lamp', 'light.set'), told('kettle', 'power.set')] }, [on], text), 'wrong');
  const kettle: PlanCall = { action: 'light.set', args: { device: 'kettle', power: 'on' } };
  t.equal(verdict({ acts: [told('kettle', 'power.set')] }, [kettle], 'turn on the kettle'), 'strict');
});

t.test('in order from call to call, in any order within one', async (t) => {
  const plan = [
    light({ area: 'office', power: 'on' }),
    { action: 'power.set', args: { device: 'kettle', power: 'off' } },
  ];
  const text = 'turn on the office lights and turn off the kettle';
  const [desk, floor] = [told('desk-lamp', 'light.set'), told('floor-lamp', 'light.set')];
  const off = told('kettle', 'power.set', { power: 'off' });
  t.equal(verdict({ acts: [desk, floor, off] }, plan, text), 'strict');
  t.equal(verdict({ acts: [floor, desk, off] }, plan, text), 'strict');
  t.equal(verdict({ acts: [off, desk, floor] }, plan, text), 'wrong');
  t.equal(verdict({ acts: [desk, off] }, plan, text), 'wrong');
  t.equal(verdict({ acts: [desk, desk, off] }, plan, text), 'wrong');
});

t.test('what ends otherwise', async (t) => {
  const lamp = light({ device: 'lamp', power: 'on' });
  const text = 'turn on the lamp';
  t.equal(verdict({ outcome: 'ambiguous', candidates: ['floor lamp', 'desk lamp'] }, [lamp], text), 'strict');
  t.equal(verdict({ outcome: 'ambiguous', candidates: ['desk lamp'] }, [lamp], text), 'action');
  t.equal(verdict({ outcome: 'unknown-device' }, [lamp], text), 'wrong');
  t.equal(verdict({ outcome: 'unknown-device' }, [light({ device: 'moon' })], 'turn on the moon'), 'strict');
  t.equal(verdict({ outcome: 'not-understood' }, [{ action: 'none', args: {} }], 'hello'), 'strict');
});

t.test('questions and delayed commands are the agent’s own', async (t) => {
  const ask: PlanCall = { action: 'query', args: { kind: 'state', device: 'desk lamp' } };
  t.equal(verdict({ acts: [told('query', 'query', {})] }, [ask], 'is the desk lamp on'), 'strict');
  const later: PlanCall = { action: 'timer.do', args: { op: 'start', minutes: 5, command: 'turn off the lamp' } };
  t.equal(verdict({ acts: [told('schedule', 'timer.do', later.args)] }, [later], 'x'), 'strict');
  t.equal(verdict({ acts: [told('schedule', 'timer.do', { ...later.args, minutes: 6 })] }, [later], 'x'), 'action');
});

t.test('whether something is done at all', async (t) => {
  const lamp = light({ device: 'lamp', power: 'on' });
  const none: PlanCall = { action: 'none', args: {} };
  const ended = (plan: PlanCall[]) => ({ plan, confidence: 0.5, ending: endOf(plan, 'turn on the lamp') });
  t.match(judgeLine({ text: 'hello', outcome: 'not-understood' }, ended([none])), {
    ...{ acts: false, isNone: true, isCommand: false, confidence: 0.5 },
  });
  t.match(judgeLine({ text: 'the lamp', outcome: 'ambiguous' }, ended([lamp])), {
    ...{ acts: false, isNone: false, isCommand: true },
  });
  t.match(judgeLine({ text: 'x', expected: [none] }, { plan: [lamp] }), {
    acts: true,
    isNone: false,
    isCommand: false,
  });
  t.equal(judgeLine({ text: 'x' }, ended([lamp])), undefined);
  t.equal(judgeLine({ text: 'x', outcome: 'ambiguous' }, { plan: [lamp] }), undefined, 'nobody to ask');
});

t.test('heard as a turn hears it: slips, exceptions and negation included', async (t) => {
  const asked: string[] = [];
  const interpreter: TextInterpreter = {
    interpret: async (text) => {
      asked.push(text);
      const plan = [light({ device: /desk/.test(text) ? 'desk lamp' : 'lamps', power: 'off' })];
      const timing = { prefill_ms: 0, decode_ms: 0, tokens_in: 1, tokens_out: 1, forced: 0 };
      return { plan, confidence: 0.1, threshold: 0.9, model: 'fake', path: 'model', timing };
    },
  };
  const { signal } = new AbortController();
  const heard = async (text: string): Promise<string> => {
    const { ending, confidence } = await home.hear(text, interpreter, signal);
    t.equal(confidence, 0.1);
    return [ending.outcome, ...ending.acts.flat().map(({ device }) => device)].join(' ');
  };
  t.equal(await heard('turn off the desk lamp'), 'executed desk-lamp', 'the threshold is the report’s');
  t.equal(await heard("don't turn off the desk lamp"), 'not-understood');
  t.equal(await heard('turn off all the lamps except the desk lamp'), 'executed floor-lamp');
  t.ok(asked.length >= 3);
});
