/** `tokonoma doctor`: what this machine has, what is missing, and what to do about it. */
import { systemClock } from '../clock.ts';
import { loadConfig } from '../config/load.ts';
import type { Config } from '../config/types.ts';
import { board, kernel, memory, node, processor, time } from '../doctor/machine.ts';
import { chosen, groups, libgpiod, pwm, sensors, sysfs } from '../doctor/pins.ts';
import { ok, type Finding, type Machine } from '../doctor/report.ts';
import { broker, dataFolder, noConfiguration, service } from '../doctor/service.ts';
import { Tools } from '../tools.ts';
import { parse, type Command, type CommandSpec } from './command.ts';
import { CONFIG_ENVIRONMENT, CONFIG_OPTIONS } from './options.ts';

const SPEC = {
  name: 'doctor',
  synopsis: ['doctor [--config FILE] [--json]'],
  description: [
    'Looks at this machine and says what it has, what is missing and what to do about it. Changes nothing.',
  ],
  options: {
    config: { ...CONFIG_OPTIONS.config, help: 'also checks what this configuration needs: broker, data folder, pins' },
    json: {
      type: 'boolean',
      help: 'one JSON value: {ok, checks: [{check, status, found, advice?}]}; status is ok, note or problem',
    },
  },
  exits: { '1': 'there are problems' },
  environment: CONFIG_ENVIRONMENT,
  examples: { 'tokonoma doctor --config tokonoma.yaml': 'before the first run, and when something does not work' },
} as const satisfies CommandSpec;

export const DOCTOR: Command = { spec: SPEC, run: (argv) => doctorCommand(argv) };

/** Returns the exit code. Throws `bad-usage`, `config-…`. */
export async function doctorCommand(
  argv: readonly string[],
  out: { write(text: string): unknown } = process.stdout,
): Promise<number> {
  const { values } = parse(argv, SPEC);
  const config = values.config === undefined ? undefined : loadConfig(values.config);
  const machine: Machine = { root: '/', env: process.env, nodeVersion: process.version, arch: process.arch };
  const checks = await examine(machine, config, new Tools());
  const healthy = checks.every(({ status }) => status !== 'problem');
  out.write(values.json === true ? `${JSON.stringify({ ok: healthy, checks }, null, 2)}\n` : table(checks));
  return healthy ? 0 : 1;
}

export async function examine(machine: Machine, config: Config | undefined, tools: Tools): Promise<Finding[]> {
  const uses = config === undefined ? undefined : pinUsers(config);
  const sys = machine.root === '/' ? '/sys' : `${machine.root}/sys`;
  return [
    board(machine),
    kernel(machine),
    node(machine),
    processor(machine),
    memory(machine),
    time(machine, systemClock.now()),
    sysfs(machine),
    await libgpiod(machine, tools),
    await chosen(config?.gpio.backend ?? 'auto', (uses ?? 0) > 0, { sys, tools }),
    groups(machine, process.getgroups?.() ?? [], process.getuid?.() ?? 0),
    pwm(machine),
    sensors(machine),
    ...(config === undefined
      ? [noConfiguration()]
      : [
          ok('config', `${config.file}: ${uses} on pins`),
          dataFolder(config),
          await broker(config),
          service(machine, config),
        ]),
  ];
}

/** Things, sensors and stop line that need pins. */
function pinUsers({ things, sensors: declared, stopLine }: Config): number {
  const onPins = (entry: { readonly driver?: string }): boolean => entry.driver === 'gpio';
  return things.filter(onPins).length + declared.filter(onPins).length + (stopLine === undefined ? 0 : 1);
}

const MARKS = { ok: ' ok ', note: 'note', problem: ' !! ' } as const;

function table(checks: readonly Finding[]): string {
  const width = Math.max(...checks.map(({ check }) => check.length));
  const rest = `\n${' '.repeat(width + 8)}`;
  const lines = checks.map(({ check, status, found, advice }) => {
    const told = `${found.replaceAll('\n', rest)}${advice === undefined ? '' : `${rest}→ ${advice}`}`;
    return `${MARKS[status]}  ${check.padEnd(width)}  ${told}`;
  });
  return `${lines.join('\n')}\n`;
}
