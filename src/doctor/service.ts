/** Checks of what a configuration names: its folder and its broker. */
import { accessSync, constants, existsSync, statfsSync } from 'node:fs';
import { createConnection } from 'node:net';
import { dirname } from 'node:path';
import type { Config } from '../config/types.ts';
import { messageOf } from '../errors.ts';
import { memoryBudget } from '../hub/machine.ts';
import { installedUnit } from '../service/install.ts';
import { serviceMemory } from '../service/memory.ts';
import { mib } from '../size.ts';
import { note, ok, problem, type Finding, type Machine } from './report.ts';

/** The nearest folder that exists decides: the others are made when they are needed. */
export function dataFolder({ data }: Pick<Config, 'data'>): Finding {
  let folder = data;
  while (!existsSync(folder)) folder = dirname(folder);
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
  } catch {
    return problem(
      'data',
      `${folder} cannot be written`,
      `sudo chown $USER ${folder}, or set "data" to another folder`,
    );
  }
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  if (free < 100 * 2 ** 20) return problem('data', `${data}: ${mib(free)} free`, 'make room: the journal needs some');
  return ok('data', `${data}${folder === data ? '' : ' (to be made)'}, ${mib(free)} free`);
}

const PORTS: Readonly<Record<string, number>> = { 'mqtt:': 1883, 'mqtts:': 8883, 'ws:': 80, 'wss:': 443 };
/** A broker on the same network answers within this time, milliseconds. */
const REACH_MS = 3000;

/** Whether something listens there; who may come in is told by `tokonoma run`. */
export async function broker({ mqtt }: Pick<Config, 'mqtt'>): Promise<Finding> {
  if (mqtt.url === undefined) return ok('broker', `embedded, on ${mqtt.host}:${mqtt.port}`);
  const url = new URL(mqtt.url);
  const port = Number(url.port) || PORTS[url.protocol]!;
  const where = `${url.hostname}:${port}`;
  const error = await reach(url.hostname.replace(/^\[|\]$/g, ''), port);
  if (error === undefined) return ok('broker', `${where} is there`);
  const advice = /refused/i.test(error)
    ? 'nothing listens there: start it (sudo systemctl start mosquitto), and see "listener" in its configuration'
    : 'check the name, the network and the firewall';
  return problem('broker', `${where}: ${error}`, advice);
}

function reach(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = createConnection({ host, port, timeout: REACH_MS });
    const done = (error?: string): void => {
      socket.destroy();
      resolve(error);
    };
    socket.once('connect', () => done());
    socket.once('timeout', () => done(`no answer within ${REACH_MS / 1000} s`));
    socket.once('error', (error) => done(messageOf(error) || 'not reachable'));
  });
}

/** Whether the unit that is installed lets this configuration have the memory that its plan needs. */
export function service({ root, env }: Machine, config: Config): Finding {
  const unit = installedUnit(root);
  if (unit === undefined) return ok('service', 'not installed');
  const limit = Number(/^MemoryMax=(\d+)$/m.exec(unit)?.[1] ?? Infinity);
  let need: number;
  try {
    need = serviceMemory(config, memoryBudget('auto'), env).limit;
  } catch (error) {
    return problem('service', messageOf(error), 'see tokonoma models, then tokonoma install-service');
  }
  if (limit === Infinity) return ok('service', 'installed, without a memory limit of ours');
  const found = `installed, at most ${mib(limit)}; the configuration needs ${mib(need)}`;
  return limit >= need
    ? ok('service', found)
    : problem('service', found, 'sudo tokonoma install-service --config FILE');
}

export function noConfiguration(): Finding {
  return note('config', 'none', 'with --config FILE the broker, the data folder and the pins it uses are checked too');
}
