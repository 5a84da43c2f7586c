import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import t from 'tap';
import { benchModule } from './script.ts';

interface Engine {
  readonly pid: number;
  ask(verb: string, args?: object): Promise<unknown>;
  close(): Promise<void>;
}

const { EngineProcess } = await benchModule<{ EngineProcess: new (command: string, args: string[]) => Engine }>(
  'process.mjs',
);
const { doubts, watchOthers } = await benchModule<{
  doubts: (loadBefore: number, cores: readonly number[]) => string[];
  watchOthers: (pids: readonly number[]) => () => number | undefined;
}>('others.mjs');

/** An engine that echoes, fails, talks out of turn, or dies, as it is told. */
const ECHO = `
  import { createInterface } from 'node:readline';
  for await (const line of createInterface({ input: process.stdin })) {
    const { do: verb, ...args } = JSON.parse(line);
    if (verb === 'die') process.exit(3);
    if (verb === 'fail') console.log(JSON.stringify({ error: { code: 'out-of-order', message: 'not now' } }));
    else console.log(JSON.stringify({ reply: args }));
  }
`;

t.test('an engine in a process of its own', async (t) => {
  const script = join(t.testdir(), 'echo.mjs');
  writeFileSync(script, ECHO);
  const engine = new EngineProcess(process.execPath, [script]);
  t.teardown(() => engine.close());
  t.same(await engine.ask('echo', { tokens: [1, 2] }), { tokens: [1, 2] });
  await t.rejects(engine.ask('fail'), { code: 'out-of-order', message: 'not now' });
  t.same(await engine.ask('echo', { again: true }), { again: true }, 'a failure is no end');
  const pending = engine.ask('echo', { first: 1 });
  await t.rejects(engine.ask('echo'), /one thing at a time/);
  t.same(await pending, { first: 1 });
  await t.rejects(engine.ask('die'), /the engine ended: exit code 3/);
  await t.rejects(engine.ask('echo'), /the engine ended/);
});

t.test('an engine that somebody kills between two turns', async (t) => {
  const script = join(t.testdir(), 'echo.mjs');
  writeFileSync(script, ECHO);
  const engine = new EngineProcess(process.execPath, [script]);
  t.same(await engine.ask('echo', { first: 1 }), { first: 1 });
  process.kill(engine.pid, 'SIGKILL');
  await engine.close();
  await t.rejects(engine.ask('echo'), /the engine ended: killed by SIGKILL/);
});

t.test('a program that is not there', async (t) => {
  const engine = new EngineProcess('/no/such/program', []);
  await t.rejects(engine.ask('open'), /ENOENT/);
  await engine.close();
});

t.test('whether a run was clean', (t) => {
  t.same(doubts(0.2, [0, 0.05]), []);
  t.match(doubts(3, [0]), [/load average was 3/]);
  t.match(doubts(0, [0.02, 0.9, 0.3]), [/up to 0\.90 cores, in 2 of 3 turns/]);
  const others = watchOthers([process.pid])();
  t.ok(process.platform !== 'linux' || others! >= 0);
  t.end();
});
