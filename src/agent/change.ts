/** What becomes of the things when something else is declared. */
import type { Thing } from '../../devices/thing.ts';

export interface Change {
  /** With drivers that were not there before: new ones, and those that are driven differently now. */
  readonly added: readonly Thing[];
  /** Whose drivers are not there any more; one that is driven differently is in `added` as well. */
  readonly removed: readonly Thing[];
  /** The same drivers under other names, in other areas, with other limits: as they are described now. */
  readonly described: readonly Thing[];
}

/** Things are the same when their drivers are the same objects. */
export function changeOf(before: readonly Thing[], after: readonly Thing[]): Change {
  const drivers = (things: readonly Thing[]): ReadonlySet<unknown> => new Set(things.map(({ driver }) => driver));
  const [old, fresh] = [drivers(before), drivers(after)];
  return {
    added: after.filter(({ driver }) => !old.has(driver)),
    removed: before.filter(({ driver }) => !fresh.has(driver)),
    described: after.filter((thing) => old.has(thing.driver) && !before.includes(thing)),
  };
}
