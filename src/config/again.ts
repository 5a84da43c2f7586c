/** A configuration read a second time: what stays, what comes, and what has to wait for the next start. */
import { isDeepStrictEqual } from 'node:util';
import { checkActions } from '../../devices/convert.ts';
import { describedThing, drivenThing, type DriverContext } from '../../devices/drivers.ts';
import type { Thing } from '../../devices/thing.ts';
import type { Config, ThingConfig } from './types.ts';

/** Sections that things, sensors and their rules are made of; all others are read at the start and never again. */
const LIVE: ReadonlySet<string> = new Set(['file', 'things', 'sensors', 'policy', 'rules', 'location']);

/** Keys of tokonoma.yaml, as far as they are called differently there. */
const WRITTEN: Readonly<Record<string, string>> = { stopLine: 'stop_line' };

/** The sections that differ and are only read at a start, sorted. */
export function restartFor(before: Config, after: Config): string[] {
  const sections = new Set([...Object.keys(before), ...Object.keys(after)]);
  const of = (config: Config, section: string): unknown => (config as unknown as Record<string, unknown>)[section];
  return [...sections]
    .filter((section) => !LIVE.has(section) && !isDeepStrictEqual(of(before, section), of(after, section)))
    .map((section) => WRITTEN[section] ?? section)
    .sort();
}

/**
 * The things of the new configuration: one that is declared as before is the same object, one that is only called or
 * guarded differently keeps its driver; the others have drivers that are not started yet.
 * @param things those of the old one
 * Throws what a driver has against its declaration.
 */
export function thingsAgain(before: Config, things: readonly Thing[], after: Config, context: DriverContext): Thing[] {
  return after.things.map((declaration) => {
    const old = before.things.find(({ id }) => id === declaration.id);
    const thing = things.find(({ description }) => description.id === declaration.id);
    if (old === undefined || thing === undefined || !isDeepStrictEqual(drivenBy(old), drivenBy(declaration))) {
      return checked(drivenThing(declaration, context));
    }
    if (isDeepStrictEqual(old, declaration)) return thing;
    return checked({ description: describedThing(declaration), driver: thing.driver });
  });
}

/** What a driver is made of. */
function drivenBy({ id, name, kind, driver, options, driverOptions }: ThingConfig): unknown {
  return { id, name, kind, driver, options, driverOptions };
}

function checked(thing: Thing): Thing {
  checkActions(thing.description);
  return thing;
}
