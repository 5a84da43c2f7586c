import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { HttpClient, RetryableError, shown } from '../../src/hub/http.ts';
import { proxyFor, proxyHeaders } from '../../src/hub/proxy.ts';

async function listen(t: Test, server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => (server.closeAllConnections(), server.close()));
  return (server.address() as AddressInfo).port;
}

t.test('which proxy', async (t) => {
  const of = (url: string, env: Record<string, string>): string | undefined => proxyFor(new URL(url), env)?.href;
  const env = { HTTPS_PROXY: 'http://secure:3128', http_proxy: 'plain:8080' };
  t.equal(of('https://huggingface.co/x', env), 'http://secure:3128/');
  t.equal(of('http://huggingface.co/x', env), 'http://plain:8080/', 'without a scheme it is http');
  t.equal(of('https://huggingface.co', {}), undefined);
  t.equal(of('https://huggingface.co', { HTTPS_PROXY: '' }), undefined);
  t.equal(of('https://huggingface.co', { all_proxy: 'https://one' }), 'https://one/');
  t.equal(of('https://huggingface.co', { https_proxy: 'http://a', HTTPS_PROXY: 'http://b' }), 'http://a/');
  for (const NO_PROXY of ['*', 'huggingface.co', '.huggingface.co', 'a.org,huggingface.co:443', 'x *.huggingface.co']) {
    t.equal(of('https://cdn.huggingface.co', { ...env, NO_PROXY }), undefined, NO_PROXY);
  }
  for (const NO_PROXY of ['face.co', 'huggingface.co:80', 'other.co', '', ',']) {
    t.equal(of('https://huggingface.co', { ...env, NO_PROXY }), 'http://secure:3128/', NO_PROXY);
  }
  t.equal(of('http://[::1]:80/', { ...env, NO_PROXY: '[::1]' }), undefined);
  const secret = { HTTPS_PROXY: 'socks5://user:pa55@host' };
  t.throws(() => of('https://huggingface.co', secret), { code: 'bad-proxy', message: /^(?!.*pa55)/ });
  t.same(proxyHeaders(new URL('http://host')), {});
});

t.test('https through a proxy is a tunnel: the proxy sees a host name, and the token does not', async (t) => {
  const folder = t.testdir();
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  try {
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost', '-days', '2', '-nodes'];
    const options = ['req', '-x509', '-newkey', 'rsa:2048', '-keyout', key, '-out', cert, ...subject];
    execFileSync('openssl', options, { stdio: 'ignore' });
  } catch (error) {
    if (process.env['CI'] === 'true') throw error;
    t.pass('there is no openssl here to make a certificate', { skip: true });
    return;
  }
  const ca = readFileSync(cert, 'utf8');
  const origin = createTlsServer({ key: readFileSync(key), cert: ca }, (request, response) =>
    response.end(`${request.url} for ${request.headers.authorization}`),
  );
  const port = await listen(t, origin);
  const asked: unknown[] = [];
  const proxy = createServer();
  proxy.on('connect', (request, socket) => {
    asked.push([request.url, request.headers['proxy-authorization'], request.headers.authorization]);
    const upstream = connect(port, '127.0.0.1', () => socket.write('HTTP/1.1 200 Connection established\r\n\r\n'));
    upstream.pipe(socket).pipe(upstream);
    upstream.on('error', () => socket.destroy());
    socket.on('error', () => upstream.destroy());
  });
  const HTTPS_PROXY = `http://me:pw@127.0.0.1:${await listen(t, proxy)}`;
  const url = new URL(`https://localhost:${port}/file`);
  const client = new HttpClient({ env: { HTTPS_PROXY }, ca });
  const { status, body } = await client.send({ method: 'GET', url, token: 'hf_secret' });
  t.equal(status, 200);
  t.equal(Buffer.concat(await body.toArray()).toString(), '/file for Bearer hf_secret');
  t.same(asked, [[`localhost:${port}`, `Basic ${Buffer.from('me:pw').toString('base64')}`, undefined]]);

  const untrusting = new HttpClient({ env: { HTTPS_PROXY } });
  await t.rejects(untrusting.send({ method: 'GET', url }), { message: /self.signed certificate/ });
});

t.test('a proxy that refuses, or breaks', async (t) => {
  let status = '403 Forbidden';
  const proxy = createServer();
  proxy.on('connect', (_request, socket) => socket.end(`HTTP/1.1 ${status}\r\n\r\n`));
  const client = new HttpClient({ env: { HTTPS_PROXY: `http://me:pw@127.0.0.1:${await listen(t, proxy)}` } });
  const get = () => client.send({ method: 'GET', url: new URL('https://localhost:9/') });
  await t.rejects(get(), { code: 'bad-proxy', message: /answers 403/ });
  status = '502 Bad Gateway';
  const error = (await get().catch((error: unknown) => error)) as Error;
  t.type(error, RetryableError);
  t.notMatch(error.message, /pw/);
});

t.test('a server that falls silent', async (t) => {
  const server = createServer((_request, response) => void response.writeHead(200).write('beginning'));
  const url = new URL(`http://127.0.0.1:${await listen(t, server)}/`);
  const client = new HttpClient({ env: {}, idleMs: 50 });
  const { body } = await client.send({ method: 'GET', url });
  await t.rejects(body.toArray());
  const mute = createServer(() => {});
  const nothing = new URL(`http://127.0.0.1:${await listen(t, mute)}/`);
  await t.rejects(client.send({ method: 'GET', url: nothing }), {
    constructor: RetryableError,
    message: /nothing came/,
  });
});

t.test('what messages may show of a URL', async (t) => {
  t.equal(shown(new URL('https://user:pw@host:8443/path?signature=x#y')), 'https://host:8443/path');
});
