/** PWM on a timer: how long the line is high, and that nothing is left high. */
import t from 'tap';
import type { Switch } from '../../src/gpio/gpio.ts';
import { SoftPwm } from '../../src/gpio/soft-pwm.ts';
import { FakeClock, settled } from '../devices/fake-clock.ts';

class Line implements Switch {
  active = false;
  closed = false;
  /** Milliseconds for which it was high. */
  high = 0;
  /** Times it was switched. */
  edges = 0;
  broken = false;
  readonly #clock: FakeClock;
  #since = 0;

  constructor(clock: FakeClock) {
    this.#clock = clock;
  }

  async set(active: boolean): Promise<void> {
    if (this.broken) throw new Error('the line is gone');
    if (active === this.active) return;
    this.edges++;
    if (!active) this.high += this.#clock.monotonic() - this.#since;
    this.#since = this.#clock.monotonic();
    this.active = active;
  }

  async close(): Promise<void> {
    this.closed = true;
  }
}

function start(hz = 100): { clock: FakeClock; line: Line; pwm: SoftPwm } {
  const clock = new FakeClock();
  const line = new Line(clock);
  return { clock, line, pwm: new SoftPwm(line, hz, clock) };
}

t.test('high for its part of each period', async (t) => {
  for (const [duty, hz] of [
    [0.25, 100],
    [0.5, 50],
    [0.9, 20],
  ] as const) {
    const { clock, line, pwm } = start(hz);
    await pwm.write(duty);
    await clock.advance(2000);
    t.equal(line.edges >= 2 * hz * 2 - 2, true, `${hz} periods a second`);
    t.ok(Math.abs(line.high / 2000 - duty) < 0.03, `${duty}: high for ${line.high} of 2000 ms`);
    await pwm.close();
  }
});

t.test('a frequency that timers cannot keep is brought down', async (t) => {
  const { clock, line, pwm } = start(25_000);
  await pwm.write(0.5);
  await clock.advance(1000);
  t.ok(line.edges <= 202, `${line.edges} edges in a second`);
  await pwm.close();
});

t.test('another part takes hold with the next period; all and nothing need no switching', async (t) => {
  const { clock, line, pwm } = start();
  await pwm.write(0.2);
  await clock.advance(1000);
  const before = line.high;
  await pwm.write(0.8);
  await clock.advance(1000);
  t.ok(Math.abs(line.high - before - 800) < 30, `${line.high - before} ms`);
  const off = pwm.write(0);
  await clock.advance(20);
  await off;
  t.equal(line.active, false);
  const { edges } = line;
  await clock.advance(1000);
  t.equal(line.edges, edges, 'still');
  await pwm.write(7);
  t.equal(line.active, true, 'more than all is all');
  await clock.advance(1000);
  t.equal(line.edges, edges + 1);
  await pwm.write(-1);
  t.equal(line.active, false);
  await pwm.close();
});

t.test('many writes at once: the last one counts, and only one timer runs', async (t) => {
  const { clock, line, pwm } = start();
  await pwm.write(0.5);
  await clock.advance(12);
  const writes = [pwm.write(0), pwm.write(1), pwm.write(0.25)];
  await clock.advance(20);
  await Promise.all(writes);
  const { high, edges } = line;
  await clock.advance(1000);
  t.ok(Math.abs(line.high - high - 250) < 20, `${line.high - high} ms`);
  t.ok(line.edges - edges <= 201, `${line.edges - edges} edges`);
  await pwm.close();
});

t.test('closed in the middle of a pulse: low, and let go', async (t) => {
  const { clock, line, pwm } = start();
  await pwm.write(0.9);
  await clock.advance(3);
  t.equal(line.active, true);
  await pwm.close();
  t.strictSame([line.active, line.closed], [false, true]);
  const { edges } = line;
  await clock.advance(1000);
  t.equal(line.edges, edges);
});

t.test('a line that fails is told at the next write; a servo is refused', async (t) => {
  const { clock, line, pwm } = start();
  await pwm.write(0.5);
  await clock.advance(5);
  line.broken = true;
  await clock.advance(50);
  await settled();
  await t.rejects(pwm.write(0.6), { message: 'the line is gone' });
  await t.rejects(pwm.pulse(), { code: 'pwm-unavailable' });
});
