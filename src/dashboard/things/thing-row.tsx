/** One thing: its name and state, its controls, and behind "more" what it can do besides. */
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { FeedThing } from '../../server/feed/messages.ts';
import type { Store } from '../feed/store.ts';
import { capital, plain, quantity } from '../words.ts';
import { ActionForms } from './action-forms.tsx';
import { actionsOf, controlsOf, readingsOf, type Control } from './controls.ts';
import { ControlView } from './control-view.tsx';
import { Toggle } from './toggle.tsx';

export function ThingRow({ store, thing }: { store: Store; thing: FeedThing }): JSX.Element {
  const { description, state, online } = thing;
  const { id, title } = description;
  const { main, others, actions } = useMemo(() => {
    const controls = controlsOf(description);
    const first = controls.find(({ kind, property }) => kind === 'switch' && property === 'state');
    return { main: first, others: controls.filter((control) => control !== first), actions: actionsOf(description) };
  }, [description]);
  const set = (property: string, value: unknown): Promise<void> => store.set(id, { [property]: value });
  const readings = readingsOf(description, state);
  return (
    <article class={online ? 'thing' : 'thing off'} aria-label={title} data-thing={id}>
      <div class="thing-head">
        <h4>{capital(title)}</h4>
        <p class="small state">{online ? summary(state['state']) : 'cannot be reached'}</p>
        {main?.kind === 'switch' && (
          <Toggle
            label={title}
            isOn={state[main.property] === main.on}
            onChange={(isOn) => set(main.property, isOn ? main.on : main.off)}
          />
        )}
      </div>
      {others.map((control) => (
        <ControlView
          key={control.property}
          title={title}
          control={control}
          value={state[control.property]}
          isDim={isIdle(main, state)}
          onSet={(value) => set(control.property, value)}
        />
      ))}
      {readings.length > 0 && (
        <ul class="readings">
          {readings
            .filter(({ property }) => property !== 'state')
            .map(({ property, value, unit }) => (
              <li key={property}>
                <span class="label">{plain(property)}</span>{' '}
                {typeof value === 'number' ? quantity(value, unit) : String(value)}
              </li>
            ))}
        </ul>
      )}
      {actions.length > 0 && (
        <ActionForms title={title} forms={actions} onAct={(action, args) => store.set(id, { action, args })} />
      )}
    </article>
  );
}

/** What a lamp would do if it were on is shown less loudly. */
function isIdle(main: Control | undefined, state: FeedThing['state']): boolean {
  return main?.kind === 'switch' && state[main.property] === main.off;
}

function summary(state: unknown): string {
  return typeof state === 'string' ? plain(state.toLowerCase()) : '';
}
