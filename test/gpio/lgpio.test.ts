/** The way through lgpio, with a module that keeps to its documentation and remembers what it was asked. */
import t, { type Test } from 'tap';
import { Gpio } from '../../src/gpio/gpio.ts';
import { loadLgpio, type LgpioModule } from '../../src/gpio/lgpio.ts';
import { FakeClock } from '../devices/fake-clock.ts';

type Alerts = Parameters<LgpioModule['gpioSetAlertsFunc']>[2];

class FakeLgpio implements LgpioModule {
  readonly calls: string[] = [];
  readonly levels = new Map<number, boolean>();
  readonly alerts = new Map<number, Alerts>();
  readonly open = new Set<number>();
  /** Lines that somebody else has. */
  readonly busy = new Set<number>();

  gpiochipOpen(number: number): number {
    if (number !== 0 && number !== 4) throw new Error(`can not open gpiochip${number}`);
    this.open.add(number + 100);
    return number + 100;
  }
  gpiochipClose(handle: number): void {
    if (!this.open.delete(handle)) throw new Error('unknown handle');
  }
  gpioGetChipInfo(handle: number): { lines: number; name: string; label: string } {
    return handle === 104
      ? { lines: 54, name: 'gpiochip4', label: 'pinctrl-rp1' }
      : { lines: 2, name: 'gpiochip0', label: 'brcmvirt-gpio' };
  }
  gpioClaimInput(handle: number, gpio: number, flags = 0): void {
    this.#claim('input', handle, gpio, flags);
  }
  gpioClaimOutput(handle: number, gpio: number, flags = 0, level = false): void {
    this.#claim(`output ${level}`, handle, gpio, flags);
    this.levels.set(gpio, level);
  }
  gpioClaimAlert(handle: number, flags: number, edges: number, gpio: number): void {
    this.#claim(`alert ${edges}`, handle, gpio, flags);
  }
  gpioSetAlertsFunc(_handle: number, gpio: number, callback: Alerts): void {
    this.alerts.set(gpio, callback);
  }
  gpioRead(_handle: number, gpio: number): boolean {
    return this.levels.get(gpio) ?? false;
  }
  gpioWrite(_handle: number, gpio: number, level: boolean): void {
    if (this.busy.has(gpio)) throw new Error('GPIO busy');
    this.levels.set(gpio, level);
  }
  gpioFree(handle: number, gpio: number): void {
    this.calls.push(`free ${handle} ${gpio}`);
  }

  #claim(how: string, handle: number, gpio: number, flags: number): void {
    if (this.busy.has(gpio)) throw new Error('GPIO busy');
    this.calls.push(`${how} ${handle} ${gpio} ${flags}`);
  }
}

function start(t: Test): { module: FakeLgpio; gpio: Gpio; clock: FakeClock } {
  const module = new FakeLgpio();
  const clock = new FakeClock();
  const gpio = new Gpio({ backend: 'lgpio', lgpio: async () => ({ default: module }), clock });
  t.teardown(() => gpio.close());
  return { module, gpio, clock };
}

t.test('an output: safe from its first moment, written, safe at its end', async (t) => {
  const { module, gpio } = start(t);
  const relay = await gpio.output(17, { owner: 'relay', activeLow: true });
  t.strictSame(module.calls, ['output true 104 17 0'], 'on the chip of the header, high: low is active');
  await relay.set(true);
  t.equal(module.levels.get(17), false);
  await t.rejects(gpio.output('GPIO17', { owner: 'lamp' }), { code: 'pin-taken', message: /relay/ });
  await relay.close();
  t.equal(module.levels.get(17), true);
  t.equal(module.calls.at(-1), 'free 104 17');
  await gpio.close();
  t.equal(module.open.size, 0, 'both chips were let go');
});

t.test('an input: pull, edges, debounce; its watchdog is no edge', async (t) => {
  const { module, gpio, clock } = start(t);
  const changes: boolean[] = [];
  module.levels.set(27, true);
  const button = await gpio.input(27, {
    owner: 'button',
    pull: 'up',
    activeLow: true,
    debounceMs: 20,
    onChange: (active) => changes.push(active),
  });
  t.strictSame(module.calls, ['alert 3 104 27 32'], 'both edges, pulled up');
  const edge = (...levels: number[]): void => module.alerts.get(27)!(levels.map((level) => ({ report: { level } })));
  edge(1, 0);
  await clock.advance(30);
  t.strictSame([button.active, changes], [true, [true]]);
  edge(2);
  await clock.advance(30);
  edge(1, 0, 1, 0);
  await clock.advance(30);
  t.strictSame(changes, [true], 'bounces that come back are nothing');
  edge(1);
  await clock.advance(30);
  t.strictSame([button.active, changes], [false, [true, false]]);
  await button.close();
});

t.test('a line that somebody else has, and one that is lost', async (t) => {
  const { module, gpio } = start(t);
  module.busy.add(5);
  await t.rejects(gpio.output(5, { owner: 'lamp' }), { code: 'gpio-refused', message: /GPIO5.*busy.*group gpio/ });
  module.busy.delete(5);
  const lamp = await gpio.output(5, { owner: 'lamp' });
  module.busy.add(5);
  await t.rejects(lamp.set(true), { code: 'gpio-refused' });
  t.equal(lamp.active, false);
  module.busy.delete(5);
  await lamp.close();
});

t.test('not installed', async (t) => {
  t.equal(
    await loadLgpio(async () => {
      throw new Error('no such package');
    }),
    undefined,
  );
  const gpio = new Gpio({
    backend: 'lgpio',
    clock: new FakeClock(),
    lgpio: async () => {
      throw new Error('no such package');
    },
  });
  await t.rejects(gpio.output(17, { owner: 'lamp' }), { code: 'gpio-unavailable' });
});
