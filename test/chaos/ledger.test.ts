/** The verdict of `npm run chaos`: it has to see what it is there to see. */
import { fileURLToPath } from 'node:url';
import t from 'tap';

interface Entry {
  readonly id: string;
}
interface LedgerLike {
  add(id: string, command: object, at: number): Entry;
  answer(id: string, response: object): boolean;
  readonly open: readonly Entry[];
  verdict(
    acts: readonly object[],
    kills: object,
  ): { result: Record<string, unknown>; faults: Record<string, string[]> };
}
/** Plain JavaScript beside the program, seen from build/test/chaos. */
const at = (name: string): string => fileURLToPath(new URL(`../../../scripts/chaos/${name}`, import.meta.url));
const { Ledger } = (await import(at('ledger.mjs'))) as { Ledger: new () => LedgerLike };
const { plan } = (await import(at('monkey.mjs'))) as {
  plan: (victims: string[], count: number, ms: number, random: () => number) => { victim: string; at: number }[];
};

const act = (thing: string): string => JSON.stringify([thing, { brightness: 1 }]);
const did = (thing: string, at: number) => ({ at, act: [thing, { brightness: 1 }] });

t.test('a good run', async (t) => {
  const ledger = new Ledger();
  ledger.add('a', { text: 'x', act: act('one') }, 0);
  ledger.add('b', { text: 'y', ttlS: 4 }, 0);
  ledger.add('c', { text: 'z', act: act('two'), ttlS: 4 }, 0);
  t.equal(ledger.answer('a', { outcome: 'refused', code: 'queue-full' }), false, 'to be asked again');
  for (let i = 0; i < 2; i++) ledger.answer('a', { outcome: 'executed' });
  ledger.answer('b', { outcome: 'expired' });
  t.strictSame(
    ledger.open.map(({ id }) => id),
    ['c'],
  );
  ledger.answer('c', { outcome: 'failed', code: 'interrupted' });
  t.equal(ledger.answer('stranger', { outcome: 'executed' }), false);
  const { result } = ledger.verdict([did('one', 100), did('two', 3000)], { agent: 5 });
  t.match(result, {
    commands: 3,
    outcomes: { executed: 1, expired: 1, failed: 1 },
    kills: { agent: 5 },
    duplicated: 0,
    lost: 0,
    stale_executed: 0,
    unacted: 0,
    unasked: 0,
  });
});

t.test('everything that must not be', async (t) => {
  const ledger = new Ledger();
  for (const id of ['twice', 'two-outcomes', 'lost', 'stale', 'unacted', 'expired-but-done']) {
    ledger.add(id, { text: id, act: act(id), ttlS: 4 }, 0);
    if (id !== 'lost') ledger.answer(id, { outcome: id === 'expired-but-done' ? 'expired' : 'executed' });
  }
  ledger.answer('two-outcomes', { outcome: 'failed' });
  const acts = ['twice', 'twice', 'two-outcomes', 'expired-but-done', 'never-said'].map((thing) => did(thing, 10));
  const { result, faults } = ledger.verdict([...acts, did('stale', 6000)], {});
  t.strictSame(faults, {
    duplicated: ['twice', 'two-outcomes'],
    lost: ['lost'],
    stale: ['stale'],
    unacted: ['unacted'],
    unasked: ['expired-but-done', act('never-said')],
  });
  t.match(result, { duplicated: 2, lost: 1, stale_executed: 1 });
});

t.test('everybody is ended as often as asked, within the time', async (t) => {
  const moments = plan(['agent', 'broker'], 5, 60_000, () => 0.5);
  t.equal(moments.length, 10);
  t.equal(moments.filter(({ victim }) => victim === 'agent').length, 5);
  for (const [i, { at }] of moments.entries()) t.ok(at > (moments[i - 1]?.at ?? 0) && at < 60_000);
});
