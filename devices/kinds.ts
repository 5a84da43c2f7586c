/** Every kind of device a configuration can name. To add one: a file beside this one, and its line here. */
import { alarm } from './alarm.ts';
import { buzzer } from './buzzer.ts';
import { camera } from './camera.ts';
import { cover } from './cover.ts';
import { drive } from './drive.ts';
import { fan } from './fan.ts';
import { gripper } from './gripper.ts';
import type { Kind } from './kind.ts';
import { led } from './led.ts';
import { light } from './light.ts';
import { lock } from './lock.ts';
import { motor } from './motor.ts';
import { plug } from './plug.ts';
import { relay } from './relay.ts';
import { robot } from './robot.ts';
import { servo } from './servo.ts';
import { speaker } from './speaker.ts';
import { stepper } from './stepper.ts';
import { thermostat } from './thermostat.ts';
import { timer } from './timer.ts';

export const KINDS: readonly Kind[] = [
  light,
  plug,
  fan,
  thermostat,
  cover,
  lock,
  speaker,
  timer,
  alarm,
  robot,
  led,
  relay,
  buzzer,
  servo,
  motor,
  stepper,
  drive,
  gripper,
  camera,
];

export function kindOf(name: string): Kind | undefined {
  return KINDS.find((kind) => kind.name === name);
}
