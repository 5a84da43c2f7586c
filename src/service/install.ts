/** The unit of this machine and this configuration, written and taken away. */
import { chownSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { loadConfig } from '../config/load.ts';
import type { Config } from '../config/types.ts';
import { TokonomaError } from '../errors.ts';
import { HubCache } from '../hub/cache.ts';
import { memoryBudget } from '../hub/machine.ts';
import { PACKAGED } from '../hub/resolve.ts';
import { groupNames, userNamed, userOf, type User } from './accounts.ts';
import { serviceMemory } from './memory.ts';
import { MARK, unitText } from './unit.ts';

export const UNIT = 'tokonoma.service';
/** Below the root of the file system. */
const UNIT_FILE = join('etc/systemd/system', UNIT);
/** systemd makes the folder `tokonoma` in it and gives it to the user (StateDirectory). */
const STATE_HOME = '/var/lib';
const STATE = 'tokonoma';
const HOMES = ['/home/', '/root/', '/run/user/'];

/** The machine that a service is installed on; a test has another. */
export interface Host {
  /** `/`, or the folder that stands for it. */
  readonly root: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Node and the script that make `tokonoma`. */
  readonly program: readonly string[];
  /** systemd-notify is installed. */
  readonly notifies: boolean;
}

export interface Service {
  /** Where the unit is, or would be. */
  readonly file: string;
  readonly unit: string;
  readonly user: string;
  /** Bytes. */
  readonly memory_max: number;
  /** What somebody should know or do, one line each. */
  readonly notes: readonly string[];
  /** Folders that the service writes to and that are not there. */
  readonly missing: readonly string[];
}

/**
 * @param file the configuration
 * @param user whose service it is; default: the owner of the configuration
 * @throws TokonomaError `config-…`, `service-user`, `service-path`, and what the memory plan throws
 */
export function planService(file: string, user: string | undefined, host: Host): Service {
  const path = resolve(file);
  const environmentFile = `${path.replace(/\.ya?ml$/, '')}.env`;
  const fromFile = readEnvironment(environmentFile);
  const config = loadConfig(path, { ...fromFile, XDG_STATE_HOME: STATE_HOME });
  const account = accountOf(path, user, host.root);
  const cache = cacheOf(host.env, fromFile, account);
  const hubEnv = { ...fromFile, HF_HUB_CACHE: cache };
  const { limit, reason, model } = serviceMemory(config, memoryBudget('auto'), hubEnv);
  const isOurs = `${config.data}/`.startsWith(`${STATE_HOME}/${STATE}/`);
  const writable = isOurs ? [] : [config.data];
  const { groups, notes } = groupsOf(config, host.root);
  const read = [...host.program, path, model, ...writable];
  for (const one of [...read, cache]) refuseControl(one);
  if (!host.notifies) notes.push('systemd-notify is not installed: the service is not watched');
  if (!canRead(path, account)) notes.push(`${account.name} cannot read ${path}: sudo chown ${account.name} ${path}`);
  const unit = unitText({
    node: config.node.name,
    command: [...host.program, 'run', '--config', path],
    user: account.name,
    groups,
    memory: { limit, reason },
    environment: {
      XDG_STATE_HOME: STATE_HOME,
      ...(Object.values(PACKAGED).includes(model) ? {} : { HF_HUB_CACHE: cache }),
    },
    environmentFile,
    stateDirectory: isOurs ? STATE : undefined,
    writable,
    readsHome: read.some((one) => HOMES.some((home) => one.startsWith(home))),
    hardware: usesHardware(config),
    lowPort: isLow(config.http.enabled ? config.http.port : 0) || isLow(config.mqtt.url ? 0 : config.mqtt.port),
    notifies: host.notifies,
  });
  const missing = writable.filter((folder) => !existsSync(folder));
  return { file: join(host.root, UNIT_FILE), unit, user: account.name, memory_max: limit, notes, missing };
}

/**
 * Writes the unit and makes the folders it writes to.
 * @throws TokonomaError `service-foreign`, `service-not-written`
 */
export function installService({ file, unit, user, missing }: Service, force: boolean, root: string): void {
  refuseForeign(file, force);
  try {
    const { uid, gid } = userNamed(user, root)!;
    for (const folder of missing) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      chownSync(folder, uid, gid);
    }
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, unit, { mode: 0o644 });
  } catch (error) {
    throw unwritable(file, error);
  }
}

/**
 * Returns the file that is gone, or undefined where there was none.
 * @throws TokonomaError `service-foreign`, `service-not-written`
 */
export function uninstallService(force: boolean, root: string): string | undefined {
  const file = join(root, UNIT_FILE);
  if (!existsSync(file)) return undefined;
  refuseForeign(file, force);
  try {
    rmSync(file);
  } catch (error) {
    throw unwritable(file, error);
  }
  return file;
}

/** The unit that is installed; undefined without one. */
export function installedUnit(root: string): string | undefined {
  const file = join(root, UNIT_FILE);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

function refuseForeign(file: string, force: boolean): void {
  if (force || !existsSync(file) || readFileSync(file, 'utf8').startsWith(MARK)) return;
  throw new TokonomaError('service-foreign', `${file} was not written by tokonoma; look at it, then give --force`);
}

function unwritable(file: string, cause: unknown): TokonomaError {
  const why = (cause as NodeJS.ErrnoException).code ?? 'unwritable';
  return new TokonomaError('service-not-written', `${file}: cannot be written (${why}); use sudo, or --dry-run`, {
    cause,
  });
}

function accountOf(path: string, name: string | undefined, root: string): User {
  const account = name === undefined ? userOf(statSync(path).uid, root) : userNamed(name, root);
  if (account === undefined) {
    throw new TokonomaError(
      'service-user',
      `there is no user ${name ?? `that owns ${path}`}: sudo adduser --system --group tokonoma, then --user tokonoma`,
    );
  }
  if (name === undefined && account.uid === 0) {
    throw new TokonomaError(
      'service-user',
      `${path} belongs to root, which is no user for a service: name one with --user, such as the owner of a home`,
    );
  }
  return account;
}

/** Where that user's models are: what this process says, or the file of the service, or the user's home. */
function cacheOf(env: Host['env'], fromFile: Host['env'], { home }: User): string {
  const { HF_HUB_CACHE, HF_HOME } = { ...env, ...fromFile };
  const known = { HF_HUB_CACHE, HF_HOME: HF_HOME ?? join(home, '.cache/huggingface') };
  return HubCache.fromEnvironment(known).root;
}

function usesHardware({ things, sensors, stopLine }: Config): boolean {
  return (
    stopLine !== undefined || [...things, ...sensors].some(({ driver }) => driver !== undefined && onBoard(driver))
  );
}

/** Drivers of things and sources of sensors that are this machine's own. */
const onBoard = (driver: string): boolean => ['gpio', 'iio', 'w1'].includes(driver);

function groupsOf({ things, sensors, stopLine }: Config, root: string): { groups: string[]; notes: string[] } {
  const pins = stopLine !== undefined || [...things, ...sensors].some(({ driver }) => driver === 'gpio');
  const wanted = [...(pins ? ['gpio'] : []), ...(sensors.some(({ driver }) => driver === 'iio') ? ['i2c'] : [])];
  const there = groupNames(root);
  const groups = wanted.filter((group) => there.includes(group));
  const notes = wanted
    .filter((group) => !there.includes(group))
    .map((group) => `this system has no group ${group}: see that the user may use the pins`);
  return { groups, notes };
}

/** Port 0 is any port. */
const isLow = (port: number): boolean => port > 0 && port < 1024;

function canRead(path: string, { uid, gid }: User): boolean {
  const { uid: owner, gid: group, mode } = statSync(path);
  const right = owner === uid ? 0o400 : group === gid ? 0o040 : 0o004;
  return uid === 0 || (mode & right) !== 0;
}

/** A line break in a path would begin another setting. */
function refuseControl(path: string): void {
  if (/\p{Cc}/u.test(path)) {
    throw new TokonomaError('service-path', `${JSON.stringify(path)} cannot stand in a unit; move or rename it`);
  }
}

/** `NAME=value` lines, as systemd reads them (systemd.exec(5), EnvironmentFile): quotes around a value are left out. */
function readEnvironment(file: string): Record<string, string> {
  if (!existsSync(file)) return {};
  const lines = readFileSync(file, 'utf8').matchAll(
    /^[ \t]*([A-Za-z_]\w*)=(?:"([^"\n]*)"|'([^'\n]*)'|([^\n]*))[ \t\r]*$/gm,
  );
  return Object.fromEntries(
    [...lines].map(([, name, ...values]) => [name!, values.find((v) => v !== undefined)!.trim()]),
  );
}
