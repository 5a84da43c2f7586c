import t from 'tap';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Inbox } from '../../src/agent/inbox.ts';
import { Journal } from '../../src/agent/journal.ts';
import { respond } from '../../src/agent/response.ts';
import type { Command } from '../../src/agent/types.ts';
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

t.test('after a restart', async (t) => {
  const dataDir = t.testdir();
  const before = await opened(dataDir);
  for (const id of ['done', 'runs', 'waits'])
    await before.accept(command(id, { delivery: { key: `k-${id}`, again: false } }));
  await before.begin('done');
  await before.finish(done('done'));
  await before.begin('runs');
  const file = path.join(dataDir, 'inbox.jsonl');
  appendFileSync(file, '{"t":"in","command":{"id":"torn","te');

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

t.test('the journal: appended lines are on the disk, rewriting replaces them', async (t) => {
  const file = path.join(t.testdir(), 'deep', 'journal.jsonl');
  const journal = new Journal<{ n: number }>(file);
  t.strictSame(await journal.read(), { records: [], torn: 0 });
  await journal.rewrite([]);
  await Promise.all([1, 2, 3].map((n) => journal.append({ n })));
  t.equal(readFileSync(file, 'utf8'), '{"n":1}\n{"n":2}\n{"n":3}\n');
  t.equal(journal.lines, 3);
  void journal.append({ n: 4 });
  const rewritten = journal.rewrite([{ n: 9 }]);
  const after = journal.append({ n: 10 });
  await Promise.all([rewritten, after]);
  t.equal(readFileSync(file, 'utf8'), '{"n":9}\n{"n":10}\n', 'in the order of the calls');
  await journal.close();
  await t.rejects(journal.append({ n: 11 }), { code: 'journal-failed' });
});

t.test('a folder that cannot be written', async (t) => {
  const file = path.join(t.testdir(), 'plain');
  writeFileSync(file, '');
  await t.rejects(opened(path.join(file, 'below')), { code: 'journal-failed', message: /plain/ });
});
