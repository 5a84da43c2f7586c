import { toThingArgs } from '../../devices/convert.ts';
import { simulatedThing, type DriverOptions } from '../../devices/kind.ts';
import { kindOf } from '../../devices/kinds.ts';
import type { Thing } from '../../devices/thing.ts';
import type { Args } from '../../src/grammar/actions.ts';
import { FakeClock } from './fake-clock.ts';

/** A thing of the kind, called "the <kind>", instant unless options say otherwise. */
export function thingOf(
  kind: string,
  options: object = {},
  driver: DriverOptions = { clock: new FakeClock(), instant: true },
): Thing {
  return simulatedThing(kindOf(kind)!, { id: kind, name: `the ${kind}`, kind, options }, driver);
}

/** What a TokonomaError is expected to say. */
export interface Refusal {
  code: string;
  message?: RegExp;
}

/** What the executor does: convert, validate, invoke. */
export async function tell(
  thing: Thing,
  action: string,
  args: Args,
  signal = new AbortController().signal,
): Promise<void> {
  await thing.driver.invoke(action, toThingArgs(thing.description, { action, args }), signal);
}
