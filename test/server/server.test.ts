/** The agent over HTTP: the demo's home, with an interpreter that needs no model. */
import t, { type Test } from 'tap';
import { createAgent } from '../../src/agent/agent.ts';
import { Health } from '../../src/agent/health.ts';
import type { Response as Outcome } from '../../src/agent/types.ts';
import { systemClock } from '../../src/clock.ts';
import { buildThings, demoConfig } from '../../src/config/load.ts';
import { createLogger } from '../../src/log.ts';
import { openEngine } from '../../src/model/engine.ts';
import { EngineSlot } from '../../src/model/slot.ts';
import { startServer } from '../../src/server/server.ts';
import { FakeInterpreter } from '../support/fake-interpreter.ts';

const log = createLogger('silent');
const engine = new EngineSlot(await openEngine({ threads: 1 }));
t.teardown(() => engine.close());

async function serve(t: Test, port = 0, anyPort = false) {
  const things = buildThings(demoConfig(), { clock: systemClock, log, instant: true });
  const light = [{ action: 'light.set', args: { area: 'kitchen', power: 'on' } }];
  const script = { 'light on': light, 'light on in the kitchen': light };
  const agent = createAgent({ things, interpreter: new FakeInterpreter(script), clock: systemClock, log, armed: true });
  t.teardown(() => agent.close());
  await agent.start();
  const board = { temperature: 61.2, throttled: true };
  const health = Health.of(agent, { clock: systemClock, engine, board });
  const server = await startServer({
    port,
    anyPort,
    agent,
    health,
    engine,
    clock: systemClock,
    node: 'demo',
    version: '1.2.3',
    log,
  });
  t.teardown(() => server.close());
  const post = async (path: string, body: string) => {
    const response = await fetch(server.url + path, { method: 'POST', body });
    return { status: response.status, json: (await response.json()) as Record<string, unknown> };
  };
  return { agent, server, post };
}

t.test('a command over HTTP gets its outcome', async (t) => {
  const { post, agent } = await serve(t);
  const { json } = await post('/api/command', 'light on');
  const { outcome, actions } = json as unknown as Outcome;
  t.equal(outcome, 'executed');
  t.match(actions, [{ device: 'kitchen-light', action: 'light.set' }]);
  t.match(agent.thing('kitchen-light')!.driver.state(), { state: 'ON' });
  const again = await post('/api/command', '{"text":"light on","id":"7"}');
  t.equal(again.json['id'], '7');
  t.match((await post('/api/command', '')).json, { outcome: 'refused', code: 'empty' });
  t.match((await post('/api/command', '{"text":')).json, { outcome: 'refused', code: 'bad-json' });
});

t.test('words are understood without being done, as Rhasspy asks for it', async (t) => {
  const { post, agent } = await serve(t);
  const { status, json } = await post('/api/text-to-intent?siteId=hall', ' light on in the kitchen ');
  t.equal(status, 200);
  const text = 'light on in the kitchen';
  t.match(json, {
    intent: { name: 'light.set', confidence: 0.9 },
    entities: [
      { entity: 'area', value: 'kitchen', raw_value: 'kitchen', start: 16, end: 23, raw_start: 16, raw_end: 23 },
      { entity: 'power', value: 'on', raw_value: 'on', start: 6, end: 8 },
    ],
    slots: { area: 'kitchen', power: 'on' },
    text,
    raw_text: text,
    tokens: ['light', 'on', 'in', 'the', 'kitchen'],
  });
  t.type(json['recognize_seconds'], 'number');
  t.match(agent.thing('kitchen-light')!.driver.state(), { state: 'OFF' });
  t.match((await post('/api/text-to-intent', 'stop')).json, { intent: { name: 'stop' } });
  t.ok(agent.armed, 'asked about, not done');
  const none = { intent: { name: '', confidence: 0 }, entities: [], slots: {} };
  t.match((await post('/api/text-to-intent', 'hello')).json, { ...none, reason: /no command/ });
  t.match((await post('/api/text-to-intent?intentFilter=lock.set,cover.set', text)).json, none);
  t.match((await post('/api/text-to-intent', '')).json, none);
  t.equal((await post('/api/text-to-intent', 'x'.repeat(5000))).status, 413);
});

t.test('stop disarms, and arming is said', async (t) => {
  const { post, agent } = await serve(t);
  const { json } = await post('/api/stop', '');
  t.equal(json['armed'], false);
  t.equal((json['actions'] as unknown[]).length, agent.things.length);
  t.equal(agent.armed, false);
  t.match((await post('/api/command', 'light on')).json, { outcome: 'refused', code: 'disarmed' });
  t.equal((await post('/api/armed', '"yes"')).status, 400);
  t.match((await post('/api/armed', 'true')).json, { armed: true });
});

t.test('things, direct control, health and metrics', async (t) => {
  const { agent, post, server } = await serve(t);
  t.match((await post('/api/set?thing=desk-lamp', '{"state":"ON"}')).json, { outcome: 'executed' });
  t.match((await post('/api/set?thing=nobody', 'ON')).json, { outcome: 'unknown-device' });
  t.equal((await post('/api/set', 'ON')).status, 400);
  agent.sensors.receiveNamed('temperature/attic', Buffer.from('70 °F'));
  const { things, sensors } = (await (await fetch(`${server.url}/api/things`)).json()) as {
    things: { id: string; state: object }[];
    sensors: object[];
  };
  t.match(sensors, [
    { title: 'attic temperature', properties: { temperature: { unit: '°C' } }, reading: { value: 21.111 } },
  ]);
  t.match(things.find(({ id }) => id === 'desk-lamp')!.state, { state: 'ON' });
  t.match(await (await fetch(`${server.url}/health`)).json(), { status: 'ok', armed: true, queue: 0 });
  await post('/api/command', 'light on');
  const text = await (await fetch(`${server.url}/metrics`)).text();
  t.match(text, /^tokonoma_info\{version="1\.2\.3",model="[^"]+"\} 1$/m);
  t.match(text, /^tokonoma_commands_total\{outcome="executed"\} 1$/m);
  t.match(text, /^tokonoma_memory_planned_bytes\{part="weights"\} \d+$/m);
  t.match(text, /^tokonoma_temperature_celsius 61\.2$/m);
  t.match(text, /^tokonoma_throttled 1$/m);
  t.match(text, /^tokonoma_prefill_seconds\{stat="last"\} 0\.001$/m);
  t.match(text, /^tokonoma_decode_seconds\{stat="p50"\} 0\.002$/m);
  for (const line of text.trimEnd().split('\n')) {
    t.match(line, /^(# (HELP|TYPE) tokonoma_\w+ .+|tokonoma_\w+(\{(\w+="[^"]*",?)+\})? -?[\d.e+]+)$/);
  }
});

t.test('another port will do only where none was chosen', async (t) => {
  const { server } = await serve(t);
  await t.rejects(serve(t, server.port), { code: 'port-taken' });
  const other = await serve(t, server.port, true);
  t.not(other.server.port, server.port);
});
