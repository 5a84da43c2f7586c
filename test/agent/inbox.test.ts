import t from 'tap';
import { appendFileSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Inbox } from '../../src/agent/inbox/inbox.ts';
import { Journal } from '../../src/agent/inbox/journal.ts';
import { respond } from '../../src/agent/turn/response.ts';
import type { Command } from '../../src/agent/types.ts';
import { BrokenDisk } from '../support/broken-disk.ts';
import { died } from '../support/died.ts';
import { silent } from '../support/home.ts';

const command = (id: string, more: Partial<Command> = {}): Command => ({
  id,
  text: `text ${id}`,
  receivedAt: 1,
  ...more,
});
const done = (id: string) => respond(command(id), { outcome: 'executed' });
const life = new AbortController().signal;

async function opened(dataDir?: string, options: { limit?: number; remembered?: number } = {}): Promise<Inbox> {
  const inbox = new Inbox({ dataDir, log: silent, ...options });
  await inbox.open();
  return inbox;
}

t.test('in the order of arrival, in memory', async (t) => {
  const inbox = await opened();
  const next = inbox.take(life);
  await inbox.accept(command('a'));
  await inbox.accept(command('b'));
  t.equal((await next).id, 'a');
  t.equal((await inbox.take(life)).id, 'b');
  t.equal(inbox.length, 0);
});

t.test('waiting ends with its signal', async (t) => {
  const inbox = await opened();
  const abort = new AbortController();
  const waiting = inbox.take(abort.signal);
  abort.abort(new Error('over'));
  await t.rejects(waiting, { message: 'over' });
});

t.test('an id is one command: waiting, running, done', async (t) => {
  const inbox = await opened();
  t.match(await inbox.accept(command('a')), { status: 'queued' });
  t.match(await inbox.accept(command('a')), { status: 'pending', id: 'a' });
  await inbox.take(life);
  await inbox.begin('a');
  t.match(await inbox.accept(command('a')), { status: 'pending' });
  await inbox.finish(done('a'));
  t.match(await inbox.accept(command('a')), { status: 'done', response: { outcome: 'executed' } });
});

t.test('bounded', async (t) => {
  const inbox = await opened(undefined, { limit: 2, remembered: 1 });
  await inbox.accept(command('a'));
  await inbox.accept(command('b'));
  t.match(await inbox.accept(command('c')), { status: 'full' });
  t.strictSame(
    inbox.drain().map((one) => one.id),
    ['a', 'b'],
  );
  await inbox.finish(done('a'));
  await inbox.finish(done('b'));
  t.match(await inbox.accept(command('b')), { status: 'done' });
  t.match(await inbox.accept(command('a')), { status: 'queued' }, 'forgotten after as many as are remembered');
});

t.test('packets: redelivery is told from the same words said again', async (t) => {
  const inbox = await opened();
  const key = '1:abc';
  const packet = (id: string, again: boolean): Command => command(id, { delivery: { key, again } });
  t.match(await inbox.accept(packet('a', false)), { status: 'queued' });
  t.match(
    await inbox.accept(packet('b', false)),
    { status: 'pending', id: 'a' },
    'not acknowledged yet: the same packet',
  );
  inbox.acknowledged({ key, again: false });
  t.match(await inbox.accept(packet('c', true)), { status: 'pending', id: 'a' }, 'DUP: the acknowledgement was lost');
  t.match(await inbox.accept(packet('d', false)), { status: 'queued' }, 'the identifier is used again');
});

t.test('what is not on the disk yet is not taken', async (t) => {
  const inbox = await opened(t.testdir());
  let taken = false;
  const next = inbox.take(life).then((one) => {
    taken = true;
    return one;
  });
  const accepted = inbox.accept(command('a'));
  await new Promise((resolve) => setImmediate(resolve));
  t.equal(taken, false);
  await accepted;
  t.equal((await next).id, 'a');
  await inbox.close();
});

t.test('another session of the broker: its packets are others', async (t) => {
  const dataDir = t.testdir();
  const inbox = await opened(dataDir);
  const packet = (id: string): Command => command(id, { delivery: { key: '1:abc', again: false } });
  await inbox.accept(packet('a'));
  inbox.sessionLost();
  t.match(await inbox.accept(packet('b')), { status: 'queued' });
  inbox.sessionLost();
  await inbox.close();
  const after = await opened(dataDir);
  t.match(await after.accept(packet('c')), { status: 'queued' }, 'also after a restart');
  await after.close();
});

t.test('after a restart', async (t) => {
  const dataDir = t.testdir();
  const before = await opened(dataDir);
  for (const id of ['done', 'runs', 'waits'])
    await before.accept(command(id, { delivery: { key: `k-${id}`, again: false } }));
  await before.begin('done');
  await before.finish(done('done'));
  await before.begin('runs');
  const file = path.join(dataDir, 'inbox.jsonl');
  appendFileSync(file, '7 0a0b0c0d {"t":"in","command":{"id":"torn","te');
  died(dataDir);

  const after = new Inbox({ dataDir, log: silent });
  const { waiting, interrupted } = await after.open();
  t.strictSame([waiting.map((one) => one.id), interrupted.map((one) => one.id)], [['waits'], ['runs']]);
  t.match(await after.accept(command('done')), { status: 'done' });
  t.match(
    await after.accept(command('other', { delivery: { key: 'k-done', again: false } })),
    { status: 'done', response: { id: 'done' } },
    'the packet was never acknowledged, so it came again',
  );
  t.notMatch(readFileSync(file, 'utf8'), /torn/, 'compacted');
  await before.close();
  await after.close();

  const third = new Inbox({ dataDir, log: silent });
  t.match(await third.open(), { waiting: [{ id: 'waits' }], interrupted: [{ id: 'runs' }] }, 'and again');
  await third.close();
});

t.test('outcomes that were not told are kept for whoever asked, in order', async (t) => {
  const dataDir = t.testdir();
  const before = await opened(dataDir);
  const reply = { topic: 'me', correlation: 'AQL/' };
  await before.accept(command('a', { reply }));
  for (const id of ['b', 'c']) await before.accept(command(id));
  for (const id of ['b', 'a', 'c']) await before.finish(done(id));
  before.told('b');
  await before.close();

  const after = await opened(dataDir);
  t.match(after.untold, [{ response: { id: 'a' }, reply }, { response: { id: 'c' } }]);
  after.told('a');
  after.told('a');
  await after.close();
  const third = await opened(dataDir, { remembered: 1 });
  t.match(third.untold, [{ response: { id: 'c' } }]);
  await third.accept(command('d'));
  await third.finish(done('d'));
  t.strictSame(
    third.untold.map(({ response }) => response.id),
    ['d'],
    'no more than are remembered',
  );
  await third.close();
});

t.test('records of another version are left out, the rest is read', async (t) => {
  const dataDir = t.testdir();
  const journal = new Journal<object>(path.join(dataDir, 'inbox.jsonl'));
  await journal.rewrite([
    { t: 'in', command: command('a') },
    { t: 'later', wisdom: 7 },
    { t: 'in', command: { id: 7 } },
    { t: 'out' },
    { t: 'in', command: command('b') },
  ]);
  await journal.close();
  const warnings: unknown[] = [];
  const inbox = new Inbox({ dataDir, log: { ...silent, warn: (fields: unknown) => warnings.push(fields) } as never });
  t.match(await inbox.open(), { waiting: [{ id: 'a' }, { id: 'b' }], interrupted: [] });
  t.equal(warnings.length, 3);
  await inbox.close();
});

t.test('the journal stays bounded', async (t) => {
  const dataDir = t.testdir();
  const inbox = await opened(dataDir, { remembered: 4 });
  const text = 'x'.repeat(4000);
  for (let i = 0; i < 300; i++) {
    await inbox.accept({ ...command(`n${i}`), text });
    await inbox.finish(done(`n${i}`));
  }
  t.ok(statSync(path.join(dataDir, 'inbox.jsonl')).size < 1.5 * 1024 * 1024);
  await inbox.close();
  const after = await opened(dataDir, { remembered: 4 });
  t.match(await after.accept(command('n299')), { status: 'done' });
  await after.close();
});

t.test('two processes cannot share a folder', async (t) => {
  const dataDir = t.testdir();
  const first = await opened(dataDir);
  await t.rejects(opened(dataDir), { code: 'data-in-use', message: new RegExp(`${process.pid}`) });
  await first.close();
  await (await opened(dataDir)).close();
});

t.test('a folder that cannot be written', async (t) => {
  const file = path.join(t.testdir(), 'plain');
  writeFileSync(file, '');
  await t.rejects(opened(path.join(file, 'below')), { code: 'journal-failed', message: /plain/ });
});

t.test('a full disk: refused, and nothing of it is there later', async (t) => {
  const dataDir = t.testdir();
  const disk = new BrokenDisk();
  const inbox = new Inbox({ dataDir, log: silent, openFile: disk.open });
  await inbox.open();
  await inbox.accept(command('a'));
  for (const fault of ['torn write', 'sync'] as const) {
    const before = inbox.length;
    disk.fault = fault;
    await t.rejects(inbox.accept(command('b')), { code: 'journal-failed' });
    t.equal(inbox.length, before);
    await t.rejects(inbox.begin('a'), { code: 'journal-failed' }, 'nothing is begun that a restart would not know of');
    disk.fault = undefined;
    await inbox.accept(command(`after ${fault}`));
  }
  await inbox.close();
  const after = new Inbox({ dataDir, log: silent });
  t.match(await after.open(), {
    waiting: [{ id: 'a' }, { id: 'after torn write' }, { id: 'after sync' }],
    interrupted: [],
  });
  await after.close();
});
