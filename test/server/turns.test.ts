import t from 'tap';
import { Turns } from '../../src/server/turns.ts';

const forever = new AbortController().signal;
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Work that ends when it is told to. */
function gate(): { work: () => Promise<void>; open: () => void } {
  let open!: () => void;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { work: () => opened, open };
}

t.test('clients take turns, each in its own order', async (t) => {
  const turns = new Turns();
  const done: string[] = [];
  const first = gate();
  const running = turns.run('a', forever, first.work);
  const others = ['a1', 'a2', 'a3', 'b1', 'b2', 'c1'].map((name) =>
    turns.run(name[0]!, forever, async () => void done.push(name)),
  );
  t.equal(turns.waiting, 6);
  first.open();
  await Promise.all([running, ...others]);
  t.same(done, ['a1', 'b1', 'c1', 'a2', 'b2', 'a3']);
  t.equal(turns.waiting, 0);
});

t.test('one at a time, also after a failure', async (t) => {
  const turns = new Turns();
  let running = 0;
  let most = 0;
  const work = async (i: number): Promise<void> => {
    most = Math.max(most, ++running);
    await settle();
    running--;
    if (i % 3 === 0) throw new Error('failed');
  };
  await Promise.allSettled(Array.from({ length: 12 }, (_, i) => turns.run(String(i % 4), forever, () => work(i))));
  t.equal(most, 1);
  t.equal(await turns.run('x', forever, async () => 7), 7);
});

t.test('who goes away leaves the row; who comes too late is refused', async (t) => {
  const turns = new Turns(2);
  const first = gate();
  const running = turns.run('a', forever, first.work);
  const gone = new AbortController();
  let ran = false;
  const leaving = turns.run('b', gone.signal, async () => void (ran = true));
  const staying = turns.run('c', forever, async () => 'done');
  await t.rejects(
    turns.run('d', forever, async () => 1),
    { code: 'queue-full' },
  );
  gone.abort(new Error('gone'));
  await t.rejects(leaving, { message: 'gone' });
  t.equal(turns.waiting, 1);
  first.open();
  await running;
  t.equal(await staying, 'done');
  t.equal(ran, false);
  await t.rejects(
    turns.run('e', AbortSignal.abort(new Error('before')), async () => 1),
    { message: 'before' },
  );
});
