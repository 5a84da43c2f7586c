import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import t from 'tap';
import { board, kernel, memory, node, processor, time } from '../../src/doctor/machine.ts';
import { chosen, groups, libgpiod, pwm, sensors, sysfs } from '../../src/doctor/pins.ts';
import type { Machine } from '../../src/doctor/report.ts';
import { broker, dataFolder } from '../../src/doctor/service.ts';
import { Tools } from '../../src/tools.ts';
import { chip, fakeRoot } from '../gpio/root.ts';

const under = (path: string, files: Record<string, string | number>): Record<string, string | number> =>
  Object.fromEntries(Object.entries(files).map(([name, content]) => [`${path}/${name}`, content]));

/** A Raspberry Pi 5 as its file system tells of it. */
const PI5 = {
  'proc/device-tree/model': 'Raspberry Pi 5 Model B Rev 1.0\0',
  'proc/device-tree/compatible': 'raspberrypi,5-model-b\0brcm,bcm2712\0',
  'proc/sys/kernel/osrelease': '6.6.51+rpt-rpi-2712',
  'etc/os-release': 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian',
  'proc/cpuinfo': `${'processor\t: 0\nFeatures\t: fp asimd asimddp fphp\n\n'.repeat(4)}Model: Raspberry Pi 5`,
  'proc/meminfo': 'MemTotal: 4147712 kB\nMemAvailable: 1024000 kB\nSwapTotal: 0 kB',
  'run/systemd/timesync/synchronized': '',
  'etc/group': 'root:x:0:\ngpio:x:993:pi\ni2c:x:994:',
  ...under('sys', {
    ...chip('pinctrl-rp1', 571, 54),
    'class/gpio/export': '',
    'class/pwm/pwmchip2/npwm': 4,
    'class/pwm/pwmchip2/device': '-> ../../../devices/1f00098000.pwm',
    'bus/iio/devices/iio:device0/name': 'bme280',
    'bus/w1/devices/28-0316a2795bff/w1_slave': '',
    'bus/w1/devices/w1_bus_master1/name': '',
  }),
};

function machine(root: string, more: Partial<Machine> = {}): Machine {
  return { root, env: {}, nodeVersion: 'v22.23.0', arch: 'arm64', ...more };
}

t.test('a Pi 5', async (t) => {
  const pi = machine(fakeRoot(t, PI5));
  t.same(board(pi), { check: 'board', status: 'ok', found: 'Raspberry Pi 5 Model B Rev 1.0, bcm2712' });
  t.match(kernel(pi), { status: 'ok', found: 'Linux 6.6.51+rpt-rpi-2712, Debian GNU/Linux 12 (bookworm)' });
  t.match(processor(pi), { status: 'ok', found: /^4 cores, asimd asimddp fphp; kernels: / });
  t.match(memory(pi), { status: 'ok', found: /^1000 MiB available; fits seedling, bonsai-1\.7b/ });
  t.match(time(pi, Date.UTC(2026, 1, 1)), { status: 'ok' });
  t.match(sysfs(pi), { status: 'ok', found: 'gpiochip571 [pinctrl-rp1] base 571, 54 lines' });
  t.match(pwm(pi), { status: 'ok', found: '1f00098000.pwm, 4 channels' });
  t.match(sensors(pi), { found: 'iio bme280, w1 28-0316a2795bff' });
  t.match(groups(pi, [993, 994], 1000), { status: 'ok', found: 'in gpio, i2c' });
  const onoff = async (): Promise<object> => ({ Gpio: class {} });
  const way = await chosen('auto', true, { sys: join(pi.root, 'sys'), tools: new Tools(''), onoff });
  t.match(way, { status: 'ok', found: 'onoff: gpiochip571 [pinctrl-rp1] base 571, 54 lines' });
});

t.test('what is wrong is told with what to do', async (t) => {
  const bare = machine(
    fakeRoot(t, { 'etc/group': 'gpio:x:993:', 'proc/meminfo': 'MemAvailable: 51200 kB\nSwapTotal: 0 kB' }),
  );
  t.match(sysfs(bare), { status: 'note', advice: /libgpiod/ });
  t.match(await libgpiod(bare, new Tools('/nonexistent')), { status: 'note', advice: 'sudo apt install gpiod' });
  const way = { sys: join(bare.root, 'sys'), tools: new Tools('/nonexistent') };
  t.match(await chosen('auto', true, way), { status: 'problem', found: /onoff: .*libgpiod: .*lgpio: /s });
  t.match(await chosen('auto', false, way), { status: 'note' }, 'no problem for a home without pins');
  t.match(groups(bare, [100], 1000), { status: 'problem', advice: /sudo usermod -aG gpio / });
  t.match(groups(bare, [], 0), { status: 'note' });
  t.match(memory(bare), { status: 'problem', found: /^50 MiB available/, advice: /swap/ });
  t.match(time(bare, Date.UTC(1970, 0, 2)), { status: 'problem', advice: /i2c-rtc/ });
  t.match(time(bare, Date.UTC(2026, 0, 2)), { status: 'note', advice: /timedatectl/ });
  t.match(pwm(bare), { status: 'note', advice: /dtoverlay=pwm/ });
  const table: [nodeVersion: string, arch: string, status: string][] = [
    ['v18.20.0', 'arm64', 'problem'],
    ['v20.18.9', 'arm64', 'problem'],
    ['v20.19.0', 'arm64', 'note'],
    ['v21.7.0', 'arm64', 'problem'],
    ['v22.11.0', 'arm64', 'problem'],
    ['v22.12.0', 'arm64', 'ok'],
    ['v24.1.0', 'arm', 'problem'],
    ['v26.0.0', 'x64', 'ok'],
  ];
  for (const [nodeVersion, arch, status] of table)
    t.equal(node({ ...bare, nodeVersion, arch }).status, status, `${nodeVersion} ${arch}`);
});

t.test('broker and data folder of a configuration', async (t) => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const at = (url?: string): Parameters<typeof broker>[0] => ({
    mqtt: { host: '127.0.0.1', port: 1883, ...(url === undefined ? {} : { url }) },
  });
  t.match(await broker(at(`mqtt://me:secret@127.0.0.1:${port}`)), {
    status: 'ok',
    found: `127.0.0.1:${port} is there`,
  });
  await new Promise((resolve) => server.close(resolve));
  t.match(await broker(at(`mqtt://127.0.0.1:${port}`)), { status: 'problem', advice: /nothing listens there/ });
  t.match(await broker(at()), { status: 'ok', found: 'embedded, on 127.0.0.1:1883' });
  const root = fakeRoot(t, { 'state/file': '' });
  t.match(dataFolder({ data: join(root, 'state') }), { check: 'data', found: /MiB free/ });
  t.match(dataFolder({ data: join(root, 'a/b/c') }), { found: /\(to be made\)/ });
});
