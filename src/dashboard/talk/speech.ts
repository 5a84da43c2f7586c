/** The browser's speech recognition (https://webaudio.github.io/web-speech-api/), which TypeScript does not know. */

interface Alternative {
  readonly transcript: string;
}

interface Recognition extends EventTarget {
  lang: string;
  interimResults: boolean;
  onresult:
    ((event: { readonly results: ArrayLike<ArrayLike<Alternative> & { readonly isFinal: boolean }> }) => void) | null;
  onerror: ((event: { readonly error: string }) => void) | null;
  onend: (() => void) | null;
  start(): void;
  abort(): void;
}

type RecognitionClass = new () => Recognition;

export interface Listening {
  end(): void;
}

export interface Heard {
  readonly onWords: (words: string, isFinal: boolean) => void;
  /** @param why what went wrong, for people */
  readonly onEnd: (why?: string) => void;
}

const WHY: Readonly<Record<string, string>> = {
  'not-allowed': 'The browser was not allowed to listen.',
  'no-speech': 'Nothing was heard.',
  'audio-capture': 'There is no microphone.',
  network: 'The browser’s speech recognition cannot be reached.',
};

function recognitionClass(): RecognitionClass | undefined {
  const { SpeechRecognition, webkitSpeechRecognition } = window as unknown as Record<
    string,
    RecognitionClass | undefined
  >;
  return SpeechRecognition ?? webkitSpeechRecognition;
}

/** Microphones exist on secure origins only. */
export function canListen(): boolean {
  return isSecureContext && recognitionClass() !== undefined;
}

/** Until the first whole sentence. */
export function listen({ onWords, onEnd }: Heard): Listening {
  const recognition = new (recognitionClass()!)();
  let why: string | undefined;
  recognition.lang = 'en';
  recognition.interimResults = true;
  recognition.onresult = ({ results }) => {
    const last = results[results.length - 1];
    if (last !== undefined) onWords(last[0]!.transcript, last.isFinal);
  };
  recognition.onerror = ({ error }) => {
    if (error !== 'aborted') why = WHY[error] ?? `The browser could not listen: ${error}.`;
  };
  recognition.onend = () => onEnd(why);
  recognition.start();
  return { end: () => recognition.abort() };
}
