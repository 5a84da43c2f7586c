/** A story for every outcome: a message on the command topic, and what the topics say then. */
import t from 'tap';
import { TokonomaError } from '../../src/errors.ts';
import { call } from '../support/fake-interpreter.ts';
import { Home } from '../support/home.ts';

const script = {
  'turn on the kitchen light': [call('light.set', { device: 'kitchen light', power: 'on' })],
  'go forward two metres then turn left': [
    call('robot.drive', { direction: 'forward', distance: 2, unit: 'm' }),
    call('robot.turn', { direction: 'left' }),
  ],
  'tell me a joke': [call('none')],
  'turn on the light': [call('light.set', { power: 'on' })],
  'turn on the sauna light': [call('light.set', { device: 'sauna light', power: 'on' })],
  'set the heating to 50 degrees': [call('climate.set', { temperature: 50 })],
  'lock the kitchen light': [call('lock.set', { device: 'kitchen light', state: 'lock' })],
  'what is the weather': [call('query', { kind: 'weather' })],
  'break the engine': new TokonomaError('engine-trap', 'the engine trapped'),
  'light on and open the sauna': [
    call('light.set', { device: 'kitchen light', power: 'on' }),
    call('cover.set', { device: 'sauna', state: 'open' }),
  ],
  'go to the moon then turn on the light': [
    call('light.set', { device: 'bedroom light', power: 'on' }),
    call('robot.goto', { place: 'moon' }),
    call('light.set', { device: 'desk lamp', power: 'on' }),
  ],
};

t.test('outcomes', async (t) => {
  const home = await Home.start({ script });
  t.teardown(() => home.close());

  t.test('executed: response, action, retained state', async (t) => {
    const response = await home.say('turn on the kitchen light', 'one');
    t.match(response, {
      id: 'one',
      text: 'turn on the kitchen light',
      outcome: 'executed',
      confidence: 0.9,
      plan: [{ action: 'light.set', args: { device: 'kitchen light', power: 'on' } }],
      actions: [{ device: 'kitchen-light', action: 'light.set', args: { power: 'on' }, outcome: 'executed' }],
      model: 'fake',
      path: 'model',
      timing: { prefill_ms: 1, decode_ms: 2, tokens_in: 3, tokens_out: 4, forced: 1 },
    });
    t.type(response.actions[0]!.ack_ms, 'number');
    t.match(await home.json('action', (action) => action['id'] === 'one'), {
      device: 'kitchen-light',
      action: 'light.set',
    });
    await home.json('kitchen-light', (state) => state['state'] === 'ON');
  });

  t.test('executed: plain text, several actions in order', async (t) => {
    await home.publish('command', 'go forward two metres then turn left');
    const response = await home.json('response', (r) => r['text'] === 'go forward two metres then turn left');
    t.match(response, {
      outcome: 'executed',
      plan: [{ action: 'robot.drive', args: { distance: 2, unit: 'm' } }, { action: 'robot.turn' }],
      actions: [
        { action: 'robot.drive', args: { distance: 2 } },
        { action: 'robot.turn', args: { direction: 'left' } },
      ],
    });
    await home.json('robot', (state) => state['x'] === 2 && state['heading'] === 90);
  });

  t.test('not-understood', async (t) => {
    const response = await home.say('tell me a joke');
    t.match(response, { outcome: 'not-understood', actions: [], reason: String });
  });

  t.test('ambiguous: the candidates by name', async (t) => {
    const response = await home.say('turn on the light');
    t.equal(response.outcome, 'ambiguous');
    t.strictSame(response.candidates, ['kitchen light', 'living room lamp', 'bedroom light', 'desk lamp']);
  });

  t.test('unknown-device: names it, and the nearest', async (t) => {
    const response = await home.say('turn on the sauna light');
    t.equal(response.outcome, 'unknown-device');
    t.match(response.reason, /sauna light.*kitchen light/);
  });

  t.test('refused: over the limit, with the limit', async (t) => {
    const response = await home.say('set the heating to 50 degrees');
    t.match(response, { outcome: 'refused', code: 'over-limit', reason: /30/ });
  });

  t.test('refused: what the named thing cannot do', async (t) => {
    t.match(await home.say('lock the kitchen light'), { outcome: 'refused', code: 'unsupported-action' });
    t.match(await home.say('what is the weather'), { outcome: 'refused', code: 'unsupported' });
  });

  t.test('expired: too old when its turn comes', async (t) => {
    await home.publish('command', JSON.stringify({ text: 'turn on the kitchen light', id: 'old', ttl_s: 0 }));
    const response = await home.json('response', (r) => r['id'] === 'old');
    t.match(response, { outcome: 'expired', code: 'expired', actions: [] });
    t.notOk(home.messages.some((m) => m.topic.endsWith('/action') && m.text.includes('"old"')));
  });

  t.test('failed: the engine; the next command is answered', async (t) => {
    t.match(await home.say('break the engine'), {
      outcome: 'failed',
      code: 'engine-trap',
      reason: 'the engine trapped',
    });
    t.match(await home.say('turn on the kitchen light', 'after'), { outcome: 'executed' });
  });

  t.test('a command that cannot be done whole does nothing', async (t) => {
    const response = await home.say('light on and open the sauna', 'half');
    t.match(response, {
      outcome: 'unknown-device',
      actions: [
        { action: 'light.set', outcome: 'refused', reason: /not done/ },
        { action: 'cover.set', outcome: 'unknown-device' },
      ],
    });
    t.notOk(home.messages.some((m) => m.topic.endsWith('/action') && m.text.includes('"half"')));
  });

  t.test('a device that refuses in the middle: what was done, what was not', async (t) => {
    const response = await home.say('go to the moon then turn on the light', 'moon');
    t.match(response, {
      outcome: 'refused',
      code: 'unknown-place',
      reason: /moon.*1 of 3 done before it, 1 left undone/,
      actions: [
        { device: 'bedroom-light', outcome: 'executed' },
        { device: 'robot', outcome: 'refused' },
        { action: 'light.set', outcome: 'refused', reason: /not done/ },
      ],
    });
    t.match(home.agent.thing('desk-lamp')!.driver.state(), { state: 'OFF' });
  });
});

t.test('state, availability and bridge are retained for who comes later', async (t) => {
  const home = await Home.start({ script });
  t.teardown(() => home.close());
  await home.say('turn on the kitchen light');
  const { connectAsync } = await import('mqtt');
  const late = await connectAsync(home.broker.url, { protocolVersion: 4, reconnectPeriod: 0 });
  t.teardown(() => late.endAsync(true));
  const seen = new Map<string, string>();
  const all = ['kitchen-light', 'kitchen-light/availability', 'bridge/state', 'bridge/info', 'bridge/devices', 'armed'];
  const done = new Promise<void>((resolve) => {
    late.on('message', (topic, payload, packet) => {
      if (packet.retain) seen.set(topic.slice(home.base.length + 1), payload.toString());
      if (all.every((name) => seen.has(name))) resolve();
    });
  });
  await late.subscribeAsync(`${home.base}/#`);
  await done;
  t.match(JSON.parse(seen.get('kitchen-light')!), { state: 'ON' });
  t.strictSame(JSON.parse(seen.get('kitchen-light/availability')!), { state: 'online' });
  t.strictSame(JSON.parse(seen.get('bridge/state')!), { state: 'online' });
  t.match(JSON.parse(seen.get('bridge/info')!), { node: 'demo', base: 'tokonoma/demo' });
  const devices = JSON.parse(seen.get('bridge/devices')!) as { '@type': string | string[] }[];
  const isSensor = ({ '@type': type }: (typeof devices)[number]): boolean => type.includes('tk:sensor');
  t.equal(devices.filter((device) => !isSensor(device)).length, home.agent.things.length);
  t.equal(devices.filter(isSensor).length, home.agent.sensors.configs.length);
  t.match(
    devices.find((device) => isSensor(device) && device['@type'].includes('tk:temperature')),
    { id: /^urn:tokonoma:demo:sensor:temperature\//, properties: { temperature: { type: 'number', unit: '°C' } } },
  );
  t.equal(seen.get('armed'), 'true');
});
