/** The few pictures there are, drawn on 24 by 24. Always beside words, or with them for who cannot see. */
import type { ComponentChildren, JSX } from 'preact';

function Icon({ children }: { children: ComponentChildren }): JSX.Element {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      {children}
    </svg>
  );
}

export const Mark = (): JSX.Element => (
  <svg class="mark" viewBox="0 0 64 64" aria-hidden="true">
    <circle class="mark-sun" cx="45" cy="17" r="8" />
    <g class="mark-leaves">
      <ellipse cx="25" cy="19" rx="14" ry="7" />
      <ellipse cx="15" cy="31" rx="10" ry="5" />
      <ellipse cx="42" cy="35" rx="11" ry="5.2" />
    </g>
    <path class="mark-trunk" d="M30 50c0-9-8-11-3.5-19 2-4-2-6-2-9M28 41c5-1 7-3 10-5" />
    <path class="mark-pot" d="M15 50h30l-4 9H19z" />
  </svg>
);

export const StopIcon = (): JSX.Element => (
  <Icon>
    <path d="M8 2.5h8L21.5 8v8L16 21.5H8L2.5 16V8z" />
  </Icon>
);

export const MicIcon = (): JSX.Element => (
  <Icon>
    <path d="M12 3a3 3 0 0 1 3 3v5a3 3 0 0 1-6 0V6a3 3 0 0 1 3-3zM6 11a6 6 0 0 0 12 0M12 17v4" />
  </Icon>
);

export const SendIcon = (): JSX.Element => (
  <Icon>
    <path d="M5 12h13M12 6l6 6-6 6" />
  </Icon>
);

export const SunIcon = (): JSX.Element => (
  <Icon>
    <circle cx="12" cy="12" r="4" />
    <path d="M12 3v2M12 19v2M3 12h2M19 12h2M5.6 5.6 7 7M17 17l1.4 1.4M5.6 18.4 7 17M17 7l1.4-1.4" />
  </Icon>
);

export const MoonIcon = (): JSX.Element => (
  <Icon>
    <path d="M20 14.5A8 8 0 0 1 9.5 4 8 8 0 1 0 20 14.5z" />
  </Icon>
);

export const AutoIcon = (): JSX.Element => (
  <Icon>
    <circle cx="12" cy="12" r="8" />
    <path class="filled" d="M12 4a8 8 0 0 1 0 16z" />
  </Icon>
);
