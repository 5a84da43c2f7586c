/** `tokonoma install-service`: the unit of a configuration, held against systemd's own reader where there is one. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import { installServiceCommand, uninstallServiceCommand, type ServiceEnvironment } from '../../src/cli/service.ts';
import { Tools } from '../../src/tools.ts';
import { loadConfig } from '../../src/config/load.ts';
import { service } from '../../src/doctor/service.ts';
import { unitText, type UnitOptions } from '../../src/service/unit.ts';

const MAIN = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));
const { uid, gid } = { uid: process.getuid!(), gid: process.getgid!() };

class Systemctl extends Tools {
  readonly ran: string[] = [];
  code = 0;
  override async run(name: string, args: readonly string[]) {
    this.ran.push([name, ...args].join(' '));
    return { code: this.code, stdout: '', stderr: 'no such unit' };
  }
}

interface Place {
  readonly root: string;
  readonly config: string;
  readonly unit: string;
  readonly tools: Systemctl;
  readonly install: (...argv: string[]) => Promise<{ out: string; err: string }>;
  readonly uninstall: (...argv: string[]) => Promise<string>;
}

function place(t: Test, yaml: string, host: Partial<ServiceEnvironment['host']> = {}): Place {
  const root = t.testdir({
    etc: {
      passwd: `root:x:0:0:root:/root:/bin/bash\nhouse:x:${uid}:${gid}::/home/house:/bin/sh\n`,
      group: 'root:x:0:\ngpio:x:997:\n',
    },
    'home.yaml': yaml,
  });
  const tools = new Systemctl();
  const environment = (out: string[], err: string[]): Partial<ServiceEnvironment> => ({
    out: { write: (text) => out.push(text) },
    err: { write: (text) => err.push(text) },
    tools,
    host: { root, env: {}, program: [process.execPath, MAIN], notifies: true, ...host },
  });
  const config = join(root, 'home.yaml');
  return {
    root,
    config,
    tools,
    unit: join(root, 'etc/systemd/system/tokonoma.service'),
    install: async (...argv) => {
      const [out, err]: [string[], string[]] = [[], []];
      await installServiceCommand(['--config', config, ...argv], environment(out, err));
      return { out: out.join(''), err: err.join('') };
    },
    uninstall: async (...argv) => {
      const out: string[] = [];
      await uninstallServiceCommand(argv, environment(out, []));
      return out.join('');
    },
  };
}

const has = (unit: string, ...lines: string[]): string[] => lines.filter((line) => !unit.split('\n').includes(line));

t.test('a home without pins: watched, shut in, with the memory of its plan', async (t) => {
  const {
    install,
    config,
    unit: file,
  } = place(t, 'version: 1\nnode: { name: lab }\nthings: [{ name: fan, kind: fan }]\n');
  const { out: unit } = await install('--dry-run', '--user', 'house');
  t.notOk(existsSync(file), 'nothing is written');
  t.strictSame(
    has(
      unit,
      'Type=notify',
      'NotifyAccess=all',
      'WatchdogSec=40',
      'Restart=on-failure',
      'StartLimitBurst=5',
      `ExecStart=${process.execPath} ${MAIN} run --config ${config}`,
      'ExecReload=/bin/kill -HUP $MAINPID',
      'User=house',
      'StateDirectory=tokonoma',
      'Environment=XDG_STATE_HOME=/var/lib',
      'MemorySwapMax=0',
      'NoNewPrivileges=yes',
      'ProtectSystem=strict',
      'PrivateDevices=yes',
      'ProtectKernelTunables=yes',
      'CapabilityBoundingSet=',
    ),
    [],
  );
  t.notMatch(unit, /^(MemoryDenyWriteExecute|SupplementaryGroups|ReadWritePaths|DeviceAllow)=/m);
  const { memory_max, written } = JSON.parse((await install('--dry-run', '--user', 'house', '--json')).out) as {
    memory_max: number;
    written: boolean;
  };
  t.equal(written, false);
  t.match(unit, new RegExp(`\\nMemoryMax=${memory_max}\\n`));
  const plan = Number(/# (\d+) MiB: the plan for 512 tokens; 64 MiB beside it/.exec(unit)?.[1]);
  t.ok(plan > 90 && plan < 130, 'the seedling, Node and its tokenizer');
  t.equal(memory_max, (plan + 64) * 2 ** 20);
});

t.test('pins, a data folder of its own, a budget, a low port', async (t) => {
  const yaml = `version: 1
memory: 300MiB
mqtt: { url: 'mqtt://broker' }
http: { port: 80 }
data: kept
things: [{ name: lamp, kind: relay, driver: gpio, pin: 17 }]
sensors: [{ name: temperature/hall, kind: temperature, driver: iio, chip: bme280, channel: in_temp_input }]
`;
  const { install, root, unit: file } = place(t, yaml, { notifies: false });
  const { out, err } = await install('--user', 'house');
  const unit = readFileSync(file, 'utf8');
  t.match(out, /tokonoma\.service is written: house, at most 364 MiB\nnext: sudo systemctl daemon-reload/);
  t.match(err, /no group i2c[^]*systemd-notify is not installed/);
  t.strictSame(
    has(
      unit,
      'Type=exec',
      `MemoryMax=${364 * 2 ** 20}`,
      `ReadWritePaths=${join(root, 'kept')}`,
      'SupplementaryGroups=gpio',
      'DevicePolicy=closed',
      'DeviceAllow=char-gpiochip rw',
      'AmbientCapabilities=CAP_NET_BIND_SERVICE',
    ),
    [],
  );
  t.notMatch(unit, /^(PrivateDevices|ProtectKernelTunables|WatchdogSec|StateDirectory|SupplementaryGroups=i2c)/m);
  t.ok(existsSync(join(root, 'kept')), 'what it may write to is there');
});

t.test('secrets come from the file beside the configuration, and from nowhere else', async (t) => {
  const { install, root } = place(
    t,
    "version: 1\nmqtt: { url: 'mqtt://b', username: u, password_env: MQTT_PASSWORD }\n",
    {
      env: { MQTT_PASSWORD: 'of this shell' },
    },
  );
  await t.rejects(install('--user', 'house', '--dry-run'), { code: 'config-invalid', message: /password_env/ });
  writeFileSync(join(root, 'home.env'), '# for the service\nMQTT_PASSWORD="s3cret word"\n');
  const { out } = await install('--user', 'house', '--dry-run');
  t.match(out, `EnvironmentFile=-${join(root, 'home.env')}\n`);
  t.notMatch(out, /s3cret/);
});

t.test('what is not ours is left alone; what is ours is written anew and taken away', async (t) => {
  const { install, uninstall, unit, tools } = place(t, 'version: 1\n');
  t.equal(await uninstall('--json'), '{"file":null}\n');
  mkdirSync(join(unit, '..'), { recursive: true });
  writeFileSync(unit, '[Service]\nExecStart=/bin/true\n');
  await t.rejects(install('--user', 'house'), { code: 'service-foreign' });
  await t.rejects(uninstall(), { code: 'service-foreign' });
  t.match(readFileSync(unit, 'utf8'), '/bin/true');
  await install('--user', 'house', '--force');
  await install('--user', 'house');
  t.strictSame(tools.ran, [], 'systemctl runs only when it is asked for');
  await install('--user', 'house', '--now');
  await uninstall('--now');
  t.notOk(existsSync(unit));
  t.strictSame(tools.ran, [
    'systemctl daemon-reload',
    'systemctl enable tokonoma.service',
    'systemctl restart --no-block tokonoma.service',
    'systemctl disable --now --no-block tokonoma.service',
    'systemctl daemon-reload',
  ]);
  tools.code = 1;
  await t.rejects(install('--user', 'house', '--now'), { code: 'systemctl', message: /daemon-reload: no such unit/ });
});

t.test('wrong use', async (t) => {
  const { install, root } = place(t, 'version: 1\nmemory: 20M\n');
  await t.rejects(install('--user', 'nobody-here'), { code: 'service-user', message: /adduser/ });
  await t.rejects(install('--user', 'house'), { code: 'memory-budget' });
  await t.rejects(install('--config', join(root, 'absent.yaml')), { code: 'config-not-found' });
  await t.rejects(install('more'), { code: 'bad-usage' });
  writeFileSync(join(root, 'bad\nname.yaml'), 'version: 1\n');
  await t.rejects(install('--user', 'house', '--config', join(root, 'bad\nname.yaml')), { code: 'service-path' });
});

const analyze = spawnSync('systemd-analyze', ['--version']).status === 0;
const skip = analyze || process.env['CI'] === 'true' ? false : 'systemd-analyze is not installed (apt install systemd)';

t.test('systemd reads every unit without a word', { skip }, async (t) => {
  const folder = t.testdir({ 'a b%c"d$e': { 'run me': '' } });
  const base: UnitOptions = {
    node: 'lab',
    command: [process.execPath, join(folder, 'a b%c"d$e', 'run me'), 'run'],
    user: 'root',
    groups: [],
    memory: { limit: 200 << 20, reason: '136 MiB: the plan for 512 tokens; 64 MiB beside it' },
    environment: { XDG_STATE_HOME: '/var/lib', HF_HUB_CACHE: '/home/a b/50%' },
    environmentFile: '/etc/tokonoma/home.env',
    stateDirectory: 'tokonoma',
    writable: [],
    readsHome: false,
    hardware: false,
    lowPort: false,
    notifies: true,
  };
  const other = { hardware: true, lowPort: true, readsHome: true, notifies: false, stateDirectory: undefined };
  for (const options of [base, { ...base, ...other, groups: ['root'], writable: ['/var/lib/a b'] }]) {
    const file = join(folder, 'tokonoma.service');
    writeFileSync(file, unitText(options));
    const { stdout, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', file], { encoding: 'utf8' });
    // What it says of other units of this machine is not about ours.
    const said = `${stdout}${stderr}`.split('\n').filter((line) => line.includes('tokonoma'));
    t.strictSame(said, []);
  }
  // And it would say so.
  const file = join(folder, 'tokonoma.service');
  writeFileSync(file, unitText(base).replace('WatchdogSec=40', 'WatchdogSecs=40'));
  t.match(spawnSync('systemd-analyze', ['verify', '--man=no', file], { encoding: 'utf8' }).stderr, /WatchdogSecs/);
});

t.test('doctor: a unit that gives the configuration less than it needs', async (t) => {
  const { install, root, config: file, unit } = place(t, 'version: 1\nmemory: 300M\n');
  const machine = { root, env: {}, nodeVersion: process.version, arch: process.arch };
  t.match(service(machine, loadConfig(file)), { status: 'ok', found: 'not installed' });
  await install('--user', 'house');
  t.match(service(machine, loadConfig(file)), {
    status: 'ok',
    found: /at most 364 MiB; the configuration needs 364 MiB/,
  });
  writeFileSync(file, 'version: 1\nmemory: 400M\n');
  t.match(service(machine, loadConfig(file)), { status: 'problem', advice: /install-service/ });
  writeFileSync(unit, '[Service]\n');
  t.match(service(machine, loadConfig(file)), { status: 'ok', found: /without a memory limit/ });
});
