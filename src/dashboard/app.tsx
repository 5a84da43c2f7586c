/** The page: the stop first, then what was said, where the robot is, what lives here, how it is. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Store } from './feed/store.ts';
import type { View } from './feed/view.ts';
import { FloorPanel } from './floor/floor-panel.tsx';
import { HealthPanel } from './health/health-panel.tsx';
import { Mark } from './icons.tsx';
import { LiveContext } from './live.ts';
import { RulesPanel } from './rules-panel.tsx';
import { StopBar } from './stop.tsx';
import { TalkPanel } from './talk/talk-panel.tsx';
import { ThemeButton } from './theme.tsx';
import { ThingsPanel } from './things/things-panel.tsx';
import { clockTime } from './words.ts';

export function App({ store }: { store: Store }): JSX.Element {
  const [, setDrawn] = useState(0);
  useEffect(() => store.subscribe(() => setDrawn((count) => count + 1)), [store]);
  const { view, notice } = store;
  const isLive = view?.link === 'live';
  return (
    <LiveContext.Provider value={isLive}>
      <StopBar store={store} view={view} />
      <header class="top">
        <Mark />
        <h1>
          tokonoma <span class="node">{view?.node ?? ''}</span>
        </h1>
        <Where view={view} />
        <ThemeButton />
      </header>
      <Lost store={store} view={view} />
      {view !== undefined && (
        <main class={isLive ? 'page' : 'page stale'}>
          <TalkPanel store={store} view={view} />
          <div class="middle">
            <FloorPanel store={store} view={view} />
            <RulesPanel store={store} view={view} />
            <HealthPanel view={view} history={store.history} />
          </div>
          <ThingsPanel store={store} view={view} />
        </main>
      )}
      <div class="notice" role={notice?.isError === true ? 'alert' : 'status'}>
        {notice !== undefined && <p class={notice.isError ? 'bad' : ''}>{notice.text}</p>}
      </div>
    </LiveContext.Provider>
  );
}

function Where({ view }: { view: View | undefined }): JSX.Element {
  const link = view?.link ?? 'connecting';
  const words = { live: 'live', lost: 'connection lost', connecting: 'connecting' }[link];
  return (
    <p class="where">
      <span class={`dot ${link}`} />
      {words}
      {view !== undefined && <span class="model">{view.model.name}</span>}
    </p>
  );
}

/** What is shown while nothing new comes is old, and says so. */
function Lost({ store, view }: { store: Store; view: View | undefined }): JSX.Element {
  return (
    <div role="alert">
      {view?.link === 'lost' && (
        <div class="banner">
          <p>
            <strong>Connection lost.</strong> What you see is how it was at {clockTime(view.heardAt)}; nothing here is
            live.
          </p>
          <button type="button" onClick={() => store.retryNow()}>
            Try now
          </button>
        </div>
      )}
    </div>
  );
}
