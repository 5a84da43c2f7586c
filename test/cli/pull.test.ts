import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { pullCommand } from '../../src/cli/pull.ts';
import { duration, ProgressBar, size } from '../../src/cli/progress.ts';
import { HubServer, ImpatientClock, sha256 } from '../hub/server.ts';

const content = new TextEncoder().encode(`GGUF${'x'.repeat(100_000)}`);
const NAME = 'hf:o/r/f.gguf';

class Sink {
  text = '';
  readonly isTTY: boolean;
  readonly columns = 100;

  constructor(isTTY = false) {
    this.isTTY = isTTY;
  }

  write(text: string): void {
    this.text += text;
  }
}

t.test('one JSON value on stdout, all else on stderr', async (t) => {
  const tricks = [{ cutAfter: 1000 }];
  const server = await HubServer.start({ content, tricks, headers: { 'x-linked-etag': `"${sha256(content)}"` } });
  t.teardown(() => server.close());
  const [out, err] = [new Sink(), new Sink()];
  const env = { HF_ENDPOINT: server.url, HF_HOME: t.testdir() };
  const hub = { env, clock: new ImpatientClock() };
  t.equal(await pullCommand([NAME, '--json'], { out, err, hub }), 0);
  const pulled = JSON.parse(out.text) as Record<string, unknown>;
  t.same(Object.keys(pulled), ['name', 'path', 'bytes', 'sha256']);
  t.match(pulled, { name: NAME, bytes: content.length, sha256: sha256(content) });
  t.same(readFileSync(pulled['path'] as string), Buffer.from(content));
  t.match(err.text, /broke at byte (0|1000) .*trying again in 0\.5 s\n/);
  const people = new Sink();
  t.equal(await pullCommand([NAME], { out: people, err, hub }), 0);
  t.match(people.text, /^hf:o\/r\/f\.gguf: 97\.7 KiB, SHA-256 [0-9a-f]{64}\n\/.*f\.gguf\n$/);
});

t.test('usage', async (t) => {
  const sink = new Sink();
  for (const argv of [[], ['a', 'b'], ['a', '--fast']]) {
    await t.rejects(pullCommand(argv, { out: sink, err: sink }), { code: 'bad-usage', message: /tokonoma pull NAME/ });
  }
});

t.test('ctrl-c keeps what has come, and says so', async (t) => {
  const server = createServer((request, response) => {
    response.writeHead(200, { 'content-length': content.length, 'x-linked-etag': `"${sha256(content)}"` });
    if (request.method === 'HEAD') response.end();
    else response.write(content.subarray(0, 1000));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => (server.closeAllConnections(), server.close()));
  const home = t.testdir();
  const HF_ENDPOINT = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const main = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));
  const child = spawn(process.execPath, [main, 'pull', NAME, '--json'], {
    env: { ...process.env, HF_ENDPOINT, HF_HOME: home },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const blobs = `${home}/hub/models--o--r/blobs`;
  const partial = `${blobs}/${sha256(content)}.incomplete`;
  const texts = { out: '', err: '' };
  child.stdout.on('data', (data: Buffer) => (texts.out += String(data)));
  child.stderr.on('data', (data: Buffer) => (texts.err += String(data)));
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  while (!existsSync(partial) || readFileSync(partial).length < 1000) await new Promise((go) => setTimeout(go, 20));
  child.kill('SIGINT');
  t.equal(await ended, 130);
  t.equal(texts.out, '');
  t.match(texts.err, /stopped; what has come is kept/);
  t.equal(readFileSync(partial).length, 1000);
  t.notOk(existsSync(`${partial}.lock`));
});

t.test('progress: a bar on a terminal, lines elsewhere', async (t) => {
  const MiB = 2 ** 20;
  const clock = { ms: 0, now: () => 0, monotonic: () => clock.ms, sleep: async () => {} };
  const run = (err: Sink): string => {
    clock.ms = 0;
    const bar = new ProgressBar(err, clock, 'bonsai');
    // 100 MiB were there already: they are not in the rate of 2 MiB/s.
    for (; clock.ms <= 30_000; clock.ms += 500) {
      bar.update({ stage: 'download', done: 100 * MiB + (clock.ms / 500) * MiB, total: 200 * MiB });
    }
    bar.notice('a notice');
    bar.end();
    return err.text;
  };
  const terminal = run(new Sink(true));
  const frames = terminal.split('\r\x1b[K');
  t.match(frames[11], /^bonsai download {2}55 % {2}\[#+-+\] {2}\d+\.0 MiB of 200\.0 MiB {2}2\.0 MiB\/s {2}ETA \d+ s$/);
  t.ok(frames.every((frame) => frame.length <= 100 + '\na notice'.length));
  t.match(terminal, /\r\x1b\[Ka notice\n$/, 'the bar makes room, and goes in the end');
  const lines = run(new Sink()).trimEnd().split('\n');
  t.equal(lines.length, 7, 'every five seconds, and the notice');
  t.equal(lines[0], 'bonsai download  55 %  110.0 MiB of 200.0 MiB  2.0 MiB/s  ETA 45 s');
  t.notMatch(lines.join(''), /\r|\x1b/);

  const unknown = new Sink(true);
  const bar = new ProgressBar(unknown, clock, 'x');
  bar.update({ stage: 'download', done: 5 });
  t.match(unknown.text, /0\.0 KiB$/, 'no total, no share of it');
  t.same([size(2 ** 31), duration(59.2), duration(61), duration(3661)], ['2.00 GiB', '1:00', '1:01', '1:01:01']);
});
