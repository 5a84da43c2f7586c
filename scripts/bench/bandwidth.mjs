// Read bandwidth as two more engines that have their turns among the others: a loop in WASM, and one in C.
import { totalmem } from 'node:os';
import { compileCLoop } from './bandwidth/c-loop.mjs';
import { STREAMS } from './bandwidth/read-loop.mjs';
import { EngineProcess } from './process.mjs';

const MOST_BYTES = 256 << 20;
const LINE = 64;

/** Larger than caches that are a core's own, but not more than a small board can spare. */
export function bufferBytes(threads) {
  const unit = STREAMS * LINE * threads;
  return Math.floor(Math.min(MOST_BYTES, totalmem() / 8) / unit) * unit;
}

/** @returns the loops that run here, in the shape of measures/*.mjs' participants: { name, pids, turn, close } */
export async function readLoops(threads) {
  const bytes = bufferBytes(threads);
  const wasm = EngineProcess.engine('read-wasm');
  await wasm.ask('open', { bytes, threads });
  const program = compileCLoop();
  const c = program && new EngineProcess(program, [String(bytes), String(threads)]);
  return [
    ['wasm', wasm],
    ['c', c],
  ].flatMap(([name, process]) => {
    if (process === undefined) return [];
    const turn = async () => ({ [name]: (await process.ask('read')).gb_per_s });
    return [{ name, pids: [process.pid], turn, close: () => process.close() }];
  });
}
