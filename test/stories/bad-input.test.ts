/** What goes wrong is answered with a stable code; nothing is executed and the process goes on. */
import t from 'tap';
import { call } from '../support/fake-interpreter.ts';
import { Home } from '../support/home.ts';

const light = [call('light.set', { device: 'kitchen light', power: 'on' })];

t.test('bad input on the command topic', async (t) => {
  const home = await Home.start({ script: { 'turn on the kitchen light': light } });
  t.teardown(() => home.close());
  const cases: readonly (readonly [name: string, payload: string | Buffer, code: string])[] = [
    ['invalid JSON', '{"text":"turn on', 'bad-json'],
    ['JSON without text', '{"words":"turn on the kitchen light"}', 'bad-json'],
    ['text of another type', '{"text":42}', 'bad-json'],
    ['id of another type', '{"text":"turn on the kitchen light","id":7}', 'bad-json'],
    ['ttl of another type', '{"text":"turn on the kitchen light","ttl_s":"soon"}', 'bad-json'],
    ['a moment of another type', '{"text":"turn on the kitchen light","expires_at":"soon"}', 'bad-json'],
    ['a negative ttl', '{"text":"turn on the kitchen light","ttl_s":-1}', 'bad-json'],
    ['nothing', '', 'empty'],
    ['blanks', ' \n\t ', 'empty'],
    ['JSON with an empty text', '{"text":" "}', 'empty'],
    ['a text of 4097 bytes', 'é'.repeat(2048) + 'x', 'too-large'],
    ['1 MB', Buffer.alloc(1 << 20, 'x'), 'too-large'],
    ['1 MB of JSON', `{"text":"${'x'.repeat(1 << 20)}"}`, 'too-large'],
    ['no UTF-8', Buffer.from([0x74, 0xff, 0xfe]), 'bad-encoding'],
  ];
  for (const [name, payload, code] of cases) {
    await t.test(name, async (t) => {
      const before = home.count('response');
      await home.publish('command', payload);
      let seen = 0;
      const response = await home.json('response', () => ++seen > before);
      t.match(response, { outcome: 'refused', code, reason: String, plan: [], actions: [] });
      t.ok(String(response['text']).length <= 200, 'the text is not sent back whole');
    });
  }
  t.strictSame(home.interpreter.asked, [], 'the model was not asked');
  t.equal(home.count('action'), 0, 'nothing was executed');
  t.match(await home.say('turn on the kitchen light', 'after'), { outcome: 'executed' }, 'it goes on');
});

t.test('unknown fields are no error; 4096 bytes are no error', async (t) => {
  const home = await Home.start({ script: { 'turn on the kitchen light': light } });
  t.teardown(() => home.close());
  await home.publish(
    'command',
    JSON.stringify({ text: 'turn on the kitchen light', id: 'x', mood: 'good', site: 'hall' }),
  );
  t.match(await home.json('response', (r) => r['id'] === 'x'), { outcome: 'executed' });
  t.match(await home.say('x'.repeat(4096)), { outcome: 'not-understood' });
});

t.test('a retained command is refused: it would be done at every reconnect', async (t) => {
  const home = await Home.start({ script: { 'turn on the kitchen light': light } });
  t.teardown(() => home.close());
  const { onCommand } = await import('../../src/mqtt/handlers/command.ts');
  const context = { agent: home.agent, topics: undefined, clock: { now: () => 0 }, log: undefined };
  const packet = { cmd: 'publish', topic: 'x', payload: 'turn on the kitchen light', retain: true, qos: 0, dup: false };
  await onCommand(context as never, packet as never, { kind: 'command' });
  t.match(await home.json('response'), { outcome: 'refused', code: 'retained' });
  t.equal(home.count('action'), 0);
});

t.test('text that looks like instructions or like a topic stays text', async (t) => {
  const home = await Home.start({
    script: { 'say it': [call('light.set', { device: '../../stop', power: 'on' })] },
  });
  t.teardown(() => home.close());
  const response = await home.say('say it');
  t.match(response, { outcome: 'unknown-device' });
  t.equal(home.count('stop'), 0);
  t.equal(home.agent.armed, true);
});
