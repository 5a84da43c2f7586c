export interface Ending {
  readonly asked: Promise<void>;
  readonly ask: () => void;
  /** Signals end the process again, as they would without this. */
  readonly forget: () => void;
}

/** Ctrl-C, SIGTERM and the like: the first ends in order, the second at once. */
export function endAsked(): Ending {
  let ask!: () => void;
  const asked = new Promise<void>((resolve) => {
    ask = resolve;
  });
  let before = false;
  const onSignal = (): void => {
    if (before) process.exit(130);
    before = true;
    ask();
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, onSignal);
  return {
    asked,
    ask,
    forget: () => {
      for (const signal of signals) process.off(signal, onSignal);
    },
  };
}
