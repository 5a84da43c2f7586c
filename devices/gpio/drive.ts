/** A base with two driven wheels. Nothing measures its way: it is speed times time. */
import type { Args } from '../../src/grammar/actions.ts';
import type { DriveOptions } from '../drive.ts';
import { ExclusiveDriver } from '../helpers/driver.ts';
import { STILL, move, normalized, radians, wheelSpeeds, type Movement } from '../helpers/motion.ts';
import { round } from '../helpers/numbers.ts';
import type { Signals } from '../helpers/signals.ts';
import type { DriverOptions } from '../kind.ts';
import type { ThingState } from '../thing.ts';
import { openBridge, type Bridge } from './bridge.ts';

const TRACK = 0.15;
const SPEED = 0.3;

/** `{"x":1,"y":0,"heading":90,"task":"idle"}` */
export class DriveDriver extends ExclusiveDriver {
  readonly #signals: Signals;
  readonly #track: number;
  /** m/s at full power. */
  readonly #speed: number;
  /** degrees/s */
  readonly #turnSpeed: number;
  readonly #acceleration: number | undefined;
  #wheels: Promise<readonly [left: Bridge, right: Bridge]> | undefined;
  #pose = { x: 0, y: 0, heading: 0 };
  #task = 'idle';

  constructor(title: string, options: DriveOptions, signals: Signals, driver: DriverOptions) {
    super(title, driver);
    this.#signals = signals;
    this.#track = options.track ?? TRACK;
    this.#speed = options.speed ?? SPEED;
    const fastest = (this.#speed * 360) / (Math.PI * this.#track);
    this.#turnSpeed = Math.min(options.turn_speed ?? fastest, fastest);
    this.#acceleration = options.acceleration;
  }

  state(): ThingState {
    const { x, y, heading } = this.#pose;
    return { x: round(x), y: round(y), heading: round(heading, 1), task: this.#task };
  }

  override async start(): Promise<void> {
    await this.#opened();
  }

  override async close(): Promise<void> {
    await super.close();
    await this.#signals.close();
  }

  protected async perform(action: string, args: Args, signal: AbortSignal): Promise<void> {
    if (action === 'robot.stop') return this.makeSafe();
    const driving = action === 'robot.drive';
    const back = args['direction'] === (driving ? 'back' : 'right');
    const amount = driving ? Number(args['distance']) : Number(args['degrees']);
    this.#task = driving ? 'driving' : 'turning';
    this.changed();
    try {
      await this.#cover(amount, back ? -1 : 1, driving, signal);
    } finally {
      this.#task = 'idle';
      this.changed();
    }
  }

  protected override async makeSafe(): Promise<void> {
    await this.#roll(STILL);
  }

  /** @param sign 1 forward or to the left, -1 back or to the right */
  async #cover(amount: number, sign: number, driving: boolean, signal: AbortSignal): Promise<void> {
    if (this.instant) return this.#reckon(driving ? sign * amount : 0, driving ? 0 : sign * amount);
    let speed = 0;
    let since = this.clock.monotonic();
    const movement: Movement = {
      amount,
      speed: driving ? this.#speed : this.#turnSpeed,
      acceleration: driving ? this.#acceleration : undefined,
      send: async (next) => {
        const now = this.clock.monotonic();
        const covered = (sign * speed * (now - since)) / 1000;
        [speed, since] = [next, now];
        this.#reckon(driving ? covered : 0, driving ? 0 : covered);
        await this.#roll(driving ? { ...STILL, x: sign * next } : { ...STILL, turn: radians(sign * next) });
      },
    };
    await move(movement, { clock: this.clock, signal });
  }

  /** Where it must be after so many metres ahead or degrees to the left. */
  #reckon(metres: number, degrees: number): void {
    const { x, y, heading } = this.#pose;
    const angle = radians(heading);
    this.#pose = {
      x: x + metres * Math.cos(angle),
      y: y + metres * Math.sin(angle),
      heading: normalized(heading + degrees),
    };
  }

  async #roll(twist: typeof STILL): Promise<void> {
    const [leftWheel, rightWheel] = await this.#opened();
    const { left, right } = wheelSpeeds(twist, this.#track);
    await Promise.all([leftWheel.turn(left / this.#speed), rightWheel.turn(right / this.#speed)]);
  }

  #opened(): Promise<readonly [Bridge, Bridge]> {
    const open = async (): Promise<readonly [Bridge, Bridge]> => [
      await openBridge(this.#signals, 'left.'),
      await openBridge(this.#signals, 'right.'),
    ];
    return (this.#wheels ??= open());
  }
}
