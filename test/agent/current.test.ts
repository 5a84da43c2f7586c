/** Reading by whichever model is there, with models that are told and answer in different ways. */
import t from 'tap';
import { CurrentInterpreter, currentPhrase } from '../../src/agent/reading/current.ts';
import { ACTIONS } from '../../src/grammar/actions.ts';
import { openEngine } from '../../src/model/engine.ts';
import { EngineSlot } from '../../src/model/slot.ts';
import type { Engine, GenerateRequest, ModelInfo } from '../../src/model/types.ts';
import { writeToyModel } from '../support/toy-model.ts';

t.test('prompt, plan and repeats are those of the model that is there', async (t) => {
  const path = writeToyModel(t.testdir(), { planFormat: 'hermes', contextLength: 1024 });
  const slot = new EngineSlot(await openEngine({ threads: 1 }));
  t.teardown(() => slot.close());
  const interpreter = new CurrentInterpreter(slot);
  const vocabulary = { actions: ACTIONS.filter(({ name }) => name === 'light.set'), names: [] };
  const read = () => interpreter.interpret('make the kitchen light rather bright please', vocabulary);
  const first = await read();
  t.match(first, { model: 'seedling', path: 'model' });
  t.match(await read(), { model: 'seedling', path: 'fast', plan: first.plan });
  await slot.exchange(() => openEngine({ model: path, threads: 1 }));
  t.match(await read(), { model: 'toy', path: 'model', timing: { tokens_in: Number } });
  await slot.exchange(() => openEngine({ threads: 1 }));
  t.match(await read(), { model: 'seedling', path: 'model', plan: first.plan });
});

const plain = 'The kitchen light is on.';

function speaker(planFormat: ModelInfo['planFormat'], asked: GenerateRequest[]): Engine {
  const info = { name: planFormat, planFormat, chatTemplate: '{{ messages[1].content }}' } as ModelInfo;
  const generate = async (request: GenerateRequest): Promise<unknown> => {
    asked.push(request);
    return { text: 'Sure! Your kitchen light is on.', stop: 'end' };
  };
  return { info, generate, close: async () => undefined } as unknown as Engine;
}

t.test('a model that speaks says it in its words, the seedling and one that is on its way in plain ones', async (t) => {
  const asked: GenerateRequest[] = [];
  const slot = new EngineSlot(speaker('tags', asked));
  const phrase = currentPhrase(slot);
  const { signal } = new AbortController();
  t.equal(await phrase(plain, signal), plain);
  t.same(asked, []);
  const exchange = slot.exchange(async () => speaker('hermes', asked));
  t.equal(await phrase(plain, signal), plain);
  await exchange;
  t.equal(await phrase(plain, signal), 'Sure! Your kitchen light is on.');
  t.equal(asked.length, 1);
  await slot.close();
  t.equal(await phrase(plain, signal), plain);
});
