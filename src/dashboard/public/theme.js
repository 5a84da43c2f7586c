// Sets data-theme to light or dark before the first paint, so that neither flashes; theme.tsx is where it is chosen.
(() => {
  const root = document.documentElement;
  const system = matchMedia('(prefers-color-scheme: dark)');
  const apply = () => {
    const { chosen } = root.dataset;
    root.dataset.theme = chosen === 'light' || chosen === 'dark' ? chosen : system.matches ? 'dark' : 'light';
    dispatchEvent(new Event('themechange'));
  };
  try {
    root.dataset.chosen = localStorage.getItem('theme') ?? 'auto';
  } catch {
    // A browser that keeps nothing follows the system.
  }
  system.addEventListener('change', apply);
  addEventListener('themechosen', apply);
  apply();
})();
