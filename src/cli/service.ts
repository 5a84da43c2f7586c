/** `tokonoma install-service` and `uninstall-service`: the runtime as a service of systemd. */
import { realpathSync } from 'node:fs';
import { TokonomaError } from '../errors.ts';
import { Tools } from '../tools.ts';
import { installService, planService, uninstallService, UNIT, type Host, type Service } from '../service/install.ts';
import { mib } from '../size.ts';
import { misused, parse, type Command, type CommandSpec } from './command.ts';
import { CONFIG_OPTIONS, HUB_ENVIRONMENT } from './options.ts';

const FILES = { '/etc/systemd/system/tokonoma.service': 'the unit' };

const INSTALL_SPEC = {
  name: 'install-service',
  synopsis: ['install-service [--config FILE] [--user NAME] [--dry-run] [--now] [--force] [--json]'],
  description: [
    'Writes a unit of systemd that runs FILE from every start of the machine: it says when commands are taken, is ' +
      'started again when it hangs or its engine is lost, sees of the machine what it needs, and may use as much memory ' +
      'as the plan of its model says. Its data is in /var/lib/tokonoma, unless FILE says otherwise.',
    'Install again after a change of the model, the memory, the context, the drivers or the place of anything. ' +
      'Nothing is started unless --now says so.',
  ],
  options: {
    config: { ...CONFIG_OPTIONS.config, help: 'configuration to run; default: tokonoma.yaml' },
    user: { type: 'string', value: 'NAME', help: 'whose service it is; default: the owner of FILE' },
    'dry-run': { type: 'boolean', help: 'print the unit, write nothing' },
    now: { type: 'boolean', help: 'also enable it and start it anew (systemctl)' },
    force: { type: 'boolean', help: 'write over a unit that is not ours' },
    json: { type: 'boolean', help: 'one JSON value {file, unit, user, memory_max, notes, written}' },
  },
  environment: HUB_ENVIRONMENT,
  files: {
    ...FILES,
    'FILE without .yaml, with .env': 'NAME=value lines for the service, such as the secrets that FILE takes from there',
  },
  examples: {
    'tokonoma install-service --config tokonoma.yaml --dry-run': 'look at it first',
    'sudo tokonoma install-service --config /etc/tokonoma/tokonoma.yaml --user tokonoma --now': 'and there it runs',
    'journalctl -u tokonoma -f': 'what it says',
  },
} as const satisfies CommandSpec;

const UNINSTALL_SPEC = {
  name: 'uninstall-service',
  synopsis: ['uninstall-service [--now] [--force] [--json]'],
  description: ['Takes the unit away that install-service wrote. Configuration and data stay.'],
  options: {
    now: { type: 'boolean', help: 'stop and disable it first (systemctl)' },
    force: { type: 'boolean', help: 'also a unit that is not ours' },
    json: { type: 'boolean', help: 'one JSON value {file}; null where there was none' },
  },
  files: FILES,
  examples: { 'sudo tokonoma uninstall-service --now': 'stops it and takes it away' },
} as const satisfies CommandSpec;

export const INSTALL_SERVICE: Command = { spec: INSTALL_SPEC, run: (argv) => installServiceCommand(argv) };
export const UNINSTALL_SERVICE: Command = { spec: UNINSTALL_SPEC, run: (argv) => uninstallServiceCommand(argv) };

/** What a test replaces. */
export interface ServiceEnvironment {
  readonly out: { write(text: string): unknown };
  readonly err: { write(text: string): unknown };
  readonly tools: Tools;
  readonly host: Partial<Host>;
}

/** Returns the exit code. Throws `bad-usage`, `config-…`, `service-…`, `systemctl`, and what the memory plan throws. */
export async function installServiceCommand(
  argv: readonly string[],
  environment: Partial<ServiceEnvironment> = {},
): Promise<number> {
  const { out, err, tools, host } = await environmentOf(environment);
  const { values, positionals } = parse(argv, INSTALL_SPEC);
  if (positionals.length > 0) throw misused(INSTALL_SPEC, 'install-service takes options only');
  const service = planService(values.config ?? 'tokonoma.yaml', values.user, host);
  const written = values['dry-run'] !== true;
  if (written) {
    installService(service, values.force === true, host.root);
    if (values.now === true)
      await systemctl(tools, ['daemon-reload'], ['enable', UNIT], ['restart', '--no-block', UNIT]);
  }
  if (values.json === true) out.write(`${JSON.stringify({ ...told(service), written })}\n`);
  else if (!written) out.write(service.unit);
  else
    out.write(`${service.file} is written: ${service.user}, at most ${mib(service.memory_max)}\n${next(values.now)}`);
  if (values.json !== true) for (const note of service.notes) err.write(`${note}\n`);
  return 0;
}

function told({ file, unit, user, memory_max, notes }: Service): object {
  return { file, unit, user, memory_max, notes };
}

function next(now: boolean | undefined): string {
  return now === true
    ? 'journalctl -u tokonoma -f shows what it says\n'
    : 'next: sudo systemctl daemon-reload && sudo systemctl enable --now tokonoma\n';
}

/** Returns the exit code. Throws `bad-usage`, `service-…`, `systemctl`. */
export async function uninstallServiceCommand(
  argv: readonly string[],
  environment: Partial<ServiceEnvironment> = {},
): Promise<number> {
  const { out, tools, host } = await environmentOf(environment);
  const { values, positionals } = parse(argv, UNINSTALL_SPEC);
  if (positionals.length > 0) throw misused(UNINSTALL_SPEC, 'uninstall-service takes options only');
  if (values.now === true) await systemctl(tools, ['disable', '--now', '--no-block', UNIT]);
  const file = uninstallService(values.force === true, host.root);
  if (file !== undefined && values.now === true) await systemctl(tools, ['daemon-reload']);
  if (values.json === true) out.write(`${JSON.stringify({ file: file ?? null })}\n`);
  else out.write(file === undefined ? 'there is no service\n' : `${file} is gone; data and configuration are not\n`);
  return 0;
}

async function environmentOf({ out, err, tools, host }: Partial<ServiceEnvironment>): Promise<{
  out: ServiceEnvironment['out'];
  err: ServiceEnvironment['err'];
  tools: Tools;
  host: Host;
}> {
  const programs = tools ?? new Tools();
  return {
    out: out ?? process.stdout,
    err: err ?? process.stderr,
    tools: programs,
    host: {
      root: '/',
      env: process.env,
      // What npx and npm link leave in bin are links to it.
      program: [process.execPath, realpathSync(process.argv[1]!)],
      notifies: (await programs.find('systemd-notify')) !== undefined,
      ...host,
    },
  };
}

/** @throws TokonomaError `systemctl` */
async function systemctl(tools: Tools, ...calls: readonly (readonly string[])[]): Promise<void> {
  for (const args of calls) {
    const { code, stderr } = await tools.run('systemctl', args);
    if (code === 0) continue;
    throw new TokonomaError(
      'systemctl',
      `systemctl ${args.join(' ')}: ${stderr.trim()}; journalctl -u tokonoma says more`,
    );
  }
}
