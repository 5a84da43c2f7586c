import t from 'tap';
import { wired } from './support.ts';

const ROVER = { kind: 'robot', driver: 'mqtt-twist', topic: 'rover/cmd', speed: 0.5 };

t.test('ten velocities a second, then zeros', async (t) => {
  const { tell, clock } = await wired(ROVER);
  const driving = await tell('robot.drive', { direction: 'forward', distance: 0.5 });
  await clock.advance(1500);
  t.equal(await driving.end, 'done');
  const sent = driving.sent();
  t.equal(sent.length, 13);
  t.ok(sent.slice(0, 10).every((line) => line === 'rover/cmd {"linear":0.5,"angular":0}'));
  t.ok(sent.slice(10).every((line) => line === 'rover/cmd {"linear":0,"angular":0}'));
});

t.test('a ROS Twist by its keys', async (t) => {
  const { tell, clock } = await wired({ ...ROVER, keys: { x: 'linear.x', turn: 'angular.z' }, turn_speed: 90 });
  const turning = await tell('robot.turn', { direction: 'right', degrees: 90 });
  await clock.advance(1500);
  t.equal(await turning.end, 'done');
  t.equal(turning.sent()[0], 'rover/cmd {"linear":{"x":0},"angular":{"z":-1.570796}}');
});

t.test('the broker lost on the way: failed; found again: a zero before anything else', async (t) => {
  const { tell, clock, bus } = await wired(ROVER);
  const driving = await tell('robot.drive', { direction: 'forward', distance: 5 });
  await clock.advance(500);
  bus.connect(false);
  await clock.advance(500);
  t.equal(await driving.end, 'not-connected');
  const before = bus.published.length;
  bus.connect(true);
  await clock.advance(0);
  t.strictSame(
    bus.published.slice(before).map(({ payload }) => payload),
    ['{"linear":0,"angular":0}'],
  );
});

t.test('an obstacle by a topic in centimetres', async (t) => {
  const { tell, clock, hear } = await wired({
    ...ROVER,
    obstacle: 0.25,
    distance: { topic: 'rover/sonar', path: 'cm', scale: 0.01 },
  });
  await hear('rover/sonar', { cm: 120 });
  const driving = await tell('robot.drive', { direction: 'forward', distance: 2 });
  await clock.advance(300);
  await hear('rover/sonar', { cm: 20 });
  await clock.advance(500);
  t.equal(await driving.end, 'obstacle');
});
