/**
 * The promise of --memory, kept by a whole process with a model of some size: the KV cache full to its last position,
 * VmHWM within the budget, also where the system kills whoever takes more.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import type { MemoryPlan } from '../../src/model/plan.ts';
import { mib } from '../../src/size.ts';
import { makeMemoryGroup } from '../support/cgroup.ts';
import { finished } from '../support/cli.ts';
import { writeSizedModel } from '../support/sized-model.ts';

const MiB = 2 ** 20;
const CONTEXT = 384;
/** 22 MiB of weights; 9 MiB of KV cache. */
const SIZE = { layers: 12, dim: 1024, ffn: 3072, heads: 8, headDim: 128, context: CONTEXT };
const FILL = fileURLToPath(new URL('../support/fill-context.js', import.meta.url));
/** The test runner loads itself into every Node that is started here, with 35 MiB of its own. */
const PLAIN = ['/usr/bin/env', '-u', 'NODE_OPTIONS'];
/** What a group is charged for beside what the process has resident: page tables, files, sockets. */
const CHARGED = 1.15;
/** Two starts of Node differ by so much before there is a model. */
const NOISE = 4 * MiB;

interface Filled {
  readonly plan: MemoryPlan;
  readonly vm_hwm_bytes: number;
}
interface Refused {
  readonly code: string;
  readonly message: string;
}

async function fill(model: string, budget: number, enter: readonly string[] = []): Promise<Filled | Refused> {
  const line = [...enter, ...PLAIN, process.execPath, FILL, model, String(budget), String(CONTEXT)];
  const { code, stdout, stderr } = await finished(spawn(line[0]!, line.slice(1)));
  if (code !== 0) throw new Error(`it ended with ${code}: ${stdout}${stderr}`);
  return JSON.parse(stdout) as Filled | Refused;
}

t.test(
  'a process keeps to its budget',
  { skip: existsSync('/proc/self/status') ? false : 'VmHWM: Linux' },
  async (t) => {
    const model = join(t.testdir(), 'sized.gguf');
    writeSizedModel(model, SIZE);

    const refused = (await fill(model, MiB)) as Refused;
    t.equal(refused.code, 'memory-budget');
    const least = Number(/need at least (\d+) MiB/.exec(refused.message)?.[1]) * MiB;
    t.ok(least > 60 * MiB, refused.message);

    await t.test('the least that a refusal names is enough', async (t) => {
      const { plan, vm_hwm_bytes } = (await fill(model, least + NOISE)) as Filled;
      t.match(plan, { context: CONTEXT, kv_precision: 'q8', budget: least + NOISE });
      t.ok(plan.total <= least + NOISE, `planned ${mib(plan.total)}`);
      t.ok(vm_hwm_bytes <= least + NOISE, `${mib(vm_hwm_bytes)} of ${mib(least + NOISE)}`);
      t.ok(vm_hwm_bytes > plan.weights + plan.kv, 'and it is the figure of the process that had the model');
    });

    await t.test('in a control group without swap', async (t) => {
      const budget = least + 24 * MiB;
      const group = makeMemoryGroup(budget * CHARGED);
      if (typeof group === 'string') return t.pass('a group', { skip: group });
      t.teardown(() => group.remove());
      const { plan, vm_hwm_bytes } = (await fill(model, budget, group.enter)) as Filled;
      t.equal(plan.context, CONTEXT);
      t.ok(vm_hwm_bytes <= budget, `${mib(vm_hwm_bytes)} of ${mib(budget)}`);
      t.equal(group.kills(), 0);
    });

    await t.test('such a group does kill who takes more', async (t) => {
      const group = makeMemoryGroup(32 * MiB);
      if (typeof group === 'string') return t.pass('a group', { skip: group });
      t.teardown(() => group.remove());
      await t.rejects(fill(model, least + NOISE, group.enter), /it ended with (null|137)/);
      t.ok(group.kills() > 0);
    });
  },
);
