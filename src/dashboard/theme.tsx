/** Light, dark, or as the system has it: what is chosen here, public/theme.js applies, at first before the first paint. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { AutoIcon, MoonIcon, SunIcon } from './icons.tsx';

const THEMES = ['auto', 'light', 'dark'] as const;
type Theme = (typeof THEMES)[number];

const KEY = 'theme';
const ICONS = { auto: AutoIcon, light: SunIcon, dark: MoonIcon };

function chosen(): Theme {
  const { chosen: theme } = document.documentElement.dataset;
  return THEMES.find((known) => known === theme) ?? 'auto';
}

function choose(theme: Theme): void {
  document.documentElement.dataset['chosen'] = theme;
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // It is kept until the page is left.
  }
  dispatchEvent(new Event('themechosen'));
}

export function ThemeButton(): JSX.Element {
  const [theme, setTheme] = useState(chosen);
  const Icon = ICONS[theme];
  const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length]!;
  return (
    <button
      type="button"
      class="quiet square"
      aria-label={`Theme: ${theme}; change to ${next}`}
      title={`Theme: ${theme}`}
      onClick={() => {
        choose(next);
        setTheme(next);
      }}
    >
      <Icon />
    </button>
  );
}

/** Counts changes of the theme, for what draws on a canvas. */
export function useThemeChanges(): number {
  const [changes, setChanges] = useState(0);
  useEffect(() => {
    const onChange = (): void => setChanges((count) => count + 1);
    addEventListener('themechange', onChange);
    return () => removeEventListener('themechange', onChange);
  }, []);
  return changes;
}
