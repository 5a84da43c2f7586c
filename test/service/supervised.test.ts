/** What a supervisor hears, and when it hears nothing. */
import t from 'tap';
import { systemClock, type Clock } from '../../src/clock.ts';
import { statusLine } from '../../src/cli/run/status.ts';
import { createLogger } from '../../src/log.ts';
import { Tools } from '../../src/tools.ts';
import { Notifier } from '../../src/service/notify.ts';
import { Supervised } from '../../src/service/supervised.ts';

/** Every sleep ends when the test says so. */
class Steps implements Clock {
  readonly slept: number[] = [];
  #wake: (() => void)[] = [];
  now = (): number => 0;
  monotonic = (): number => 0;
  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    this.slept.push(ms);
    return new Promise((resolve, reject) => {
      signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
      this.#wake.push(resolve);
    });
  }
  async step(): Promise<void> {
    this.#wake.shift()?.();
    await new Promise(setImmediate);
  }
}

function supervised(watchdogUs?: number): { told: object[]; clock: Steps; service: Supervised } {
  const told: object[] = [];
  const clock = new Steps();
  const notifier = { tell: async (variables: object): Promise<void> => void told.push(variables) };
  const log = createLogger('silent');
  return { told, clock, service: new Supervised({ notifier, watchdogUs, clock, log }) };
}

t.test('a life with a watchdog: more time, ready, signs of life while it is well, stopping', async (t) => {
  const { told, clock, service } = supervised(30_000_000);
  service.status('loading the model');
  await clock.step();
  let isWell = true;
  service.ready('13 things', () => isWell);
  await clock.step();
  isWell = false;
  await clock.step();
  await clock.step();
  isWell = true;
  await clock.step();
  service.stopping();
  await clock.step();
  t.strictSame(told, [
    { STATUS: 'loading the model' },
    { EXTEND_TIMEOUT_USEC: '30000000' },
    { READY: '1', STATUS: '13 things' },
    { WATCHDOG: '1' },
    { WATCHDOG: '1' },
    { STOPPING: '1', STATUS: 'stopping' },
  ]);
  t.ok(
    clock.slept.every((ms) => ms === 15_000),
    'at half of the time it has',
  );
});

t.test('its status is told when it has changed', async (t) => {
  const { told, clock, service } = supervised();
  // The clock's first sleeper gives the signs.
  service.ready('armed', () => true);
  await clock.step();
  const agent = { things: [], armed: true, queued: 0 };
  let isConnected = true;
  const following = service.follow(() => statusLine('seedling', agent, isConnected));
  await clock.step();
  isConnected = false;
  agent.queued = 1;
  await clock.step();
  await clock.step();
  [isConnected, agent.armed, agent.queued] = [true, false, 2];
  await clock.step();
  service.stopping();
  await following;
  t.strictSame(told.slice(1), [
    { STATUS: 'seedling, 0 things, armed, without its broker, 1 command waiting' },
    { STATUS: 'seedling, 0 things, disarmed, 2 commands waiting' },
    { STOPPING: '1', STATUS: 'stopping' },
  ]);
});

t.test('without a watchdog the signs end when it is ready', async (t) => {
  const { told, clock, service } = supervised();
  await clock.step();
  service.ready('', () => false);
  await clock.step();
  await clock.step();
  t.strictSame(told, [{ EXTEND_TIMEOUT_USEC: '60000000' }, { READY: '1', STATUS: '' }]);
  await service.close();
});

t.test('who wants to be told, and of whom', async (t) => {
  const parts = { clock: new Steps(), log: createLogger('silent') };
  const slept = async (env: Record<string, string>): Promise<number | undefined> => {
    const clock = new Steps();
    const service = Supervised.of(env, 42, { ...parts, clock });
    service?.stopping();
    return clock.slept[0];
  };
  const NOTIFY_SOCKET = '/nowhere';
  t.equal(Supervised.of({}, 42, parts), undefined);
  t.equal(await slept({ NOTIFY_SOCKET, WATCHDOG_USEC: '2000000', WATCHDOG_PID: '42' }), 1000);
  t.equal(await slept({ NOTIFY_SOCKET, WATCHDOG_USEC: '2000000' }), 1000);
  t.equal(await slept({ NOTIFY_SOCKET, WATCHDOG_USEC: '2000000', WATCHDOG_PID: '7' }), 30_000, 'another process');
  t.equal(await slept({ NOTIFY_SOCKET, WATCHDOG_USEC: 'soon' }), 30_000);
});

t.test('messages wait for each other, the latest of a variable wins, and a newline is no way in', async (t) => {
  const ran: string[][] = [];
  const ends: (() => void)[] = [];
  class Fake extends Tools {
    override async run(name: string, args: readonly string[]) {
      ran.push([name, ...args]);
      await new Promise<void>((resolve) => ends.push(resolve));
      return { code: 1, stdout: '', stderr: 'no' };
    }
  }
  const lines: string[] = [];
  const log = createLogger('warn', { sink: { write: (line) => void lines.push(line) } });
  const notifier = new Notifier({ log, tools: new Fake() });
  const first = notifier.tell({ READY: '1' });
  await new Promise(setImmediate);
  void notifier.tell({ STATUS: 'one' });
  void notifier.tell({ STATUS: 'two\nREADY=1', WATCHDOG: '1' });
  ends.shift()!();
  await new Promise(setImmediate);
  ends.shift()!();
  await first;
  t.strictSame(ran, [
    ['systemd-notify', 'READY=1'],
    ['systemd-notify', 'STATUS=two READY=1', 'WATCHDOG=1'],
  ]);
  t.equal(lines.length, 1, 'what goes wrong is said once');
});

t.test('a program that is not there fails nothing', async () => {
  await new Notifier({ log: createLogger('silent'), tools: new Tools('/nowhere') }).tell({ READY: '1' });
  await systemClock.sleep(0);
});
