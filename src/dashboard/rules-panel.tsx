/** Standing rules and what is scheduled: switched off, on again, removed. They are made by saying them. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Store } from './feed/store.ts';
import type { View } from './feed/view.ts';
import { useLive } from './live.ts';
import { Toggle } from './things/toggle.tsx';
import { moment } from './words.ts';

export function RulesPanel({ store, view }: { store: Store; view: View }): JSX.Element {
  const { rules, schedule } = view;
  return (
    <section class="panel rules" aria-labelledby="rules-title">
      <h2 id="rules-title">Rules and schedule</h2>
      {rules.length + schedule.length === 0 && (
        <p class="empty">
          Nothing stands yet. Say <q>if it gets dark turn on the living room lamp</q> or{' '}
          <q>every weekday at seven turn on the coffee machine</q>.
        </p>
      )}
      <ul class="rows">
        {rules.map(({ id, rule, enabled, active, fired, last, why }) => (
          <li key={id} class={enabled ? '' : 'off'}>
            <div>
              <p>{rule}</p>
              <p class="small">
                {why === undefined ? (active ? 'holds now' : enabled ? 'watching' : 'switched off') : `paused: ${why}`}
                {fired > 0 && ` · ${fired === 1 ? 'once' : `${fired} times`}, last ${moment(last!)}`}
              </p>
            </div>
            <Toggle
              label={`Rule: ${rule}`}
              isOn={enabled}
              onChange={(isOn) => store.request('rules/enable', { id, enabled: isOn })}
            />
            <Remove what={rule} onRemove={() => void store.request('rules/remove', { id })} />
          </li>
        ))}
        {schedule.map(({ id, entry, next }) => (
          <li key={id}>
            <div>
              <p>{entry}</p>
              <p class="small">next {moment(next)}</p>
            </div>
            <Remove what={entry} onRemove={() => void store.request('schedule/remove', { id })} />
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Asks once more in its own place. */
function Remove({ what, onRemove }: { what: string; onRemove: () => void }): JSX.Element {
  const [isAsked, setAsked] = useState(false);
  const isLive = useLive();
  return (
    <button
      type="button"
      class={isAsked ? 'small-button bad' : 'small-button'}
      disabled={!isLive}
      aria-label={`${isAsked ? 'Really remove' : 'Remove'}: ${what}`}
      onClick={() => (isAsked ? onRemove() : setAsked(true))}
      onBlur={() => setAsked(false)}
    >
      {isAsked ? 'Really?' : 'Remove'}
    </button>
  );
}
