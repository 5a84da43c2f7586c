/** A robot on the floor of a simulated house: pose, battery, gripper. Places, objects and bounds are in house.ts. */
import { TokonomaError } from '../../src/errors.ts';
import type { Args } from '../../src/grammar/actions.ts';
import type { DriverOptions } from '../kind.ts';
import type { Point, RobotOptions } from '../robot.ts';
import type { ThingState } from '../thing.ts';
import { SimulatedDriver, clamp, round } from './driver.ts';
import { House, bearing, distance } from './house.ts';

const METRES_PER_SECOND = 0.5;
const DEGREES_PER_SECOND = 90;
const GRIP_MS = 1000;
const CLEAN_MS = 10_000;
const BATTERY_PER_METRE = 0.2;
const CHARGE_PER_SECOND = 0.5;

/** Direction of a drive, degrees counter-clockwise from the heading. */
const OFFSETS: Readonly<Record<string, number>> = { forward: 0, left: 90, back: 180, right: -90 };

/** `{"x":0,"y":0,"heading":0,"place":"dock","battery":100,"task":"idle","holding":null,"photos":0}` */
export class SimulatedRobot extends SimulatedDriver {
  readonly #house: House;
  #at: Point;
  /** Degrees counter-clockwise from east, 0..360. */
  #heading = 0;
  /** Percent, as of `#chargingSince` while it charges. */
  #battery = 100;
  #chargingSince: number | undefined;
  #task = 'idle';
  #holding: string | undefined;
  #photos = 0;

  constructor(title: string, options: RobotOptions, driver: DriverOptions) {
    super(title, driver);
    this.#house = new House(title, options);
    this.#at = options.start ?? options.places?.['dock'] ?? [0, 0];
  }

  state(): ThingState {
    return {
      x: round(this.#at[0]),
      y: round(this.#at[1]),
      heading: round(this.#heading, 1),
      place: this.#house.placeAt(this.#at) ?? null,
      battery: round(this.#charge(), 1),
      task: this.#task,
      holding: this.#holding ?? null,
      photos: this.#photos,
    };
  }

  protected async perform(action: string, args: Args, signal: AbortSignal): Promise<void> {
    const was = this.#task;
    try {
      if (action === 'robot.drive') await this.#drive(String(args['direction']), Number(args['distance']), signal);
      else if (action === 'robot.turn') await this.#turn(args, signal);
      else if (action === 'robot.goto') await this.#goto(String(args['place']), signal);
      else if (action === 'robot.object') await this.#object(String(args['op']), args, signal);
      else if (action === 'robot.task') await this.#job(String(args['op']), args, signal);
      else this.#task = 'idle';
    } catch (error) {
      // What could not begin leaves the robot as it was; what was interrupted leaves it standing.
      this.#task = signal.aborted ? 'idle' : was === 'charging' && this.#chargingSince === undefined ? 'idle' : was;
      this.changed();
      throw error;
    }
    this.changed();
  }

  protected override makeSafe(): void {
    if (this.#task === 'idle' || this.#task === 'charging') return;
    this.#task = 'idle';
    this.changed();
  }

  async #drive(direction: string, metres: number, signal: AbortSignal): Promise<void> {
    const angle = ((this.#heading + OFFSETS[direction]!) * Math.PI) / 180;
    await this.#travel(
      [this.#at[0] + metres * Math.cos(angle), this.#at[1] + metres * Math.sin(angle)],
      'driving',
      signal,
    );
    this.#task = 'idle';
  }

  async #turn(args: Args, signal: AbortSignal): Promise<void> {
    const by =
      typeof args['to'] === 'string'
        ? turnBetween(this.#heading, this.#house.heading(args['to'], this.#at))
        : Number(args['degrees']) * (args['direction'] === 'right' ? -1 : 1);
    await this.#rotate(by, signal);
    this.#task = 'idle';
  }

  async #goto(place: string, signal: AbortSignal): Promise<void> {
    const target = this.#house.place(place);
    await this.#face(target, signal);
    await this.#travel(target, `going to ${place}`, signal);
    this.#task = 'idle';
  }

  async #object(op: string, args: Args, signal: AbortSignal): Promise<void> {
    const [object, from, to] = [args['object'], args['from'], args['to']] as (string | undefined)[];
    if (op === 'find') await this.#find(object, signal);
    else if (op === 'pick') await this.#pick(object, from, signal);
    else if (op === 'place' || op === 'release') await this.#put(object, to, signal);
    else await this.#bring(object, from, to, signal);
    this.#task = 'idle';
  }

  async #find(object: string | undefined, signal: AbortSignal): Promise<void> {
    const { at } = this.#house.object(object);
    await this.#face(at, signal);
    await this.#travel(at, `looking for ${object}`, signal);
  }

  async #pick(object: string | undefined, from: string | undefined, signal: AbortSignal): Promise<void> {
    if (this.#holding !== undefined) {
      throw new TokonomaError('hands-full', `${this.title}: it holds the ${this.#holding}; let it put that down first`);
    }
    const found = this.#house.object(object);
    if (from !== undefined && distance(this.#house.place(from), found.at) > 0.01) {
      throw new TokonomaError('not-there', `${this.title}: the ${found.name} is not at the ${from}`);
    }
    await this.#find(found.name, signal);
    await this.move(GRIP_MS, () => undefined, signal);
    this.#holding = found.name;
    this.#house.take(found.name);
  }

  async #put(object: string | undefined, to: string | undefined, signal: AbortSignal): Promise<void> {
    if (this.#holding === undefined) throw new TokonomaError('nothing-held', `${this.title}: it holds nothing`);
    if (!this.#isHeld(object)) {
      throw new TokonomaError('nothing-held', `${this.title}: it holds the ${this.#holding}, not the ${object}`);
    }
    if (to !== undefined) await this.#goto(to, signal);
    await this.move(GRIP_MS, () => undefined, signal);
    this.#house.put(this.#holding, this.#at);
    this.#holding = undefined;
  }

  /** To where it was when it was asked, unless a place is said. */
  async #bring(
    object: string | undefined,
    from: string | undefined,
    to: string | undefined,
    signal: AbortSignal,
  ): Promise<void> {
    const back = to === undefined || to === 'me' ? this.#at : this.#house.place(to);
    if (this.#holding === undefined || !this.#isHeld(object)) await this.#pick(object, from, signal);
    await this.#face(back, signal);
    await this.#travel(back, `bringing ${this.#holding}`, signal);
    await this.#put(undefined, undefined, signal);
  }

  /** Without a name, or as "it", the object is the one in the gripper. */
  #isHeld(object: string | undefined): boolean {
    return object === undefined || object.toLowerCase() === 'it' || this.#house.name(object) === this.#holding;
  }

  async #job(op: string, args: Args, signal: AbortSignal): Promise<void> {
    const [target, to] = [args['target'], args['to']] as (string | undefined)[];
    if (op === 'dock') {
      await this.#goto('dock', signal);
      this.#task = 'charging';
      this.#chargingSince = this.clock.monotonic();
    } else if (op === 'clean') {
      const place = to ?? (target !== undefined && this.#house.knows(target) ? target : undefined);
      if (place !== undefined) await this.#goto(place, signal);
      this.#task = target === undefined ? 'cleaning' : `cleaning ${target}`;
      await this.move(CLEAN_MS, () => undefined, signal);
      this.#task = 'idle';
    } else if (op === 'follow') {
      // Goes on until the next command or stop: acknowledged as soon as it has begun.
      this.#task = target === undefined ? 'following' : `following ${target}`;
    } else if (op === 'guide') {
      await this.#goto(to ?? target ?? '', signal);
    } else {
      const towards = to ?? target;
      if (towards !== undefined && this.#house.knows(towards)) await this.#face(this.#house.place(towards), signal);
      if (op === 'photo') this.#photos++;
      this.#task = 'idle';
    }
  }

  async #face(target: Point, signal: AbortSignal): Promise<void> {
    if (distance(this.#at, target) > 0.01)
      await this.#rotate(turnBetween(this.#heading, bearing(this.#at, target)), signal);
  }

  /** Degrees counter-clockwise. */
  async #rotate(degrees: number, signal: AbortSignal): Promise<void> {
    const from = this.#heading;
    this.#leaveDock('turning');
    await this.move(
      (Math.abs(degrees) / DEGREES_PER_SECOND) * 1000,
      (part) => {
        this.#heading = (((from + degrees * part) % 360) + 360) % 360;
      },
      signal,
    );
  }

  async #travel(target: Point, task: string, signal: AbortSignal): Promise<void> {
    this.#house.mustContain(target);
    const from = this.#at;
    const metres = distance(from, target);
    const needed = metres * BATTERY_PER_METRE;
    if (needed > this.#charge()) {
      throw new TokonomaError(
        'battery-low',
        `${this.title}: its battery is too low for this; let it charge at the dock`,
      );
    }
    this.#leaveDock(task);
    const battery = this.#battery;
    await this.move(
      (metres / METRES_PER_SECOND) * 1000,
      (part) => {
        this.#at = [from[0] + (target[0] - from[0]) * part, from[1] + (target[1] - from[1]) * part];
        this.#battery = battery - needed * part;
      },
      signal,
    );
  }

  #leaveDock(task: string): void {
    this.#battery = this.#charge();
    this.#chargingSince = undefined;
    this.#task = task;
  }

  #charge(): number {
    if (this.#chargingSince === undefined) return this.#battery;
    const seconds = (this.clock.monotonic() - this.#chargingSince) / 1000;
    return clamp(this.#battery + seconds * CHARGE_PER_SECOND, 0, 100);
  }
}

/** The shorter way from one heading to another, degrees counter-clockwise in (-180, 180]. */
function turnBetween(from: number, to: number): number {
  const turn = (((to - from) % 360) + 360) % 360;
  return turn > 180 ? turn - 360 : turn;
}
