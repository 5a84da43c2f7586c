// A thread of the WASM read loop: reads its part when told to, and says when it has.
import { workerData } from 'node:worker_threads';
import { DONE, GO, PASSES } from './control.mjs';

const { module, memory, control, from, to } = workerData;
const { readAll } = new WebAssembly.Instance(module, { env: { memory } }).exports;
for (let turn = 0; ; turn++) {
  Atomics.wait(control, GO, turn);
  for (let pass = Atomics.load(control, PASSES); pass > 0; pass--) readAll(from, to);
  Atomics.add(control, DONE, 1);
  Atomics.notify(control, DONE);
}
