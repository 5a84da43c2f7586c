import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { pullCommand } from '../../src/cli/pull.ts';
import { HubServer, ImpatientClock, sha256 } from '../hub/server.ts';
import { Sink } from '../support/sink.ts';

const content = new TextEncoder().encode(`GGUF${'x'.repeat(100_000)}`);
const NAME = 'hf:o/r/f.gguf';

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
