/**
 * The GPIO chips of this machine. Their numbers are facts of the running kernel: the 40-pin header of a Raspberry Pi
 * begins at 0 (kernel 6.1 and before), 399 (Pi 5, 6.1), 512 (6.6 and later) or 571 (Pi 5, 6.6), and other numbers are
 * seen (https://github.com/raspberrypi/linux/issues/6037). So a chip is known by its label.
 */
import { join } from 'node:path';
import { integer, names, text } from './sysfs.ts';

export interface Chip {
  /** Name of the character device, `gpiochip0`, or of the folder in /sys/class/gpio, `gpiochip512`. */
  readonly name: string;
  /** `pinctrl-bcm2835`, `pinctrl-rp1`, … */
  readonly label: string;
  /** Number of its first line in /sys/class/gpio; absent where the kernel has no global numbers. */
  readonly base?: number;
  readonly lines: number;
}

/** Labels of the chip behind the 40-pin header. */
const HEADER = /^pinctrl-(bcm2835|bcm2711|rp1)$/;

export function isHeader({ label }: Chip): boolean {
  return HEADER.test(label);
}

/** The chips that /sys/class/gpio has; none where the kernel was built without it. @param sys `/sys` */
export function sysfsChips(sys: string): Chip[] {
  const folder = join(sys, 'class/gpio');
  return names(folder).flatMap((name) => {
    if (!/^gpiochip\d+$/.test(name)) return [];
    const base = integer(join(folder, name, 'base'));
    const lines = integer(join(folder, name, 'ngpio'));
    const label = text(join(folder, name, 'label'));
    return base === undefined || lines === undefined || label === undefined ? [] : [{ name, label, base, lines }];
  });
}

/**
 * The chips of /sys/kernel/debug/gpio, which only root can read:
 * `gpiochip0: GPIOs 512-565, parent: platform/3f200000.gpio, pinctrl-bcm2835:`; since 6.12 `gpiochip0: 54 GPIOs, …`.
 */
export function debugChips(listing: string): Chip[] {
  return listing.split('\n').flatMap((line) => {
    const match = /^(gpiochip\d+): (?:GPIOs (\d+)-(\d+)|(\d+) GPIOs),(?: parent: [^,]+,)? ([^,:]+)/.exec(line);
    if (match === null) return [];
    const [, name, first, last, count, label] = match;
    const lines = count === undefined ? Number(last) - Number(first) + 1 : Number(count);
    return [{ name: name!, label: label!.trim(), lines, ...(first === undefined ? {} : { base: Number(first) }) }];
  });
}

/** What `gpiodetect` prints, in libgpiod 1 and 2: `gpiochip0 [pinctrl-bcm2711] (58 lines)`. */
export function detectedChips(printed: string): Chip[] {
  return printed.split('\n').flatMap((line) => {
    const match = /^(gpiochip\d+) \[([^\]]*)\] \((\d+) lines?\)/.exec(line);
    return match === null ? [] : [{ name: match[1]!, label: match[2]!, lines: Number(match[3]) }];
  });
}
