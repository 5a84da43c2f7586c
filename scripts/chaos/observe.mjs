// Loaded into the agent's process before anything else (node --import): every act that reaches a simulated device is
// written to a file before the device does it. A write that has returned survives the death of the process.
import { openSync, writeSync } from 'node:fs';
import { DRIVERS } from '../../build/devices/drivers.js';

const file = openSync(process.env.CHAOS_ACTS, 'a');

for (const type of DRIVERS) {
  const create = type.create.bind(type);
  type.create = (declaration, ...rest) => {
    const driver = create(declaration, ...rest);
    const invoke = driver.invoke.bind(driver);
    driver.invoke = (action, args, signal) => {
      writeSync(file, `${JSON.stringify({ at: Date.now(), pid: process.pid, act: [declaration.id, args] })}\n`);
      return invoke(action, args, signal);
    };
    return driver;
  };
}
