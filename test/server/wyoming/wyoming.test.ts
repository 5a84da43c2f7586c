/** Wyoming over real sockets and the embedded model: what Home Assistant would say and hear. */
import { once } from 'node:events';
import t, { type Test } from 'tap';
import type { Agent } from '../../../src/agent/agent.ts';
import { systemClock, type Clock } from '../../../src/clock.ts';
import { FRAME_MS, IDLE_MS } from '../../../src/server/wyoming/connection.ts';
import { MAX_CONNECTIONS, WyomingServer, type WyomingOptions } from '../../../src/server/wyoming/server.ts';
import { FakeClock } from '../../devices/fake-clock.ts';
import { call } from '../../support/fake-interpreter.ts';
import { Home, silent } from '../../support/home.ts';
import { seedlingAgent } from '../../support/seedling-agent.ts';
import { WyomingClient } from './client.ts';

const agent = await seedlingAgent(
  t,
  `
version: 1
things:
  - { name: kitchen light, kind: light, area: kitchen }
  - { name: left lamp, kind: light, area: hallway }
  - { name: right lamp, kind: light, area: hallway }
  - { name: fan, kind: fan, area: bedroom }
  - { name: front door, kind: lock, area: hallway }
  - { name: robot, kind: robot, places: { kitchen: [4, 3] } }
sensors:
  - { name: temperature/kitchen, kind: temperature, area: kitchen, unit: °C, initial: 21.5 }
policy:
  sources: { guest: { deny: { actions: [lock.set] } }, wyoming: { deny: { actions: [robot.goto] } } }
`,
);
const stateOf = (id: string, from: Agent = agent): unknown => from.thing(id)!.driver.state()['state'];

async function serve(t: Test, options: Partial<WyomingOptions> = {}): Promise<WyomingServer> {
  const server = await WyomingServer.start({
    agent,
    engine: { info: { name: 'seedling', planFormat: 'tags' } },
    version: '1.2.3',
    name: 'test',
    host: '127.0.0.1',
    port: 0,
    clients: [],
    announce: true,
    clock: systemClock,
    log: silent,
    ...options,
  });
  t.teardown(() => server.close());
  return server;
}

async function client(t: Test, server: WyomingServer): Promise<WyomingClient> {
  const one = await WyomingClient.connect(server.port);
  t.teardown(() => one.socket.destroy());
  return one;
}

t.test('one conversation', async (t) => {
  const server = await serve(t);
  const context = { conversation_id: '01J', device_id: 'd1', satellite_id: 'assist_satellite.hall' };

  t.test('describe: intent and handle programs', async (t) => {
    const one = await client(t, server);
    one.write('{"type":"describe"}\n');
    const info = await one.next();
    t.equal(info!.type, 'info');
    const attribution = { name: String, url: String };
    const models = [{ name: 'seedling', attribution, installed: true, languages: ['en'] }];
    const program = { name: 'tokonoma', description: String, attribution, installed: true, version: '1.2.3', models };
    t.match(info!.data, {
      intent: [program],
      handle: [{ ...program, supports_home_control: true, supports_handled_streaming: false }],
      asr: [],
      tts: [],
      wake: [],
      mic: [],
      snd: [],
    });
    t.notOk('supports_home_control' in (info!.data['intent'] as object[])[0]!, 'is for programs that handle');
  });

  t.test('recognize understands, and does nothing', async (t) => {
    const one = await client(t, server);
    const text = 'turn on the kitchen light';
    t.same(await one.ask('recognize', { text, context }), {
      type: 'intent',
      data: {
        name: 'light.set',
        entities: [
          { name: 'area', value: 'kitchen' },
          { name: 'power', value: 'on' },
        ],
        context: { conversation_id: '01J' },
      },
    });
    t.equal(stateOf('kitchen-light'), 'OFF');
    t.match(await one.ask('recognize', { text: 'stop' }), { type: 'intent', data: { name: 'stop' } });
    t.ok(agent.armed);
    const none = await one.ask('recognize', { text: 'tell me a joke' });
    t.match(none, { type: 'not-recognized', data: { text: /no command/ } });
  });

  t.test('several intents stand between a start and a stop', async (t) => {
    const one = await client(t, server);
    one.send('recognize', { text: 'turn on the kitchen light and turn off the fan' });
    const events = [await one.next(), await one.next(), await one.next(), await one.next()];
    t.match(events, [
      { type: 'intents-start' },
      { type: 'intent', data: { name: 'light.set' } },
      { type: 'intent', data: { name: 'power.set' } },
      { type: 'intents-stop' },
    ]);
  });

  t.test('transcript does, and says so', async (t) => {
    const one = await client(t, server);
    const handled = await one.ask('transcript', { text: 'turn on the kitchen light', language: 'en', context });
    t.same(handled, {
      type: 'handled',
      data: { text: 'The kitchen light is on.', context: { conversation_id: '01J' } },
    });
    t.equal(stateOf('kitchen-light'), 'ON');
    t.match(await one.ask('transcript', { text: 'how warm is the kitchen' }), {
      type: 'handled',
      data: { text: 'The kitchen is 21.5 °C.', context: { conversation_id: /./ } },
    });
    t.match(await one.ask('transcript', { text: 'tell me a joke' }), {
      type: 'not-handled',
      data: { text: /not understand/ },
    });
    t.match(await one.ask('transcript', { text: 'go to the kitchen' }), {
      type: 'not-handled',
      data: { text: /may not do robot.goto/ },
    });
    t.match(await one.ask('transcript', { text: '' }), { type: 'not-handled', data: { text: /no text/ } });
    t.match(await one.ask('transcript', { text: '{"text":"turn off the kitchen light"}' }), { type: 'not-handled' });
    t.equal(stateOf('kitchen-light'), 'ON', 'words in braces are words');
  });

  t.test('a question goes on in its conversation, over another connection', async (t) => {
    const say = async (text: string, conversation_id: string): Promise<object | undefined> =>
      (await client(t, server)).ask('transcript', { text, context: { ...context, conversation_id } });
    t.match(await say('turn on the lamp', 'a'), { type: 'handled', data: { text: /left lamp.*\?$/ } });
    t.match(await say('unlock the front door', 'b'), { type: 'handled', data: { text: 'Unlock the front door?' } });
    t.match(await say('yes', 'c'), { type: 'not-handled' }, 'nobody asked there');
    t.match(await say('the left one', 'a'), { type: 'handled', data: { text: 'The left lamp is on.' } });
    t.equal(stateOf('left-lamp'), 'ON');
    t.equal(stateOf('right-lamp'), 'OFF');
    t.match(await say('yes', 'b'), { type: 'handled', data: { text: 'The front door is unlocked.' } });
    t.match(await say('turn it off', 'a'), { type: 'handled', data: { text: 'The left lamp is off.' } });
  });

  t.test('a satellite may have less rights', async (t) => {
    const guest = { conversation_id: 'g', satellite_id: 'guest' };
    const one = await client(t, server);
    t.match(await one.ask('transcript', { text: 'lock the front door', context: guest }), {
      type: 'not-handled',
      data: { text: /guest may not/ },
    });
  });
});

t.test('a stop passes what is under way on its own connection', async (t) => {
  const home = await Home.start({
    slow: true,
    script: { 'go forward ten metres': [call('robot.drive', { direction: 'forward', distance: 10, unit: 'm' })] },
  });
  t.teardown(() => home.close());
  const one = await client(t, await serve(t, { agent: home.agent }));
  one.send('transcript', { text: 'go forward ten metres' });
  await home.json('robot', (state) => state['task'] === 'driving');
  one.send('transcript', { text: 'stop' });
  t.match(await one.next(), { type: 'not-handled', data: { text: /stop/i } });
  t.match(await one.next(), { type: 'handled', data: { text: 'Stopped.' } });
  t.equal(home.agent.armed, false);
  t.match(await one.ask('transcript', { text: 'go forward ten metres' }), { data: { text: /disarmed/ } });
});

t.test('bytes as they come', async (t) => {
  const server = await serve(t);

  t.test('one at a time, and several events in one packet', async (t) => {
    const one = await client(t, server);
    const ping = '{"type":"ping","data_length":12}\n{"text":"é"}'.replace('12', '13');
    for (const byte of Buffer.from(ping)) {
      one.write(Buffer.of(byte));
      await new Promise((resolve) => setImmediate(resolve));
    }
    t.same(await one.next(), { type: 'pong', data: { text: 'é' } });
    one.write(
      `{"type":"ping"}\n{"type":"describe"}\n${ping}{"type":"audio-chunk","payload_length":3}\n\n\n\n{"type":"ping"}\n`,
    );
    const got = [await one.next(), await one.next(), await one.next(), await one.next()];
    t.same(
      got.map((event) => event!.type),
      ['pong', 'info', 'pong', 'pong'],
    );
  });

  t.test('garbage is answered with an error and the end; what came before it is answered', async (t) => {
    const one = await client(t, server);
    one.write(
      '{"type":"ping"}\nGET / HTTP/1.1\r\n\r\n{"type":"transcript","data":{"text":"turn off the kitchen light"}}\n',
    );
    t.match(await one.next(), { type: 'pong' });
    t.match(await one.next(), { type: 'error', data: { code: 'bad-frame' } });
    t.equal(await one.next(), undefined);
  });

  t.test('a browser that posts here commands nothing', async (t) => {
    await agent.handle('turn on the kitchen light');
    const body = '{"type":"transcript","data":{"text":"turn off the kitchen light"}}\n';
    const answer = fetch(server.url.replace('tcp', 'http'), { method: 'POST', body });
    await t.rejects(answer);
    t.equal(stateOf('kitchen-light'), 'ON');
  });

  t.test('too large, and what is no request', async (t) => {
    const huge = await client(t, server);
    huge.write(`{"type":"transcript","data_length":100000}\n`);
    t.match(await huge.next(), { type: 'error', data: { code: 'too-large' } });
    t.equal(await huge.next(), undefined);
    const one = await client(t, server);
    for (const data of [
      {},
      { text: 7 },
      { text: 'x', context: { conversation_id: 7 } },
      { text: 'x', context: { device_id: 'x'.repeat(201) } },
    ]) {
      t.match(await one.ask('transcript', data), { type: 'error', data: { code: 'bad-request' } });
    }
    t.match(await one.ask('recognize', { text: 'x'.repeat(5000) }), { type: 'error', data: { code: 'too-large' } });
    t.match(await one.ask('transcript', { text: 'x'.repeat(5000) }), { type: 'not-handled' });
    t.match(await one.ask('synthesize', { text: 'x' }), { type: 'error', data: { code: 'unsupported' } });
    t.match(await one.ask('ping', { text: {} }), { type: 'pong', data: { text: null } }, 'and it goes on');
  });

  t.test('who has said all that is to say is still answered', async (t) => {
    const one = await client(t, server);
    one.socket.end('{"type":"transcript","data":{"text":"turn off the kitchen light"}}\n');
    t.match(await one.next(), { type: 'handled', data: { text: 'The kitchen light is off.' } });
    t.equal(await one.next(), undefined);
  });

  t.test('more than anybody waits for', async (t) => {
    const one = await client(t, server);
    one.write('{"type":"recognize","data":{"text":"turn on the fan"}}\n'.repeat(33));
    const types: string[] = [];
    for (let event = await one.next(); event !== undefined; event = await one.next()) types.push(event.type);
    t.same(types, [...Array<string>(32).fill('intent'), 'error']);
  });
});

t.test('patience has an end', async (t) => {
  const clock = new FakeClock();
  const server = await serve(t, { clock: clock satisfies Clock });

  t.test('a frame must be whole in time, however often another byte comes', async (t) => {
    const one = await client(t, server);
    t.match(await one.ask('ping'), { type: 'pong' });
    one.write('{"type":"transcript","data_length":30}\n');
    for (let i = 0; i < 2; i++) {
      // Another client's answer: the bytes before have been read.
      one.write('{');
      t.match(await (await client(t, server)).ask('ping'), { type: 'pong' });
      await clock.advance(FRAME_MS / 2);
    }
    t.match(await one.next(), { type: 'error', data: { code: 'timeout' } });
    t.equal(await one.next(), undefined);
  });

  t.test('who says nothing has to go', async (t) => {
    const one = await client(t, server);
    t.match(await one.ask('ping'), { type: 'pong' });
    await clock.advance(IDLE_MS);
    t.match(await one.next(), { type: 'error', data: { code: 'timeout' } });
    t.equal(await one.next(), undefined);
  });
});

t.test('so many, and only those that may', async (t) => {
  const server = await serve(t);
  const clients = await Promise.all(Array.from({ length: MAX_CONNECTIONS }, () => client(t, server)));
  t.match(await clients.at(-1)!.ask('ping'), { type: 'pong' });
  t.match(await (await client(t, server)).next(), { type: 'error', data: { code: 'queue-full' } });
  const closed = once(clients[0]!.socket, 'close');
  clients[0]!.socket.destroy();
  await closed;
  let next = await (await client(t, server)).ask('ping');
  // The server hears of the one that is gone when it hears of it.
  while (next?.type === 'error') next = await (await client(t, server)).ask('ping');
  t.match(next, { type: 'pong' });

  const others = await serve(t, { clients: ['10.0.0.0/8', '::1'] });
  t.equal(await (await client(t, others)).ask('ping'), undefined, 'not one of them');
  const us = await serve(t, { clients: ['127.0.0.0/8'] });
  t.match(await (await client(t, us)).ask('ping'), { type: 'pong' });
});

t.test('a port that is taken', async (t) => {
  const { port } = await serve(t);
  await t.rejects(serve(t, { port }), { code: 'port-taken', message: /wyoming\.port/ });
});

t.test('closing ends the connections', async (t) => {
  const server = await serve(t);
  const one = await client(t, server);
  t.match(await one.ask('ping'), { type: 'pong' });
  await server.close();
  t.equal(await one.next(), undefined);
});
