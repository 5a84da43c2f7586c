import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { defaultThreads } from '../../src/model/threads.ts';

const LARGE = 240 << 20;

/** A system folder that describes cores by what their files say. */
function system(t: Test, cpus: readonly Readonly<Record<string, string>>[]): string {
  const root = t.testdir();
  cpus.forEach((files, i) => {
    for (const [name, text] of Object.entries(files)) {
      const path = join(root, `sys/devices/system/cpu/cpu${i}/${name}`);
      mkdirSync(join(path, '..'), { recursive: true });
      writeFileSync(path, `${text}\n`);
    }
  });
  return root;
}

const SIBLINGS = 'topology/thread_siblings_list';

t.test('four equal cores are four threads', async (t) => {
  const root = system(
    t,
    ['0', '1', '2', '3'].map((core) => ({ [SIBLINGS]: core })),
  );
  t.equal(defaultThreads(LARGE, root, 4), 4);
  t.equal(defaultThreads(LARGE, root, 2), 2, 'fewer where the process may use fewer');
});

t.test('two threads of one core count once', async (t) => {
  const root = system(
    t,
    ['0-1', '0-1', '2-3', '2-3'].map((core) => ({ [SIBLINGS]: core })),
  );
  t.equal(defaultThreads(LARGE, root, 4), 2);
});

t.test('a core that is switched off is none, those behind it are', async (t) => {
  const on = ['0', '2', '3'].map((core) => ({ [SIBLINGS]: core }));
  const root = system(t, [on[0]!, { online: '0' }, ...on.slice(1)]);
  t.equal(defaultThreads(LARGE, root, 8), 3);
});

t.test('what lies beside the cores is none', async (t) => {
  const root = system(t, [{ [SIBLINGS]: '0' }, { [SIBLINGS]: '1' }]);
  for (const name of ['cpufreq', 'cpuidle']) mkdirSync(join(root, 'sys/devices/system/cpu', name));
  writeFileSync(join(root, 'sys/devices/system/cpu/online'), '0-1\n');
  t.equal(defaultThreads(LARGE, root, 8), 2);
});

t.test('slow cores are left to others', async (t) => {
  const capacities = ['1024', '1024', '430', '430', '430', '430'];
  const arm = system(
    t,
    capacities.map((capacity, i) => ({ [SIBLINGS]: `${i}`, cpu_capacity: capacity })),
  );
  t.equal(defaultThreads(LARGE, arm, 6), 2);
});

t.test('a small model is not worth sharing', async (t) => {
  const root = system(t, [{ [SIBLINGS]: '0' }, { [SIBLINGS]: '1' }]);
  t.equal(defaultThreads(480_000, root, 2), 1);
});

t.test('without a description all that is available is taken', async (t) => {
  t.equal(defaultThreads(LARGE, t.testdir(), 3), 3);
});
