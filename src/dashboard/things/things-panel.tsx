/** Everything that lives here, by area: sensors with their readings, things with their controls. */
import type { JSX } from 'preact';
import type { FeedSensor, FeedThing } from '../../server/feed/messages.ts';
import type { Store } from '../feed/store.ts';
import type { View } from '../feed/view.ts';
import { capital, clockTime, plain, quantity } from '../words.ts';
import { ThingRow } from './thing-row.tsx';

interface Area {
  readonly name: string;
  readonly things: FeedThing[];
  readonly sensors: FeedSensor[];
}

export function ThingsPanel({ store, view }: { store: Store; view: View }): JSX.Element {
  const areas = areasOf(view);
  return (
    <section class="panel things" aria-labelledby="things-title">
      <h2 id="things-title">Things</h2>
      {areas.length === 0 && (
        <p class="empty">
          Nothing lives here yet. Declare things in tokonoma.yaml, or let tokonoma discover find them.
        </p>
      )}
      {areas.map(({ name, things, sensors }) => (
        <section key={name} class="area" aria-label={name}>
          <div class="area-head">
            <h3>{capital(name)}</h3>
            <ul class="readings">
              {sensors.map((sensor) => (
                <Sensor key={sensor.name} sensor={sensor} />
              ))}
            </ul>
          </div>
          {things.map((thing) => (
            <ThingRow key={thing.description.id} store={store} thing={thing} />
          ))}
        </section>
      ))}
    </section>
  );
}

function Sensor({ sensor: { name, kind, value, unit, at, stale } }: { sensor: FeedSensor }): JSX.Element {
  const shown = typeof value === 'number' ? quantity(value, unit) : value === undefined ? '–' : String(value);
  const when = at === undefined ? 'as configured' : `at ${clockTime(at)}`;
  return (
    <li class={stale ? 'old' : ''} title={`${name}, ${when}`}>
      <span class="label">{plain(kind)}</span> {shown}
      {stale && ' (old)'}
    </li>
  );
}

const ELSEWHERE = 'everywhere';

/** In the order in which the configuration names them; what has no area comes last. */
function areasOf({ things, sensors }: View): Area[] {
  const areas = new Map<string, Area>();
  const of = (name = ELSEWHERE): Area => {
    const area = areas.get(name) ?? { name, things: [], sensors: [] };
    areas.set(name, area);
    return area;
  };
  for (const thing of things) of(thing.description['tk:area']).things.push(thing);
  for (const sensor of sensors) of(sensor.area).sensors.push(sensor);
  const isLast = ({ name }: Area): number => Number(name === ELSEWHERE);
  return [...areas.values()].sort((a, b) => isLast(a) - isLast(b));
}
