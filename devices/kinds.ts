/** Every kind of device a configuration can name. To add one: a file beside this one, and its line here. */
import { alarm } from './alarm.ts';
import { cover } from './cover.ts';
import { fan } from './fan.ts';
import type { Kind } from './kind.ts';
import { light } from './light.ts';
import { lock } from './lock.ts';
import { plug } from './plug.ts';
import { robot } from './robot.ts';
import { speaker } from './speaker.ts';
import { thermostat } from './thermostat.ts';
import { timer } from './timer.ts';

export const KINDS: readonly Kind[] = [light, plug, fan, thermostat, cover, lock, speaker, timer, alarm, robot];

export function kindOf(name: string): Kind | undefined {
  return KINDS.find((kind) => kind.name === name);
}
