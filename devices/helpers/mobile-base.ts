/**
 * A robot on wheels that takes velocities: drives and turns by time or by odometry, goes to places by dead reckoning or
 * by whatever navigates for it. Shared by every way to send a velocity.
 */
import type { Clock } from '../../src/clock.ts';
import { TokonomaError } from '../../src/errors.ts';
import type { Args } from '../../src/grammar/actions.ts';
import type { Driver, ThingDescription, ThingState } from '../thing.ts';
import {
  STILL,
  TurnCounter,
  halt,
  move,
  normalized,
  radians,
  turnBetween,
  type MotionLimits,
  type Pose,
  type Twist,
} from './motion.ts';

/** Metres: x east, y north. */
export type Place = readonly [x: number, y: number];

/** The way to a base, whatever it is. */
export interface BaseLink {
  start(): Promise<void> | void;
  close(): Promise<void>;
  readonly online: boolean | undefined;
  /** Sends a velocity now, or throws `not-connected`. */
  drive(twist: Twist): void | Promise<void>;
  /** Where it is; undefined: nothing tells, or not for a while. Absent: it has no odometry. */
  readonly pose?: (() => Pose | undefined) | undefined;
  /** Metres to what is ahead; undefined: nothing tells. Absent: it has no such sensor. */
  readonly ahead?: (() => number | undefined) | undefined;
  /** Goes to a pose by itself; absent: it cannot. */
  readonly navigate?: ((to: Pose, signal: AbortSignal, onWay: (left: number) => void) => Promise<void>) | undefined;
  /** Jobs that the robot does by itself, by the `op` of robot.task. */
  readonly tasks?: Readonly<Record<string, (signal: AbortSignal) => Promise<void>>> | undefined;
  /** Calls back after every change of what it tells. */
  onChange(listener: () => void): void;
}

export interface MobileBaseOptions {
  readonly title: string;
  readonly link: BaseLink;
  readonly clock: Clock;
  readonly limits: MotionLimits;
  readonly places: Readonly<Record<string, Place>>;
  /** Moves sideways without turning. */
  readonly holonomic: boolean;
  /** Nearer than this many metres to something ahead it does not drive on. */
  readonly obstacle: number;
  readonly hz?: number;
}

/** What the kind `robot` can do and a bare base cannot: the description is narrowed by it. */
export function baseDescription(
  description: ThingDescription,
  has: {
    readonly pose: boolean;
    readonly navigation: boolean;
    readonly tasks: readonly string[];
    readonly places: boolean;
  },
): ThingDescription {
  const { 'robot.goto': goto, 'robot.task': task, 'robot.turn': turn } = description.actions;
  const always = ['robot.drive', 'robot.stop'];
  const rest = Object.fromEntries(Object.entries(description.actions).filter(([name]) => always.includes(name)));
  const { to, ...turning } = turn?.input?.properties ?? {};
  const reachable = has.places && (has.navigation || has.pose);
  const ops = task?.input?.properties?.['op'];
  const kept = new Set(['task', ...(has.pose ? ['x', 'y', 'heading', 'place'] : [])]);
  return {
    ...description,
    properties: Object.fromEntries(Object.entries(description.properties).filter(([name]) => kept.has(name))),
    actions: {
      ...rest,
      ...(turn === undefined
        ? {}
        : {
            'robot.turn': {
              ...turn,
              input: { ...turn.input, properties: reachable && to ? { ...turning, to } : turning },
            },
          }),
      ...(goto === undefined || !reachable ? {} : { 'robot.goto': goto }),
      ...(task === undefined || has.tasks.length === 0
        ? {}
        : { 'robot.task': { ...task, input: { ...task.input, properties: { op: { ...ops, enum: has.tasks } } } } }),
    },
  };
}

/** Direction of a drive, degrees counter-clockwise from the heading. */
const SIDES: Readonly<Record<string, number>> = { forward: 0, left: 90, back: 180, right: -90 };
/** Places this near to where it is are where it is, metres. */
const AT = 0.5;
/** Odometry is believed to this: metres and degrees. */
const [WAY_TOLERANCE, TURN_TOLERANCE] = [0.01, 1];

export class MobileBase implements Driver {
  readonly #options: MobileBaseOptions;
  readonly #listeners = new Set<(state: ThingState) => void>();
  #task = 'idle';
  #run: { readonly abort: AbortController; readonly ended: Promise<unknown> } | undefined;
  #safeties = 0;

  constructor(options: MobileBaseOptions) {
    this.#options = options;
    options.link.onChange(() => this.#changed());
  }

  get online(): boolean | undefined {
    return this.#options.link.online;
  }

  async start(): Promise<void> {
    await this.#options.link.start();
  }

  state(): ThingState {
    const { link } = this.#options;
    if (link.pose === undefined) return { task: this.#task };
    const pose = link.pose();
    const round = (value: number | undefined, digits: number): number | null =>
      value === undefined ? null : Math.round(value * 10 ** digits) / 10 ** digits;
    return {
      x: round(pose?.x, 2),
      y: round(pose?.y, 2),
      heading: round(pose?.heading, 1),
      place: (pose && this.#placeAt(pose)) ?? null,
      task: this.#task,
    };
  }

  async invoke(action: string, args: Args, signal: AbortSignal): Promise<void> {
    const safeties = this.#safeties;
    await this.#end(`another command came in (${action})`);
    if (safeties !== this.#safeties) throw this.#interrupted('it was put into its safe state');
    signal.throwIfAborted();
    if (action === 'robot.stop') return this.#still();
    const abort = new AbortController();
    const both = AbortSignal.any([signal, abort.signal]);
    const work = this.#perform(action, args, both);
    const run = { abort, ended: work.catch(() => undefined) };
    this.#run = run;
    try {
      await work;
    } finally {
      if (this.#run === run) this.#run = undefined;
      this.#says('idle');
    }
  }

  async safe(): Promise<void> {
    this.#safeties++;
    const moving = this.#run !== undefined;
    await this.#end('it was put into its safe state');
    // A robot that cannot be reached and was not moving has nothing to be told; one that was is not known to be safe.
    if (moving || this.#options.link.online !== false) await this.#still();
  }

  async close(): Promise<void> {
    await this.#end('its driver was closed');
    this.#listeners.clear();
    await this.#options.link.close();
  }

  onState(listener: (state: ThingState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async #perform(action: string, args: Args, signal: AbortSignal): Promise<void> {
    if (action === 'robot.drive') await this.#drive(String(args['direction']), Number(args['distance']), signal);
    else if (action === 'robot.turn') await this.#turn(args, signal);
    else if (action === 'robot.goto') await this.#goto(String(args['place']), signal);
    else if (action === 'robot.task') await this.#job(String(args['op']), signal);
    else throw new TokonomaError('unsupported-action', `${this.#options.title} cannot do ${action}`);
  }

  async #drive(direction: string, metres: number, signal: AbortSignal): Promise<void> {
    const { holonomic } = this.#options;
    const side = SIDES[direction]!;
    this.#says('driving');
    if (!holonomic && Math.abs(side) === 90) {
      await this.#rotate(side, signal);
      return this.#straight(metres, 0, signal);
    }
    await this.#straight(metres, side, signal);
  }

  /** @param side degrees from the heading: 0 is ahead, 180 back */
  async #straight(metres: number, side: number, signal: AbortSignal): Promise<void> {
    const { clock, limits, link, hz } = this.#options;
    const [forward, left] = [Math.cos(radians(side)), Math.sin(radians(side))].map((part) => Math.round(part));
    const from = this.#poseNow();
    const measured =
      from &&
      ((): number | undefined => {
        const here = link.pose?.();
        return here && along(from, here, from.heading + side);
      });
    await move(
      {
        amount: metres,
        speed: limits.speed,
        acceleration: limits.acceleration,
        send: (speed) => link.drive({ x: forward! * speed, y: left! * speed, turn: 0 }),
        measured,
        tolerance: WAY_TOLERANCE,
        blocked: forward! > 0 ? () => this.#obstacle() : undefined,
      },
      { clock, signal, ...(hz === undefined ? {} : { hz }) },
    );
  }

  async #turn(args: Args, signal: AbortSignal): Promise<void> {
    this.#says('turning');
    if (typeof args['to'] === 'string') {
      const pose = this.#mustKnowPose(`turn to ${args['to']}`);
      return this.#rotate(turnBetween(pose.heading, bearing(pose, this.#place(args['to']))), signal);
    }
    await this.#rotate(Number(args['degrees']) * (args['direction'] === 'right' ? -1 : 1), signal);
  }

  /** @param degrees counter-clockwise */
  async #rotate(degrees: number, signal: AbortSignal): Promise<void> {
    const { clock, limits, link, hz } = this.#options;
    const way = Math.sign(degrees);
    const from = this.#poseNow();
    const counter = from && new TurnCounter(from.heading);
    const measured =
      counter &&
      ((): number | undefined => {
        const here = link.pose?.();
        return here && counter.add(here.heading) * way;
      });
    await move(
      {
        amount: Math.abs(degrees),
        speed: limits.turnSpeed,
        acceleration: limits.turnAcceleration,
        send: (speed) => link.drive({ ...STILL, turn: way * radians(speed) }),
        measured,
        tolerance: TURN_TOLERANCE,
      },
      { clock, signal, ...(hz === undefined ? {} : { hz }) },
    );
  }

  async #goto(name: string, signal: AbortSignal): Promise<void> {
    const { link } = this.#options;
    const [x, y] = this.#place(name);
    this.#says(`going to ${name}`);
    if (link.navigate !== undefined) {
      const heading = link.pose?.()?.heading ?? 0;
      return link.navigate({ x, y, heading }, signal, (left) =>
        this.#says(`going to ${name}, ${left.toFixed(1)} m left`),
      );
    }
    const pose = this.#mustKnowPose(`go to ${name}`);
    await this.#rotate(turnBetween(pose.heading, bearing(pose, [x, y])), signal);
    await this.#straight(Math.hypot(x - pose.x, y - pose.y), 0, signal);
  }

  async #job(op: string, signal: AbortSignal): Promise<void> {
    const task = this.#options.link.tasks?.[op];
    if (task === undefined) throw new TokonomaError('unsupported-action', `${this.#options.title} cannot ${op}`);
    this.#says(op);
    await task(signal);
  }

  async #still(): Promise<void> {
    const { link, clock, hz } = this.#options;
    await halt(() => link.drive(STILL), { clock, ...(hz === undefined ? {} : { hz }) });
  }

  #obstacle(): TokonomaError | undefined {
    const { link, obstacle, title } = this.#options;
    if (link.ahead === undefined) return undefined;
    const metres = link.ahead();
    if (metres === undefined) return new TokonomaError('sensor-lost', `${title}: what is ahead is not told any more`);
    if (metres >= obstacle) return undefined;
    return new TokonomaError(
      'obstacle',
      `${title}: something is ${metres.toFixed(2)} m ahead; it goes no nearer than ${obstacle} m`,
    );
  }

  /** Where odometry begins to be believed; undefined without any: then time counts. */
  #poseNow(): Pose | undefined {
    const { link } = this.#options;
    return link.pose === undefined ? undefined : this.#mustKnowPose('move');
  }

  #mustKnowPose(what: string): Pose {
    const { link, title } = this.#options;
    const pose = link.pose?.();
    if (pose !== undefined) return pose;
    throw new TokonomaError('odometry-lost', `${title}: where it is is not known, so it cannot ${what}`);
  }

  #place(name: string): Place {
    const { places, title } = this.#options;
    const key = Object.keys(places).find((place) => place.toLowerCase() === name.toLowerCase());
    if (key !== undefined) return places[key]!;
    const known = Object.keys(places).join(', ') || 'none';
    throw new TokonomaError('unknown-place', `${title}: no place "${name}" is declared; there are: ${known}`);
  }

  #placeAt({ x, y }: Pose): string | undefined {
    return Object.entries(this.#options.places).find(([, at]) => Math.hypot(at[0] - x, at[1] - y) <= AT)?.[0];
  }

  async #end(why: string): Promise<void> {
    const run = this.#run;
    if (run === undefined) return;
    run.abort.abort(this.#interrupted(why));
    await run.ended;
    if (this.#run === run) this.#run = undefined;
  }

  #interrupted(why: string): TokonomaError {
    return new TokonomaError('interrupted', `${this.#options.title}: stopped before it was done: ${why}`);
  }

  #says(task: string): void {
    if (this.#task === task) return;
    this.#task = task;
    this.#changed();
  }

  #changed(): void {
    const state = this.state();
    for (const listener of this.#listeners) listener(state);
  }
}

/** Degrees from one point to another, counter-clockwise from east. */
function bearing(from: Pose, to: Place): number {
  return normalized((Math.atan2(to[1] - from.y, to[0] - from.x) * 180) / Math.PI);
}

/** How far `here` is from `from` in a direction, metres. */
function along(from: Pose, here: Pose, heading: number): number {
  return (here.x - from.x) * Math.cos(radians(heading)) + (here.y - from.y) * Math.sin(radians(heading));
}
