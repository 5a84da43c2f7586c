import { EventEmitter } from 'node:events';
import t from 'tap';
import { ProgressBar, duration, size, type Signals } from '../../src/cli/progress.ts';
import { openShown, readShown } from '../../src/cli/waiting.ts';
import { createLogger } from '../../src/log.ts';
import type { EngineOptions } from '../../src/model/engine.ts';
import type { Engine } from '../../src/model/types.ts';
import { FakeClock } from '../devices/fake-clock.ts';
import { Sink } from '../support/sink.ts';

const CLEAR = '\r\x1b[K';

/** A process that hears of Ctrl-C, and notes with what it was killed. */
function listening(): Signals & EventEmitter & { readonly killed: unknown[] } {
  const killed: unknown[] = [];
  const kill = (pid: number, signal?: string | number): true => {
    killed.push([pid, signal]);
    return true;
  };
  return Object.assign(new EventEmitter(), { killed, kill, pid: 7 }) as unknown as ReturnType<typeof listening>;
}

t.test('progress: a bar on a terminal, lines elsewhere', async (t) => {
  const MiB = 2 ** 20;
  const clock = { ms: 0, now: () => 0, monotonic: () => clock.ms, sleep: async () => {} };
  const run = (err: Sink): string => {
    clock.ms = 0;
    const bar = new ProgressBar(err, clock, 'bonsai');
    // 100 MiB were there already: they are not in the rate of 2 MiB/s.
    for (; clock.ms <= 30_000; clock.ms += 500) {
      bar.update({ stage: 'download', done: 100 * MiB + (clock.ms / 500) * MiB, total: 200 * MiB });
    }
    bar.notice('a notice');
    bar.end();
    return err.text;
  };
  const terminal = run(new Sink(true));
  const frames = terminal.split('\r\x1b[K');
  t.match(frames[9], /^bonsai download {2}55 % {2}\[#+-+\] {2}\d+\.0 MiB of 200\.0 MiB {2}2\.0 MiB\/s {2}ETA \d+ s$/);
  t.ok(frames.every((frame) => frame.length <= 100 + '\na notice'.length));
  t.match(terminal, /\r\x1b\[Ka notice\n$/, 'the bar makes room, and goes in the end');
  const lines = run(new Sink()).trimEnd().split('\n');
  t.equal(lines.length, 7, 'every five seconds, and the notice');
  t.equal(lines[0], 'bonsai download  55 %  110.0 MiB of 200.0 MiB  2.0 MiB/s  ETA 45 s');
  t.notMatch(lines.join(''), /\r|\x1b/);

  const unknown = new Sink(true);
  const bar = new ProgressBar(unknown, clock, 'x');
  bar.update({ stage: 'download', done: 5 });
  clock.ms += 1000;
  bar.update({ stage: 'download', done: 5 });
  t.match(unknown.text, /0\.0 KiB$/, 'no total, no share of it');
  t.same([size(2 ** 31), duration(59.2), duration(61), duration(3661)], ['2.00 GiB', '1:00', '1:01', '1:01:01']);
});

t.test('what takes less than a second shows nothing; what takes longer goes away whatever becomes of it', async (t) => {
  const clock = new FakeClock();
  const work = async (bar: ProgressBar, ms: number): Promise<void> => {
    for (let done = 0; done <= 4; done++) {
      bar.update({ stage: 'weights', done, total: 4, unit: 'tokens' });
      if (done < 4) await clock.advance(ms / 4);
    }
  };
  const quick = new Sink(true);
  const quickBar = new ProgressBar(quick, clock, 'model');
  await quickBar.during(() => work(quickBar, 900));
  t.equal(quick.text, '');

  const slow = new Sink(true);
  const slowBar = new ProgressBar(slow, clock, 'model');
  const failed = slowBar.during(async () => {
    await work(slowBar, 2000);
    throw new Error('damaged');
  });
  await t.rejects(failed, { message: 'damaged' });
  const frames = slow.text.split(CLEAR);
  t.match(frames[1], /^model weights {2}50 % {2}\[#+-+\] {2}2 of 4 tokens {2}ETA 1 s$/);
  t.equal(frames.at(-1), '', 'erased');
  slowBar.update({ stage: 'weights', done: 1, total: 4 });
  t.ok(slow.text.endsWith(CLEAR), 'and it does not come back');

  const stages = new Sink(true);
  const bar = new ProgressBar(stages, clock, 'verify');
  bar.update({ stage: 'SHA-256', done: 1, total: 2 });
  await clock.advance(1500);
  bar.update({ stage: 'tokenizer' });
  bar.update({ stage: 'known answers' });
  t.equal(stages.text, `${CLEAR}verify tokenizer${CLEAR}verify known answers`, 'a stage is named when it begins');
});

t.test('Ctrl-C takes the bar away, and then the process, unless others know better', async (t) => {
  for (const others of [0, 1]) {
    const clock = new FakeClock();
    const [err, signals] = [new Sink(true), listening()];
    for (let i = 0; i < others; i++) signals.on('SIGINT', () => undefined);
    const bar = new ProgressBar(err, clock, 'model');
    await bar.during(async () => {
      bar.update({ stage: 'weights', done: 0, total: 4 });
      await clock.advance(1000);
      bar.update({ stage: 'weights', done: 1, total: 4 });
      t.notOk(err.text.endsWith(CLEAR));
      signals.emit('SIGINT');
      t.ok(err.text.endsWith(CLEAR));
      t.strictSame(signals.killed, others === 0 ? [[7, 'SIGINT']] : []);
    }, signals);
    t.equal(signals.listenerCount('SIGINT'), others);
  }
});

t.test('a model that is opened and told what it has to know: a bar where somebody looks, else the log', async (t) => {
  const clock = new FakeClock();
  const open = async (options: EngineOptions, { tell }: { tell?: (text: string) => void } = {}): Promise<Engine> => {
    for (const done of [1, 2, 3]) {
      options.onLoad?.(done * 2 ** 20, 3 * 2 ** 20);
      await clock.advance(6000);
    }
    tell?.('--model auto takes bonsai');
    return { close: async () => undefined } as unknown as Engine;
  };
  const terminal = new Sink(true);
  await openShown({}, { err: terminal, clock, open });
  t.match(terminal.text, /model weights {2}66 % .*2\.0 MiB of 3\.0 MiB/);
  t.match(terminal.text, /\r\x1b\[K--model auto takes bonsai\n$/);

  const [err, logged] = [new Sink(), [] as string[]];
  const log = createLogger('info', { journal: false, sink: { write: (line: string) => void logged.push(line) } });
  await openShown({}, { err, log, clock, open });
  t.equal(err.text, '--model auto takes bonsai\n');
  t.match(logged.join(''), /"msg":"model weights {2}66 % {2}2\.0 MiB of 3\.0 MiB/);

  const read = new Sink(true);
  const answer = await readShown(
    async (onRead) => {
      onRead(32, 128);
      await clock.advance(2000);
      onRead(64, 128);
      return 'read';
    },
    { err: read, clock },
  );
  t.equal(answer, 'read');
  t.match(read.text, /model instructions {2}50 % .*64 of 128 tokens {2}ETA 4 s\r\x1b\[K$/);
});
