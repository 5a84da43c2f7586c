/** What conditions can be about, as the agent knows it: sensors by their name, things by id and property. */
import type { Readings } from '../../../devices/condition.ts';
import type { Thing } from '../../../devices/thing.ts';
import type { Sensors } from './sensors.ts';

export function readingsOf(thingOf: (id: string) => Thing | undefined, sensors: Sensors): Readings {
  return (subject) => {
    const reading = sensors.reading(subject);
    if (reading !== undefined) return reading.stale === true ? undefined : reading.value;
    const [id = '', property = 'state'] = subject.split('.');
    const state = thingOf(id)?.driver.state();
    return state === undefined || !Object.hasOwn(state, property) ? undefined : state[property];
  };
}
