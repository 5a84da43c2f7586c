/** The stop: first in the order of Tab, never disabled, and Escape twice from anywhere. */
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Store } from './feed/store.ts';
import type { View } from './feed/view.ts';
import { StopIcon } from './icons.tsx';
import { useLive } from './live.ts';

/** Two Escapes within this time are a stop, milliseconds. */
const TWICE_MS = 1000;

export function StopBar({ store, view }: { store: Store; view: View | undefined }): JSX.Element {
  const isLive = useLive();
  const escapedAt = useRef(-Infinity);
  useEffect(() => {
    const onKey = ({ key, repeat, timeStamp }: KeyboardEvent): void => {
      if (key !== 'Escape' || repeat) return;
      if (timeStamp - escapedAt.current <= TWICE_MS) void store.stop();
      escapedAt.current = timeStamp;
    };
    // Before anybody else takes the key.
    addEventListener('keydown', onKey, true);
    return () => removeEventListener('keydown', onKey, true);
  }, [store]);
  const isArmed = view?.armed;
  return (
    <section class="stop-bar" aria-label="Stop">
      <button type="button" class="stop" aria-keyshortcuts="Escape" onClick={() => void store.stop()}>
        <StopIcon />
        Stop
        <kbd>Esc Esc</kbd>
      </button>
      <p class={isArmed === false ? 'armed off' : 'armed'} role="status">
        {isArmed === undefined ? '' : isArmed ? 'Armed' : 'Disarmed'}
      </p>
      {isArmed === false && (
        <button type="button" disabled={!isLive} onClick={() => void store.arm()}>
          Arm again
        </button>
      )}
    </section>
  );
}
