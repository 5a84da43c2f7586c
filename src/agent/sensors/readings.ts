/** What conditions can be about, as the agent knows it: sensors by their name, things by id and property. */
import type { Readings } from '../../../devices/condition.ts';
import type { Thing } from '../../../devices/thing.ts';
import type { Sensors } from './sensors.ts';

export function readingsOf(things: readonly Thing[], sensors: Sensors): Readings {
  const byId = new Map(things.map((thing) => [thing.description.id, thing]));
  return (subject) => {
    const reading = sensors.reading(subject);
    if (reading !== undefined) return reading.stale === true ? undefined : reading.value;
    const [id = '', property = 'state'] = subject.split('.');
    const state = byId.get(id)?.driver.state();
    return state === undefined || !Object.hasOwn(state, property) ? undefined : state[property];
  };
}
