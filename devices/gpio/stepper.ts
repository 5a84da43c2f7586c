/** A stepper motor by its coils, or by the step and direction lines of a driver board (A4988, DRV8825). */
import { TokonomaError } from '../../src/errors.ts';
import type { Switch } from '../../src/gpio/gpio.ts';
import type { Args } from '../../src/grammar/actions.ts';
import { ExclusiveDriver } from '../helpers/driver.ts';
import { round } from '../helpers/numbers.ts';
import type { Signals } from '../helpers/signals.ts';
import type { DriverOptions } from '../kind.ts';
import type { StepperOptions } from '../stepper.ts';
import type { ThingState } from '../thing.ts';

const STEPS_PER_TURN = 4096;
const STEP_RATE = 400;
/** It tells where it is this often, milliseconds. */
const TELL_MS = 200;

/** Half steps of four coils: which of them have current (ULN2003 boards). */
const HALF_STEPS: readonly (readonly boolean[])[] = [
  '1000',
  '1100',
  '0100',
  '0110',
  '0010',
  '0011',
  '0001',
  '1001',
].map((step) => [...step].map((coil) => coil === '1'));

/** Moves by one step, and lets go of the current. */
interface Coils {
  step(forward: boolean): Promise<void>;
  release(): Promise<void>;
}

/** `{"angle":90,"state":"IDLE"}`; the angle is counted from where it was at the start. */
export class StepperDriver extends ExclusiveDriver {
  readonly #options: StepperOptions;
  readonly #signals: Signals;
  readonly #perTurn: number;
  #coils: Promise<Coils> | undefined;
  /** Steps from the start, forward. */
  #at = 0;
  #turning = false;

  constructor(title: string, options: StepperOptions, signals: Signals, driver: DriverOptions) {
    super(title, driver);
    this.#options = options;
    this.#signals = signals;
    this.#perTurn = options.steps_per_turn ?? STEPS_PER_TURN;
  }

  state(): ThingState {
    return { angle: round((this.#at / this.#perTurn) * 360, 1), state: this.#turning ? 'TURNING' : 'IDLE' };
  }

  override async start(): Promise<void> {
    await this.#opened();
  }

  override async close(): Promise<void> {
    await super.close();
    await this.#signals.close();
  }

  protected async perform(action: string, args: Args, signal: AbortSignal): Promise<void> {
    const steps = (degrees: number): number => Math.round((degrees / 360) * this.#perTurn);
    const target = action === 'stepper.set' ? steps(Number(args['angle'])) : this.#at + steps(Number(args['degrees']));
    const { max_turns: limit = Infinity } = this.#options;
    if (Math.abs(target) > limit * this.#perTurn) {
      throw new TokonomaError(
        'over-limit',
        `${this.title}: that would be ${round(target / this.#perTurn)} turns from the start; the limit is ${limit}`,
      );
    }
    const coils = await this.#opened();
    this.#turning = true;
    this.changed();
    try {
      if (this.instant) this.#at = target;
      else await this.#walk(target, coils, signal);
    } finally {
      await coils.release();
      this.#turning = false;
      this.changed();
    }
  }

  protected override async makeSafe(): Promise<void> {
    await (await this.#opened()).release();
  }

  async #walk(target: number, coils: Coils, signal: AbortSignal): Promise<void> {
    const ms = 1000 / (this.#options.step_rate ?? STEP_RATE);
    let told = this.clock.monotonic();
    while (this.#at !== target) {
      const forward = target > this.#at;
      await coils.step(forward);
      this.#at += forward ? 1 : -1;
      if (this.clock.monotonic() - told >= TELL_MS) {
        told = this.clock.monotonic();
        this.changed();
      }
      await this.clock.sleep(ms, signal);
    }
  }

  #opened(): Promise<Coils> {
    return (this.#coils ??= this.#signals.has('coils.0') ? fourCoils(this.#signals) : stepAndDirection(this.#signals));
  }
}

async function fourCoils(signals: Signals): Promise<Coils> {
  const coils: Switch[] = [];
  for (let i = 0; i < 4; i++) coils.push(await signals.output(`coils.${i}`));
  let phase = 0;
  return {
    step: async (forward) => {
      phase = (phase + (forward ? 1 : HALF_STEPS.length - 1)) % HALF_STEPS.length;
      const wanted = HALF_STEPS[phase]!;
      // Off before on: never more than two coils have current.
      for (const [i, coil] of coils.entries()) if (!wanted[i] && coil.active) await coil.set(false);
      for (const [i, coil] of coils.entries()) if (wanted[i] && !coil.active) await coil.set(true);
    },
    release: async () => {
      for (const coil of coils) if (coil.active) await coil.set(false);
    },
  };
}

async function stepAndDirection(signals: Signals): Promise<Coils> {
  const step = await signals.output('step');
  const direction = await signals.output('dir');
  const enable = signals.has('enable') ? await signals.output('enable') : undefined;
  return {
    step: async (forward) => {
      if (enable?.active === false) await enable.set(true);
      if (direction.active !== forward) await direction.set(forward);
      // The board counts the rising edge; 1 µs is enough for it, and no write is as quick.
      await step.set(true);
      await step.set(false);
    },
    release: async () => {
      if (enable?.active === true) await enable.set(false);
    },
  };
}
