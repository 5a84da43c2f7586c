import t from 'tap';
import { driverOf } from '../../devices/drivers.ts';
import { kindOf } from '../../devices/kinds.ts';
import type { Driver } from '../../devices/thing.ts';
import type { Gpio } from '../../src/gpio/gpio.ts';
import { FakeClock } from '../devices/fake-clock.ts';

/** Pins that write down what they are told. */
function recorder(fail: { now?: boolean } = {}): { gpio: Gpio; told: string[] } {
  const told: string[] = [];
  const tell = async (text: string): Promise<void> => {
    if (fail.now === true) throw new Error('the line is lost');
    told.push(text);
  };
  const output = async (pin: number): Promise<object> => {
    let active = false;
    return {
      get active() {
        return active;
      },
      set: async (next: boolean) => {
        await tell(`${pin}=${Number(next)}`);
        active = next;
      },
      close: async () => undefined,
    };
  };
  const pwm = async (pin: number): Promise<object> => ({
    write: (duty: number) => tell(`${pin}~${duty}`),
    pulse: (us: number) => tell(`${pin}~${us}us`),
    close: async () => undefined,
  });
  return { gpio: { output, pwm } as unknown as Gpio, told };
}

function driven(kind: string, options: object, driverOptions: object, gpio: Gpio, clock = new FakeClock()): Driver {
  const declaration = { id: 'x', name: 'x', kind, options, driver: 'gpio', driverOptions };
  const type = driverOf('gpio')!;
  const description = type.describe!(declaration, kindOf(kind)!.describe(declaration));
  return type.create(declaration, description, { clock, gpio });
}

const never = new AbortController().signal;

t.test('a motor: one direction is off before the other is on', async (t) => {
  const { gpio, told } = recorder();
  const motor = driven('motor', {}, { forward: 1, backward: 2, enable: 12 }, gpio);
  await motor.start();
  await motor.invoke('motor.run', { direction: 'forward', speed: 60 }, never);
  await motor.invoke('motor.run', { direction: 'backward', speed: 100 }, never);
  await motor.safe();
  t.same(told.slice(0, 7), ['1=1', '12~0.6', '1=0', '2=1', '12~1', '2=0', '12~0']);
});

t.test('a servo: no pulse before the first command; a cover: never both relays', async (t) => {
  const { gpio, told } = recorder();
  const servo = driven('servo', {}, { pin: 12, min_us: 1000, max_us: 2000 }, gpio);
  await servo.start();
  await servo.safe();
  t.same(told, []);
  await servo.invoke('servo.set', { angle: 90 }, never);
  t.same(told, ['12~1500us']);
  const clock = new FakeClock();
  const pins = recorder();
  const cover = driven('cover', { travel_s: 10 }, { up: 5, down: 6 }, pins.gpio, clock);
  await cover.start();
  const opening = cover.invoke('cover.set', { state: 'open' }, never).catch(() => undefined);
  await clock.advance(1000);
  const closing = cover.invoke('cover.set', { state: 'close' }, never);
  await clock.advance(20_000);
  await Promise.all([opening, closing]);
  t.same(pins.told, ['5=1', '5=0', '6=1', '6=0']);
});

t.test('a pin that fails: the action fails, and the state is not told', async (t) => {
  const fail = { now: false };
  const { gpio } = recorder(fail);
  const relay = driven('relay', {}, { pin: 4 }, gpio);
  await relay.start();
  fail.now = true;
  await t.rejects(relay.invoke('power.set', { power: 'on' }, never), { message: 'the line is lost' });
  t.same(relay.state(), { state: 'OFF' });
  await t.rejects(relay.safe(), { message: 'the line is lost' }, 'and it does not claim to be safe');
});

t.test('a lamp without PWM has no brightness', (t) => {
  const type = driverOf('gpio')!;
  const declaration = { id: 'x', name: 'x', kind: 'light', driver: 'gpio', driverOptions: { pin: 4 } };
  const { properties, actions } = type.describe!(declaration, kindOf('light')!.describe(declaration));
  t.same(Object.keys(properties), ['state']);
  t.same(Object.keys(actions['light.set']!.input!.properties!), ['power']);
  t.end();
});
