/** A service told to a real datagram socket by a real `tokonoma run`. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { notifySocket, skipWithoutNotify } from '../support/notify-socket.ts';

const MAIN = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));

t.test('started by a supervisor: loading, ready, well, stopping', { skip: skipWithoutNotify }, async (t) => {
  const folder = t.testdir({
    'home.yaml':
      'version: 1\nmqtt: { port: 0 }\nhttp: { enabled: false }\ndata: state\nthings: [{ name: fan, kind: fan }]\n',
  });
  // A path of a socket has at most 107 bytes (unix(7)).
  const short = mkdtempSync(join(tmpdir(), 'tokonoma-notify-'));
  t.teardown(() => rmSync(short, { recursive: true }));
  for (const address of [join(short, 'notify'), `@tokonoma-${randomBytes(8).toString('hex')}`]) {
    const socket = await notifySocket(t, address);
    const env = { ...process.env, NODE_OPTIONS: '', NOTIFY_SOCKET: address, WATCHDOG_USEC: '1000000' };
    const child = spawn(process.execPath, [MAIN, 'run', '--config', join(folder, 'home.yaml')], {
      stdio: 'ignore',
      env,
    });
    t.teardown(() => child.kill('SIGKILL'));
    const ended = once(child, 'close');
    const early = ended.then(([code]) => Promise.reject(new Error(`it ended with ${code}`)));
    await Promise.race([socket.hear(/^WATCHDOG=1$/), early]);
    child.kill('SIGTERM');
    t.strictSame(await ended, [0, null]);
    await socket.hear(/^STOPPING=1$/);
    const told = socket.told.filter((said) => !/^(WATCHDOG|EXTEND_TIMEOUT_USEC)=/.test(said));
    t.strictSame(told, [
      'STATUS=loading the model',
      'READY=1',
      'STATUS=seedling, 1 thing, disarmed',
      'STOPPING=1',
      'STATUS=stopping',
    ]);
    const at = (pattern: RegExp): number => socket.told.findIndex((said) => pattern.test(said));
    t.ok(at(/^READY/) < at(/^WATCHDOG/), 'signs of life begin when it is ready');
  }
});

t.test('a supervisor that cannot be told fails no start', async (t) => {
  const file = join(
    t.testdir({ 'home.yaml': 'version: 1\nmqtt: { port: 0 }\nhttp: { enabled: false }\ndata: state\n' }),
    'home.yaml',
  );
  const env = { ...process.env, NODE_OPTIONS: '', PATH: '/nowhere', NOTIFY_SOCKET: '/nowhere/notify' };
  const child = spawn(process.execPath, [MAIN, 'run', '--config', file], { stdio: ['ignore', 'pipe', 'pipe'], env });
  t.teardown(() => child.kill('SIGKILL'));
  const ended = once(child, 'close');
  let [out, err] = ['', ''];
  child.stdout.on('data', (part: Buffer) => (out += part.toString()));
  child.stderr.on('data', (part: Buffer) => (err += part.toString()));
  while (!out.includes('Try one of these')) await Promise.race([once(child.stdout, 'data'), ended]);
  child.kill('SIGTERM');
  t.strictSame(await ended, [0, null]);
  t.match(err, /systemd-notify: not installed.*systemd cannot be told/);
});
