/** Puts the page together: the store of this tab, and what is drawn of it. */
import { render } from 'preact';
import { App } from './app.tsx';
import { freshId } from './feed/connection.ts';
import { Store } from './feed/store.ts';

const store = new Store(location.origin, conversation());
store.start();
render(<App store={store} />, document.getElementById('app')!);

// Service workers exist on secure origins only; without one the page needs the runtime to open.
if ('serviceWorker' in navigator) void navigator.serviceWorker.register('/sw.js').catch(() => undefined);

/** One a tab, also after a reload: a question stays open for its answer. */
function conversation(): string {
  const fresh = `dashboard-${freshId()}`;
  try {
    const site = sessionStorage.getItem('site') ?? fresh;
    sessionStorage.setItem('site', site);
    return site;
  } catch {
    return fresh;
  }
}
