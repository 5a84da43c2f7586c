/** Runs inside the namespace of onoff.test.ts: pins, agent and sensors without a broker; a button switches a relay. */
import { createAgent } from '../../src/agent/agent.ts';
import { systemClock } from '../../src/clock.ts';
import { buildThings, parseConfig } from '../../src/config/load.ts';
import { Hardware } from '../../src/gpio/hardware.ts';
import { createLogger } from '../../src/log.ts';
import { FakeInterpreter } from '../support/fake-interpreter.ts';

const config = parseConfig(
  `version: 1
things:
  - { name: lamp, kind: relay, driver: gpio, pin: GPIO27, active_low: true }
sensors:
  - { name: button/door, kind: button, driver: gpio, pin: BOARD11, debounce_ms: 30 }
`,
  'button.yaml',
);
const log = createLogger();
const hardware = await Hardware.open(config, { clock: systemClock, log });
const agent = createAgent({
  things: buildThings(config, { clock: systemClock, gpio: hardware.gpio }),
  sensors: config.sensors,
  interpreter: new FakeInterpreter({}),
  clock: systemClock,
  log,
  armed: true,
});
await agent.start();
agent.sensors.sensor('button/door')!.watchers.push((sensor) => {
  process.stdout.write(`${sensor.value}\n`);
  if (sensor.value !== 'pressed') return;
  void agent.set('lamp', Buffer.from('{"state":"ON"}')).then(({ outcome }) => process.stdout.write(`${outcome}\n`));
});
await hardware.attach(agent);
process.stdout.write('listening\n');
const alive = setInterval(() => undefined, 60_000);
process.once('SIGTERM', () => {
  void (async () => {
    await agent.close();
    await hardware.close();
    clearInterval(alive);
  })();
});
