/** Waiting that can be given up. */
import type { Clock } from '../../clock.ts';
import type { TokonomaError } from '../../errors.ts';

/** The promise, or the signal's reason as soon as it is aborted, whether or not the work heeds it. */
export async function orAborted<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const done = new AbortController();
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true, signal: done.signal });
  });
  try {
    return await Promise.race([work(), aborted]);
  } finally {
    done.abort();
  }
}

/** As `orAborted`; after `ms` the work's signal is aborted with `late` and the promise rejects with it. */
export async function within<T>(
  work: (signal: AbortSignal) => Promise<T>,
  ms: number,
  late: TokonomaError,
  clock: Clock,
  signal?: AbortSignal,
): Promise<T> {
  const timeout = new AbortController();
  const done = new AbortController();
  const either = signal === undefined ? timeout.signal : AbortSignal.any([signal, timeout.signal]);
  clock.sleep(ms, done.signal).then(
    () => timeout.abort(late),
    () => undefined,
  );
  try {
    return await orAborted(() => work(either), either);
  } finally {
    done.abort();
  }
}

export interface Deferred<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
}

/** A promise that is resolved from elsewhere. */
export function deferred<T>(): Deferred<T> {
  let resolve!: (value: T) => void;
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
