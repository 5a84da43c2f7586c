// Read bandwidth of WASM memory, by as many threads as the model has.
import { Worker } from 'node:worker_threads';
import { DONE, GO, PASSES, WORDS } from '../bandwidth/control.mjs';
import { compileReadLoop } from '../bandwidth/read-loop.mjs';

const ROUND_MS = 300;
const PAGE = 65536;

/** @param bytes a multiple of 512 times the number of threads */
export async function open({ bytes, threads }) {
  const pages = Math.ceil(bytes / PAGE);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  new Uint8Array(memory.buffer).fill(1); // Pages nobody has written to all share one, and cost no reading.
  const module = new WebAssembly.Module(await compileReadLoop());
  const control = new Int32Array(new SharedArrayBuffer(4 * WORDS));
  const part = bytes / threads;
  const workers = Array.from({ length: threads }, (_, i) => {
    const workerData = { module, memory, control, from: i * part, to: (i + 1) * part };
    return new Worker(new URL('../bandwidth/worker.mjs', import.meta.url), { workerData });
  });
  await Promise.all(workers.map((worker) => new Promise((resolve) => worker.once('online', resolve))));

  /** Milliseconds that all take for a number of passes. */
  const readAll = (passes) => {
    Atomics.store(control, PASSES, passes);
    Atomics.store(control, DONE, 0);
    const start = performance.now();
    Atomics.add(control, GO, 1);
    Atomics.notify(control, GO);
    for (let done = 0; done < threads; done = Atomics.load(control, DONE)) Atomics.wait(control, DONE, done);
    return performance.now() - start;
  };
  for (let i = 0; i < 8; i++) readAll(1); // Until the optimizing compiler has come to it.
  return {
    info: {},
    read() {
      const passes = 1 + Math.ceil(ROUND_MS / readAll(1));
      return { gb_per_s: (bytes * passes) / readAll(passes) / 1e6 };
    },
    close: () => Promise.all(workers.map((worker) => worker.terminate())),
  };
}
