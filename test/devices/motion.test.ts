import t from 'tap';
import { TokonomaError } from '../../src/errors.ts';
import {
  TurnCounter,
  headingOf,
  move,
  normalized,
  radians,
  secondsOf,
  turnBetween,
  wheelSpeeds,
  type Movement,
} from '../../devices/helpers/motion.ts';
import { FakeClock } from './fake-clock.ts';

/** What was sent, each with its moment, and the way that a base which obeys exactly has come. */
function ideal(clock: FakeClock): {
  sent: [ms: number, speed: number][];
  send: (speed: number) => void;
  way: () => number;
} {
  const sent: [number, number][] = [];
  const way = (): number =>
    sent.reduce((sum, [at, speed], i) => sum + (speed * ((sent[i + 1]?.[0] ?? clock.monotonic()) - at)) / 1000, 0);
  return { sent, send: (speed) => void sent.push([clock.monotonic(), speed]), way };
}

async function run(
  clock: FakeClock,
  movement: Movement,
  ms: number,
  signal = new AbortController().signal,
): Promise<unknown> {
  const moving = move(movement, { clock, signal }).then(
    () => 'done',
    (error: unknown) => error,
  );
  await clock.advance(ms);
  return moving;
}

t.test('a metre at 0.2 m/s is fifty velocities at 10 Hz, then zeros', async (t) => {
  const clock = new FakeClock();
  const base = ideal(clock);
  t.equal(await run(clock, { amount: 1, speed: 0.2, send: base.send }, 6000), 'done');
  const moving = base.sent.filter(([, speed]) => speed !== 0);
  t.strictSame(
    moving.map(([at]) => at),
    Array.from({ length: 50 }, (_, i) => i * 100),
  );
  t.ok(moving.every(([, speed]) => Math.abs(speed - 0.2) < 1e-9));
  t.strictSame(base.sent.slice(-3), [
    [5000, 0],
    [5100, 0],
    [5200, 0],
  ]);
});

t.test('any amount is covered to a millionth, with and without acceleration', async (t) => {
  for (const amount of [0.013, 0.1, 0.777, 1, 3.14159, 90, 359.5]) {
    for (const acceleration of [undefined, 0.25, 2]) {
      const clock = new FakeClock();
      const base = ideal(clock);
      const speed = amount > 10 ? 45 : 0.3;
      const movement = { amount, speed, acceleration: acceleration === undefined ? undefined : acceleration * speed };
      t.equal(await run(clock, { ...movement, send: base.send }, 60_000), 'done');
      const name = `${amount} at ${speed}, acceleration ${acceleration}`;
      t.ok(Math.abs(base.way() - amount) <= amount * 2e-6, name);
      t.ok(
        base.sent.every(([, v]) => v >= 0 && v <= speed + 1e-9),
        `${name}: never faster`,
      );
      const limit = movement.acceleration === undefined ? Infinity : movement.acceleration * 0.1 + 1e-9;
      t.ok(
        base.sent.every(([, v], i) => v - (base.sent[i - 1]?.[1] ?? 0) <= limit),
        `${name}: never speeds up more`,
      );
      const took = base.sent.findLast(([, v]) => v > 0)![0] / 1000 + 0.1;
      // Braking is planned for the moment, not for the period after it: half a second covers the difference.
      t.ok(Math.abs(took - secondsOf(movement)) < 0.1 * secondsOf(movement) + 0.5, `${name}: ${took} s`);
    }
  }
});

t.test('what came late is made up for: the way is counted, not the messages', async (t) => {
  const clock = new FakeClock();
  const base = ideal(clock);
  let n = 0;
  // Every third velocity takes 150 ms to send.
  const send = async (speed: number): Promise<void> => {
    base.send(speed);
    if (++n % 3 === 0) await clock.sleep(150);
  };
  t.equal(await run(clock, { amount: 1, speed: 0.2, send }, 10_000), 'done');
  t.ok(Math.abs(base.way() - 1) < 0.035, `${base.way()} m`);
});

t.test('aborted, it sends a zero at once', async (t) => {
  const clock = new FakeClock();
  const base = ideal(clock);
  const abort = new AbortController();
  const why = new TokonomaError('stopped', 'a stop came');
  const moving = move({ amount: 5, speed: 0.5, send: base.send }, { clock, signal: abort.signal });
  const rejected = t.rejects(moving, { code: 'stopped' });
  await clock.advance(1230);
  abort.abort(why);
  await clock.advance(500);
  await rejected;
  t.strictSame(base.sent.slice(-3), [
    [1230, 0],
    [1330, 0],
    [1430, 0],
  ]);
  t.equal(base.sent.filter(([, v]) => v > 0).length, 13);
});

t.test('measured, it goes until it is there, whatever was commanded', async (t) => {
  const clock = new FakeClock();
  const base = ideal(clock);
  // A base with slip: four fifths of what is asked.
  const measured = (): number => base.way() * 0.8;
  t.equal(await run(clock, { amount: 1, speed: 0.2, send: base.send, measured }, 20_000), 'done');
  t.ok(Math.abs(measured() - 1) < 0.01, `${measured()} m`);
});

t.test('stuck, blind and blocked: it ends with zeros and says why', async (t) => {
  const endings: [string, Partial<Movement>][] = [
    ['robot-stuck', { measured: () => 0 }],
    ['odometry-lost', { measured: () => undefined }],
    ['obstacle', { blocked: () => new TokonomaError('obstacle', 'something is in the way') }],
  ];
  for (const [code, more] of endings) {
    const clock = new FakeClock();
    const base = ideal(clock);
    t.match(await run(clock, { amount: 1, speed: 0.2, send: base.send, ...more }, 10_000), { code });
    t.strictSame(
      base.sent.slice(-3).map(([, speed]) => speed),
      [0, 0, 0],
      code,
    );
  }
});

t.test('a base that cannot be reached has failed', async (t) => {
  const clock = new FakeClock();
  const send = (): Promise<void> => Promise.reject(new TokonomaError('not-connected', 'no connection'));
  t.match(await run(clock, { amount: 1, speed: 1, send }, 1000), { code: 'not-connected' });
});

t.test('angles', async (t) => {
  t.equal(normalized(-90), 270);
  t.equal(turnBetween(350, 10), 20);
  t.equal(turnBetween(10, 350), -20);
  t.equal(turnBetween(0, 180), 180);
  for (const heading of [0, 45, 90, 179, 181, 300]) {
    const half = radians(heading) / 2;
    const back = headingOf({ x: 0, y: 0, z: Math.sin(half), w: Math.cos(half) });
    t.ok(Math.abs(turnBetween(back, heading)) < 1e-9, `${heading}`);
  }
  const counter = new TurnCounter(10);
  for (let heading = 20; heading <= 770; heading += 10) counter.add(heading % 360);
  t.equal(counter.add(50), 760);
  t.strictSame(wheelSpeeds({ x: 0.5, y: 0, turn: 1 }, 0.2), { left: 0.4, right: 0.6 });
});
