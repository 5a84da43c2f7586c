/** The library's own edges; what it does in the main is shown by docs/examples, which package.test.ts runs. */
import t from 'tap';
import { configFrom, createAgent, createThing, loadModel } from '../../src/index.ts';

t.test('a model generates, streams, is ended, and says when it is no chat model', async (t) => {
  const model = await loadModel({ threads: 1 });
  t.teardown(() => model.close());
  await t.rejects(model.chat('hello'), { code: 'not-a-chat-model', message: /seedling/ });
  let streamed = '';
  const { text, tokens } = await model.generate('turn on', { maxTokens: 4, onText: (piece) => (streamed += piece) });
  t.equal(streamed, text);
  t.ok(tokens.length <= 4);
  const ended = AbortSignal.abort();
  await t.rejects(model.generate('turn on', { signal: ended }), { code: 'cancelled' });
  const things = [
    createThing({ kind: 'fan', name: 'fan' }, { state: { state: 'OFF' }, invoke: () => ({ state: 'ON' }) }),
  ];
  const { plan } = await model.interpret('turn on the fan', things);
  t.match(plan, [{ args: { device: 'fan', power: 'on' } }]);
  await model.close();
  await t.rejects(model.interpret('turn on the fan', []), { code: 'engine-closed' });
});

t.test('things and configurations that cannot be', async (t) => {
  const handlers = { state: {}, invoke: () => ({}) };
  t.throws(() => createThing({ kind: 'lihgt', name: 'x' }, handlers), { code: 'thing-kind', message: /light/ });
  t.throws(() => createThing({ kind: 'light', name: '灯' }, handlers), { code: 'thing-id' });
  t.throws(() => configFrom({ version: 1, thing: [] }), { code: 'config-invalid', message: /things/ });
});

t.test('a driver of one’s own: what throws is told, what changes is heard, safe and close are called', async (t) => {
  const model = await loadModel({ threads: 1 });
  t.teardown(() => model.close());
  const calls: string[] = [];
  const fan = createThing(
    { kind: 'fan', name: 'fan' },
    {
      state: { state: 'OFF' },
      invoke: (_action, args) => {
        if (args['power'] === 'off') throw new Error('it is stuck');
        return { state: 'ON' };
      },
      safe: () => {
        calls.push('safe');
        return { state: 'OFF' };
      },
      close: () => void calls.push('close'),
    },
  );
  const config = configFrom({ version: 1, things: [{ name: 'lamp', kind: 'light' }] });
  const agent = createAgent({ model, config, things: [fan], armed: true });
  await agent.start();
  t.equal(agent.things.length, 2);
  t.match(await agent.handle('turn on the fan'), { outcome: 'executed' });
  t.match(fan.driver.state(), { state: 'ON' });
  t.match(await agent.handle('turn off the fan'), { outcome: 'failed', reason: /it is stuck/ });
  await agent.close();
  t.strictSame(fan.driver.state(), { state: 'OFF' });
  t.equal(calls.at(-1), 'close');
});
