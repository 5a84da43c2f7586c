/** "Drive to the kitchen and turn on the light": where a step leads says which light is meant, and nothing else does. */
import t, { type Test } from 'tap';
import { call } from '../support/fake-interpreter.ts';
import { Home } from '../support/home.ts';

const YAML = `
version: 1
things:
  - { name: kitchen light, kind: light, area: kitchen }
  - { name: bedroom light, kind: light, area: bedroom }
  - { name: desk lamp, kind: light, area: office }
  - { name: floor lamp, kind: light, area: office }
  - { id: k-blinds, name: kitchen blinds, kind: cover, type: blind, area: kitchen }
  - { id: b-blinds, name: bedroom blinds, kind: cover, type: blind, area: bedroom }
  - { name: kitchen fan, kind: fan, area: kitchen }
  - { name: bedroom fan, kind: fan, area: bedroom }
  - { name: toaster, kind: plug, area: kitchen }
  - { name: front door, kind: lock, area: hallway }
  - { name: timer, kind: timer }
  - name: robot
    kind: robot
    places: { dock: [0, 0], kitchen: [4, 3], bedroom: [-5, -4], office: [6, -3], table: [4.5, 1.5] }
    objects: { cup: table }
`;

const goto = (place: string) => call('robot.goto', { place });
const light = (args: Record<string, string | number>) => call('light.set', args);
const on = light({ power: 'on' });
const fan = call('power.set', { device: 'fan', power: 'on' });
const blinds = call('cover.set', { device: 'blinds', state: 'close' });

/** The plan, and who acts; undefined: it is asked. */
const COMMANDS: Readonly<Record<string, readonly [plan: ReturnType<typeof call>[], acts: string | undefined]>> = {
  'drive to the kitchen and turn on the light': [[goto('kitchen'), on], 'robot kitchen-light'],
  'please drive to the kitchen, then turn the light on there': [[goto('kitchen'), on], 'robot kitchen-light'],
  'go to the bedroom and set the light to 40 percent': [
    [goto('bedroom'), light({ brightness: 40 })],
    'robot bedroom-light',
  ],
  'go to the bedroom and close the blinds': [[goto('bedroom'), blinds], 'robot b-blinds'],
  'go to the bedroom and turn on the fan': [[goto('bedroom'), fan], 'robot bedroom-fan'],
  'bring the cup to the bedroom and turn on the light': [
    [call('robot.object', { op: 'bring', object: 'cup', to: 'bedroom' }), on],
    'robot bedroom-light',
  ],
  'go to the kitchen and turn on the light, then go to the bedroom and turn on the light': [
    [goto('kitchen'), on, goto('bedroom'), on],
    'robot kitchen-light robot bedroom-light',
  ],
  'go to the kitchen, turn on the fan, close the blinds': [
    [goto('kitchen'), fan, blinds],
    'robot kitchen-fan k-blinds',
  ],
  'go to the kitchen, set a timer for 5 minutes, turn on the light': [
    [goto('kitchen'), call('timer.do', { op: 'start', minutes: 5 }), on],
    'robot timer kitchen-light',
  ],
  'turn off the toaster in the kitchen and turn on the light': [
    [call('power.set', { device: 'toaster', area: 'kitchen', power: 'off' }), on],
    'toaster kitchen-light',
  ],
  // many: those that are there; all of them, when all of them were said
  'go to the office and turn on the lights': [[goto('office'), on], 'robot desk-lamp floor-lamp'],
  'go to the office and turn on all the lights': [
    [goto('office'), on],
    'robot kitchen-light bedroom-light desk-lamp floor-lamp',
  ],
  // what says its own is not touched
  'go to the kitchen and turn on the light in the bedroom': [
    [goto('kitchen'), light({ area: 'bedroom', power: 'on' })],
    'robot bedroom-light',
  ],
  'go to the kitchen and turn on the bedroom light': [
    [goto('kitchen'), light({ device: 'light', power: 'on' })],
    'robot bedroom-light',
  ],
  // two of them there, none there, no place in the house's sense, another place, a place that comes later
  'go to the office and turn on the light': [[goto('office'), on], undefined],
  'go to the office and close the blind': [
    [goto('office'), call('cover.set', { device: 'blind', state: 'close' })],
    undefined,
  ],
  'go to the table and turn on the light': [[goto('table'), on], undefined],
  'turn on the light and go to the kitchen': [[on, goto('kitchen')], undefined],
  'go to the kitchen, drive forward, turn on the light': [
    [goto('kitchen'), call('robot.drive', { direction: 'forward' }), on],
    undefined,
  ],
  'go to the kitchen, lock the door, turn on the light': [
    [goto('kitchen'), call('lock.set', { device: 'door', state: 'lock' }), on],
    undefined,
  ],
  'bring me the cup from the table and turn on the light': [
    [call('robot.object', { op: 'bring', object: 'cup', from: 'table', to: 'me' }), on],
    undefined,
  ],
  // something else of the place was said, or of the thing
  'go to the kitchen and turn on the light in the attic': [[goto('kitchen'), on], undefined],
  'go to the kitchen and turn on the light upstairs': [[goto('kitchen'), on], undefined],
  'go to the kitchen and turn on the light next to the sofa': [[goto('kitchen'), on], undefined],
  'go to the kitchen and turn on the other light': [[goto('kitchen'), on], undefined],
  'go to the kitchen and turn it on': [[goto('kitchen'), on], undefined],
  // a name is no place, and who was just switched off is not meant by "the light"
  'turn off the kitchen fan and turn on the light': [
    [call('power.set', { device: 'fan', area: 'kitchen', power: 'off' }), on],
    undefined,
  ],
  'turn off the light in the kitchen and turn on the light': [
    [light({ area: 'kitchen', power: 'off' }), on],
    undefined,
  ],
};

async function start(t: Test): Promise<Home> {
  const script = Object.fromEntries(Object.entries(COMMANDS).map(([text, [plan]]) => [text, plan]));
  const home = await Home.start({ script, yaml: YAML });
  t.teardown(() => home.close());
  return home;
}

t.test('which one is meant', async (t) => {
  const home = await start(t);
  for (const [text, [, acts]] of Object.entries(COMMANDS)) {
    // Each in a conversation of its own, so that nothing was spoken of before.
    const response = await home.agent.handle(JSON.stringify({ text, site: text.slice(0, 64) }));
    const done = response.actions.filter(({ outcome }) => outcome === 'executed').map(({ device }) => device);
    t.equal(response.outcome, acts === undefined ? 'ambiguous' : 'executed', `${text}: ${response.reason ?? ''}`);
    t.equal(done.join(' '), acts ?? '', text);
  }
});

t.test('"there" is the place that was just said, not the one of the command before', async (t) => {
  const home = await start(t);
  await home.say('go to the office and turn on all the lights');
  await home.say('please drive to the kitchen, then turn the light on there');
  t.ok(home.interpreter.asked.includes('please drive to the kitchen, then turn the light on there'));
});

t.test('the robot is there before the light is on', async (t) => {
  const home = await start(t);
  await home.say('drive to the kitchen and turn on the light');
  const lit = await home.message('kitchen-light', (text) => text.includes('"ON"'));
  const told = home.messages.map(({ topic, text }) => `${topic.slice(home.base.length + 1)} ${text}`);
  const there = told.findIndex((line) => line.startsWith('robot ') && line.includes('"place":"kitchen"'));
  t.ok(there >= 0, 'it arrived');
  t.ok(there < told.indexOf(`kitchen-light ${lit}`), 'and then the light went on');
});

t.test('a rule keeps the place as well', async (t) => {
  const home = await start(t);
  await home.say('every day at 7 drive to the kitchen and turn on the light');
  t.match(await home.say('yes'), { outcome: 'executed' });
});
