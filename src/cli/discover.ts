/** `tokonoma devices --discover` and `--adopt`: what announces itself on the broker, and into the configuration with it. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { systemClock } from '../clock.ts';
import { replaceConfig } from '../config/file.ts';
import { loadConfig, parseConfig } from '../config/load.ts';
import type { Config } from '../config/types.ts';
import { TokonomaError } from '../errors.ts';
import { createLogger } from '../log.ts';
import { Connection } from '../mqtt/connection.ts';
import { secretsIn } from '../secrets.ts';
import { adopt, declaredIn, undeclared, type Declared } from '../things/adopt.ts';
import { discover } from '../things/discover.ts';
import type { Found } from '../things/found.ts';
import { nearest } from '../config/nearest.ts';
import { aligned } from './table.ts';

export interface DiscoverCommand {
  readonly config?: string | undefined;
  readonly seconds: number;
  readonly json: boolean;
  /** What is logged. */
  readonly level: string | undefined;
  /** An id, or `all`; absent: they are only listed. */
  readonly adopt?: string | undefined;
  readonly name?: string | undefined;
  readonly area?: string | undefined;
}

interface Out {
  write(text: string): unknown;
}

/** A broker that does not answer within this is not there, milliseconds. */
const CONNECT_MS = 10_000;

/** Returns the exit code. Throws `bad-usage`, `config-…`, `mqtt-…`, `unknown-device`. */
export async function discoverCommand(command: DiscoverCommand, out: Out): Promise<number> {
  const { config: file } = command;
  if (command.adopt !== undefined && file === undefined) {
    throw new TokonomaError('bad-usage', 'devices --adopt needs --config FILE: the file to add to');
  }
  const config = file === undefined ? undefined : loadConfig(file);
  const found = await search(config, command.seconds, command.level);
  const declared: Declared = file === undefined ? { things: [], sensors: [] } : declaredIn(readFileSync(file, 'utf8'));
  if (command.adopt === undefined) list(found, declared, command.json, out);
  else adoptInto(file!, found, declared, command, out);
  return 0;
}

/** Where the configuration's broker is; without one, the embedded broker of a runtime on this machine. */
async function search(config: Config | undefined, seconds: number, level: string | undefined): Promise<Found[]> {
  const { url, host = '127.0.0.1', port = 1883, username, password } = config?.mqtt ?? {};
  const log = createLogger(level, { secrets: secretsIn(config) });
  const connection = new Connection({
    url: url ?? `mqtt://${host}:${port}`,
    clientId: `tokonoma-discover-${randomBytes(4).toString('hex')}`,
    username,
    password,
    sessionExpiryS: 0,
    log,
  });
  const given = new AbortController();
  try {
    const late = systemClock.sleep(CONNECT_MS, given.signal).then(() => {
      throw new TokonomaError('not-connected', `${connection.address}: no broker answers; name it in mqtt.url`);
    });
    late.catch(() => undefined);
    await Promise.race([connection.start(), late]);
    return await discover({ bus: connection, clock: systemClock, log, ms: seconds * 1000 });
  } finally {
    given.abort();
    await connection.close();
  }
}

function list(found: readonly Found[], declared: Declared, json: boolean, out: Out): void {
  const devices = found.map((device) => {
    const fresh = undeclared(device, declared);
    return { ...device, adopted: fresh.things.length + fresh.sensors.length === 0 };
  });
  if (json) {
    out.write(`${JSON.stringify({ devices }, null, 2)}\n`);
    return;
  }
  if (devices.length === 0) {
    out.write(
      'nothing has announced itself; zigbee2mqtt, Tasmota, Shelly, Homie and ESPHome do when they are connected\n',
    );
    return;
  }
  const rows = devices.map((device) => [
    device.id,
    device.name,
    [...device.things.map(({ kind }) => kind), ...device.sensors.map(({ kind }) => kind)].join(' ') ||
      '(nothing we know)',
    device.model ?? '',
    device.adopted ? 'yes' : '',
  ]);
  const notes = devices.flatMap(({ id, notes: all }) => all.map((note) => `${id}: ${note}`));
  const lines = [
    ...aligned(['id', 'name', 'has', 'model', 'adopted'], rows),
    ...(notes.length > 0 ? ['', ...notes] : []),
  ];
  out.write(`${lines.join('\n')}\n`);
}

function adoptInto(
  file: string,
  found: readonly Found[],
  declared: Declared,
  command: DiscoverCommand,
  out: Out,
): void {
  const wanted = command.adopt!;
  const meant = wanted === 'all' ? found : found.filter(({ id }) => id === wanted);
  if (meant.length === 0 && wanted !== 'all') throw unknownDevice(wanted, found);
  const fresh = meant.map((device) => undeclared(device, declared));
  if (command.name !== undefined && fresh.flatMap(({ things }) => things).length > 1) {
    throw new TokonomaError('bad-usage', '--name is for one thing; these are several, each with a name of its own');
  }
  const now = new Date(systemClock.now());
  const date = now.toISOString().slice(0, 10);
  const { text, things, sensors } = adopt(readFileSync(file, 'utf8'), fresh, { ...command, date });
  const nothing = things.length + sensors.length === 0;
  // What was made of foreign announcements is held to the schema like what people write.
  if (!nothing) parseConfig(text, file);
  const backup = nothing ? undefined : replaceConfig(file, text, now);
  if (command.json) {
    out.write(`${JSON.stringify({ file, backup: backup ?? null, things, sensors }, null, 2)}\n`);
    return;
  }
  if (nothing)
    out.write(`nothing new: ${meant.length === 0 ? 'nothing was found' : 'all of it is declared already'}\n`);
  else out.write(`added to ${file}: ${[...things, ...sensors].join(', ')}\nthe file as it was: ${backup}\n`);
}

function unknownDevice(id: string, found: readonly Found[]): TokonomaError {
  const ids = found.map((device) => device.id);
  const near = nearest(id, ids);
  const hint = near === undefined ? `found were ${ids.join(', ') || 'none'}` : `did you mean "${near}"?`;
  return new TokonomaError('unknown-device', `no device "${id}" has announced itself; ${hint}`);
}
