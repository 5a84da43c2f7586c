/**
 * Actions whose meaning another kind of thing has an equal for: "turn on the lamp" is power.set or light.set depending
 * on what the lamp hangs on, which the words do not say. Only equals, never more than was asked for.
 */
import { toThingArgs } from '../../../devices/convert.ts';
import type { ThingDescription } from '../../../devices/thing.ts';
import { codeOf } from '../../errors.ts';
import type { Args, PlanCall } from '../../grammar/actions.ts';

type Conversion = (args: Args) => readonly PlanCall[];

const power =
  (action: string) =>
  (args: Args): PlanCall[] =>
    isOnly(args, 'power') ? [{ action, args }] : [];

/** From action → candidates in the order of preference. */
const CONVERSIONS: Readonly<Record<string, readonly Conversion[]>> = {
  'light.set': [power('power.set')],
  'power.set': [
    power('light.set'),
    (args) => {
      if (!isOnly(args, 'power')) return [];
      const modes = args['power'] === 'off' ? ['off'] : ['auto', 'heat', 'cool'];
      return modes.map((mode) => ({ action: 'climate.set', args: { mode } }));
    },
    (args) =>
      isOnly(args, 'power') ? [{ action: 'media.do', args: { op: args['power'] === 'off' ? 'stop' : 'resume' } }] : [],
  ],
  // "Open the front door" of a door whose only device is its lock.
  'cover.set': [
    (args) =>
      isOnly(args, 'state') && args['state'] !== 'stop'
        ? [{ action: 'lock.set', args: { state: args['state'] === 'open' ? 'unlock' : 'lock' } }]
        : [],
  ],
};

const isOnly = (args: Args, name: string): boolean => Object.keys(args).length === 1 && args[name] !== undefined;

/** Whether the thing has these arguments at all; a value over its limit is another question. */
export function takesArgs(thing: ThingDescription, call: PlanCall): boolean {
  try {
    toThingArgs(thing, call);
    return true;
  } catch (error) {
    return codeOf(error) === 'over-limit';
  }
}

/** The call as this thing takes it: unchanged, or its equal; undefined when it has none. */
export function callFor(thing: ThingDescription, call: PlanCall): PlanCall | undefined {
  if (thing.actions[call.action] !== undefined) return call;
  const candidates = (CONVERSIONS[call.action] ?? []).flatMap((convert) => convert(call.args));
  return candidates.find((candidate) => takesArgs(thing, candidate));
}
