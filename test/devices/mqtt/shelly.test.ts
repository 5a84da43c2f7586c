/** Frames as https://shelly-api-docs.shelly.cloud/gen2/General/RPCProtocol and ComponentsAndServices/ document them. */
import t from 'tap';
import { wired, type Telling } from './support.ts';

const ID = 'shellyplus1-a8032ab12345';

interface Frame {
  readonly id: number;
  readonly src: string;
  readonly method: string;
  readonly params: Record<string, unknown>;
}

function frames(telling: Telling): Frame[] {
  return telling.sent().map((line) => {
    t.ok(line.startsWith(`${ID}/rpc `));
    return JSON.parse(line.slice(ID.length + 5)) as Frame;
  });
}

t.test('a switch is set by a call and has done it when its status says so', async (t) => {
  const { tell, hear, state, bus } = await wired({ kind: 'plug', driver: 'shelly', topic: ID });
  t.match(JSON.parse(bus.published[0]!.payload), { method: 'Switch.GetStatus', params: { id: 0 } });
  const on = await tell('power.set', { power: 'on' });
  const [set, ask] = frames(on);
  t.match(set, { method: 'Switch.Set', params: { id: 0, on: true } });
  t.match(ask, { method: 'Switch.GetStatus', params: { id: 0 } });
  await hear(`${set!.src}/rpc`, { id: set!.id, src: ID, dst: set!.src, result: { was_on: false } });
  t.equal(on.ended(), undefined);
  await hear(`${set!.src}/rpc`, { id: ask!.id, src: ID, dst: set!.src, result: { id: 0, output: true, apower: 8.9 } });
  t.equal(await on.end, 'done');
  await hear(`${ID}/events/rpc`, {
    src: ID,
    dst: `${ID}/events`,
    method: 'NotifyStatus',
    params: { ts: 1631186545.04, 'switch:0': { id: 0, output: false, source: 'button' } },
  });
  t.strictSame(state(), { state: 'OFF' });
  await hear(`${ID}/status/switch:0`, { id: 0, source: 'MQTT', output: true });
  t.strictSame(state(), { state: 'ON' });
});

t.test('an error in the answer is a refusal; offline is offline', async (t) => {
  const { tell, hear } = await wired({ kind: 'plug', driver: 'shelly', topic: ID, component: 'switch:3' });
  const on = await tell('power.set', { power: 'on' });
  const [set] = frames(on);
  await hear(`${set!.src}/rpc`, {
    id: set!.id,
    src: ID,
    error: { code: -105, message: "Argument 'id', value 3 not found!" },
  });
  t.equal(await on.end, 'device-refused');
  await hear(`${ID}/online`, 'false', true);
  t.equal(await (await tell('power.set', { power: 'on' })).end, 'device-offline');
});

t.test('a dimmer and a coloured light', async (t) => {
  const dimmer = await wired({ kind: 'light', driver: 'shelly', topic: ID });
  const half = await dimmer.tell('light.set', { brightness: 40 });
  t.match(frames(half)[0], { method: 'Light.Set', params: { id: 0, on: true, brightness: 40 } });
  await dimmer.hear(`${ID}/status/light:0`, { id: 0, output: true, brightness: 40 });
  t.equal(await half.end, 'done');
  const strip = await wired({ kind: 'light', color: true, driver: 'shelly', topic: ID, component: 'rgb:0' });
  const green = await strip.tell('light.set', { color: 'lime' });
  t.match(frames(green)[0], { method: 'RGB.Set', params: { on: true, rgb: [0, 255, 0] } });
  await strip.hear(`${ID}/status/rgb:0`, { id: 0, output: true, brightness: 100, rgb: [0, 255, 0] });
  t.equal(await green.end, 'done');
});

t.test('a cover opens, goes to a position, stops', async (t) => {
  const { tell, hear, state } = await wired({ kind: 'cover', driver: 'shelly', topic: ID });
  const close = await tell('cover.set', { state: 'close' });
  t.match(frames(close)[0], { method: 'Cover.Close', params: { id: 0 } });
  await hear(`${ID}/status/cover:0`, { id: 0, state: 'closing', current_pos: 40 });
  t.equal(close.ended(), undefined);
  t.strictSame(state(), { state: 'CLOSING', position: 40 });
  const stop = await tell('cover.set', { state: 'stop' });
  t.match(frames(stop)[0], { method: 'Cover.Stop' });
  await hear(`${ID}/status/cover:0`, { id: 0, state: 'stopped', current_pos: 35 });
  t.equal(await stop.end, 'done');
  const to = await tell('cover.set', { position: 80 });
  t.match(frames(to)[0], { method: 'Cover.GoToPosition', params: { id: 0, pos: 80 } });
  await hear(`${ID}/status/cover:0`, { id: 0, state: 'opening', current_pos: 80 });
  t.equal(to.ended(), undefined, 'there, but still moving');
  await hear(`${ID}/status/cover:0`, { id: 0, state: 'stopped', current_pos: 80 });
  t.equal(await to.end, 'done');
});
