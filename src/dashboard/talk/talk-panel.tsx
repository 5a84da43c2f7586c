/** What was said and what became of it, and where the next words go. */
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Store } from '../feed/store.ts';
import type { View } from '../feed/view.ts';
import { useLive } from '../live.ts';
import { CommandBox } from './command-box.tsx';
import { EntryRow } from './entry-row.tsx';
import { suggestionsOf } from './suggestions.ts';

/** So near to the end, pixels, is at the end: what comes is scrolled to. */
const NEAR = 80;

export function TalkPanel({ store, view }: { store: Store; view: View }): JSX.Element {
  const isLive = useLive();
  const log = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  const { entries } = view;
  const last = entries.at(-1);
  useEffect(() => {
    const { current } = log;
    if (current !== null && isAtEnd.current) current.scrollTop = current.scrollHeight;
  }, [entries]);
  const say = (text: string): void => {
    isAtEnd.current = true;
    void store.say(text);
  };
  // Only the last question of this conversation is still open.
  const open = last?.mine === true ? last.id : undefined;
  return (
    <section class="panel talk" aria-labelledby="talk-title">
      <h2 id="talk-title">Conversation</h2>
      <div
        class="log"
        role="log"
        aria-label="What was said"
        tabIndex={0}
        ref={log}
        onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
          isAtEnd.current = scrollHeight - scrollTop - clientHeight < NEAR;
        }}
      >
        {entries.length === 0 && (
          <div class="empty">
            <p>Say what you would like. For instance:</p>
            <ul class="chips">
              {suggestionsOf(view).map((text) => (
                <li key={text}>
                  <button type="button" disabled={!isLive} onClick={() => say(text)}>
                    {text}
                  </button>
                </li>
              ))}
            </ul>
          </div>
        )}
        {entries.map((entry) => (
          <EntryRow key={entry.id} entry={entry} isOpen={entry.id === open} onSay={say} />
        ))}
      </div>
      <CommandBox onSay={say} />
    </section>
  );
}
