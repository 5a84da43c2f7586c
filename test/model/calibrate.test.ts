import { join } from 'node:path';
import t, { type Test } from 'tap';
import { Q1_0, Q2_0 } from '../../src/gguf/types.ts';
import { manyOrSmall, type Question } from '../../src/model/calibrate.ts';
import type { KernelVariant } from '../../src/model/kernels.ts';
import { matrixFormat } from '../../src/model/matrix.ts';
import { Measured } from '../../src/model/measured.ts';

/** A machine on which one form of a product takes milliseconds and the other nothing; `runs` counts what it was asked. */
class Machine {
  runs = 0;
  slow: 'many' | 'small' = 'many';

  question(variant: KernelVariant, type: number, weights = 240 << 20): Question {
    const format = matrixFormat(type)!;
    const run = (job: number): void => {
      this.runs++;
      const until = performance.now() + (job === format.job[this.slow] ? 5 : 0);
      while (performance.now() < until);
    };
    const matrix = { address: 0, rows: 2048, cols: 2048, format };
    const state = { gate: 0, activations: { tables: 0, scales: 0, sums: 0 } };
    return { matrix, weights, batch: 128, variant, team: { run }, state, scratch: 0 } as unknown as Question;
  }
}

function measuredIn(t: Test): Measured {
  return new Measured(join(t.testdir(), 'measured.json'));
}

t.test('the faster form is found, once', async (t) => {
  const machine = new Machine();
  const measured = measuredIn(t);
  t.equal(manyOrSmall(machine.question('simd', Q1_0), measured), 'small');
  t.equal(machine.runs, 6, 'three rounds of each');
  machine.slow = 'small';
  t.equal(manyOrSmall(machine.question('simd', Q1_0), measured), 'small', 'as it was kept');
  t.equal(machine.runs, 6);
  t.equal(manyOrSmall(machine.question('relaxed', Q1_0), measured), 'many', 'other kernels are another question');
});

t.test('where there is nothing to find, nothing is measured', async (t) => {
  const machine = new Machine();
  const measured = measuredIn(t);
  t.equal(manyOrSmall(machine.question('simd', Q1_0, 1 << 20), measured), 'many', 'a small model');
  for (const variant of ['arm', 'armloop'] as const) {
    t.equal(manyOrSmall(machine.question(variant, Q1_0), measured), 'many', `${variant} has one form`);
  }
  t.equal(machine.runs, 0);
  t.equal(manyOrSmall(machine.question('arm', Q2_0), measured), 'small', 'but of 2-bit products it has both');
});
