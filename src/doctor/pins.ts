/** Checks of the pins: chips, rights, the way that is taken, PWM, sensors. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { openBackend, type BackendOptions } from '../gpio/backend.ts';
import { isHeader, sysfsChips, type Chip } from '../gpio/chips.ts';
import { BACKENDS, type BackendName } from '../gpio/io.ts';
import { dialectOf } from '../gpio/libgpiod.ts';
import { pwmChips } from '../gpio/pwm.ts';
import { names, text } from '../gpio/sysfs.ts';
import type { Tools } from '../tools.ts';
import { messageOf } from '../errors.ts';
import { note, ok, problem, type Finding, type Machine } from './report.ts';

function listed(chips: readonly Chip[]): string {
  return chips
    .map(
      ({ name, label, base, lines }) =>
        `${name} [${label}]${base === undefined ? '' : ` base ${base}`}, ${lines} lines`,
    )
    .join('; ');
}

export function sysfs({ root }: Machine): Finding {
  const chips = sysfsChips(join(root, 'sys'));
  if (chips.length === 0) {
    const there = existsSync(join(root, 'sys/class/gpio')) ? 'no chips' : 'not there';
    return note('gpio-sysfs', `/sys/class/gpio: ${there}`, 'onoff needs it; without it the tools of libgpiod are used');
  }
  if (chips.some(isHeader)) return ok('gpio-sysfs', listed(chips));
  return note('gpio-sysfs', listed(chips), 'none of them is a Raspberry Pi’s header: name pins as chip:line');
}

export async function libgpiod(_machine: Machine, tools: Tools): Promise<Finding> {
  const dialect = await dialectOf(tools);
  if (dialect === undefined) return note('gpio-tools', 'libgpiod’s tools are not installed', 'sudo apt install gpiod');
  const found = `libgpiod ${dialect.version}${dialect.interactive ? ', interactive gpioset' : ''}`;
  if (dialect.interactive) return ok('gpio-tools', found);
  return note('gpio-tools', found, 'an output is let go for some milliseconds when it changes; version 2 does not');
}

/** @param wanted as the configuration has it @param needed whether the configuration uses pins */
export async function chosen(wanted: BackendName | 'auto', needed: boolean, options: BackendOptions): Promise<Finding> {
  try {
    const backend = await openBackend(wanted, options);
    const chips = await backend.chips();
    await backend.close();
    return ok('gpio', `${backend.name}: ${listed(chips)}`);
  } catch (error) {
    const advice = `see docs/gpio.md; ways are ${BACKENDS.join(', ')}`;
    return needed ? problem('gpio', messageOf(error), advice) : note('gpio', messageOf(error), advice);
  }
}

/** Groups whose members may use pins and buses on Raspberry Pi OS. */
const GROUPS = ['gpio', 'i2c'];

/** @param ids of the groups of this process */
export function groups({ root, env }: Machine, ids: readonly number[], uid: number): Finding {
  if (uid === 0) return note('groups', 'running as root', 'a user of the groups gpio and i2c is enough, and safer');
  const lines = (text(join(root, 'etc/group')) ?? '').split('\n').map((line) => line.split(':'));
  const there = GROUPS.filter((name) => lines.some(([group]) => group === name));
  const missing = there.filter((name) => !lines.some(([group, , id]) => group === name && ids.includes(Number(id))));
  if (missing.length > 0) {
    const user = env['USER'] ?? '$USER';
    return problem(
      'groups',
      `not in ${missing.join(', ')}`,
      `sudo usermod -aG ${missing.join(',')} ${user}, then log in again`,
    );
  }
  return ok('groups', there.length === 0 ? 'this system has no group gpio' : `in ${there.join(', ')}`);
}

export function pwm({ root }: Machine): Finding {
  const chips = pwmChips(join(root, 'sys'));
  if (chips.length > 0)
    return ok('pwm', chips.map(({ device, channels }) => `${device}, ${channels} channels`).join('; '));
  return note(
    'pwm',
    'no chips in /sys/class/pwm',
    'for servos and dimmed lamps: dtoverlay=pwm-2chan in /boot/firmware/config.txt',
  );
}

export function sensors({ root }: Machine): Finding {
  const iio = join(root, 'sys/bus/iio/devices');
  const chips = names(iio).flatMap((name) => text(join(iio, name, 'name')) ?? []);
  const thermometers = names(join(root, 'sys/bus/w1/devices')).filter((name) => !name.startsWith('w1_bus'));
  const all = [...chips.map((chip) => `iio ${chip}`), ...thermometers.map((name) => `w1 ${name}`)];
  return ok('sensors', all.join(', ') || 'none of IIO or 1-Wire');
}
