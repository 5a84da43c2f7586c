/**
 * Peripherals in the pattern of ECMA-419 (https://419.ecma-international.org/): made with options, `read` or `write`,
 * `onReadable` for what comes by itself, `close`. Levels here are the pin's own; what "active" means is for gpio.ts.
 */
import type { Chip } from './chips.ts';
import type { Line } from './pins.ts';

export type Level = 0 | 1;

export type Pull = 'up' | 'down' | 'none';

export interface InputOptions {
  readonly pull?: Pull | undefined;
  /** Called after every edge. */
  readonly onReadable?: (level: Level) => void;
  /** The line cannot be watched any more; called once. */
  readonly onLost?: (error: Error) => void;
}

export interface DigitalInput {
  /** The last known level. */
  read(): Level;
  close(): Promise<void>;
}

export interface DigitalOutput {
  /** Resolves when the pin has this level. Throws `gpio-refused`, `gpio-lost`. */
  write(level: Level): Promise<void>;
  /** Ends driving by this process. Sysfs keeps the last level on the pin; a character device gives the pin back. */
  close(): Promise<void>;
}

export interface PwmOutput {
  /** Part of the period for which the pin is high, 0..1. */
  write(duty: number): Promise<void>;
  /** Width of the pulse in microseconds, for servos. */
  pulse(us: number): Promise<void>;
  close(): Promise<void>;
}

/** One way to reach the lines of this machine. */
export interface Backend {
  readonly name: BackendName;
  /** As this way names and numbers them. */
  chips(): Promise<Chip[]>;
  /** The line of this name, as the device tree gives them. */
  find(name: string): Promise<{ chip: string; offset: number } | undefined>;
  /** Throws `gpio-refused`, `gpio-unavailable`. */
  input(line: Line, options: InputOptions): Promise<DigitalInput>;
  /** The pin has the level from its first moment as an output. */
  output(line: Line, initial: Level): Promise<DigitalOutput>;
  close(): Promise<void>;
}

export const BACKENDS = ['onoff', 'libgpiod', 'lgpio'] as const;
export type BackendName = (typeof BACKENDS)[number];
