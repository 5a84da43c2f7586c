/** A switch that shows what is, not what was wished: it moves when the thing says so. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { useLive } from '../live.ts';

interface ToggleProps {
  readonly label: string;
  readonly isOn: boolean;
  readonly onChange: (isOn: boolean) => Promise<void>;
}

export function Toggle({ label, isOn, onChange }: ToggleProps): JSX.Element {
  const isLive = useLive();
  const [isBusy, setBusy] = useState(false);
  return (
    <button
      type="button"
      class="toggle"
      role="switch"
      aria-checked={isOn}
      aria-label={label}
      aria-busy={isBusy}
      disabled={!isLive}
      onClick={() => {
        setBusy(true);
        void onChange(!isOn).finally(() => setBusy(false));
      }}
    >
      <span />
    </button>
  );
}
