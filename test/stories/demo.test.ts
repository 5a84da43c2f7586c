/** The main job on real parts: the demo as `npm start` runs it, its embedded model, and any MQTT 3.1.1 client. */
import { writeFileSync } from 'node:fs';
import { connectAsync, type MqttClient } from 'mqtt';
import t from 'tap';
import type { Response } from '../../src/agent/types.ts';
import { startDemo, tokonoma } from '../support/cli.ts';

const BASE = 'tokonoma/demo';

/** Resolves with the next message on a topic below the base that passes the test. */
function next<T>(client: MqttClient, topic: string, test: (value: T) => boolean): Promise<T> {
  return new Promise((resolve) => {
    const listener = (at: string, payload: Buffer): void => {
      if (at !== `${BASE}/${topic}`) return;
      const value = JSON.parse(payload.toString()) as T;
      if (!test(value)) return;
      client.off('message', listener);
      resolve(value);
    };
    client.on('message', listener);
  });
}

t.test('npm start: a command in, the light on', async (t) => {
  const demo = await startDemo();
  const client = await connectAsync(demo.url, { protocolVersion: 4 });
  t.teardown(() => client.endAsync(true));
  await client.subscribeAsync(`${BASE}/#`, { qos: 1 });

  const say = async (text: string): Promise<Response> => {
    const answered = next<Response>(client, 'response', (response) => response.text === text);
    await client.publishAsync(`${BASE}/command`, JSON.stringify({ text }), { qos: 1 });
    return answered;
  };
  const acted = next<{ action: string; device: string }>(client, 'action', () => true);
  const response = await say('turn on the kitchen light');
  t.match(response, { outcome: 'executed', model: 'seedling', path: 'fast' });
  t.match(await acted, { device: 'kitchen-light', action: 'light.set', args: { power: 'on' }, outcome: 'executed' });

  const late = await connectAsync(demo.url, { protocolVersion: 4 });
  t.teardown(() => late.endAsync(true));
  const retained = next<{ state: string }>(late, 'kitchen-light', () => true);
  await late.subscribeAsync(`${BASE}/kitchen-light`);
  t.match(await retained, { state: 'ON' }, 'the state is there for whoever comes later');

  t.match(await say('how warm is the kitchen'), { outcome: 'executed', say: /\d/ });
  t.match(await say('thank you very much'), { outcome: 'not-understood', actions: [] });

  const second = await startDemo();
  t.not(second.url, demo.url, 'a taken port is not an error: the next one is used');
  t.match(second.greeting, /was taken/);
  t.equal(await second.end('SIGTERM'), 0);

  const driving = next<{ task: string }>(client, 'robot', (robot) => robot.task !== 'idle');
  await client.publishAsync(`${BASE}/command`, 'go to the kitchen', { qos: 1 });
  await driving;
  const stopped = next<{ task: string }>(client, 'robot', (robot) => robot.task === 'idle');
  const offline = next<{ state: string }>(client, 'bridge/state', ({ state }) => state === 'offline');
  const ended = demo.end('SIGINT');
  await stopped;
  await offline;
  t.equal(await ended, 0, 'Ctrl-C: the robot stands, the bridge says so, and it ends cleanly');
});

t.test('a file is read again while it runs: at SIGHUP, and when it is written', async (t) => {
  const house = (...things: string[]): string =>
    `version: 1\nnode: { name: demo }\nmqtt: { port: 0 }\ndata: ./data\nthings: [${things.join(', ')}]\n`;
  const file = `${t.testdir({ 'tokonoma.yaml': house('{ name: pump, kind: plug }') })}/tokonoma.yaml`;
  const running = await startDemo(['--demo', '--config', file]);
  const client = await connectAsync(running.url, { protocolVersion: 4 });
  t.teardown(() => client.endAsync(true));
  await client.subscribeAsync(`${BASE}/#`, { qos: 1 });
  const reloaded = (): Promise<{ status: string }> => next(client, 'bridge/response/reload', () => true);

  const hungUp = reloaded();
  running.signal('SIGHUP');
  t.match(await hungUp, { status: 'ok', data: { things: { added: [], removed: [], changed: [] } } });

  const written = reloaded();
  writeFileSync(file, house('{ name: fountain, kind: plug }'));
  t.match(await written, { status: 'ok', data: { things: { added: ['fountain'], removed: ['pump'] } } });
  const answered = next<Response>(client, 'response', ({ text }) => text === 'turn on the fountain');
  await client.publishAsync(`${BASE}/command`, 'turn on the fountain', { qos: 1 });
  t.match(await answered, { outcome: 'executed', actions: [{ device: 'fountain' }] });
  t.equal(await running.end('SIGTERM'), 0);
});

t.test('ask: one JSON value on stdout, whatever the outcome', async (t) => {
  const { code, stdout } = await tokonoma(['ask', '--json', 'go forward two metres then turn left']);
  t.equal(code, 0);
  const response = JSON.parse(stdout) as Response;
  t.match(response, { outcome: 'executed', model: 'seedling' });
  t.match(response.plan, [
    { action: 'robot.drive', args: { direction: 'forward', distance: 2, unit: 'm' } },
    { action: 'robot.turn', args: { direction: 'left' } },
  ]);
  t.match(
    response.actions.map(({ action, outcome }) => [action, outcome]),
    [
      ['robot.drive', 'executed'],
      ['robot.turn', 'executed'],
    ],
  );
  const nonsense = await tokonoma(['ask', '--json', 'colourless green ideas sleep furiously']);
  t.equal(nonsense.code, 0);
  const { actions } = JSON.parse(nonsense.stdout) as Response;
  t.notOk(
    actions.some(({ outcome }) => outcome === 'executed'),
    'nothing is done',
  );
});

t.test('what cannot be done says why on stderr, with a stable code', async (t) => {
  const folder = t.testdir({
    'cut.gguf': 'GGUF',
    'bad.yaml': 'things: [',
    'home.yaml': 'things:\n  - { kind: lamp }\n',
  });
  const cases: [string[], RegExp][] = [
    [['ask', '--model', `${folder}/cut.gguf`, 'stop'], /\[gguf-truncated\]/],
    [['ask', '--model', `${folder}/none.gguf`, 'stop'], /\[gguf-not-found\]/],
    [['ask', '--config', `${folder}/bad.yaml`, 'stop'], /bad\.yaml:\d+:\d+.*\[config-invalid\]/s],
    [['ask', '--config', `${folder}/home.yaml`, 'stop'], /home\.yaml:2:\d+.*\[config-invalid\]/s],
    [['ask', '--config', `${folder}/none.yaml`, 'stop'], /\[config-not-found\]/],
    [['aks', 'stop'], /ask/],
  ];
  for (const [args, says] of cases) {
    const { code, stdout, stderr } = await tokonoma(args);
    t.not(code, 0, args.join(' '));
    t.match(stderr, says);
    t.notMatch(stderr, /^\s+at /m, 'no stack trace');
    t.equal(stdout, '');
  }
});
