import { does, reading, textArg, writable } from './helpers/affordances.ts';
import { defineKind } from './kind.ts';
import { SimulatedGripper } from './simulated/gripper.ts';

export interface GripperOptions {
  /** Seconds from open to closed. Default 0.5. */
  grip_s?: number;
}

export const gripper = defineKind<GripperOptions>({
  name: 'gripper',
  summary: 'a gripper: closes its fingers on what is between them (pick) and opens them (release)',
  options: { grip_s: { type: 'number', minimum: 0, maximum: 30 } },
  nouns: () => ['gripper', 'claw', 'hand'],
  safe: () => 'holds what it holds',
  traits: () => [
    does('robot.object', { 'op!': { type: 'string', enum: ['pick', 'release'] }, object: textArg() }),
    does('gripper.set', { 'state!': { type: 'string', enum: ['open', 'close'] } }, { idempotent: true }),
    writable('state', {
      type: 'string',
      enum: ['OPEN', 'CLOSED'],
      'tk:writes': {
        action: 'gripper.set',
        arg: 'state',
        values: { OPEN: 'open', CLOSE: 'close', CLOSED: 'close' },
      },
    }),
    reading('holding', { type: 'string', description: 'what it was told to pick' }),
  ],
  simulated: (title, options, driver) => new SimulatedGripper(title, options, driver),
});
