/** tokonoma.yaml is written while the agent works: what it says is so from then on, and nothing else has changed. */
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import type { Reloaded } from '../../src/cli/run/reload.ts';
import { call } from '../support/fake-interpreter.ts';
import { Home, settled, type HomeOptions } from '../support/home.ts';

const LAMP = '{ name: lamp, kind: light, area: kitchen }';
const FAN = '{ name: fan, kind: fan, area: bedroom }';
const PUMP = '{ name: pump, kind: plug, safe: off }';
const ROBOT = '{ name: robot, kind: robot, places: { dock: [0, 0], kitchen: [9, 9] }, bounds: [[-10, -10], [10, 10]] }';
/** In every house: `settled` asks it. */
const TIMER = '{ name: timer, kind: timer }';
const DARK = '{ name: brightness/porch, kind: brightness, unit: lx, initial: 300 }';

const house = (things: readonly string[], rest = ''): string =>
  `version: 1\nnode: { name: test }\nthings: [${[...things, TIMER].join(', ')}]\n${rest}\n`;

const power = (device: string, power = 'on') => [call('power.set', { device, power })];
const script = {
  'lamp on': [call('light.set', { device: 'lamp', power: 'on' })],
  'big lamp on': [call('light.set', { device: 'big lamp', power: 'on' })],
  'fan on': power('fan'),
  'pump on': power('pump'),
  'turn on the fan': power('fan'),
  'turn on the lamp': [call('light.set', { device: 'lamp', power: 'on' })],
  'go to the kitchen': [call('robot.goto', { place: 'kitchen' })],
};

interface Answer {
  readonly status: 'ok' | 'error';
  readonly data: Reloaded;
  readonly error?: string;
  readonly code?: string;
}

interface Living {
  readonly home: Home;
  readonly file: string;
  /** Writes the file and waits for what the agent says of it. */
  readonly write: (text: string, how?: (file: string, text: string) => void) => Promise<Answer>;
  readonly next: () => Promise<Answer>;
}

async function start(t: Test, text: string, options: HomeOptions = {}): Promise<Living> {
  const file = join(t.testdir(), 'tokonoma.yaml');
  writeFileSync(file, text);
  const home = await Home.start({ script, file, ...options });
  t.teardown(() => home.close());
  let answers = 0;
  const next = async (): Promise<Answer> => {
    const wanted = ++answers;
    let seen = 0;
    return JSON.parse(await home.message('bridge/response/reload', () => ++seen === wanted)) as Answer;
  };
  const write: Living['write'] = (changed, how = writeFileSync) => {
    how(file, changed);
    return next();
  };
  return { home, file, write, next };
}

const kept = (home: Home, topic: string): string | undefined =>
  home.messages.findLast((message) => message.topic === `${home.base}/${topic}`)?.text;
const ids = (home: Home): string[] =>
  home.agent.things.map(({ description }) => description.id).filter((id) => id !== 'timer');

t.test('one comes, one goes, the others stay as they are', async (t) => {
  const { home, write } = await start(t, house([LAMP, FAN]));
  await home.say('lamp on');
  await home.say('fan on');
  const lamp = home.agent.thing('lamp')!;
  const answer = await write(house([LAMP, PUMP]));
  t.match(answer, { status: 'ok', data: { things: { added: ['pump'], removed: ['fan'], changed: [] }, restart: [] } });
  t.equal(home.agent.thing('lamp'), lamp, 'the lamp is the same object');
  t.match(lamp.driver.state(), { state: 'ON' }, 'and still on');
  await settled(home);
  t.equal(kept(home, 'fan'), '', 'what was kept of the fan is cleared');
  t.equal(kept(home, 'fan/availability'), '');
  t.match(JSON.parse(kept(home, 'pump')!), { state: 'OFF' });
  t.strictSame(
    (JSON.parse(kept(home, 'bridge/devices')!) as { title: string }[]).map(({ title }) => title),
    ['lamp', 'pump', 'timer'],
  );
  t.match(await home.say('fan on'), { outcome: 'unknown-device' });
  t.match(await home.say('pump on'), { outcome: 'executed' });
  await home.publish('fan/set', 'ON');
  t.match(await home.json('response', ({ text }) => text === 'fan/set'), { code: 'unknown-device' });
});

t.test('what goes is made safe first', async (t) => {
  const { home, write } = await start(t, house([LAMP, PUMP]));
  await home.say('pump on');
  await write(house([LAMP]));
  const states = home.messages.filter(({ topic }) => topic === `${home.base}/pump`).map(({ text }) => text);
  t.match(states.at(-2), /OFF/);
  t.equal(states.at(-1), '');
});

t.test('other names and limits, the same driver', async (t) => {
  const { home, write } = await start(t, house([LAMP, ROBOT]));
  await home.say('lamp on');
  const { driver } = home.agent.thing('lamp')!;
  const answer = await write(
    house(['{ name: lamp, kind: light, area: attic, synonyms: [big lamp], confirm: true }', ROBOT]),
  );
  t.match(answer, { data: { things: { added: [], removed: [], changed: ['lamp'] } } });
  t.equal(home.agent.thing('lamp')!.driver, driver);
  t.match(await home.say('big lamp on'), { outcome: 'needs-confirmation' }, 'its name and its guard are new');
  t.ok(
    home.agent.vocabulary.names.some(({ text }) => text === 'attic'),
    'and so is the vocabulary of the grammar',
  );
});

t.test('another driver or other options: made anew, safe', async (t) => {
  const { home, write } = await start(t, house([LAMP]));
  await home.say('lamp on');
  const before = home.agent.thing('lamp')!;
  t.match(await write(house(['{ name: lamp, kind: light, area: kitchen, color: true }'])), {
    data: { things: { changed: ['lamp'] } },
  });
  t.not(home.agent.thing('lamp')!.driver, before.driver);
  t.match(home.agent.thing('lamp')!.driver.state(), { state: 'OFF' });
  await t.rejects(before.driver.invoke('light.set', { power: 'on' }, new AbortController().signal), { code: 'closed' });
});

t.test('a bad file changes nothing and says where it is bad', async (t) => {
  const { home, write } = await start(t, house([LAMP, FAN]));
  const things = home.agent.things;
  const answer = await write(house([LAMP, '{ name: fan, kind: phan }']));
  t.match(answer, { status: 'error', code: 'config-invalid', error: /tokonoma\.yaml:3:\d+.*kind/s });
  t.equal(home.agent.things, things);
  t.match(JSON.parse(kept(home, 'bridge/info')!), { config: { error: /tokonoma\.yaml:3:/ } });
  t.match(await home.say('fan on'), { outcome: 'executed' });
  t.match(await write(house([LAMP])), { status: 'ok' });
  t.notOk('error' in (JSON.parse(kept(home, 'bridge/info')!) as { config: object }).config, 'it is good again');
});

t.test('written as editors write', async (t) => {
  const { home, file, write, next } = await start(t, house([LAMP]));
  const renamed = (path: string, text: string): void => {
    writeFileSync(`${path}.swp`, text);
    renameSync(`${path}.swp`, path);
  };
  await write(house([LAMP, FAN]), renamed);
  t.strictSame(ids(home), ['lamp', 'fan'], 'another file took its name');
  await write(house([LAMP, PUMP]), renamed);
  t.strictSame(ids(home), ['lamp', 'pump'], 'and once more');
  await write(house([FAN]), (path, text) => {
    writeFileSync(path, text.slice(0, 20));
    writeFileSync(path, text);
  });
  t.strictSame(ids(home), ['fan'], 'half a file is not read');
  rmSync(file);
  await settled(home);
  t.strictSame(ids(home), ['fan'], 'a file that is gone still holds');
  writeFileSync(file, house([FAN]));
  writeFileSync(file, house([LAMP]));
  writeFileSync(file, house([LAMP, FAN, PUMP]));
  await next();
  t.strictSame(ids(home), ['lamp', 'fan', 'pump'], 'three times at once, the last one counts');
});

t.test('asked by topic; two at once are two in a row', async (t) => {
  const { home, file } = await start(t, house([LAMP]));
  writeFileSync(file, house([LAMP, FAN]));
  await Promise.all([
    home.publish('bridge/request/reload', '{"transaction":1}'),
    home.publish('bridge/request/reload', '{"transaction":2}'),
  ]);
  for (const transaction of [1, 2]) {
    const answer = await home.json('bridge/response/reload', (response) => response['transaction'] === transaction);
    t.match(answer, { status: 'ok' });
  }
  t.strictSame(ids(home), ['lamp', 'fan']);
});

t.test('what only a start reads is named, the rest is taken', async (t) => {
  const { home, write } = await start(t, house([LAMP]));
  const answer = await write(
    house([FAN], 'model: bonsai-1.7b\nmemory: 400M\nmqtt: { port: 1999 }\nsafety: { contact_s: 1 }'),
  );
  t.match(answer, { status: 'ok', data: { restart: ['memory', 'model', 'mqtt', 'safety'] } });
  t.strictSame(ids(home), ['fan']);
  t.match(await write(`version: 1\nnode: { name: other }\nthings: [${LAMP}]`), {
    status: 'error',
    code: 'restart-needed',
  });
  t.strictSame(ids(home), ['fan'], 'topics cannot move under way');
});

t.test('while a robot drives', async (t) => {
  const { home, write } = await start(t, house([LAMP, ROBOT]), { slow: true });
  const driving = home.say('go to the kitchen');
  await home.message('robot', (text) => text.includes('robot.goto') || /"task":"(?!idle)/.test(text));
  await write(house([FAN, ROBOT]));
  t.notMatch(home.agent.thing('robot')!.driver.state(), { task: 'idle' }, 'it is declared as before, and drives on');
  await write(house([FAN]));
  t.match(await driving, { outcome: 'failed', code: 'redeclared' }, 'it is taken away, and stops');
  const states = home.messages.filter(({ topic }) => topic === `${home.base}/robot`).map(({ text }) => text);
  t.match(states.at(-2), /"task":"idle"/);
  await home.publish('stop', '');
  await home.message('armed', (text) => text === 'false');
});

t.test('armed stays armed, disarmed stays disarmed', async (t) => {
  const { home, write } = await start(t, house([LAMP]));
  await home.agent.stop();
  await write(house([LAMP, FAN]));
  t.equal(home.agent.armed, false);
  t.match(await home.say('fan on'), { outcome: 'refused', code: 'disarmed' });
});

t.test('what was read before the change is not done to what took its place', async (t) => {
  let read!: () => void;
  const reading = new Promise<void>((resolve) => (read = resolve));
  let asked!: () => void;
  const begun = new Promise<void>((resolve) => (asked = resolve));
  const slowly = async () => {
    asked();
    await reading;
    return power('pump');
  };
  const { home, write } = await start(t, house([PUMP]), { script: { ...script, 'slowly pump': slowly } });
  const answered = home.say('slowly pump');
  await begun;
  await write(house(['{ name: pump, kind: plug, safe: off, synonyms: [well] }']));
  read();
  t.match(await answered, { outcome: 'refused', code: 'redeclared' });
  t.match(await home.say('pump on'), { outcome: 'executed' });
});

t.test('rules: paused when something is gone, back when it is, and with other numbers', async (t) => {
  const things = [LAMP, FAN];
  const sensors = `sensors: [${DARK}]`;
  const { home, write } = await start(t, house(things, sensors));
  for (const rule of ['when it gets dark turn on the fan', 'when it gets dark turn on the lamp']) {
    await home.say(rule);
    t.match(await home.say('yes'), { outcome: 'executed' }, rule);
  }
  const rules = async (): Promise<{ enabled: boolean; why?: string }[]> =>
    ((await home.agent.requests['rules/list']!(undefined)) as { rules: { enabled: boolean; why?: string }[] }).rules;
  await write(house([LAMP], sensors));
  t.match(await rules(), [{ enabled: false, why: /"fan"/ }, { enabled: true }]);
  await home.publish('sensor/brightness/porch', '5');
  await home.message('lamp', (text) => text.includes('"ON"'));
  t.pass('the other one works on');
  await write(house(things, sensors));
  t.match(await rules(), [{ enabled: true }, { enabled: true }]);
  await write(house(things));
  t.match(await rules(), [{ enabled: true }, { enabled: true }], 'a sensor of this name may announce itself');
  await write(house(things, 'sensors: [{ name: brightness/porch, kind: brightness, topic: elsewhere/porch }]'));
  await home.client.publishAsync('elsewhere/porch', '500');
  await home.client.publishAsync('elsewhere/porch', '3');
  await home.message('fan', (text) => text.includes('"ON"'));
  t.pass('a topic that was not subscribed to before brings readings, and the rule hears them');
  await write(house(things, 'sensors: [{ name: light level, kind: brightness }]'));
  t.match(await rules(), [{ enabled: true }, { enabled: true }]);
});

t.test('sensors keep their readings, and permissions change', async (t) => {
  const { home, write } = await start(t, house([LAMP], `sensors: [${DARK}]`));
  await home.publish('sensor/brightness/porch', '42');
  await settled(home);
  const answer = await write(
    house(
      [LAMP],
      `sensors: [${DARK}, { name: temperature/attic, kind: temperature }]\npolicy: { sources: { mqtt: { deny: { things: [lamp] } } } }`,
    ),
  );
  t.match(answer, { data: { sensors: { added: ['temperature/attic'], removed: [], changed: [] } } });
  t.match(home.agent.sensors.reading('brightness/porch'), { value: 42 });
  await home.publish('lamp/set', 'ON');
  t.match(await home.json('response', ({ text }) => text === 'lamp/set'), { code: 'not-permitted' });
});
