/** `driver: rosbridge`: a robot that runs ROS, reached over the websocket of its rosbridge server. */
import type { DriverType } from '../drivers.ts';
import { BASE_KEYS, OBSTACLE, baseLimits, type BaseOptions } from '../helpers/base-keys.ts';
import { MobileBase, baseDescription, type Place } from '../helpers/mobile-base.ts';
import type { ThingDeclaration } from '../kind.ts';
import { rosLink, type ActionOptions } from './link.ts';
import { Rosbridge } from './rosbridge.ts';

interface RosOptions extends BaseOptions {
  readonly url: string;
  readonly cmd_vel?: string;
  readonly cmd_vel_type?: string;
  readonly odom?: string;
  readonly distance?: string;
  readonly distance_type?: string;
  readonly navigation?: boolean | { readonly action?: string; readonly type?: string; readonly frame?: string };
  readonly tasks?: Readonly<Record<string, ActionOptions>>;
}

/** Names of ROS resources (https://design.ros2.org/articles/topic_and_service_names.html). */
const NAME = { type: 'string', pattern: '^~?/?[A-Za-z_][A-Za-z0-9_]*(/[A-Za-z_][A-Za-z0-9_]*)*$', maxLength: 200 };
const TYPE = { type: 'string', pattern: '^[a-z][a-z0-9_]*(/(msg|action))?/[A-Z][A-Za-z0-9]*$', maxLength: 200 };

export const rosbridge: DriverType = {
  name: 'rosbridge',
  summary: 'a robot with ROS, over its rosbridge server',
  kinds: ['robot'],
  options: () => ({
    properties: {
      url: { type: 'string', pattern: '^wss?://[^/]', description: 'ws://robot.local:9090' },
      cmd_vel: { ...NAME, description: 'default /cmd_vel' },
      cmd_vel_type: {
        enum: ['geometry_msgs/msg/Twist', 'geometry_msgs/msg/TwistStamped', 'geometry_msgs/Twist'],
        description: 'default geometry_msgs/msg/Twist; geometry_msgs/Twist is ROS 1',
      },
      odom: { ...NAME, description: 'topic of odometry: ways and angles are then measured, not timed' },
      distance: { ...NAME, description: 'topic of the distance to what is ahead' },
      distance_type: { ...TYPE, description: 'default sensor_msgs/msg/Range; or std_msgs/msg/Float32' },
      navigation: {
        anyOf: [
          { type: 'boolean' },
          { type: 'object', properties: { action: NAME, type: TYPE, frame: NAME }, additionalProperties: false },
        ],
        description: 'goes to places by itself: true for Nav2 (/navigate_to_pose)',
      },
      tasks: {
        type: 'object',
        propertyNames: { enum: ['clean', 'dock', 'follow', 'guide', 'photo', 'look'] },
        additionalProperties: {
          type: 'object',
          properties: { action: NAME, type: TYPE, args: { type: 'object' } },
          required: ['action', 'type'],
          additionalProperties: false,
        },
        description: 'jobs it does by itself, each an action: {dock: {action: /dock_robot, type: …}}',
      },
      ...BASE_KEYS,
    },
    required: ['url'],
  }),
  describe(declaration, description) {
    const { odom, navigation, tasks } = keysOf(declaration);
    return baseDescription(description, {
      pose: odom !== undefined,
      navigation: navigation !== undefined && navigation !== false,
      tasks: Object.keys(tasks ?? {}),
      places: Object.keys(placesOf(declaration)).length > 0,
    });
  },
  create(declaration, _description, { clock, log }) {
    const own = keysOf(declaration);
    const link = rosLink({
      bridge: new Rosbridge({ url: own.url, clock, log }),
      clock,
      cmdVel: { topic: own.cmd_vel ?? '/cmd_vel', type: own.cmd_vel_type ?? 'geometry_msgs/msg/Twist' },
      odom: own.odom === undefined ? undefined : { topic: own.odom, type: 'nav_msgs/msg/Odometry' },
      distance:
        own.distance === undefined
          ? undefined
          : { topic: own.distance, type: own.distance_type ?? 'sensor_msgs/msg/Range' },
      navigation: navigationOf(own.navigation),
      tasks: own.tasks ?? {},
    });
    return new MobileBase({
      title: declaration.name,
      link,
      clock,
      limits: baseLimits(own),
      places: placesOf(declaration),
      holonomic: own.holonomic ?? false,
      obstacle: own.obstacle ?? OBSTACLE,
    });
  },
};

function keysOf({ driverOptions }: ThingDeclaration): RosOptions {
  return driverOptions as RosOptions;
}

function placesOf({ options }: ThingDeclaration): Readonly<Record<string, Place>> {
  return (options as { places?: Readonly<Record<string, Place>> } | undefined)?.places ?? {};
}

function navigationOf(said: RosOptions['navigation']): { action: string; type: string; frame: string } | undefined {
  if (said === undefined || said === false) return undefined;
  const { action, type, frame } = said === true ? {} : said;
  return {
    action: action ?? '/navigate_to_pose',
    type: type ?? 'nav2_msgs/action/NavigateToPose',
    frame: frame ?? 'map',
  };
}
