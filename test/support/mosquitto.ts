/** A real mosquitto on loopback, gone with the test. */
import { spawn, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { connectAsync } from 'mqtt';
import type { Test } from 'tap';
import { systemClock } from '../../src/clock.ts';

const installed = !(spawnSync('mosquitto', ['-h']).error instanceof Error);

/** For tap's `skip` option; where CI=true, a missing broker is a failure. */
export const skipWithoutMosquitto =
  installed || process.env['CI'] === 'true' ? false : 'mosquitto is not installed (apt install mosquitto)';

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export async function mosquitto(t: Pick<Test, 'testdir' | 'teardown'>, folder = t.testdir()): Promise<string> {
  const port = await freePort();
  const file = path.join(folder, 'mosquitto.conf');
  writeFileSync(file, `listener ${port} 127.0.0.1\nallow_anonymous true\nset_tcp_nodelay true\n`);
  const child = spawn('mosquitto', ['-c', file], { stdio: 'ignore' });
  t.teardown(() => child.kill());
  for (;;) {
    const url = `mqtt://127.0.0.1:${port}`;
    const client = await connectAsync(url, { protocolVersion: 5, reconnectPeriod: 0 }).catch(() => undefined);
    await client?.endAsync();
    if (client !== undefined) return url;
    if (child.exitCode !== null) throw new Error('mosquitto ended');
    await systemClock.sleep(50);
  }
}
