import { join } from 'node:path';
import t, { type Test } from 'tap';
import { openGguf } from '../../src/gguf/reader.ts';
import { readConfig } from '../../src/model/config.ts';
import { layOutModel } from '../../src/model/layout.ts';
import { planMemory, type MemoryPlan, type PlanOptions } from '../../src/model/plan.ts';
import { writeSizedModel } from '../support/sized-model.ts';
import { writeToyModel } from '../support/toy-model.ts';

const MIB = 1048576;
const RUNTIME = 50 * MIB;

function planner(t: Test): (options?: PlanOptions) => MemoryPlan {
  const file = openGguf(writeToyModel(t.testdir(), { layers: 6 }));
  t.teardown(() => file.close());
  const config = readConfig(file);
  return (options) => planMemory(file, config, RUNTIME, options).plan;
}

t.test('without a budget: the whole context', async (t) => {
  const plan = planner(t)();
  t.match(plan, { context: 256, kv_precision: 'q8' });
  t.notOk('budget' in plan);
  t.equal(plan.total, plan.runtime + plan.weights + plan.kv + plan.scratch, 'the parts are the whole');
});

t.test('a budget is never exceeded, whatever it is', async (t) => {
  const plan = planner(t);
  const full = plan();
  const seen = new Set<string>();
  for (let budget = full.total - 3 * MIB; budget <= full.total + 262144; budget += 16384) {
    try {
      const chosen = plan({ budget });
      t.ok(chosen.total <= budget, `${chosen.total} of ${budget}: ${chosen.context} tokens`);
      seen.add(chosen.context === 256 ? 'whole' : 'smaller');
    } catch (error) {
      t.match(error, { code: 'memory-budget' });
      seen.add('refused');
    }
  }
  t.same([...seen], ['refused', 'smaller', 'whole'], 'more memory buys a longer context');
});

t.test('a context that was asked for is kept or refused with what it would take', async (t) => {
  const plan = planner(t);
  const full = plan();
  t.match(plan({ budget: full.total, context: 256 }), { context: 256 });
  const refusal = (budget: number): string => {
    try {
      plan({ budget, context: 256 });
      return 'not refused';
    } catch (error) {
      t.match(error, { code: 'memory-budget' });
      return (error as Error).message;
    }
  };
  t.match(refusal(RUNTIME), /need at least \d+ MiB \(runtime .* weights .* KV cache .* scratch/);
  const least = Number(/at least (\d+) MiB/.exec(refusal(RUNTIME))![1]);
  t.match(plan({ budget: least * MIB, context: 256 }), { context: 256 }, 'and what it says is enough');
});

t.test('a precision that was asked for is kept', async (t) => {
  const plan = planner(t);
  t.match(plan({ kv: 'f16' }), { kv_precision: 'f16' });
  const [f16, q8] = (['f16', 'q8'] as const).map((kv) => plan({ kv }).kv);
  t.ok(q8! < f16!);
});

t.test('what is given up, and in which order', async (t) => {
  const path = join(t.testdir(), 'sized.gguf');
  const heads = { heads: 4, headDim: 64 };
  writeSizedModel(path, { layers: 4, dim: 256, ffn: 512, ...heads, context: 1024, rows: 200_000 });
  const file = openGguf(path);
  t.teardown(() => file.close());
  const config = readConfig(file);
  const plan = (options: PlanOptions): MemoryPlan => planMemory(file, config, RUNTIME, options).plan;
  const four = { threads: 4, fewerThreads: true };
  const full = plan(four);
  t.match(full, { threads: 4, context: 1024, paged: false });
  const seen: string[] = [];
  for (let budget = full.total; ; budget -= 1 << 18) {
    let now: string;
    try {
      const { threads, context, paged, total } = plan({ ...four, budget });
      t.ok(total <= budget);
      now = `${threads} threads${context < 1024 ? ', shorter' : ''}${paged ? ', paged' : ''}`;
    } catch (error) {
      t.match(error, { code: 'memory-budget' });
      break;
    }
    if (now !== seen.at(-1)) seen.push(now);
  }
  t.same(seen, [
    '4 threads',
    '3 threads',
    '2 threads',
    '1 threads',
    '1 threads, shorter',
    '1 threads, paged',
    '1 threads, shorter, paged',
  ]);
  t.equal(plan({ threads: 4, budget: full.total - 1 }).threads, 4, 'threads asked for are kept');
});

t.test('the layout leaves no two buffers in the same place', async (t) => {
  const file = openGguf(writeToyModel(t.testdir()));
  t.teardown(() => file.close());
  const { state, team, kv, repack, use, weights } = layOutModel(file, readConfig(file), { kv: 'q8', threads: 3 });
  const { activations, qkvStride, ...rows } = state;
  t.equal(qkvStride % 16, 0);
  const { rooms, ...shared } = team;
  const addresses = [
    ...Object.values(rows),
    ...Object.values<number>({ ...activations }),
    ...weights.vectors.map(({ address }) => address),
    ...weights.matrices.map(({ matrix }) => matrix.address),
    kv.keys.rows,
    kv.keys.scales,
    kv.values.rows,
    kv.values.scales,
    ...Object.values(shared),
    ...rooms,
    repack,
  ].sort((a, b) => a - b);
  t.ok(addresses.every((address) => address % 64 === 0 && address < use.total));
  // Forms of activations that no matrix of this model wants take no room and may share an address.
  const unused = 2 * Number(!weights.forms.has('bytes')) + Number(!weights.forms.has('halves'));
  t.equal(new Set(addresses).size, addresses.length - unused);
});
