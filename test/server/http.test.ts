import { createHash } from 'node:crypto';
import * as net from 'node:net';
import t, { type Test } from 'tap';
import { createLogger } from '../../src/log.ts';
import { HttpServer, MAX_BODY, sendJson, type HttpOptions } from '../../src/server/http.ts';

const log = createLogger('silent');

async function serve(t: Test, options: Partial<HttpOptions> = {}): Promise<HttpServer> {
  const server = await HttpServer.start({ port: 0, log, ...options });
  t.teardown(() => server.close());
  server.add({
    'GET /health': async ({ response }) => sendJson(response, 200, { status: 'ok' }),
    'GET /where': async ({ response, path, query }) => sendJson(response, 200, { path, x: query.get('x') }),
    'POST /echo': async (exchange) => sendJson(exchange.response, 200, await exchange.json()),
    'GET /broken': async () => {
      throw new Error('secret inside');
    },
  });
  return server;
}

/** A request written by hand: fetch sets Host and Origin itself. */
async function raw(server: HttpServer, lines: readonly string[]): Promise<{ status: number; text: string }> {
  const socket = net.connect(server.port, '127.0.0.1');
  socket.end([...lines, 'Connection: close', '', ''].join('\r\n'));
  let text = '';
  for await (const chunk of socket) text += String(chunk);
  return { status: Number(text.split(' ')[1]), text };
}

t.test('routes, their errors, and what is not there', async (t) => {
  const server = await serve(t);
  const ask = (path: string, init?: RequestInit) => fetch(server.url + path, init);
  t.same(await (await ask('/where?x=1')).json(), { path: '/where', x: '1' });
  t.same(await (await ask('/echo', { method: 'POST', body: '{"a":1}' })).json(), { a: 1 });
  const cases: [string, RequestInit | undefined, number, string][] = [
    ['/nothing', undefined, 404, 'not-found'],
    ['/echo', undefined, 405, 'method-not-allowed'],
    ['/echo', { method: 'POST', body: '{' }, 400, 'bad-json'],
    ['/echo', { method: 'POST', body: Buffer.from([0x22, 0xff, 0x22]) }, 400, 'bad-json'],
    ['/echo', { method: 'POST', body: Buffer.alloc(MAX_BODY + 1, 0x20) }, 413, 'too-large'],
    ['/broken', undefined, 500, 'internal'],
  ];
  for (const [path, init, status, code] of cases) {
    const response = await ask(path, init);
    t.equal(response.status, status, path);
    const { error } = (await response.json()) as { error: { code: string; message: string } };
    t.equal(error.code, code);
    t.notMatch(error.message, /secret inside/);
  }
});

t.test('a body without a length has the same limit', async (t) => {
  const server = await serve(t);
  const body = new ReadableStream({
    start(controller) {
      for (let i = 0; i < 20; i++) controller.enqueue(Buffer.alloc(1 << 16, 0x20));
      controller.close();
    },
  });
  const response = await fetch(`${server.url}/echo`, { method: 'POST', body, duplex: 'half' } as RequestInit).catch(
    () => undefined,
  );
  // It may close the connection before everything was sent.
  t.ok(response === undefined || response.status === 413);
});

t.test('other than loopback needs a token', async (t) => {
  await t.rejects(HttpServer.start({ host: '0.0.0.0', port: 0, log }), { code: 'token-required' });
  const server = await serve(t, { host: '0.0.0.0', token: 'sesame' });
  const url = `http://127.0.0.1:${server.port}`;
  t.equal((await fetch(`${url}/where`)).status, 401);
  t.equal((await fetch(`${url}/where`, { headers: { Authorization: 'Bearer wrong' } })).status, 401);
  t.equal((await fetch(`${url}/where`, { headers: { Authorization: 'Bearer sesame' } })).status, 200);
  t.equal((await fetch(`${url}/health`)).status, 200, 'whether it lives is no secret');
});

t.test('a browser gets the token as a cookie, and the address without it', async (t) => {
  const server = await serve(t, { token: 'se same' });
  const login = await fetch(`${server.url}/?token=se%20same`, { redirect: 'manual' });
  t.equal(login.status, 303);
  t.equal(login.headers.get('location'), '/');
  const cookie = login.headers.get('set-cookie')!;
  t.match(cookie, /HttpOnly/);
  t.match(cookie, /SameSite=Strict/);
  t.equal((await fetch(`${server.url}/where`, { headers: { Cookie: cookie.split(';')[0]! } })).status, 200);
  t.equal((await fetch(`${server.url}/where`, { headers: { Cookie: 'tokonoma=%zz' } })).status, 401);
  t.equal((await fetch(`${server.url}/?token=wrong`, { redirect: 'manual' })).status, 401);
});

t.test('a browser without the token is asked for it', async (t) => {
  const server = await serve(t, { token: 'se same' });
  const Accept = 'text/html,application/xhtml+xml,*/*;q=0.8';
  const send = (fields: Record<string, string>, headers: Record<string, string> = {}) =>
    fetch(`${server.url}/`, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual', headers });
  const asked = await fetch(server.url, { headers: { Accept } });
  t.equal(asked.status, 401);
  t.match(asked.headers.get('content-type'), /^text\/html/);
  t.equal(asked.headers.get('cache-control'), 'no-store');
  t.equal(asked.headers.get('referrer-policy'), 'same-origin', 'so that the form comes with its origin');
  const page = await asked.text();
  t.match(page, /<form method="post" action="\/">/);
  t.notMatch(page, /<script|role="alert"/);
  const policy = asked.headers.get('content-security-policy')!;
  t.match(policy, /^default-src 'none';/);
  t.notMatch(policy, /unsafe|\*|script|https?:/);
  const style = /<style>(.*?)<\/style>/s.exec(page)![1]!;
  t.match(policy, `'sha256-${createHash('sha256').update(style).digest('base64')}'`, 'its own style and no other');

  const wrong = await send({ token: 'open <b>' });
  t.equal(wrong.status, 401);
  t.equal(wrong.headers.get('set-cookie'), null);
  const told = await wrong.text();
  t.match(told, /role="alert">That is not the token/);
  t.notMatch(told, 'open', 'what was typed is not said back');
  t.match(await (await fetch(`${server.url}/?token=wrong`, { headers: { Accept } })).text(), /That is not the token/);
  t.equal((await send({})).status, 401);

  const right = await send({ token: 'se same' }, { Origin: server.url });
  t.equal(right.status, 303);
  t.equal(right.headers.get('location'), '/');
  const cookie = right.headers.get('set-cookie')!;
  t.match(cookie, /HttpOnly; SameSite=Strict/);
  t.equal((await fetch(`${server.url}/where`, { headers: { Cookie: cookie.split(';')[0]! } })).status, 200);

  t.equal((await send({ token: 'se same' }, { Origin: 'https://evil.example' })).status, 403, 'not from elsewhere');
  t.equal((await send({ token: 'x'.repeat(20_000) })).status, 413);
  const program = await fetch(server.url, { headers: { Accept: '*/*' } });
  t.equal(((await program.json()) as { error: { code: string } }).error.code, 'unauthorized', 'a program reads JSON');
  t.match((await fetch(`${server.url}/where`, { headers: { Accept } })).headers.get('content-type'), /json/);
  const open = await serve(t);
  t.equal((await fetch(open.url, { headers: { Accept } })).status, 404, 'nothing is asked where there is no token');
});

t.test('pages of elsewhere, and names that are not ours, are refused', async (t) => {
  const server = await serve(t, { origins: ['https://home.example'], names: ['pi.local'] });
  const get = (headers: readonly string[]) => raw(server, ['GET /where HTTP/1.1', ...headers]);
  const own = `Host: localhost:${server.port}`;
  t.equal((await get([own])).status, 200);
  t.equal((await get(['Host: pi.local'])).status, 200);
  t.equal((await get(['Host: [::1]:8080'])).status, 200);
  t.equal((await get(['Host: evil.example'])).status, 400, 'DNS rebinding');
  t.equal((await get([own, 'Origin: https://evil.example'])).status, 403);
  t.equal((await get([own, 'Origin: null'])).status, 403);
  t.equal((await get([own, `Origin: http://localhost:${server.port}`])).status, 200);
  const allowed = await get([own, 'Origin: https://home.example']);
  t.match(allowed.text, /Access-Control-Allow-Origin: https:\/\/home\.example/i);
  const preflight = await raw(server, ['OPTIONS /echo HTTP/1.1', own, 'Origin: https://home.example']);
  t.equal(preflight.status, 204);
  t.equal((await raw(server, ['OPTIONS /echo HTTP/1.1', own, 'Origin: https://evil.example'])).status, 403);
});

t.test('an upgrade passes the same checks', async (t) => {
  const server = await serve(t, { token: 'sesame' });
  let upgraded = 0;
  server.upgrade('/feed', (_request, socket) => {
    upgraded++;
    socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\n');
  });
  const ask = (path: string, ...headers: string[]) =>
    raw(server, [`GET ${path} HTTP/1.1`, 'Host: localhost', 'Connection: Upgrade', 'Upgrade: websocket', ...headers]);
  t.equal((await ask('/feed')).status, 401);
  t.equal((await ask('/elsewhere', 'Authorization: Bearer sesame')).status, 404);
  t.equal((await ask('/feed', 'Authorization: Bearer sesame', 'Origin: https://evil.example')).status, 403);
  t.equal(upgraded, 0);
  t.equal((await ask('/feed', 'Authorization: Bearer sesame')).status, 101);
});

t.test('nonsense is answered, and a port that is taken is told', async (t) => {
  const server = await serve(t);
  t.equal((await raw(server, ['nonsense'])).status, 400);
  await t.rejects(HttpServer.start({ port: server.port, log }), { code: 'port-taken' });
});
