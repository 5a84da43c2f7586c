/**
 * Messages of the rosbridge v2 protocol, as far as they are spoken here.
 * https://github.com/RobotWebTools/rosbridge_suite/blob/ros2/ROSBRIDGE_PROTOCOL.md
 */
import { isRecord } from '../mqtt/payload.ts';

export type Json = Readonly<Record<string, unknown>>;

/** action_msgs/msg/GoalStatus */
export const GOAL_STATUS = { succeeded: 4, canceled: 5, aborted: 6 } as const;

/** What a server may say to us; the rest is none of our business. */
export type Incoming =
  | { readonly op: 'publish'; readonly topic: string; readonly msg: Json }
  | { readonly op: 'action_feedback'; readonly id: string; readonly values: Json }
  | {
      readonly op: 'action_result';
      readonly id: string;
      readonly status: number;
      readonly result: boolean;
      readonly values: unknown;
    }
  | { readonly op: 'status'; readonly level: string; readonly msg: string };

/** Undefined for what is no JSON object or has not the members that its op needs. */
export function incoming(text: string): Incoming | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isRecord(json)) return undefined;
  const { op, topic, msg, id, values, status, result, level } = json;
  switch (op) {
    case 'publish':
      return typeof topic === 'string' && isRecord(msg) ? { op, topic, msg } : undefined;
    case 'action_feedback':
      return typeof id === 'string' && isRecord(values) ? { op, id, values } : undefined;
    case 'action_result':
      if (typeof id !== 'string' || typeof result !== 'boolean') return undefined;
      return { op, id, status: typeof status === 'number' ? status : 0, result, values };
    case 'status':
      return typeof msg === 'string' ? { op, level: String(level), msg } : undefined;
    default:
      return undefined;
  }
}
