/**
 * The engine's worker thread: one model, one request at a time. An ordinary error is answered and the worker goes on;
 * a trap in the kernels leaves the model's memory in an unknown state, so the worker answers and dies.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { codeOf, messageOf } from '../errors.ts';
import { openDecoder } from './decoder.ts';
import { generate, type Decoder } from './generate.ts';
import type { Task, WorkerReply, WorkerRequest, WorkerStart } from './messages.ts';
import { prime, restorePrefix } from './prime.ts';
import { giveWay } from './priority.ts';
import type { GenerateResult, OnProgress } from './types.ts';

giveWay();
const port = parentPort!;
const { path, options, cancelled, beat, prefix, progress } = workerData as WorkerStart;
const lastCancelled = new Int32Array(cancelled);
const heartbeat = new Int32Array(beat);
const PROGRESS_MS = 200;
const reply = (message: WorkerReply): void => port.postMessage(message);

let decoder: Decoder | undefined;
try {
  const asked = { ...options, beat: heartbeat, ...(progress === true && { onLoad: telling() }) };
  decoder = openDecoder(path, asked, (message) => reply({ kind: 'note', message }));
  if (prefix !== undefined) restorePrefix(decoder, prefix);
  reply({ kind: 'ready', info: decoder.info });
} catch (error) {
  reply({ kind: 'unusable', code: codeOf(error), message: messageOf(error) });
  port.close();
}

port.on('message', ({ number, ...task }: WorkerRequest) => {
  try {
    const isCancelled = (): boolean => {
      Atomics.add(heartbeat, 0, 1);
      return Atomics.load(lastCancelled, 0) >= number;
    };
    const result =
      'prefix' in task
        ? prime(decoder!, task.prefix, isCancelled, task.progress === true ? telling(number) : undefined)
        : answer(number, task, isCancelled);
    reply({ kind: 'result', number, result });
  } catch (error) {
    const trapped = error instanceof WebAssembly.RuntimeError;
    reply({ kind: 'error', number, code: trapped ? 'engine-trap' : codeOf(error), message: messageOf(error) });
    if (trapped) port.close();
  }
});

/** Tells how far it has come, at a rate that costs nothing. @param number of the request; absent: the loading */
function telling(number?: number): OnProgress {
  let toldAt = -Infinity;
  return (done, total) => {
    const now = performance.now();
    if (done < total && now - toldAt < PROGRESS_MS) return;
    toldAt = now;
    reply({ kind: 'progress', ...(number !== undefined && { number }), done, total });
  };
}

function answer(
  number: number,
  { request, stream }: Extract<Task, { request: unknown }>,
  isCancelled: () => boolean,
): GenerateResult {
  const onText = (text: string): void => reply({ kind: 'text', number, text });
  return generate(decoder!, request, isCancelled, stream === true ? onText : undefined);
}
