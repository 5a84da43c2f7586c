import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { Debounce } from '../../src/gpio/debounce.ts';
import { Gpio } from '../../src/gpio/gpio.ts';
import { Ledger } from '../../src/gpio/ledger.ts';
import { pwmChips, pwmOf } from '../../src/gpio/pwm.ts';
import { readIio } from '../../src/gpio/sources/iio.ts';
import { polled } from '../../src/gpio/sources/source.ts';
import { readW1 } from '../../src/gpio/sources/w1.ts';
import { parseConfig } from '../../src/config/load.ts';
import { FakeClock, settled } from '../devices/fake-clock.ts';
import { fakeRoot } from './root.ts';

const iio = (device: number, files: Record<string, string | number>): Record<string, string | number> =>
  Object.fromEntries(
    Object.entries(files).map(([name, value]) => [`bus/iio/devices/iio:device${device}/${name}`, value]),
  );

t.test('IIO: units of the kernel become those of people', async (t) => {
  const sys = fakeRoot(t, {
    ...iio(0, { name: 'bme280', in_temp_input: 21530, in_humidityrelative_input: 48250, in_pressure_input: 101.325 }),
    ...iio(1, { name: 'dht11', in_temp_input: 22000, in_humidityrelative_input: 51000 }),
    ...iio(2, { name: 'bh1750', in_illuminance_raw: 240, in_illuminance_scale: 0.833333 }),
    ...iio(3, { name: 'vl53l0x', in_distance_raw: 1250, in_distance_scale: 0.001 }),
    ...iio(4, { name: 'ads1015', in_voltage0_raw: 600, in_voltage1_raw: 100, in_voltage_scale: 3 }),
    ...iio(5, { name: 'tmp', in_temp_raw: 400, in_temp_offset: -40, in_temp_scale: 62.5 }),
  });
  const table: [kind: string, chip: string, value: number, channel?: string][] = [
    ['temperature', 'bme280', 21.53],
    ['humidity', 'bme280', 48.25],
    ['pressure', 'bme280', 1013.25],
    ['temperature', 'dht11', 22],
    ['brightness', 'bh1750', 200],
    ['distance', 'vl53l0x', 1.25],
    ['moisture', 'ads1015', 1800],
    ['battery', 'ads1015', 300, 'in_voltage1'],
    ['temperature', 'tmp', 22.5],
  ];
  for (const [kind, chip, value, channel] of table) {
    const read = await readIio(sys, kind, { chip, channel });
    t.ok(Math.abs(read - value) < 0.001, `${chip} ${kind}: ${read}`);
  }
  await t.rejects(readIio(sys, 'pressure', { chip: 'dht11' }), {
    code: 'sensor-unreachable',
    message: /it has in_hum/,
  });
  await t.rejects(readIio(sys, 'temperature', { chip: 'bmp388' }), { message: /there: bme280, dht11.*dtoverlay/ });
});

t.test('1-Wire: checksum, lost power, which one is meant', async (t) => {
  const slave = (crc: string, milli: number): string =>
    `72 01 4b 46 7f ff 0e 10 57 : crc=57 ${crc}\n72 01 4b 46 t=${milli}`;
  const one = fakeRoot(t, { 'bus/w1/devices/28-0316a2795bff/w1_slave': slave('YES', -10125) });
  t.equal(await readW1(one, undefined), -10.125);
  await t.rejects(readW1(one, '28-000000000000'), { code: 'sensor-unreachable' });
  const bad = fakeRoot(t, { 'bus/w1/devices/28-0316a2795bff/w1_slave': slave('NO', 23125) });
  await t.rejects(readW1(bad, undefined), { code: 'sensor-failed', message: /checksum/ });
  const reset = fakeRoot(t, { 'bus/w1/devices/28-0316a2795bff/w1_slave': slave('YES', 85000) });
  await t.rejects(readW1(reset, undefined), { code: 'sensor-failed', message: /power/ });
  await t.rejects(readW1(fakeRoot(t, { 'bus/x': '' }), undefined), { message: /dtoverlay=w1-gpio/ });
});

t.test('a sensor that fails is tried again, then left out until the next time', async (t) => {
  const clock = new FakeClock();
  const told: unknown[] = [];
  let tries = 0;
  const read = async (): Promise<number> => {
    if (++tries <= 4) throw new Error('EIO');
    return tries;
  };
  const source = polled('t', 10, read, {
    clock,
    gpio: undefined as never,
    sys: '',
    report: (value) => told.push(value),
  });
  await clock.advance(5000);
  t.same([tries, told.length], [3, 0]);
  await clock.advance(12_000);
  t.same(told, [5]);
  await source.close();
});

t.test('a level counts when it has held, and once', async (t) => {
  const clock = new FakeClock();
  const seen: number[] = [];
  const debounce = new Debounce(20, 0, clock, (level) => seen.push(level));
  for (const level of [1, 0, 1] as const) {
    debounce.edge(level);
    await clock.advance(10);
  }
  t.same(seen, []);
  await clock.advance(20);
  t.same(seen, [1]);
  debounce.edge(0);
  debounce.edge(1);
  await clock.advance(50);
  t.same(seen, [1], 'a glitch is no change');
  const quick = new Debounce(0, 0, clock, (level) => seen.push(level));
  quick.edge(1);
  t.same(seen, [1, 1]);
  await settled();
});

t.test('PWM: chip by device, channel by pin, duty in nanoseconds', async (t) => {
  const files = (chip: number, device: string): Record<string, string | number> => ({
    [`class/pwm/pwmchip${chip}/npwm`]: 4,
    [`class/pwm/pwmchip${chip}/device`]: `-> ../../../devices/${device}`,
    ...Object.fromEntries(
      ['period', 'duty_cycle', 'enable', 'polarity'].map((name) => [`class/pwm/pwmchip${chip}/pwm2/${name}`, 0]),
    ),
  });
  // The fan's chip comes first, as on a Pi 5 with kernel 6.6.
  const sys = fakeRoot(t, { ...files(0, '1f0009c000.pwm'), ...files(2, '1f00098000.pwm') });
  t.match(pwmOf(18, pwmChips(sys)), { chip: { device: '1f00098000.pwm' }, channel: 2 });
  const old = pwmChips(fakeRoot(t, files(0, 'fe20c000.pwm')));
  t.match([pwmOf(18, old).channel, pwmOf(13, old).channel], [0, 1]);
  t.throws(() => pwmOf(17, old), { code: 'unknown-pin', message: /GPIO12, 13, 18 or 19/ });
  t.throws(() => pwmOf(18, []), { code: 'pwm-unavailable', message: /dtoverlay=pwm,pin=18,func=2/ });

  const gpio = new Gpio({ clock: new FakeClock(), sys });
  const servo = await gpio.pwm('GPIO18', { owner: 'servo', hz: 50 });
  const value = (name: string): string => readFileSync(join(sys, 'class/pwm/pwmchip2/pwm2', name), 'utf8').trim();
  t.same([value('period'), value('enable')], ['20000000', '1']);
  await servo.pulse(1500);
  t.match(value('duty_cycle'), /^1500000/);
  await t.rejects(gpio.pwm(18, { owner: 'lamp', hz: 1000 }), { code: 'pin-taken' });
  await servo.close();
  t.match(value('enable'), /^0/);
});

t.test('the ledger survives nonsense', async (t) => {
  const root = fakeRoot(t, { 'gpio.json': '[{"pin":4,"safe":1},{"pin":{}},null,{"pin":"GPIO5"},{"pin":6,"safe":7}]' });
  const ledger = new Ledger(join(root, 'gpio.json'));
  t.same(ledger.left(), [{ pin: 4, safe: 1 }, { pin: 'GPIO5' }]);
  ledger.add({ pin: 7, safe: 0 });
  t.same(new Ledger(join(root, 'gpio.json')).left(), [{ pin: 7, safe: 0 }]);
  ledger.remove(7);
  t.same(new Ledger(join(root, 'gpio.json')).left(), []);
  writeFileSync(join(root, 'gpio.json'), '{');
  t.same(ledger.left(), []);
});

t.test('what is wrong with a driver of a sensor has line and column', async (t) => {
  const table: [sensor: string, message: RegExp][] = [
    ['{name: b, kind: button, driver: gpio}', /yaml:3:5: sensors\[0\]: "pin" is missing; driver: gpio needs it/],
    ['{name: b, kind: button, pin: 4}', /yaml:3:29: sensors\[0\]\.pin: is a key of driver: gpio, .* no driver/],
    ['{name: b, kind: temperature, driver: w1, chip: x}', /sensors\[0\]\.chip: is a key of driver: iio, .* has w1/],
    ['{name: b, kind: temperature, driver: onewire}', /must be one of gpio, iio, w1, sysfs/],
    ['{name: b, kind: temperature, driver: sysfs, file: /etc/passwd}', /must match pattern/],
  ];
  for (const [sensor, message] of table) {
    t.throws(
      () => parseConfig(`version: 1\nsensors:\n  - ${sensor}`, 'home.yaml'),
      { code: 'config-invalid', message },
      sensor,
    );
  }
  const { sensors, stopLine } = parseConfig(
    'version: 1\nstop_line: {pin: 22, pull: up}\nsensors: [{name: button/door, kind: button, driver: gpio, pin: BOARD11}]',
    'home.yaml',
  );
  t.match(sensors[0], { driver: 'gpio', pin: 'BOARD11' });
  t.match(stopLine, { pin: 22, pull: 'up' });
});
