/** A program for the deadman's tests: an agent with one thing, whose state is a file and survives the process. */
import { appendFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Driver, Thing, ThingState } from '../../devices/thing.ts';
import { createAgent } from '../../src/agent/agent.ts';
import { startSafely } from '../../src/agent/acting/safety.ts';
import { holdLifeline } from '../../src/cli/lifeline.ts';
import { systemClock } from '../../src/clock.ts';
import { createLogger } from '../../src/log.ts';
import { FakeInterpreter } from './fake-interpreter.ts';

const [, , file] = process.argv as [string, string, string];
const trace = (what: string): void => appendFileSync(join(dirname(file), 'trace'), `${what}\n`);

class FileDriver implements Driver {
  async start(): Promise<void> {
    trace('start');
  }
  async safe(): Promise<void> {
    trace('safe');
    this.safeNow();
  }
  safeNow(): void {
    writeFileSync(file, 'SAFE');
  }
  async close(): Promise<void> {}
  state(): ThingState {
    return {};
  }
  onState(): () => void {
    return () => undefined;
  }
  /** Moves until it is told otherwise. */
  invoke(_action: string, _args: unknown, signal: AbortSignal): Promise<void> {
    writeFileSync(file, 'MOVING');
    process.stdout.write('moving\n');
    return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
  }
}

const thing: Thing = {
  description: {
    id: 'arm',
    title: 'arm',
    '@type': 'plug',
    properties: {},
    actions: { swing: { input: { type: 'object', properties: {} } } },
  },
  driver: new FileDriver(),
};
const log = createLogger('silent');
const things = [thing];
holdLifeline({ things: () => things, stop: () => agent.stop(), log });
await startSafely(things, systemClock, log);
trace('agent');
const agent = createAgent({
  things,
  thingsStarted: true,
  interpreter: new FakeInterpreter({}),
  clock: systemClock,
  log,
  armed: true,
});
await agent.start();
process.once('SIGTERM', () => void agent.close().then(() => process.exit(0)));
process.stdin.on('data', (how) => {
  if (String(how) === 'exit') process.exit(3);
  if (String(how) === 'reject') void Promise.reject(new Error('nobody catches this'));
  if (String(how) === 'throw') throw new Error('nor this');
});
void agent.set('arm', Buffer.from('{"action":"swing"}'));
