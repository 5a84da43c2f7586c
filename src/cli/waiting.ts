/** What is shown while a model comes into memory and reads what it is told before every command. */
import { systemClock, type Clock } from '../clock.ts';
import { openModel } from '../hub/open.ts';
import type { Logger } from '../log.ts';
import type { EngineOptions } from '../model/engine.ts';
import type { Engine, OnProgress } from '../model/types.ts';
import { ProgressBar, type Terminal } from './progress.ts';

export interface Waiting {
  readonly err: Terminal;
  /** Takes the lines where `err` is no terminal; absent: they go to `err`. */
  readonly log?: Logger;
  /** What a test replaces. */
  readonly clock?: Clock;
  readonly open?: typeof openModel;
}

/** As openModel, with a bar over the bytes of the weights. */
export function openShown(options: EngineOptions, waiting: Waiting): Promise<Engine> {
  const { err, open = openModel } = waiting;
  const bar = barOf(waiting);
  const onLoad: OnProgress = (done, total) => bar.update({ stage: 'weights', done, total });
  const tell = (text: string): void => (err.isTTY === true ? bar.notice(text) : void err.write(`${text}\n`));
  return bar.during(() => open({ ...options, onLoad }, { tell }));
}

/** Work that tells of tokens read, with a bar over them. */
export function readShown<T>(work: (onRead: OnProgress) => Promise<T>, waiting: Waiting): Promise<T> {
  const bar = barOf(waiting);
  return bar.during(() => work((done, total) => bar.update({ stage: 'instructions', done, total, unit: 'tokens' })));
}

function barOf({ err, log, clock = systemClock }: Waiting): ProgressBar {
  const logged = { write: (text: string) => log?.info(text.trimEnd()) };
  return new ProgressBar(err.isTTY === true || log === undefined ? err : logged, clock, 'model');
}
