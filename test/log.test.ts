/** What reaches the log, and what never does. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, fstatSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { createLogger, type LoggerOptions } from '../src/log.ts';
import { Broker } from '../src/mqtt/broker.ts';
import { hideSecrets, secretsIn } from '../src/secrets.ts';

const MAIN = fileURLToPath(new URL('../src/cli/main.js', import.meta.url));

function logged(
  level: string | undefined,
  options: LoggerOptions = {},
): { lines: string[]; log: ReturnType<typeof createLogger> } {
  const lines: string[] = [];
  const log = createLogger(level, { sink: { write: (line) => void lines.push(line) }, ...options });
  return { lines, log };
}

t.test('JSON lines from warn up; an unknown level is warn', async (t) => {
  for (const level of ['warn', 'chatty']) {
    const { lines, log } = logged(level);
    log.info('no');
    log.warn({ topic: 'a/b' }, 'yes');
    t.equal(lines.length, 1);
    t.match(JSON.parse(lines[0]!), { level: 40, topic: 'a/b', msg: 'yes', time: Number, pid: process.pid });
  }
});

t.test('in the journal each line begins with its priority, and leaves out what the journal knows', async (t) => {
  const { lines, log } = logged('trace', { journal: true });
  for (const level of ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const) log[level]('x');
  t.strictSame(
    lines,
    [7, 7, 6, 4, 3, 2].map((priority, i) => `<${priority}>{"level":${(i + 1) * 10},"msg":"x"}\n`),
  );
});

t.test('the journal is told by device and inode of stderr', async (t) => {
  const file = join(t.testdir(), 'stderr');
  const run = async (stream: (own: string) => string): Promise<string> => {
    const fd = openSync(file, 'w');
    const { dev, ino } = fstatSync(fd);
    const log = new URL('../src/log.js', import.meta.url).href;
    const code = `import { createLogger } from '${log}'; createLogger('info').info('hello');`;
    const env = { ...process.env, NODE_OPTIONS: '', JOURNAL_STREAM: stream(`${dev}:${ino}`) };
    const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
      stdio: ['ignore', 'ignore', fd],
      env,
    });
    closeSync(fd);
    t.strictSame(await once(child, 'close'), [0, null]);
    return readFileSync(file, 'utf8');
  };
  t.equal(await run((own) => own), '<6>{"level":30,"msg":"hello"}\n');
  t.match(await run(() => '1:2'), /^\{"level":30,"time"/, 'stderr was turned elsewhere');
});

t.test('secrets by key, by value, by their place in a URL', async (t) => {
  const secret = 'se"cret/1';
  const { lines, log } = logged('info', { secrets: [secret, 'abc'] });
  log.info({ password: 'p', http: { token: 't' } }, `as ${secret}, ${encodeURIComponent(secret)}`);
  log.info({ error: new Error(`mqtt://anna:p@ss@host:1883/x and ${secret}`).message, alphabet: 'abcdef' });
  const text = lines.join('');
  t.match(JSON.parse(lines[0]!), { password: '[secret]', http: { token: '[secret]' }, msg: 'as [secret], [secret]' });
  t.match(JSON.parse(lines[1]!), { error: 'mqtt://[secret]@host:1883/x and [secret]', alphabet: 'abcdef' });
  t.notMatch(text, /anna|p@ss|cret\/1|cret%2F1/);
  t.equal(
    hideSecrets('mail me@home.example, see http://home.example/a@b'),
    'mail me@home.example, see http://home.example/a@b',
  );
});

t.test('what is secret in a configuration', async (t) => {
  const config = {
    mqtt: { url: 'mqtt://anna:in%20url@host', password: 'one', tls: { key: '/etc/key.pem' } },
    http: { token: 'two' },
    things: [{ name: 'x', driverOptions: { token: 'three' } }],
  };
  t.strictSame(secretsIn(config), ['in url', 'one', 'two', 'three']);
});

t.test('a whole run at trace with secrets everywhere shows none of them', async (t) => {
  const said: string[] = [];
  const broker = await Broker.start({ host: '127.0.0.1', port: 0, log: createLogger('silent') });
  t.teardown(() => broker.close());
  const { port } = new URL(broker.url);
  const secrets = { password: 'pass-5ecret', token: 'token-5ecret', env: 'env-5ecret', inUrl: 'url-5ecret' };
  const file = join(t.testdir(), 'home.yaml');
  const yaml = (login: string): string => `version: 1
node: { name: secretive }
mqtt: { url: 'mqtt://anna:${secrets.inUrl}@127.0.0.1:${port}', username: bert, ${login} }
http: { port: 0, token: ${secrets.token} }
log: { level: trace }
data: state
things: [{ name: desk lamp, kind: light }]
`;
  const child = (...args: string[]) => {
    const env = {
      ...process.env,
      NODE_OPTIONS: '',
      LOG_LEVEL: undefined,
      MQTT_PASSWORD: secrets.env,
      HF_TOKEN: secrets.env,
    };
    const process_ = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env });
    for (const stream of [process_.stdout, process_.stderr])
      stream.on('data', (part: Buffer) => said.push(part.toString()));
    return process_;
  };
  writeFileSync(file, yaml('password_env: MQTT_PASSWORD'));
  const run = child('run', '--config', file);
  t.teardown(() => run.kill('SIGKILL'));
  while (!said.join('').includes('Try one of these')) await once(run.stdout, 'data');
  const url = /http:\/\/127\.0\.0\.1:\d+/.exec(said.join(''))![0];
  for (const token of [secrets.token, 'wrong-5ecret']) {
    const headers = { authorization: `Bearer ${token}` };
    await (await fetch(`${url}/v1/models`, { headers })).text();
  }
  const ended = once(run, 'close');
  run.kill('SIGTERM');
  t.strictSame(await ended, [0, null]);
  // A broker that is not there, and a file with a mistake beside its secrets.
  writeFileSync(file, `${yaml(`password: ${secrets.password}`)}mode: x\n`);
  t.strictSame(await once(child('run', '--config', file), 'close'), [1, null]);
  writeFileSync(file, yaml(`password: ${secrets.password}`));
  for (const args of [['doctor'], ['devices'], ['devices', '--json'], ['devices', '--discover', '--seconds', '0.1']]) {
    await once(child(...args, '--config', file), 'close');
  }
  const text = said.join('');
  t.match(text, /"level":\d0/, 'it did log');
  t.match(text, /config-invalid/);
  t.notMatch(text, /5ecret/);
});
