/** Where words are typed or spoken. Up and down bring back what was said before; "/" comes here from anywhere. */
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { MicIcon, SendIcon } from '../icons.tsx';
import { useLive } from '../live.ts';
import { canListen, listen, type Listening } from './speech.ts';

/** Bytes of a command's text are limited to 4096; nobody says so many characters. */
const MAX_LENGTH = 1000;
const MAX_SAID = 50;

export function CommandBox({ onSay }: { onSay: (text: string) => void }): JSX.Element {
  const isLive = useLive();
  const [text, setText] = useState('');
  const [listening, setListening] = useState<Listening>();
  const [problem, setProblem] = useState('');
  const box = useRef<HTMLInputElement>(null);
  const said = useRef<string[]>([]);
  const at = useRef(0);

  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const { target } = event;
      const isTyping = target instanceof HTMLElement && target.closest('input, select, textarea') !== null;
      if (event.key !== '/' || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      box.current?.focus();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);

  const say = (words: string): void => {
    const trimmed = words.trim();
    if (trimmed === '' || !isLive) return;
    said.current = [...said.current.filter((one) => one !== trimmed), trimmed].slice(-MAX_SAID);
    at.current = said.current.length;
    setText('');
    onSay(trimmed);
  };

  const recall = (event: KeyboardEvent): void => {
    if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return;
    const step = event.key === 'ArrowUp' ? -1 : 1;
    event.preventDefault();
    at.current = Math.max(0, Math.min(said.current.length, at.current + step));
    setText(said.current[at.current] ?? '');
  };

  const hear = (): void => {
    if (listening !== undefined) return listening.end();
    setProblem('');
    setListening(
      listen({
        onWords: (words, isFinal) => (isFinal ? say(words) : setText(words)),
        onEnd: (why) => {
          setListening(undefined);
          setProblem(why ?? '');
        },
      }),
    );
  };

  return (
    <form
      class="command"
      onSubmit={(event) => {
        event.preventDefault();
        say(text);
      }}
    >
      <label class="hidden" for="command">
        Say something to this home
      </label>
      <input
        id="command"
        ref={box}
        value={text}
        maxLength={MAX_LENGTH}
        placeholder={listening === undefined ? 'Say something…' : 'Listening…'}
        autoComplete="off"
        enterKeyHint="send"
        onInput={({ currentTarget }) => setText(currentTarget.value)}
        onKeyDown={recall}
      />
      {canListen() && (
        <button
          type="button"
          class="quiet square"
          aria-pressed={listening !== undefined}
          aria-label={listening === undefined ? 'Speak' : 'Stop listening'}
          title="Speak; the browser may send what it hears to its maker"
          disabled={!isLive}
          onClick={hear}
        >
          <MicIcon />
        </button>
      )}
      <button type="submit" class="main square" aria-label="Send" disabled={!isLive || text.trim() === ''}>
        <SendIcon />
      </button>
      <p class="small bad" role="status">
        {problem}
      </p>
    </form>
  );
}
