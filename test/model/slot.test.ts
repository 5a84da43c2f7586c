/** The place of the model: who waits for whom while one is exchanged for another. */
import { setImmediate } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { TokonomaError } from '../../src/errors.ts';
import { openEngine } from '../../src/model/engine.ts';
import { EngineSlot, perModel } from '../../src/model/slot.ts';
import type { Engine, ModelInfo } from '../../src/model/types.ts';
import { writeToyModel } from '../support/toy-model.ts';

/** Keeps a diary of what is asked of it. */
function diarist(name: string, diary: string[], wakes = true): Engine {
  const note = async (what: string): Promise<void> => void diary.push(`${name} ${what}`);
  return {
    info: { name } as ModelInfo,
    generate: () => Promise.reject(new Error('not asked')),
    prime: () => Promise.reject(new Error('not asked')),
    rest: () => note('rests'),
    wake: async () => {
      await note('wakes');
      if (!wakes) throw new TokonomaError('memory-budget', 'no room any more');
    },
    close: () => note('closes'),
  };
}

/** Work that ends when it is told to. */
function held(): { readonly work: (engine: Engine) => Promise<string>; readonly end: () => void } {
  let end!: () => void;
  const ended = new Promise<void>((resolve) => (end = resolve));
  return { work: (engine) => ended.then(() => engine.info.name), end };
}

const nameOf = async ({ info }: Engine): Promise<string> => info.name;

t.test('what is being done ends with the old model, what comes then waits for the new one', async (t) => {
  const diary: string[] = [];
  const slot = new EngineSlot(diarist('old', diary));
  let exchanged = 0;
  const forget = slot.onExchanged(() => exchanged++);
  const [running, loading] = [held(), held()];
  const first = slot.use(running.work);
  const exchange = slot.exchange(async () => {
    const next = diarist('new', diary);
    diary.push('new is opened');
    await loading.work(next);
    return next;
  });
  const second = slot.use(nameOf);
  const gone = new AbortController();
  const third = slot.use(nameOf, gone.signal);
  await setImmediate();
  t.same(diary, [], 'nothing ends under somebody');
  t.ok(slot.isChanging);
  gone.abort();
  await t.rejects(third, { code: 'cancelled' });
  await t.rejects(slot.use(nameOf, AbortSignal.abort()), { code: 'cancelled' });
  await t.rejects(
    slot.exchange(async () => diarist('third', diary)),
    { code: 'model-switching' },
  );
  running.end();
  t.equal(await first, 'old');
  while (diary.length < 2) await setImmediate();
  t.equal(slot.info.name, 'old');
  loading.end();
  await exchange;
  t.equal(await second, 'new');
  t.same(diary, ['old rests', 'new is opened', 'old closes'], 'never two in memory');
  t.same([slot.info.name, slot.isChanging, exchanged], ['new', false, 1]);
  forget();
  await slot.exchange(async () => diarist('newest', diary));
  t.equal(exchanged, 1);
});

t.test('a model that cannot be opened leaves the old one', async (t) => {
  const diary: string[] = [];
  const slot = new EngineSlot(diarist('old', diary));
  slot.onExchanged(() => t.fail('nothing was exchanged'));
  const damaged = async (): Promise<Engine> => {
    throw new TokonomaError('gguf-truncated', 'the file ends too early');
  };
  const exchange = slot.exchange(damaged);
  const waiting = slot.use(nameOf);
  await t.rejects(exchange, { code: 'gguf-truncated', message: 'the file ends too early' });
  t.equal(await waiting, 'old');
  t.same(diary, ['old rests', 'old wakes']);
  await t.rejects(new EngineSlot(diarist('old', diary, false)).exchange(damaged), {
    code: 'gguf-truncated',
    message: 'the file ends too early; and old could not be loaded again: no room any more',
  });
});

t.test('work that fails is over', async (t) => {
  const slot = new EngineSlot(diarist('old', []));
  await t.rejects(
    slot.use(() => Promise.reject(new Error('oh'))),
    { message: 'oh' },
  );
  await slot.exchange(async () => diarist('new', []));
  t.equal(slot.info.name, 'new');
});

t.test('an end in the middle of it leaves no model behind', async (t) => {
  const diary: string[] = [];
  const slot = new EngineSlot(diarist('old', diary));
  const loading = held();
  const exchange = slot.exchange(async () => {
    diary.push('new is opened');
    const next = diarist('new', diary);
    await loading.work(next);
    return next;
  });
  const failed = t.rejects(exchange, { code: 'engine-closed' });
  const waiting = t.rejects(slot.use(nameOf), { code: 'engine-closed' });
  while (diary.length < 2) await setImmediate();
  const closed = slot.close();
  loading.end();
  await Promise.all([closed, failed, waiting]);
  t.equal(diary.at(-1), 'new closes');
  t.equal(diary.filter((line) => line === 'old closes').length > 0, true);
  await t.rejects(
    slot.exchange(async () => diarist('new', diary)),
    { code: 'engine-closed' },
  );
});

t.test('what is made of a model is made once', async (t) => {
  const made: string[] = [];
  const of = perModel(({ info }) => made.push(info.name));
  const [a, b] = [diarist('a', []), diarist('b', [])];
  t.same([of(a), of(a), of(b), of(a)], [1, 1, 2, 1]);
});

async function toy(t: Test): Promise<{ readonly engine: Engine; readonly lost: string[] }> {
  const lost: string[] = [];
  const engine = await openEngine({ model: writeToyModel(t.testdir()), onLost: ({ code }) => lost.push(code) });
  t.teardown(() => engine.close());
  return { engine, lost };
}

t.test('a worker rests and wakes: no loss to anybody, and the same answers', async (t) => {
  const { engine, lost } = await toy(t);
  const request = { prompt: { text: 'once upon', data: [] }, maxTokens: 5 };
  const { tokens } = await engine.generate(request);
  await engine.rest!();
  t.not(engine.isWell, false);
  await engine.wake!();
  t.same((await engine.generate(request)).tokens, tokens);
  await engine.rest!();
  t.same((await engine.generate(request)).tokens, tokens, 'a request wakes it');
  t.same(lost, []);
});
