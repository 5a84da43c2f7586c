export interface Ending {
  readonly asked: Promise<void>;
  readonly ask: () => void;
  /** Signals end the process again, as they would without this. */
  readonly forget: () => void;
}

/**
 * Ctrl-C, SIGTERM and the like: the first ends in order, the second at once.
 * @param onHangup SIGHUP means a terminal that is gone; a process without one may use it for something else
 */
export function endAsked(onHangup?: () => void): Ending {
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
  const signals = ['SIGINT', 'SIGTERM'] as const;
  const onSighup = onHangup ?? onSignal;
  for (const signal of signals) process.on(signal, onSignal);
  process.on('SIGHUP', onSighup);
  return {
    asked,
    ask,
    forget: () => {
      for (const signal of signals) process.off(signal, onSignal);
      process.off('SIGHUP', onSighup);
    },
  };
}
