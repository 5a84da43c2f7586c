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
import type { GenerateResult } from './types.ts';

giveWay();
const port = parentPort!;
const { path, options, cancelled, beat, prefix } = workerData as WorkerStart;
const lastCancelled = new Int32Array(cancelled);
const heartbeat = new Int32Array(beat);
const reply = (message: WorkerReply): void => port.postMessage(message);

let decoder: Decoder | undefined;
try {
  decoder = openDecoder(path, { ...options, beat: heartbeat }, (message) => reply({ kind: 'note', message }));
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
    const result = 'prefix' in task ? prime(decoder!, task.prefix, isCancelled) : answer(number, task, isCancelled);
    reply({ kind: 'result', number, result });
  } catch (error) {
    const trapped = error instanceof WebAssembly.RuntimeError;
    reply({ kind: 'error', number, code: trapped ? 'engine-trap' : codeOf(error), message: messageOf(error) });
    if (trapped) port.close();
  }
});

function answer(
  number: number,
  { request, stream }: Extract<Task, { request: unknown }>,
  isCancelled: () => boolean,
): GenerateResult {
  const onText = (text: string): void => reply({ kind: 'text', number, text });
  return generate(decoder!, request, isCancelled, stream === true ? onText : undefined);
}
