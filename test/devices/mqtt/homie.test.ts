/** Topics and payloads as the Homie convention 5 has them, "Properties" and "Target attribute". */
import t from 'tap';
import { wired } from './support.ts';

const LAMP = {
  kind: 'light',
  driver: 'homie',
  topic: 'homie/5/kitchen-light',
  properties: { state: 'light/power', brightness: { property: 'light/brightness', range: [0, 100] } },
};

t.test('a property is set, and done when it has the value', async (t) => {
  const { tell, hear, state } = await wired(LAMP);
  await hear('homie/5/kitchen-light/$state', 'ready', true);
  const on = await tell('light.set', { power: 'on' });
  t.strictSame(on.sent(), ['homie/5/kitchen-light/light/power/set true']);
  await hear('homie/5/kitchen-light/light/power', 'true', true);
  t.equal(await on.end, 'done');
  t.equal(state()['state'], 'ON');
});

t.test('$target says that it is on its way: it has its time from there', async (t) => {
  const { tell, hear, clock } = await wired(LAMP);
  await hear('homie/5/kitchen-light/$state', 'ready', true);
  await hear('homie/5/kitchen-light/light/power', 'true', true);
  const full = await tell('light.set', { brightness: 100 });
  await clock.advance(10_000);
  await hear('homie/5/kitchen-light/light/brightness/$target', '100', true);
  for (const value of ['20', '40', '60']) {
    await clock.advance(3000);
    await hear('homie/5/kitchen-light/light/brightness', value, true);
  }
  t.equal(full.ended(), undefined, 'later than 12 s, and still going');
  await hear('homie/5/kitchen-light/light/brightness', '100', true);
  t.equal(await full.end, 'done');
});

t.test('lost, sleeping or disconnected: it cannot be asked; a child is lost with its root', async (t) => {
  const { tell, hear, thing } = await wired({ ...LAMP, root: 'homie/5/bridge' });
  await hear('homie/5/kitchen-light/$state', 'ready', true);
  for (const gone of ['lost', 'sleeping', 'disconnected']) {
    await hear('homie/5/kitchen-light/$state', gone, true);
    t.equal(await (await tell('light.set', { power: 'on' })).end, 'device-offline', gone);
    await hear('homie/5/kitchen-light/$state', 'init', true);
    t.equal(thing.driver.online, false);
    await hear('homie/5/kitchen-light/$state', 'ready', true);
    t.equal(thing.driver.online, true);
  }
  await hear('homie/5/bridge/$state', 'lost', true);
  t.equal(thing.driver.online, false);
});

t.test('colours in the format of the property, enums by their words', async (t) => {
  const { tell, hear } = await wired({
    ...LAMP,
    color: true,
    properties: { ...LAMP.properties, color: { property: 'light/color', format: 'hsv' } },
  });
  const blue = await tell('light.set', { color: 'blue' });
  t.ok(blue.sent().includes('homie/5/kitchen-light/light/color/set hsv,240,100,100'));
  await hear('homie/5/kitchen-light/light/power', 'true');
  await hear('homie/5/kitchen-light/light/color', 'hsv,240,100,55');
  t.equal(await blue.end, 'done');
  const gate = await wired({
    kind: 'cover',
    driver: 'homie',
    topic: 'homie/5/gate',
    properties: { state: { property: 'gate/move', values: { OPEN: 'up', CLOSED: 'down', STOPPED: 'halt' } } },
  });
  const open = await gate.tell('cover.set', { state: 'open' });
  t.strictSame(open.sent(), ['homie/5/gate/gate/move/set up']);
  await gate.hear('homie/5/gate/gate/move', 'up');
  t.equal(await open.end, 'done');
});
