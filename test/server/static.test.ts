/** The dashboard's files: types, caching, encodings, and no way out of the folder. */
import { mkdirSync, writeFileSync } from 'node:fs';
import * as http from 'node:http';
import { join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import t, { type Test } from 'tap';
import { createLogger } from '../../src/log.ts';
import { HttpServer } from '../../src/server/http.ts';
import { staticFiles } from '../../src/server/static.ts';

const SCRIPT = 'export const answer = 42;\n'.repeat(50);

async function serve(t: Test) {
  const folder = t.testdir({
    secret: 'not for anybody',
    site: { 'index.html': '<!doctype html>', 'notes.txt': 'no type, not served' },
  });
  const assets = join(folder, 'site', 'assets');
  mkdirSync(assets);
  writeFileSync(join(assets, 'app-1a2b.js'), SCRIPT);
  writeFileSync(join(assets, 'app-1a2b.js.br'), brotliCompressSync(SCRIPT));
  writeFileSync(join(assets, 'app-1a2b.js.gz'), gzipSync(SCRIPT));
  const server = await HttpServer.start({ port: 0, log: createLogger('silent') });
  t.teardown(() => server.close());
  server.otherwise(staticFiles(join(folder, 'site')));
  return server;
}

interface Got {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
}

/** fetch decodes, and tidies paths up. */
function get(server: HttpServer, path: string, headers: http.OutgoingHttpHeaders = {}, method = 'GET'): Promise<Got> {
  return new Promise((resolve, reject) => {
    const request = http.request({ host: '127.0.0.1', port: server.port, path, headers, method }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode!, headers: response.headers, body: Buffer.concat(chunks) }),
      );
    });
    request.on('error', reject);
    request.end();
  });
}

t.test('the page: asked about every time, and allowed nothing but its own', async (t) => {
  const server = await serve(t);
  const { status, headers, body } = await get(server, '/');
  t.equal(status, 200);
  t.equal(body.toString(), '<!doctype html>');
  t.equal(headers['content-type'], 'text/html; charset=utf-8');
  t.equal(headers['cache-control'], 'no-cache');
  t.equal(headers['x-content-type-options'], 'nosniff');
  const policy = headers['content-security-policy'] as string;
  t.match(policy, /^default-src 'none';/);
  t.notMatch(policy, /unsafe|\*|https?:|data:/);
  const again = await get(server, '/', { 'If-None-Match': headers.etag });
  t.equal(again.status, 304);
  t.equal(again.body.length, 0);
  t.equal((await get(server, '/', { 'If-None-Match': '"other"' })).status, 200);
});

t.test('an asset: for ever, and compressed as the client takes it', async (t) => {
  const server = await serve(t);
  const ask = (accepted?: string) =>
    get(server, '/assets/app-1a2b.js', accepted === undefined ? {} : { 'Accept-Encoding': accepted });
  const plain = await ask();
  t.equal(plain.headers['cache-control'], 'public, max-age=31536000, immutable');
  t.equal(plain.headers['content-type'], 'text/javascript; charset=utf-8');
  t.equal(plain.headers['content-encoding'], undefined);
  t.equal(plain.body.toString(), SCRIPT);
  const brotli = await ask('gzip, deflate, br');
  t.equal(brotli.headers['content-encoding'], 'br');
  t.equal(brotliDecompressSync(brotli.body).toString(), SCRIPT);
  const gzip = await ask('gzip, br;q=0');
  t.equal(gzip.headers['content-encoding'], 'gzip');
  t.equal(gunzipSync(gzip.body).toString(), SCRIPT);
  t.equal(Number(gzip.headers['content-length']), gzip.body.length);
  t.equal(gzip.headers.vary, 'Accept-Encoding');
  const head = await get(server, '/assets/app-1a2b.js', { 'Accept-Encoding': 'br' }, 'HEAD');
  t.equal(head.status, 200);
  t.equal(head.body.length, 0);
  t.equal(Number(head.headers['content-length']), brotli.body.length);
});

t.test('nothing else is served', async (t) => {
  const server = await serve(t);
  for (const path of [
    '/../secret',
    '/assets/../../secret',
    '/..%2fsecret',
    '/%2e%2e/secret',
    '/notes.txt',
    '/assets/',
  ]) {
    t.equal((await get(server, path)).status, 404, path);
  }
  t.equal((await get(server, '/assets/app-1a2b.js.br')).status, 404, 'an encoding is no file of its own');
  t.equal((await get(server, '/', {}, 'POST')).status, 404);
});

t.test('without a build, the page says what to do', async (t) => {
  const server = await HttpServer.start({ port: 0, log: createLogger('silent') });
  t.teardown(() => server.close());
  server.otherwise(staticFiles(join(t.testdir(), 'nowhere')));
  const { status, body } = await get(server, '/');
  t.equal(status, 404);
  t.match(body.toString(), /npm run build/);
});
