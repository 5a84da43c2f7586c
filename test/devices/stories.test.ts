/** Every kind as stories: what is asked, one after the other, and the state afterwards. */
import t from 'tap';
import { codeOf } from '../../src/errors.ts';
import type { Args } from '../../src/grammar/actions.ts';
import { FakeClock, settled } from './fake-clock.ts';
import { tell, thingOf } from './support.ts';

type Call = [action: string, args: Args];

interface Story {
  kind: string;
  options?: object;
  calls: Call[];
  /** The part of the state that matters. */
  state: object;
}

const light = (args: Args): Call => ['light.set', args];
const volume = (args: Args): Call => ['volume.set', args];
const media = (args: Args): Call => ['media.do', args];
const climate = (args: Args): Call => ['climate.set', args];
const cover = (args: Args): Call => ['cover.set', args];

const STORIES: Record<string, Story> = {
  'a light is off at first': { kind: 'light', calls: [], state: { state: 'OFF', brightness: 100 } },
  on: { kind: 'light', calls: [light({ power: 'on' })], state: { state: 'ON', brightness: 100 } },
  'on and off': { kind: 'light', calls: [light({ power: 'on' }), light({ power: 'off' })], state: { state: 'OFF' } },
  'a brightness switches on': {
    kind: 'light',
    calls: [light({ brightness: 40 })],
    state: { state: 'ON', brightness: 40 },
  },
  'brightness zero is off and remembers': {
    kind: 'light',
    calls: [light({ brightness: 40 }), light({ brightness: 0 })],
    state: { state: 'OFF', brightness: 40 },
  },
  'a step down is 20': {
    kind: 'light',
    calls: [light({ power: 'on' }), light({ step: 'down' })],
    state: { state: 'ON', brightness: 80 },
  },
  'a step up by 5': {
    kind: 'light',
    calls: [light({ brightness: 50 }), light({ step: 'up', by: 5 })],
    state: { brightness: 55 },
  },
  'steps end at 100': {
    kind: 'light',
    calls: [light({ brightness: 95 }), light({ step: 'up' })],
    state: { brightness: 100 },
  },
  'a step from off begins in the dark': {
    kind: 'light',
    calls: [light({ step: 'up' })],
    state: { state: 'ON', brightness: 20 },
  },
  'dimmed to nothing is off': {
    kind: 'light',
    calls: [light({ brightness: 15 }), light({ step: 'down' })],
    state: { state: 'OFF' },
  },
  'a colour switches on': {
    kind: 'light',
    options: { color: true },
    calls: [light({ color: 'Blue' })],
    state: { state: 'ON', color: 'blue' },
  },
  'a colour, but off': {
    kind: 'light',
    options: { color: true },
    calls: [light({ color: 'red', power: 'off' })],
    state: { state: 'OFF', color: 'red' },
  },
  'kelvin replaces the colour': {
    kind: 'light',
    options: { color: true, kelvin: true },
    calls: [light({ color: 'red' }), light({ kelvin: 2700 })],
    state: { color: null, color_temp: 2700 },
  },
  'a plug': { kind: 'plug', calls: [['power.set', { power: 'on' }]], state: { state: 'ON' } },
  'a fan at half speed': { kind: 'fan', calls: [['power.set', { speed: 50 }]], state: { state: 'ON', speed: 50 } },
  'a fan at speed zero': {
    kind: 'fan',
    calls: [
      ['power.set', { speed: 30 }],
      ['power.set', { speed: 0 }],
    ],
    state: { state: 'OFF', speed: 30 },
  },
  'a fan with levels': {
    kind: 'fan',
    options: { levels: 3 },
    calls: [['power.set', { power: 'on', speed: 2 }]],
    state: { state: 'ON', speed: 2 },
  },
  'a target begins heating': {
    kind: 'thermostat',
    calls: [climate({ temperature: 22 })],
    state: { target_temperature: 22, mode: 'auto' },
  },
  'a bit warmer is one degree': {
    kind: 'thermostat',
    calls: [climate({ step: 'up' })],
    state: { target_temperature: 21 },
  },
  'three degrees colder, in cooling': {
    kind: 'thermostat',
    calls: [climate({ mode: 'cool' }), climate({ step: 'down', by: 3 })],
    state: { target_temperature: 17, mode: 'cool' },
  },
  'steps end at the limits': {
    kind: 'thermostat',
    options: { max: 24 },
    calls: [climate({ temperature: 23.5 }), climate({ step: 'up', by: 4 })],
    state: { target_temperature: 24 },
  },
  off: { kind: 'thermostat', calls: [climate({ mode: 'heat' }), climate({ mode: 'off' })], state: { mode: 'off' } },
  'blinds open': { kind: 'cover', calls: [cover({ state: 'open' })], state: { state: 'OPEN', position: 100 } },
  'blinds at a position': { kind: 'cover', calls: [cover({ position: 30 })], state: { state: 'OPEN', position: 30 } },
  'blinds closed again': {
    kind: 'cover',
    calls: [cover({ state: 'open' }), cover({ state: 'close' })],
    state: { state: 'CLOSED', position: 0 },
  },
  'stopping what rests changes nothing': {
    kind: 'cover',
    calls: [cover({ state: 'open' }), cover({ state: 'stop' })],
    state: { state: 'OPEN', position: 100 },
  },
  'a lock is locked at first': { kind: 'lock', calls: [], state: { state: 'LOCKED' } },
  unlock: { kind: 'lock', calls: [['lock.set', { state: 'unlock' }]], state: { state: 'UNLOCKED' } },
  'lock again': {
    kind: 'lock',
    calls: [
      ['lock.set', { state: 'unlock' }],
      ['lock.set', { state: 'lock' }],
    ],
    state: { state: 'LOCKED' },
  },
  music: {
    kind: 'speaker',
    calls: [media({ op: 'play', query: 'jazz' })],
    state: { state: 'PLAYING', media: 'jazz', track: 1 },
  },
  'the track after the next': {
    kind: 'speaker',
    calls: [media({ op: 'play' }), media({ op: 'next' }), media({ op: 'next' }), media({ op: 'previous' })],
    state: { state: 'PLAYING', track: 2 },
  },
  'pause and resume': {
    kind: 'speaker',
    calls: [media({ op: 'play', query: 'jazz' }), media({ op: 'pause' }), media({ op: 'resume' })],
    state: { state: 'PLAYING', media: 'jazz' },
  },
  'stop forgets': {
    kind: 'speaker',
    calls: [media({ op: 'play', query: 'x' }), media({ op: 'stop' })],
    state: { state: 'IDLE', media: null },
  },
  'volume steps are 10': {
    kind: 'speaker',
    calls: [volume({ level: 30 }), volume({ step: 'up' })],
    state: { volume: 40 },
  },
  'louder ends the silence': {
    kind: 'speaker',
    calls: [volume({ mute: true }), volume({ step: 'up', by: 5 })],
    state: { volume: 45, muted: false },
  },
  'quieter does not': {
    kind: 'speaker',
    calls: [volume({ mute: true }), volume({ step: 'down' })],
    state: { volume: 30, muted: true },
  },
  'spoken words': {
    kind: 'speaker',
    calls: [['say', { text: 'dinner is ready' }]],
    state: { said: 'dinner is ready', state: 'IDLE' },
  },
};

for (const [title, { kind, options, calls, state }] of Object.entries(STORIES)) {
  t.test(`${kind}: ${title}`, async (t) => {
    const thing = thingOf(kind, options);
    for (const [action, args] of calls) await tell(thing, action, args);
    t.match(thing.driver.state(), state);
  });
}

t.test('what a device refuses itself', async (t) => {
  await t.rejects(tell(thingOf('light', { color: true }), 'light.set', { color: 'sideways' }), {
    code: 'unknown-color',
    message: /"sideways".*red, green/,
  });
  await t.rejects(tell(thingOf('light', { color: true }), 'light.set', { color: 'constructor' }), {
    code: 'unknown-color',
  });
  await t.rejects(tell(thingOf('speaker'), 'media.do', { op: 'next' }), { code: 'nothing-playing' });
});

t.test('listeners hear every change until they unsubscribe', async (t) => {
  const thing = thingOf('plug');
  const heard: unknown[] = [];
  const unsubscribe = thing.driver.onState((state) => heard.push(state['state']));
  await tell(thing, 'power.set', { power: 'on' });
  await tell(thing, 'power.set', { power: 'off' });
  unsubscribe();
  await tell(thing, 'power.set', { power: 'on' });
  t.same(heard, ['ON', 'OFF']);
});

t.test('a closed driver does nothing more', async (t) => {
  const thing = thingOf('light');
  await thing.driver.close();
  t.equal(codeOf(await tell(thing, 'light.set', { power: 'on' }).catch((error: unknown) => error)), 'closed');
  t.match(thing.driver.state(), { state: 'OFF' });
});

t.test('the room warms towards the target while the thermostat may heat', async (t) => {
  const clock = new FakeClock();
  const thing = thingOf('thermostat', { temperature: 18 }, { clock });
  await thing.driver.start();
  await clock.advance(120_000);
  t.equal(thing.driver.state()['current_temperature'], 18, 'off: it stays');
  await tell(thing, 'climate.set', { temperature: 18.5, mode: 'heat' });
  await clock.advance(180_000);
  t.equal(thing.driver.state()['current_temperature'], 18.3);
  await clock.advance(600_000);
  t.equal(thing.driver.state()['current_temperature'], 18.5, 'and no further');
  await thing.driver.close();
  await settled();
});
