/** The journal on the disk: every byte of it may go bad. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import t from 'tap';
import { Inbox } from '../../src/agent/inbox/inbox.ts';
import { Journal } from '../../src/agent/inbox/journal.ts';
import { linesOf, readLines } from '../../src/agent/inbox/lines.ts';
import { respond } from '../../src/agent/turn/response.ts';
import { BrokenDisk } from '../support/broken-disk.ts';
import { silent } from '../support/home.ts';
import { Random } from '../support/random.ts';

const records = [1, 2, 3, 4].map((n) => ({ n, text: `é${'x'.repeat(n * 7)}\n` }));
const file = Buffer.from(records.map((record, i) => linesOf(record, i + 1)).join(''));

t.test('records come back', async (t) => {
  t.strictSame(readLines(file), { records, gaps: [], damaged: 0 });
  t.strictSame(readLines(Buffer.alloc(0)), { records: [], gaps: [], damaged: 0 });
  t.strictSame(readLines(Buffer.from('\0\xff garbage\n{"n":1}\n')).records, []);
});

t.test('any one byte may be anything', async (t) => {
  for (let at = 0; at < file.length; at++) {
    for (const byte of [0x00, 0x0a, 0x30, 0x7b, 0xff, file[at]! ^ 1]) {
      const bad = Buffer.from(file);
      bad[at] = byte;
      const read = readLines(bad);
      if (JSON.stringify(read.records) === JSON.stringify(records) && read.gaps.length === 0) continue;
      return t.fail(`byte ${at} as ${byte}: ${JSON.stringify(read)}`);
    }
  }
});

t.test('cut anywhere, what was whole before the cut is there', async (t) => {
  const ends = records.map((_, i) =>
    Buffer.byteLength(
      records
        .slice(0, i + 1)
        .map((record, j) => linesOf(record, j + 1))
        .join(''),
    ),
  );
  for (let at = 0; at <= file.length; at++) {
    const read = readLines(file.subarray(0, at));
    const least = ends.filter((end) => end <= at).length;
    t.ok(read.records.length >= least && read.records.length <= least + 1 && read.gaps.length === 0, `cut at ${at}`);
    t.strictSame(read.records, records.slice(0, read.records.length));
  }
});

t.test('a hole is told', async (t) => {
  const holed = Buffer.from([1, 2, 5].map((n) => linesOf({ n }, n)).join(''));
  t.strictSame(readLines(holed), {
    records: [{ n: 1 }, { n: 2 }, { n: 5 }],
    gaps: [{ at: 2, missing: 2 }],
    damaged: 0,
  });
});

t.test('appended records are on the disk, rewriting replaces them', async (t) => {
  const file = path.join(t.testdir(), 'deep', 'journal.jsonl');
  const journal = new Journal<{ n: number }>(file);
  t.strictSame((await journal.read()).records, []);
  await journal.rewrite([]);
  await Promise.all([1, 2, 3].map((n) => journal.append({ n })));
  t.strictSame(readLines(readFileSync(file)).records, [{ n: 1 }, { n: 2 }, { n: 3 }]);
  t.equal(journal.size, readFileSync(file).length);
  void journal.append({ n: 4 });
  const rewritten = journal.rewrite([{ n: 9 }]);
  const after = journal.append({ n: 10 });
  await Promise.all([rewritten, after]);
  t.strictSame((await journal.read()).records, [{ n: 9 }, { n: 10 }], 'in the order of the calls');
  await journal.close();
  await t.rejects(journal.append({ n: 11 }), { code: 'journal-failed' });
});

t.test('a write that failed leaves nothing behind, and the next one is whole', async (t) => {
  const file = path.join(t.testdir(), 'journal.jsonl');
  const disk = new BrokenDisk();
  const journal = new Journal<{ n: number }>(file, disk.open);
  await journal.rewrite([{ n: 1 }]);
  for (const [i, fault] of (['torn write', 'sync', 'torn write'] as const).entries()) {
    disk.fault = fault;
    await t.rejects(journal.append({ n: 100 }), { code: 'journal-failed', message: /journal\.jsonl/ });
    await t.rejects(journal.append({ n: 101 }), { code: 'journal-failed' });
    if (fault === 'sync') await t.rejects(journal.rewrite([{ n: 102 }]), { code: 'journal-failed' });
    disk.fault = undefined;
    await journal.append({ n: i + 2 });
  }
  t.strictSame(readLines(readFileSync(file)), {
    records: [{ n: 1 }, { n: 2 }, { n: 3 }, { n: 4 }],
    gaps: [],
    damaged: 0,
  });
  await journal.close();
});

/** What a killed process had promised when its journal had this many bytes. */
interface Promised {
  readonly bytes: number;
  readonly accepted: readonly string[];
  readonly begun: readonly string[];
  readonly done: readonly string[];
}

/** A journal as a life of random commands leaves it, with what was promised on the way. */
async function life(dataDir: string, seed: number): Promise<Promised[]> {
  const random = new Random(seed);
  const inbox = new Inbox({ dataDir, log: silent, remembered: 100 });
  await inbox.open();
  const [accepted, begun, done]: [string[], string[], string[]] = [[], [], []];
  const promised: Promised[] = [];
  const signal = new AbortController().signal;
  for (let step = 0; step < 30; step++) {
    const running = begun.filter((id) => !done.includes(id));
    const choice = random.int(0, 2);
    if (choice === 0) {
      const id = `id-${step}`;
      await inbox.accept({ id, text: `text ${step}`, receivedAt: step });
      accepted.push(id);
    } else if (choice === 1 && inbox.length > 0) {
      const { id } = await inbox.take(signal);
      await inbox.begin(id);
      begun.push(id);
    } else if (running.length > 0) {
      const id = running[random.int(0, running.length - 1)]!;
      await inbox.finish(respond({ id, text: 'x', receivedAt: 0 }, { outcome: 'executed' }));
      done.push(id);
    }
    const bytes = readFileSync(path.join(dataDir, 'inbox.jsonl')).length;
    promised.push({ bytes, accepted: [...accepted], begun: [...begun], done: [...done] });
  }
  await inbox.close();
  return promised;
}

async function recovered(
  dataDir: string,
  bytes: Uint8Array,
): Promise<{ waiting: string[]; interrupted: string[]; done: string[] }> {
  writeFileSync(path.join(dataDir, 'inbox.jsonl'), bytes);
  const inbox = new Inbox({ dataDir, log: silent });
  const { waiting, interrupted } = await inbox.open();
  const found = {
    waiting: waiting.map(({ id }) => id),
    interrupted: interrupted.map(({ id }) => id),
    done: inbox.untold.map(({ response }) => response.id),
  };
  await inbox.close();
  return found;
}

t.test(
  'killed at any byte, or with any bytes gone bad: nothing runs twice, nothing acknowledged is lost',
  async (t) => {
    for (let seed = 1; seed <= 2; seed++) {
      const dataDir = t.testdir();
      const promised = await life(dataDir, seed);
      const whole = readFileSync(path.join(dataDir, 'inbox.jsonl'));
      const random = new Random(seed + 100);
      const last = promised.at(-1)!;
      for (let i = 0; i < 40; i++) {
        const cut = random.int(0, whole.length);
        const then = promised.filter(({ bytes }) => bytes <= cut).at(-1) ?? { accepted: [], begun: [], done: [] };
        const { waiting, interrupted, done } = await recovered(dataDir, whole.subarray(0, cut));
        const known = new Set([...waiting, ...interrupted, ...done]);
        const lost = then.accepted.filter((id) => !known.has(id));
        const twice = then.begun.filter((id) => waiting.includes(id));
        const forgotten = then.done.filter((id) => !done.includes(id));
        t.strictSame({ lost, twice, forgotten }, { lost: [], twice: [], forgotten: [] }, `seed ${seed}, cut at ${cut}`);
      }
      for (let i = 0; i < 40; i++) {
        const bad = Buffer.from(whole);
        bad[random.int(0, bad.length - 1)] = random.int(0, 255);
        const { waiting, interrupted, done } = await recovered(dataDir, bad);
        const running = last.begun.filter((id) => !last.done.includes(id));
        t.strictSame(
          { waiting, interrupted: interrupted.sort(), done },
          {
            waiting: last.accepted.filter((id) => !last.begun.includes(id)),
            interrupted: running.sort(),
            done: last.done,
          },
          `seed ${seed}, one bad byte`,
        );
      }
      for (let i = 0; i < 40; i++) {
        const bad = Buffer.from(whole);
        const at = random.int(0, bad.length - 1 - 1);
        // Not at the end, where it would be what a crash tears.
        const end = Math.min(at + 1 + random.int(0, 1999), bad.length - 400);
        for (let j = at; j < end; j++) bad[j] = random.int(0, 255);
        const { waiting } = await recovered(dataDir, bad);
        const twice = last.begun.filter((id) => waiting.includes(id));
        t.strictSame(twice, [], `seed ${seed}, ${end - at} bad bytes at ${at}`);
      }
      rmSync(path.join(dataDir, 'inbox.jsonl'));
    }
  },
);
