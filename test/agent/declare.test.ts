/** Something else is declared while the agent works: what the drivers are told, and what happens when one does not start. */
import t, { type Test } from 'tap';
import { createAgent, type Agent } from '../../src/agent/agent.ts';
import { systemClock } from '../../src/clock.ts';
import { TokonomaError } from '../../src/errors.ts';
import { FakeInterpreter, call } from '../support/fake-interpreter.ts';
import { FakeDriver, fakeSwitch } from '../support/fake-thing.ts';
import { silent } from '../support/home.ts';

const script = { 'pump on': [call('power.set', { device: 'pump', power: 'on' })] };
const never = (): never => {
  throw new Error('nothing is made again');
};

async function start(t: Test, ...things: ReturnType<typeof fakeSwitch>[]): Promise<Agent> {
  const interpreter = new FakeInterpreter(script);
  const agent = createAgent({ things, interpreter, clock: systemClock, log: silent, armed: true });
  t.teardown(() => agent.close());
  await agent.start();
  return agent;
}

class Broken extends FakeDriver {
  closed = 0;
  override async start(): Promise<void> {
    throw new TokonomaError('pin-taken', 'GPIO17 is taken');
  }
  override async close(): Promise<void> {
    this.closed++;
  }
}

t.test('one that does not start: everything is as it was', async (t) => {
  const [lamp, pump] = [fakeSwitch('lamp'), fakeSwitch('pump')];
  const agent = await start(t, lamp, pump);
  const broken = { ...fakeSwitch('valve'), driver: new Broken() };
  const again = fakeSwitch('pump');
  const told: unknown[] = [];
  agent.on('declared', (change) => told.push(change));
  await t.rejects(
    agent.declare({ things: [lamp, broken] }, (thing) => {
      t.equal(thing, pump);
      return again;
    }),
    { code: 'pin-taken' },
  );
  t.strictSame(agent.things, [lamp, again]);
  t.equal(broken.driver.closed, 1);
  t.ok(pump.driver.safeCalls > 0 && again.driver.safeCalls > 0, 'the one that went and the one that took its place');
  t.match(told, [{ added: [again], removed: [pump] }]);
  t.match(await agent.handle('pump on'), { outcome: 'executed' });
  t.equal(again.driver.invoked.length, 1);
  t.equal(pump.driver.invoked.length, 0);
});

t.test('a stop reaches what is coming and what is going', async (t) => {
  const [pump, valve] = [fakeSwitch('pump'), fakeSwitch('valve')];
  const agent = await start(t, pump);
  let going!: () => void;
  const begun = new Promise<void>((resolve) => (going = resolve));
  let release!: () => void;
  const held = new Promise<void>((resolve) => (release = resolve));
  let calls = 0;
  pump.driver.safe = async () => {
    calls++;
    going();
    await held;
  };
  const declared = agent.declare({ things: [valve] }, never);
  await begun;
  const waits = agent.handle('pump on');
  const stopped = agent.stop();
  t.equal(calls, 2, 'it is told once more');
  release();
  await stopped;
  await declared;
  t.match(await waits, { outcome: 'refused', code: 'stopped' });
  t.equal(agent.armed, false);
  t.ok(valve.driver.safeCalls > 0);
});

t.test('two changes at once are two in a row, and the end waits for them', async (t) => {
  const [pump, valve, lamp] = [fakeSwitch('pump'), fakeSwitch('valve'), fakeSwitch('lamp')];
  const agent = await start(t, pump);
  const first = agent.declare({ things: [valve] }, never);
  const second = agent.declare({ things: [lamp] }, never);
  await agent.close();
  t.match(await first, { added: [valve], removed: [pump] });
  t.match(await second, { added: [lamp], removed: [valve] });
  t.strictSame(agent.driven, [lamp]);
});
