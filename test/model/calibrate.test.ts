/** Which form of prefill is measured to be the faster, when it is asked at all, and what the answer is kept under. */
import { syncBuiltinESMExports } from 'node:module';
import os from 'node:os';
import t, { type Test } from 'tap';
import { F32, PQ2_0, Q1_0, Q2_0 } from '../../src/gguf/types.ts';
import { manyOrSmall, type Question } from '../../src/model/calibrate.ts';
import { matrixFormat, type Matrix } from '../../src/model/matrix.ts';
import type { Measured } from '../../src/model/measured.ts';
import type { Team } from '../../src/model/team.ts';

const Q1: Matrix = { address: 4096, rows: 3000, cols: 2048, format: matrixFormat(Q1_0)! };
const Q2: Matrix = { ...Q1, format: matrixFormat(Q2_0)! };

/** A machine on which every job takes what it is said to, and what was measured on it. */
class Machine {
  /** Jobs that were run: their kinds, and their words. */
  readonly jobs: { kind: number; chunks: number; revocable: boolean; words: readonly number[] }[] = [];
  /** As Measured has it, without a file. */
  readonly kept = new Map<string, string>();
  readonly measured = {
    recall: (key: string) => this.kept.get(key),
    keep: (key: string, value: string) => void this.kept.set(key, value),
  } as Measured;
  readonly question: Question;

  /** @param took milliseconds of the job number `round` of a kind */
  constructor(t: Test, took: (kind: number, round: number) => number) {
    let now = 1000;
    t.intercept(performance, 'now', { value: () => now });
    const team = {
      run: (kind: number, chunks: number, revocable: boolean, ...words: readonly number[]) => {
        now += took(kind, this.jobs.filter((job) => job.kind === kind).length);
        this.jobs.push({ kind, chunks, revocable, words });
      },
    } as Team;
    const state = { gate: 100, activations: { tables: 200, scales: 300, sums: 400 } } as Question['state'];
    this.question = { matrix: Q1, weights: 200 << 20, batch: 32, variant: 'simd', team, state, scratch: 500 };
  }

  ask(change: Partial<Question> = {}): string {
    return manyOrSmall({ ...this.question, ...change }, this.measured);
  }

  /** The key that an answer is kept under. */
  key(change: Partial<Question> = {}): string {
    this.kept.clear();
    this.ask(change);
    return [...this.kept.keys()].join();
  }
}

const { many, small } = Q1.format.job;

t.test('the faster is picked', async (t) => {
  t.equal(new Machine(t, (kind) => (kind === many ? 3 : 2)).ask(), 'small');
  t.equal(new Machine(t, (kind) => (kind === many ? 2 : 3)).ask(), 'many');
  t.equal(new Machine(t, () => 2).ask(), 'many', 'in doubt the larger');
});

t.test('what counts is the best of three rounds of each in turn', async (t) => {
  // The first of each compiles; the machine was busy with something else in the second of one.
  const rounds = { [many]: [90, 4, 4], [small]: [80, 70, 3] };
  const machine = new Machine(t, (kind, round) => rounds[kind]![round]!);
  t.equal(machine.ask(), 'small');
  t.same(
    machine.jobs.map(({ kind }) => kind),
    [many, small, many, small, many, small],
  );
});

t.test('what is measured is a product of sixteen tokens with a part of the matrix', async (t) => {
  const machine = new Machine(t, () => 1);
  machine.ask();
  for (const { chunks, revocable, words } of machine.jobs) {
    t.equal(chunks, 1);
    t.equal(revocable, false);
    t.same(words, [100, 2048, Q1.address, 2048, 2048, 128, 200, 300, 400, 16, 2048, 500]);
  }
  const few = new Machine(t, () => 1);
  few.ask({ matrix: { ...Q1, rows: 1000 } });
  t.same(few.jobs[0]!.words.slice(1, 4), [1008, Q1.address, 1008], 'no more than there is, in whole tiles');
});

t.test('an answer is remembered', async (t) => {
  const machine = new Machine(t, (kind) => (kind === small ? 1 : 2));
  t.equal(machine.ask(), 'small');
  t.same([...machine.kept.values()], ['small']);
  t.equal(machine.jobs.length, 6);
  t.equal(machine.ask(), 'small');
  t.equal(machine.jobs.length, 6, 'and not measured again');
  const [key] = machine.kept.keys();
  machine.kept.set(key!, 'many');
  t.equal(machine.ask(), 'many', 'what is remembered is what counts');
  machine.kept.set(key!, 'large');
  t.equal(machine.ask(), 'small', 'but not what is no answer');
  t.equal(machine.kept.get(key!), 'small');
});

t.test('without a memory it is measured each time', async (t) => {
  const machine = new Machine(t, (kind) => (kind === small ? 1 : 2));
  for (const jobs of [6, 12]) {
    t.equal(manyOrSmall(machine.question), 'small');
    t.equal(machine.jobs.length, jobs);
  }
});

t.test('where it cannot bring much nothing is measured, and nothing is kept', async (t) => {
  const machine = new Machine(t, (kind) => (kind === small || kind === Q2.format.job.small ? 1 : 2));
  t.equal(machine.ask({ weights: (32 << 20) - 1 }), 'many', 'a small model');
  t.equal(machine.ask({ batch: 15 }), 'many', 'batches of fewer tokens');
  t.equal(machine.ask({ matrix: { ...Q1, format: matrixFormat(F32)! } }), 'many', 'a format that has one form only');
  for (const variant of ['arm', 'armloop'] as const)
    t.equal(machine.ask({ variant }), 'many', `${variant} has one form`);
  t.same(machine.jobs, []);
  t.equal(machine.kept.size, 0);
  t.equal(machine.ask({ weights: 32 << 20, batch: 16 }), 'small');
  t.equal(machine.ask({ variant: 'arm', matrix: Q2 }), 'small', 'but of 2-bit products ARM has both');
});

t.test('another machine, Node, kernel or matrix is another question', async (t) => {
  const machine = new Machine(t, () => 1);
  const keys = [
    machine.key(),
    ...(['relaxed', 'ordered', 'debug'] as const).map((variant) => machine.key({ variant })),
    machine.key({ matrix: { ...Q1, cols: 4096 } }),
    machine.key({ matrix: { ...Q1, format: matrixFormat(PQ2_0)! } }),
    ...(['simd', 'arm', 'armloop'] as const).map((variant) => machine.key({ variant, matrix: Q2 })),
  ];
  const node = t.intercept(process, 'version', { value: 'v99.0.0' });
  keys.push(machine.key());
  node.restore();
  for (const cpus of [[{ model: ' Cortex-A76 ' }], [{ model: 'Cortex-A72' }], []]) {
    const { restore } = t.intercept(os, 'cpus', { value: () => cpus });
    syncBuiltinESMExports();
    keys.push(machine.key());
    restore();
  }
  syncBuiltinESMExports();
  t.equal(new Set(keys).size, keys.length, keys.join('\n'));
  t.ok(keys.every((key) => key !== '' && !key.includes(',,')));
  t.equal(machine.key(), keys[0], 'the same question is the same');
  t.equal(machine.key({ matrix: { ...Q1, rows: 256 }, batch: 16, weights: 1 << 30 }), keys[0], 'whatever its size');
});
