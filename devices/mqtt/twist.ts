/** `driver: mqtt-twist`: a robot that takes velocities as JSON on a topic: {"linear":0.2,"angular":0}, m/s and rad/s. */
import { TokonomaError } from '../../src/errors.ts';
import type { Bus } from '../bus.ts';
import type { DriverContext, DriverType } from '../drivers.ts';
import { BASE_KEYS, OBSTACLE, baseLimits, type BaseOptions } from '../helpers/base-keys.ts';
import { MobileBase, baseDescription, type BaseLink } from '../helpers/mobile-base.ts';
import { STILL, rounded, type Twist } from '../helpers/motion.ts';
import type { ThingDeclaration } from '../kind.ts';
import { PATH, TOPIC, WORD } from './keys.ts';
import { parsePayload, putAt, valueAt } from './payload.ts';
import type { Value } from './wiring.ts';

interface TwistOptions extends BaseOptions {
  readonly topic: string;
  readonly keys?: { readonly x?: string; readonly y?: string; readonly turn?: string };
  readonly distance?: { readonly topic: string; readonly path?: string; readonly scale?: number };
  readonly availability?: {
    readonly topic: string;
    readonly path?: string;
    readonly online?: Value;
    readonly offline?: Value;
  };
}

/** What is older says nothing of what is ahead now, milliseconds. */
const FRESH_MS = 1000;

export const mqttTwist: DriverType = {
  name: 'mqtt-twist',
  summary: 'a robot that takes velocities as JSON on a topic',
  kinds: ['robot'],
  options: () => ({
    properties: {
      topic: { ...TOPIC, description: 'where velocities go, ten a second while it moves, then zeros' },
      keys: {
        type: 'object',
        properties: { x: PATH, y: PATH, turn: PATH },
        additionalProperties: false,
        description:
          'where in the JSON: default {x: linear, turn: angular}; {x: linear.x, turn: angular.z} is a ROS Twist',
      },
      distance: {
        type: 'object',
        properties: { topic: TOPIC, path: PATH, scale: { type: 'number', exclusiveMinimum: 0 } },
        required: ['topic'],
        additionalProperties: false,
        description: 'the distance to what is ahead; times scale it is metres',
      },
      availability: {
        type: 'object',
        properties: { topic: TOPIC, path: PATH, online: WORD, offline: WORD },
        required: ['topic'],
        additionalProperties: false,
      },
      ...BASE_KEYS,
    },
    required: ['topic'],
  }),
  describe: (_declaration, description) =>
    baseDescription(description, { pose: false, navigation: false, tasks: [], places: false }),
  create(declaration, _description, context) {
    const own = declaration.driverOptions as TwistOptions;
    return new MobileBase({
      title: declaration.name,
      link: twistLink(declaration, own, context),
      clock: context.clock,
      limits: baseLimits(own),
      places: {},
      holonomic: own.holonomic ?? false,
      obstacle: own.obstacle ?? OBSTACLE,
    });
  },
};

function twistLink({ name }: ThingDeclaration, own: TwistOptions, { bus, clock }: DriverContext): BaseLink {
  if (bus === undefined) {
    throw new TokonomaError('not-connected', `${name}: the driver mqtt-twist needs a connection to a broker`);
  }
  const unsubscribe: (() => void)[] = [];
  let here: boolean | undefined;
  let ahead: { metres: number; at: number } | undefined;
  let changed: () => void = () => undefined;
  const drive = (twist: Twist): Promise<void> => bus.publish(own.topic, payloadOf(twist, own));
  return {
    get online() {
      return bus.connected ? here : false;
    },
    start() {
      const { availability, distance } = own;
      if (distance !== undefined) {
        listen(bus, unsubscribe, distance, (value, kept) => {
          const metres = Number(value) * (distance.scale ?? 1);
          if (!kept && Number.isFinite(metres) && metres >= 0) ahead = { metres, at: clock.monotonic() };
        });
      }
      if (availability !== undefined) {
        const { online = 'online', offline = 'offline' } = availability;
        listen(bus, unsubscribe, availability, (value) => {
          if (String(value) === String(online)) here = true;
          else if (String(value) === String(offline)) here = false;
          changed();
        });
      }
      // Whatever it was doing when the connection was lost: it stands when it is found again.
      unsubscribe.push(
        bus.onConnection((connected) => {
          if (connected) drive(STILL).catch(() => undefined);
          changed();
        }),
      );
    },
    async close() {
      for (const stop of unsubscribe.splice(0)) stop();
    },
    async drive(twist) {
      if (here === false) throw new TokonomaError('device-offline', `the ${name} is offline`);
      await drive(twist);
    },
    ahead:
      own.distance === undefined
        ? undefined
        : () => (ahead !== undefined && clock.monotonic() - ahead.at <= FRESH_MS ? ahead.metres : undefined),
    onChange: (listener) => (changed = listener),
  };
}

function listen(
  bus: Bus,
  unsubscribe: (() => void)[],
  { topic, path }: { readonly topic: string; readonly path?: string },
  hear: (value: unknown, kept: boolean) => void,
): void {
  unsubscribe.push(bus.subscribe(topic, (_topic, payload, kept) => hear(valueAt(parsePayload(payload), path), kept)));
}

function payloadOf(velocity: Twist, { keys = {}, holonomic = false }: TwistOptions): string {
  const { x, y, turn } = rounded(velocity);
  const payload: Record<string, unknown> = {};
  putAt(payload, keys.x ?? 'linear', x);
  if (keys.y !== undefined || holonomic) putAt(payload, keys.y ?? 'lateral', y);
  putAt(payload, keys.turn ?? 'angular', turn);
  return JSON.stringify(payload);
}
