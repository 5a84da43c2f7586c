import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, statSync, writeFileSync } from 'node:fs';
import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import t, { type Test } from 'tap';
import { HubCache } from '../../src/hub/cache.ts';
import type { CatalogFile } from '../../src/hub/catalog.ts';
import { Hub, type HubOptions, type PullOptions } from '../../src/hub/pull.ts';
import { Random } from '../support/random.ts';
import { HubServer, ImpatientClock, sha256, type HubServerOptions } from './server.ts';

const COMMIT = 'a'.repeat(40);
const random = new Random(7);
const content = Uint8Array.from({ length: 300_000 }, () => random.int(0, 255));
content.set(new TextEncoder().encode('GGUF'));

const known: CatalogFile = {
  name: 'bonsai-0.1b',
  title: 'Bonsai 0.1B',
  repo: 'prism-ml/Bonsai-0.1B-gguf',
  revision: COMMIT,
  file: 'Bonsai-0.1B-Q1_0.gguf',
  bytes: content.length,
  sha256: sha256(content),
  weightBytes: 1,
  kvBytesPerToken: 1,
  others: [],
};
const HF_FILE = 'hf:someone/model/deep/file.gguf';
const FILE_PATH = `/prism-ml/Bonsai-0.1B-gguf/resolve/${COMMIT}/Bonsai-0.1B-Q1_0.gguf`;

interface Setup {
  server: HubServer;
  hub: Hub;
  cache: HubCache;
  clock: ImpatientClock;
  notices: string[];
  pull: (name?: string, options?: PullOptions) => ReturnType<Hub['pull']>;
}

async function setUp(t: Test, options: Partial<HubServerOptions> = {}, hub: Partial<HubOptions> = {}): Promise<Setup> {
  const server = await HubServer.start({ content, ...options });
  t.teardown(() => server.close());
  const cache = new HubCache(t.testdir());
  const clock = new ImpatientClock();
  const notices: string[] = [];
  const env = { HF_ENDPOINT: server.url, HF_TOKEN: 'hf_secret', ...hub.env };
  const made = new Hub({ cache, clock, catalog: [known], ...hub, env });
  const pull: Setup['pull'] = (name = 'bonsai-0.1b', more = {}) =>
    made.pull(name, { onNotice: (line) => notices.push(line), ...more });
  return { server, hub: made, cache, clock, notices, pull };
}

/** Every file below the cache, without what hides. */
function filesOf(cache: HubCache): string[] {
  return readdirSync(cache.root, { recursive: true, encoding: 'utf8' })
    .filter((path) => statSync(join(cache.root, path)).isFile())
    .sort();
}

const REPO = 'models--prism-ml--Bonsai-0.1B-gguf';

t.test('a file of the catalog: layout of the cache, the second time nothing is fetched', async (t) => {
  const { server, cache, pull } = await setUp(t);
  const pulled = await pull();
  const path = join(cache.root, REPO, 'snapshots', COMMIT, 'Bonsai-0.1B-Q1_0.gguf');
  t.same(pulled, { name: 'bonsai-0.1b', path, bytes: content.length, sha256: known.sha256 });
  t.same(readFileSync(path), Buffer.from(content));
  t.equal(readlinkSync(path), `../../blobs/${known.sha256}`);
  t.same(
    filesOf(cache),
    [`${REPO}/blobs/${known.sha256}`, `${REPO}/snapshots/${COMMIT}/Bonsai-0.1B-Q1_0.gguf`],
    'no lock, no partial data, no ref of a commit',
  );
  t.same(server.requests, [{ method: 'GET', path: FILE_PATH, range: undefined, authorization: 'Bearer hf_secret' }]);
  t.same(await pull('BONSAI-0.1b'), pulled);
  t.equal(server.requests.length, 1);
});

t.test('a connection cut three times is gone on with', async (t) => {
  const { server, pull, clock, notices } = await setUp(t, {
    tricks: [{ cutAfter: 100_000 }, { cutAfter: 50_000 }, { cutAfter: 1 }],
  });
  const { path } = await pull();
  t.same(readFileSync(path), Buffer.from(content));
  t.same(
    server.gets.map(({ range }) => range),
    [undefined, 'bytes=100000-', 'bytes=150000-', 'bytes=150001-'],
  );
  t.same(clock.waits, [500, 500, 500], 'each brought something: patience starts anew');
  t.match(notices, [/broke at byte 100000.*trying again/, /150000/, /150001/]);
});

t.test('a byte that is another: thrown away, fetched once more', async (t) => {
  const { server, pull, notices } = await setUp(t, { tricks: [{ cutAfter: 100_000 }, { lieAt: 200_000 }] });
  const { path } = await pull();
  t.same(readFileSync(path), Buffer.from(content));
  t.same(
    server.gets.map(({ range }) => range),
    [undefined, 'bytes=100000-', undefined],
  );
  t.match(notices[1], /expected [0-9a-f]{64}; once more from the start/);
});

t.test('the wrong file twice is never kept', async (t) => {
  const { pull, cache } = await setUp(t, { tricks: [{ lieAt: 5 }, { lieAt: 5 }] });
  await t.rejects(pull(), { code: 'download-corrupt', message: /SHA-256 is .* expected .*; nothing was kept/ });
  t.same(filesOf(cache), []);
  t.ok(existsSync((await pull()).path), 'and the next time it is right');
});

t.test('partial data of another process is hashed again, and thrown away if it is wrong', async (t) => {
  const right = await setUp(t);
  right.cache.makeFolders(known.repo);
  writeFileSync(right.cache.partial(known.repo, known.sha256), content.subarray(0, 1000));
  await right.pull();
  t.same(
    right.server.gets.map(({ range }) => range),
    ['bytes=1000-'],
  );

  await t.test('a wrong beginning', async (t) => {
    const { server, cache, pull } = await setUp(t);
    cache.makeFolders(known.repo);
    writeFileSync(cache.partial(known.repo, known.sha256), new Uint8Array(1000));
    t.same(readFileSync((await pull()).path), Buffer.from(content));
    t.same(
      server.gets.map(({ range }) => range),
      ['bytes=1000-', undefined],
    );
  });

  await t.test('too much', async (t) => {
    const { server, cache, pull } = await setUp(t);
    cache.makeFolders(known.repo);
    writeFileSync(cache.partial(known.repo, known.sha256), new Uint8Array(content.length + 1));
    await pull();
    t.same(
      server.gets.map(({ range }) => range),
      [undefined],
    );
  });

  await t.test('all of it, only the name is missing', async (t) => {
    const { server, cache, pull } = await setUp(t);
    cache.makeFolders(known.repo);
    writeFileSync(cache.partial(known.repo, known.sha256), content);
    await pull();
    t.same(server.gets, []);
  });
});

t.test('a server without Range sends all of it again', async (t) => {
  const { server, pull } = await setUp(t, { tricks: [{ cutAfter: 70_000 }, { ignoreRange: true }] });
  t.same(readFileSync((await pull()).path), Buffer.from(content));
  t.same(
    server.gets.map(({ range }) => range),
    [undefined, 'bytes=70000-'],
  );
});

t.test('a server without Range that always breaks off at the same place is given up', async (t) => {
  const tricks = Array.from({ length: 20 }, () => ({ ignoreRange: true, cutAfter: 70_000 }) as const);
  const { server, pull, cache } = await setUp(t, { tricks });
  await t.rejects(pull(), { code: 'download-failed', message: /at byte 70000.*the same command goes on from there/ });
  t.equal(server.gets.length, 6, 'the first brought something, five more did not');
  t.same(filesOf(cache), [`${REPO}/blobs/${known.sha256}.incomplete`]);
});

t.test('an unsatisfiable range starts from the beginning', async (t) => {
  const { server, cache, pull } = await setUp(t, { tricks: [{ status: 416 }] });
  cache.makeFolders(known.repo);
  writeFileSync(cache.partial(known.repo, known.sha256), content.subarray(0, 1000));
  await pull();
  t.same(
    server.gets.map(({ range }) => range),
    ['bytes=1000-', undefined],
  );
});

t.test('another part than was asked for is not taken', async (t) => {
  const headers = { 'content-range': `bytes 0-9/${content.length}` };
  const { cache, pull } = await setUp(t, { tricks: [{ status: 206, headers }] });
  cache.makeFolders(known.repo);
  writeFileSync(cache.partial(known.repo, known.sha256), content.subarray(0, 1000));
  t.same(readFileSync((await pull()).path), Buffer.from(content));
});

t.test('a file of another size is not downloaded', async (t) => {
  const { server, pull, cache } = await setUp(t, { content: content.subarray(0, 1000) });
  await t.rejects(pull(), { code: 'download-corrupt', message: /a file of 1000 bytes, expected 300000/ });
  t.equal(server.gets.length, 2);
  t.same(filesOf(cache), []);
});

t.test('statuses that are no success', async (t) => {
  const refused = async (t: Test, status: number): Promise<[Promise<unknown>, HubServer, ImpatientClock]> => {
    const tricks = Array.from({ length: 9 }, () => ({ status, headers: { 'retry-after': '3' } }));
    const { pull, server, clock } = await setUp(t, { tricks });
    return [pull(), server, clock];
  };
  for (const [status, code] of [
    [401, 'download-denied'],
    [403, 'download-denied'],
    [404, 'download-not-found'],
    [418, 'download-refused'],
  ] as const) {
    await t.test(`${status}`, async (t) => {
      const [pulling, server] = await refused(t, status);
      await t.rejects(pulling, { code });
      t.equal(server.gets.length, 1, 'asking again would not help');
    });
  }
  for (const status of [429, 500, 503]) {
    await t.test(`${status}`, async (t) => {
      const [pulling, server, clock] = await refused(t, status);
      await t.rejects(pulling, { code: 'download-failed', message: new RegExp(`answers ${status}`) });
      t.equal(server.gets.length, 6);
      t.same(clock.waits, [3000, 3000, 3000, 3000, 3000], 'as the server asked');
    });
  }
  await t.test('nobody there', async (t) => {
    const { server, pull, clock } = await setUp(t);
    server.close();
    await t.rejects(pull(), { code: 'download-failed', message: /ECONNREFUSED/ });
    t.same(clock.waits, [500, 1000, 2000, 4000, 8000]);
  });
});

t.test('a redirect to another port is followed without the token', async (t) => {
  const storage = await HubServer.start({ content, tricks: [{ cutAfter: 1000 }] });
  t.teardown(() => storage.close());
  const { server, pull } = await setUp(t, { redirectTo: `${storage.url}/blob?signature=s3cret` });
  t.same(readFileSync((await pull()).path), Buffer.from(content));
  t.same(
    server.gets.map(({ authorization }) => authorization),
    ['Bearer hf_secret', 'Bearer hf_secret'],
  );
  t.same(storage.gets, [
    { method: 'GET', path: '/blob?signature=s3cret', range: undefined, authorization: undefined },
    { method: 'GET', path: '/blob?signature=s3cret', range: 'bytes=1000-', authorization: undefined },
  ]);
});

t.test('redirected, cut three times, and lied to once: the right file; lied to twice: none', async (t) => {
  const cuts = [{ cutAfter: 90_000 }, { cutAfter: 90_000 }, { cutAfter: 90_000 }];
  for (const [lies, code] of [
    [1, undefined],
    [2, 'download-corrupt'],
  ] as const) {
    await t.test(`${lies}`, async (t) => {
      const lie = [...cuts, { lieAt: 299_999 }];
      const storage = await HubServer.start({ content, tricks: [...lie, ...(lies === 2 ? lie : [])] });
      t.teardown(() => storage.close());
      const { pull, cache } = await setUp(t, { redirectTo: `${storage.url}/blob` });
      if (code === undefined) t.same(readFileSync((await pull()).path), Buffer.from(content));
      else await t.rejects(pull(), { code });
      t.equal(storage.gets.length, code === undefined ? 5 : 8);
      if (code !== undefined) t.same(filesOf(cache), []);
    });
  }
});

t.test('neither token nor signature nor password is in any message', async (t) => {
  const storage = await HubServer.start({ content, tricks: [{ lieAt: 1 }, { status: 500 }, { lieAt: 2 }] });
  t.teardown(() => storage.close());
  const redirectTo = `${storage.url.replace('//', '//user:pa55@')}/blob?signature=s3cret`;
  const { pull, notices } = await setUp(t, { redirectTo });
  const error = (await pull().catch((error: unknown) => error)) as Error;
  t.match(error, { code: 'download-corrupt' });
  t.equal(notices.length, 2);
  t.notMatch([...notices, error.message].join('\n'), /hf_secret|s3cret|pa55/);
});

t.test('redirects without end, and to a file of this machine', async (t) => {
  const { pull, server } = await setUp(t, { redirectTo: '/again' });
  await t.rejects(pull(), { code: 'download-refused', message: /more than 10 times/ });
  t.equal(server.gets.length, 11);
  await t.test('file:', async (t) => {
    const { pull } = await setUp(t, { redirectTo: 'file:///etc/passwd' });
    await t.rejects(pull(), { code: 'download-refused' });
  });
});

t.test('no room on the disk: said before anything is fetched', async (t) => {
  const folders: string[] = [];
  const freeBytes = async (folder: string): Promise<number> => {
    folders.push(folder);
    return 16 * 2 ** 20 + 299_999;
  };
  const { pull, server, cache } = await setUp(t, {}, { freeBytes });
  await t.rejects(pull(), { code: 'disk-full', message: /1 MiB are to be written.*HF_HOME/ });
  t.same(folders, [cache.root]);
  t.same(server.requests, []);
  t.same(filesOf(cache), []);
  writeFileSync(cache.partial(known.repo, known.sha256), content.subarray(0, 1));
  t.ok(existsSync((await pull()).path), 'what is there needs no room');
});

t.test('a file by its address: size, hash and commit are what the hub says', async (t) => {
  const headers = {
    'x-linked-etag': `"${sha256(content)}"`,
    'x-linked-size': String(content.length),
    'x-repo-commit': COMMIT,
  };
  const { pull, server, cache } = await setUp(t, { headers, tricks: [{ lieAt: 9 }] });
  const { path, sha256: hash } = await pull(HF_FILE);
  t.equal(hash, sha256(content));
  t.equal(path, join(cache.root, 'models--someone--model', 'snapshots', COMMIT, 'deep', 'file.gguf'));
  t.equal(readlinkSync(path), `../../../blobs/${hash}`);
  t.equal(readFileSync(join(cache.root, 'models--someone--model', 'refs', 'main'), 'utf8'), COMMIT);
  t.same(
    server.requests.map(({ method, path }) => `${method} ${path}`),
    [
      'HEAD /someone/model/resolve/main/deep/file.gguf',
      'GET /someone/model/resolve/main/deep/file.gguf',
      'GET /someone/model/resolve/main/deep/file.gguf',
    ],
  );
  await pull(HF_FILE);
  t.equal(server.gets.length, 2, 'there already, by its hash');
  t.same(await pull(`${HF_FILE}@${COMMIT}`).then(({ path }) => path), path);
});

t.test('a file of the catalog on main that is another by now is not downloaded', async (t) => {
  const unpinned: CatalogFile = { ...known };
  delete (unpinned as { revision?: string }).revision;
  const headers = { 'x-linked-etag': `"${'0'.repeat(64)}"`, 'x-linked-size': '12' };
  const { pull, server } = await setUp(t, { headers }, { catalog: [unpinned] });
  await t.rejects(pull(), { code: 'download-changed', message: /tokonoma pull hf:prism-ml\/Bonsai-0\.1B-gguf\// });
  t.same(server.gets, []);
});

t.test('a plain file server gives no hash: what it sends must at least be a GGUF', async (t) => {
  const { pull, notices } = await setUp(t, { tricks: [{ cutAfter: 1000 }], headers: { etag: '"v1"' } });
  const { path, sha256: hash } = await pull(HF_FILE);
  t.equal(hash, sha256(content));
  t.same(readFileSync(path), Buffer.from(content));
  t.match(notices.at(-1), /no SHA-256/);
  await t.test('a sign-in page', async (t) => {
    const { pull, cache } = await setUp(t, { content: new TextEncoder().encode('<html>Please sign in') });
    await t.rejects(pull(HF_FILE), { code: 'download-corrupt', message: /GGUF/ });
    t.same(filesOf(cache), []);
  });
  await t.test('one that knows neither HEAD nor ETag', async (t) => {
    const { pull } = await setUp(t, { withoutHead: true });
    t.same(readFileSync((await pull(HF_FILE)).path), Buffer.from(content));
  });
});

t.test('partial data of an older version is not gone on with', async (t) => {
  const old = content.slice().fill(1, 4);
  const failing = Array.from({ length: 9 }, () => ({ cutAfter: 0 }));
  const first = await setUp(t, { content: old, headers: { etag: '"v1"' }, tricks: [{ cutAfter: 500 }, ...failing] });
  await t.rejects(first.pull(HF_FILE), { code: 'download-failed' });
  const now = await HubServer.start({ content, headers: { etag: '"v2"' } });
  t.teardown(() => now.close());
  const { path } = await new Hub({ cache: first.cache, clock: first.clock, env: { HF_ENDPOINT: now.url } }).pull(
    HF_FILE,
  );
  t.same(readFileSync(path), Buffer.from(content));
});

t.test('mirrors: the root of one, or the very file; without the token', async (t) => {
  const { server, pull } = await setUp(t, {}, { env: { HF_ENDPOINT: 'http://127.0.0.1:9' } });
  await pull('bonsai-0.1b', { mirror: `${server.url}/hub/` });
  t.same(server.requests, [{ method: 'GET', path: `/hub${FILE_PATH}`, range: undefined, authorization: undefined }]);
  await t.test('the file', async (t) => {
    const { server, pull } = await setUp(t);
    await pull('bonsai-0.1b', { mirror: `${server.url}/nas/b.gguf` });
    t.same(
      server.requests.map(({ path }) => path),
      ['/nas/b.gguf'],
    );
  });
  await t.rejects(pull(HF_FILE, { mirror: 'ftp://x' }), { code: 'bad-endpoint', message: /--mirror/ });
});

t.test('a damaged file in the cache is replaced', async (t) => {
  const { server, cache, pull, notices } = await setUp(t);
  const { path } = await pull();
  writeFileSync(cache.blob(known.repo, known.sha256), content.slice().fill(0, 77, 78));
  const again = await pull();
  t.equal(again.path, path);
  t.same(readFileSync(path), Buffer.from(content));
  t.match(notices, [/is damaged/]);
  t.equal(server.gets.length, 2);
});

t.test('a branch with slashes on a server that tells no commit', async (t) => {
  const { pull, cache } = await setUp(t, { headers: { etag: '"v1"' } });
  const { path } = await pull(`${HF_FILE}@refs/pr/1`);
  t.equal(cache.findRevision('someone/model', 'deep/file.gguf', 'refs/pr/1'), path);
  t.equal(cache.findRevision('someone/model', 'deep/file.gguf', 'refs/pr/2'), undefined);
});

t.test('without network by order', async (t) => {
  const { server, pull } = await setUp(t, {}, { env: { HF_HUB_OFFLINE: '1' } });
  await t.rejects(pull(), { code: 'download-offline' });
  t.same(server.requests, []);
});

t.test('one download of a file at a time; a lock of the dead does not hold', async (t) => {
  const { cache, pull } = await setUp(t);
  cache.makeFolders(known.repo);
  const lock = `${cache.partial(known.repo, known.sha256)}.lock`;
  writeFileSync(lock, String(2 ** 22 + 1)); // beyond any process id
  const [one, two] = await Promise.allSettled([pull(), pull()]);
  t.equal(one.status, 'fulfilled');
  t.match(two, { status: 'rejected', reason: { code: 'download-busy' } });
  t.notOk(existsSync(lock));
});

t.test('what cannot be asked for', async (t) => {
  const { pull } = await setUp(t);
  await t.rejects(pull('bonsai-0.2b'), { code: 'model-unknown', message: /did you mean "bonsai-0\.1b"/ });
  await t.rejects(pull('bonsai-27b'), { code: 'model-architecture', message: /take bonsai-8b/ });
  for (const address of [
    'hf:owner',
    'hf:owner/repo',
    'hf:owner/repo/../../x.gguf',
    'hf:owner/repo/a.bin',
    'hf:../repo/a.gguf',
    'hf:owner/repo/a.gguf@',
    'hf:owner/repo/a.gguf@../x',
    'hf:owner/repo//a.gguf',
  ]) {
    await t.rejects(pull(address), { code: 'bad-model-address' }, address);
  }
});

t.test('goes on after the process was killed', async (t) => {
  // Half a file, and then silence: the first process waits, and is killed.
  const half = content.length / 2;
  let asked = 0;
  const ranges: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    ranges.push(request.headers.range);
    if (asked++ > 0) {
      const start = Number(/\d+/.exec(request.headers.range ?? '0')![0]);
      const headers = { 'content-range': `bytes ${start}-${content.length - 1}/${content.length}` };
      return void response.writeHead(206, headers).end(content.subarray(start));
    }
    response.writeHead(200, { 'content-length': content.length });
    response.write(content.subarray(0, half));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => (server.closeAllConnections(), server.close()));
  const root = t.testdir();
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const code = `
    import { Hub } from ${JSON.stringify(new URL('../../src/hub/pull.js', import.meta.url).href)};
    import { HubCache } from ${JSON.stringify(new URL('../../src/hub/cache.js', import.meta.url).href)};
    import { systemClock } from ${JSON.stringify(new URL('../../src/clock.js', import.meta.url).href)};
    const catalog = [${JSON.stringify(known)}];
    const hub = new Hub({ cache: new HubCache(${JSON.stringify(root)}), clock: systemClock, catalog, env: { HF_ENDPOINT: '${url}' } });
    await hub.pull('bonsai-0.1b', { onProgress: ({ done }) => { if (done === ${half}) process.stdout.write('half'); } });
  `;
  const cache = new HubCache(root);
  const partial = cache.partial(known.repo, known.sha256);
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise<void>((resolve) => child.stdout.once('data', () => resolve()));
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
  t.equal(statSync(partial).size, half);
  t.ok(existsSync(`${partial}.lock`), 'the dead leave their lock');
  const hub = new Hub({ cache, clock: new ImpatientClock(), catalog: [known], env: { HF_ENDPOINT: url } });
  t.same(readFileSync((await hub.pull('bonsai-0.1b')).path), Buffer.from(content));
  t.same(ranges, [undefined, `bytes=${half}-`]);
});

t.test('through a proxy, but for those that need none', async (t) => {
  const asked: { url: string; authorization: string | undefined; server: string | undefined }[] = [];
  const proxy = createServer((request, response) => {
    const { 'proxy-authorization': authorization, authorization: server } = request.headers;
    asked.push({ url: request.url!, authorization, server });
    const headers = { ...request.headers };
    delete headers['proxy-authorization'];
    httpRequest(request.url!, { headers }, (upstream) => {
      response.writeHead(upstream.statusCode!, upstream.headers);
      upstream.pipe(response);
    }).end();
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  t.teardown(() => (proxy.closeAllConnections(), proxy.close()));
  const HTTP_PROXY = `http://me:se%20cret@127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  const { server, pull } = await setUp(t, {}, { env: { HTTP_PROXY } });
  t.same(readFileSync((await pull()).path), Buffer.from(content));
  const authorization = `Basic ${Buffer.from('me:se cret').toString('base64')}`;
  t.same(asked, [{ url: `${server.url}${FILE_PATH}`, authorization, server: 'Bearer hf_secret' }]);
  await t.test('NO_PROXY', async (t) => {
    const { pull } = await setUp(t, {}, { env: { HTTP_PROXY, NO_PROXY: 'example.org, 127.0.0.1' } });
    await pull();
    t.equal(asked.length, 1);
  });
});

t.test('where there are no links the file lies in the snapshot', async (t) => {
  // A folder that stands for a file system without links: what is linked there is refused.
  const { cache, pull } = await setUp(t);
  const snapshot = join(cache.root, REPO, 'snapshots', COMMIT, 'Bonsai-0.1B-Q1_0.gguf');
  mkdirSync(dirname(snapshot), { recursive: true });
  writeFileSync(snapshot, content);
  t.same(await pull().then(({ path }) => path), snapshot, 'a copy counts when its hash is right');
  writeFileSync(snapshot, content.subarray(1));
  t.same(readFileSync((await pull()).path), Buffer.from(content));
});
