/**
 * GPIO through the tools of libgpiod (Debian package `gpiod`), for kernels without /sys/class/gpio. A line is held as
 * long as a process holds it: one `gpioset` per output, one `gpiomon` per input, which end with this process. Versions
 * 1 (bookworm) and 2 (trixie) differ in their arguments (https://libgpiod.readthedocs.io/en/latest/gpio_tools.html).
 */
import { TokonomaError } from '../errors.ts';
import { detectedChips, type Chip } from './chips.ts';
import { HeldProcess } from './held-process.ts';
import type { Backend, DigitalInput, DigitalOutput, InputOptions, Level, Pull } from './io.ts';
import type { Line } from './pins.ts';
import type { Ran, Tools } from '../tools.ts';

/** How this machine's tools are called. */
export interface Dialect {
  readonly version: 1 | 2;
  /** `gpioset --interactive`: values change without letting go of the line. */
  readonly interactive: boolean;
}

/** Undefined when they are not installed. */
export async function dialectOf(tools: Tools): Promise<Dialect | undefined> {
  const [, major] = /\(libgpiod\) v?(\d+)\./.exec((await tools.run('gpioset', ['--version'])).stdout) ?? [];
  if (major === undefined) return undefined;
  if (Number(major) < 2) return { version: 1, interactive: false };
  const help = (await tools.run('gpioset', ['--help'])).stdout;
  // At the end of its input it would go round for ever, with the line still held: only where it is sure to end with us.
  const ends = (await tools.find('setpriv')) !== undefined;
  return { version: 2, interactive: ends && /--interactive\b/.test(help) };
}

const BIAS: Readonly<Record<Pull, string>> = { up: 'pull-up', down: 'pull-down', none: 'disable' };

/** A tool says that it has its line, or dies, within this time, milliseconds. */
const READY_MS = 3000;
const POLL_MS = 10;

export class LibgpiodBackend implements Backend {
  readonly name = 'libgpiod';
  readonly #tools: Tools;
  readonly #dialect: Dialect;
  readonly #open = new Set<HeldProcess>();

  constructor(tools: Tools, dialect: Dialect) {
    this.#tools = tools;
    this.#dialect = dialect;
  }

  async chips(): Promise<Chip[]> {
    return detectedChips((await this.#tools.run('gpiodetect', [])).stdout);
  }

  /** `gpiofind` of version 1 prints `gpiochip0 17`, `gpioinfo` of version 2 `gpiochip0 17  "GPIO17"  input`. */
  async find(name: string): Promise<{ chip: string; offset: number } | undefined> {
    const program = this.#dialect.version === 1 ? 'gpiofind' : 'gpioinfo';
    const ran = await this.#tools.run(program, [name]);
    const [, chip, offset] = /^(gpiochip\d+) (\d+)\b/.exec(ran.stdout) ?? [];
    return ran.code !== 0 || chip === undefined ? undefined : { chip, offset: Number(offset) };
  }

  async input(line: Line, { pull, onReadable, onLost }: InputOptions): Promise<DigitalInput> {
    const bias = pull === undefined ? [] : [`--bias=${BIAS[pull]}`];
    let level = await this.#get(line, bias);
    const rising = this.#dialect.version === 1 ? ['1'] : ['1', 'rising'];
    const monitor = await this.#hold(
      line,
      'gpiomon',
      this.#dialect.version === 1
        ? ['--line-buffered', '--format=%e', ...bias, line.chip.name, String(line.offset)]
        : ['--banner', '--edges=both', '--format=%e', ...bias, '--chip', line.chip.name, String(line.offset)],
      {
        ready: this.#dialect.version === 1 ? 'in use' : /^Monitoring /m,
        onLine: (text) => {
          if (!/^(\d|rising|falling)$/.test(text)) return;
          level = rising.includes(text) ? 1 : 0;
          onReadable?.(level);
        },
        onLost,
      },
    );
    return { read: () => level, close: () => this.#letGo(monitor) };
  }

  async output(line: Line, initial: Level): Promise<DigitalOutput> {
    let lost: Error | undefined;
    const holding = (level: Level): Promise<HeldProcess> =>
      this.#hold(line, 'gpioset', this.#setArguments(line, level), {
        ready: this.#dialect.version === 1 ? 'in use' : this.#dialect.interactive ? PROMPT : /^Setting /m,
        onLost: (error) => (lost = error),
      });
    let held = await holding(initial);
    let level = initial;
    /** One after the other: two processes cannot hold a line. */
    let last: Promise<void> = Promise.resolve();
    const change = async (next: Level): Promise<void> => {
      if (lost !== undefined) this.#open.delete(held);
      else if (next === level) return;
      else if (this.#dialect.interactive) {
        await said(line, held, `set ${line.offset}=${next}`);
        level = next;
        return;
      } else await this.#letGo(held);
      lost = undefined;
      held = await holding(next);
      level = next;
    };
    return {
      write: (next) => (last = last.catch(() => undefined).then(() => change(next))),
      close: () => (last = last.catch(() => undefined).then(() => this.#letGo(held))),
    };
  }

  async close(): Promise<void> {
    await Promise.all([...this.#open].map((held) => this.#letGo(held)));
  }

  #setArguments({ chip, offset }: Line, level: Level): string[] {
    const value = `${offset}=${level}`;
    if (this.#dialect.version === 1) return ['--mode=wait', chip.name, value];
    return [this.#dialect.interactive ? '--interactive' : '--banner', '--chip', chip.name, value];
  }

  async #get(line: Line, bias: readonly string[]): Promise<Level> {
    const { name } = line.chip;
    const place =
      this.#dialect.version === 1 ? [name, String(line.offset)] : ['--numeric', '--chip', name, String(line.offset)];
    const ran = await this.#tools.run('gpioget', [...bias, ...place]);
    if (ran.code !== 0) throw refused(line, ran);
    return ran.stdout.trim() === '1' ? 1 : 0;
  }

  /** @param ready what its output says when it has the line; version 1 says nothing, so the kernel is asked */
  async #hold(
    line: Line,
    program: string,
    args: readonly string[],
    { ready, onLine, onLost }: Holding,
  ): Promise<HeldProcess> {
    const held = await HeldProcess.start(this.#tools, program, args, {
      onLine,
      onExit: (message) => {
        this.#open.delete(held);
        onLost?.(new TokonomaError('gpio-lost', `${line.title}: ${program} has ended: ${message}`));
      },
    });
    this.#open.add(held);
    try {
      if (ready === 'in use') await this.#inUse(line, held, program);
      else await held.said(ready, READY_MS);
    } catch (error) {
      await this.#letGo(held);
      throw refused(line, { code: 1, stdout: '', stderr: (error as Error).message });
    }
    return held;
  }

  async #inUse(line: Line, held: HeldProcess, program: string): Promise<void> {
    const used = new RegExp(`^\\s*line\\s+${line.offset}:.*"${program}"`, 'm');
    for (let waited = 0; waited < READY_MS; waited += POLL_MS) {
      if (held.ended !== undefined) throw new Error(held.ended);
      if (used.test((await this.#tools.run('gpioinfo', [line.chip.name])).stdout)) return;
      await held.endedWithin(POLL_MS);
    }
    throw new Error(`${program} did not take the line within ${READY_MS} ms`);
  }

  async #letGo(held: HeldProcess): Promise<void> {
    this.#open.delete(held);
    await held.end();
  }
}

interface Holding {
  readonly ready: RegExp | 'in use';
  readonly onLine?: (text: string) => void;
  readonly onLost?: ((error: Error) => void) | undefined;
}

/** Printed when it waits for the next command. */
const PROMPT = /gpioset> $/;

async function said(line: Line, held: HeldProcess, command: string): Promise<void> {
  const answer = held.said(PROMPT, READY_MS);
  held.tell(command);
  const text = await answer;
  if (/invalid|unable|unknown|error|cannot/i.test(text)) throw refused(line, { code: 1, stdout: '', stderr: text });
}

function refused(line: Line, { stderr }: Ran): TokonomaError {
  const why = /permission denied/i.test(stderr)
    ? 'no permission for the chip; add the user to the group gpio (sudo usermod -aG gpio $USER) and log in again'
    : /busy/i.test(stderr)
      ? 'something else has the line: a driver of the kernel, another program, or another tokonoma'
      : stderr.trim();
  return new TokonomaError('gpio-refused', `${line.title}: ${why}`);
}
