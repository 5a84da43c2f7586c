/** A base behind a rosbridge server: Twist on cmd_vel, odometry, a distance sensor, goals for what navigates. */
import type { Clock } from '../../src/clock.ts';
import type { BaseLink } from '../helpers/mobile-base.ts';
import { STILL, headingOf, radians, rounded, type Pose, type Twist } from '../helpers/motion.ts';
import { valueAt } from '../mqtt/payload.ts';
import type { Json } from './protocol.ts';
import type { Rosbridge } from './rosbridge.ts';

export interface ActionOptions {
  readonly action: string;
  readonly type: string;
  readonly args?: Json;
}

export interface RosLinkOptions {
  readonly bridge: Rosbridge;
  readonly clock: Clock;
  readonly cmdVel: { readonly topic: string; readonly type: string };
  readonly odom?: { readonly topic: string; readonly type: string } | undefined;
  readonly distance?: { readonly topic: string; readonly type: string } | undefined;
  readonly navigation?: { readonly action: string; readonly type: string; readonly frame: string } | undefined;
  readonly tasks: Readonly<Record<string, ActionOptions>>;
}

/** What is older is not where it is any more, milliseconds. */
const FRESH_MS = 1000;
/** Odometry comes at 50 Hz and more; the loop looks at 10. */
const ODOM_EVERY_MS = 50;

interface Told<T> {
  readonly value: T;
  readonly at: number;
}

export function rosLink({ bridge, clock, cmdVel, odom, distance, navigation, tasks }: RosLinkOptions): BaseLink {
  let pose: Told<Pose> | undefined;
  let ahead: Told<number> | undefined;
  let changed: () => void = () => undefined;
  const fresh = <T>(told: Told<T> | undefined): T | undefined =>
    told !== undefined && clock.monotonic() - told.at <= FRESH_MS ? told.value : undefined;
  const drive = (twist: Twist): void => bridge.publish(cmdVel.topic, twistMessage(twist, cmdVel.type));
  return {
    get online() {
      return bridge.connected;
    },
    start() {
      bridge.advertise(cmdVel.topic, cmdVel.type);
      if (odom !== undefined) {
        bridge.subscribe(odom.topic, odom.type, ODOM_EVERY_MS, (msg) => {
          const value = poseOf(msg);
          if (value !== undefined) pose = { value, at: clock.monotonic() };
          changed();
        });
      }
      if (distance !== undefined) {
        bridge.subscribe(distance.topic, distance.type, ODOM_EVERY_MS, (msg) => {
          const value = rangeOf(msg);
          if (value !== undefined) ahead = { value, at: clock.monotonic() };
        });
      }
      // Whatever it was doing when the connection was lost: it stands when it is found again.
      bridge.onConnection((connected) => {
        if (connected) drive(STILL);
        changed();
      });
      bridge.start();
    },
    close: () => bridge.close(),
    drive,
    pose: odom === undefined ? undefined : () => fresh(pose),
    ahead: distance === undefined ? undefined : () => fresh(ahead),
    navigate:
      navigation &&
      (async (to, signal, onWay) => {
        const { action, type, frame } = navigation;
        const args = { pose: { header: { frame_id: frame }, pose: poseMessage(to) }, behavior_tree: '' };
        const onFeedback = (values: Json): void => {
          const left = values['distance_remaining'];
          if (typeof left === 'number' && Number.isFinite(left)) onWay(left);
        };
        await bridge.goal({ action, type, args, onFeedback }, signal);
      }),
    tasks: Object.fromEntries(
      Object.entries(tasks).map(([op, { action, type, args = {} }]) => [
        op,
        async (signal: AbortSignal) => void (await bridge.goal({ action, type, args }, signal)),
      ]),
    ),
    onChange: (listener) => (changed = listener),
  };
}

/** geometry_msgs/msg/Twist, or TwistStamped where the base wants that; rosbridge fills in the time. */
export function twistMessage(velocity: Twist, type: string): Json {
  const { x, y, turn } = rounded(velocity);
  const twist = { linear: { x, y, z: 0 }, angular: { x: 0, y: 0, z: turn } };
  return type.endsWith('TwistStamped') ? { header: { frame_id: 'base_link' }, twist } : twist;
}

/** geometry_msgs/msg/Pose on the floor. */
function poseMessage({ x, y, heading }: Pose): Json {
  const half = radians(heading) / 2;
  return { position: { x, y, z: 0 }, orientation: { x: 0, y: 0, z: Math.sin(half), w: Math.cos(half) } };
}

/** nav_msgs/msg/Odometry: `pose.pose`. */
function poseOf(msg: Json): Pose | undefined {
  const at = (path: string): number => Number(valueAt(msg, `pose.pose.${path}`) ?? NaN);
  const [x, y] = [at('position.x'), at('position.y')];
  const heading = headingOf({
    x: at('orientation.x'),
    y: at('orientation.y'),
    z: at('orientation.z'),
    w: at('orientation.w'),
  });
  return [x, y, heading].every(Number.isFinite) ? { x, y, heading } : undefined;
}

/** sensor_msgs/msg/Range and std_msgs/msg/Float32 and 64; nothing in sight is infinity, which JSON has as null. */
function rangeOf(msg: Json): number | undefined {
  const metres = Object.hasOwn(msg, 'range') ? msg['range'] : msg['data'];
  if (metres === null) return Infinity;
  return typeof metres === 'number' && metres >= 0 ? metres : undefined;
}
