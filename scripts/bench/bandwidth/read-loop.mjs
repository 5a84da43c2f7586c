// The WASM loop that only reads: how fast memory comes in when nothing is done with it.
import asc from 'assemblyscript/asc';

/** Streams read side by side: prefetchers work page by page, and one stream alone leaves a quarter of a core's share. */
export const STREAMS = 8;
const streams = Array.from({ length: STREAMS }, (_, i) => i);
const LINE = 64;

/** Every stream adds up a cache line a turn; additions wait for nothing but memory. */
const SOURCE = `
  /** at, end: addresses, a multiple of ${STREAMS * LINE} apart. */
  export function readAll(at: usize, end: usize): i64 {
    const stream = (end - at) / ${STREAMS};
    const stop = at + stream;
    ${streams.map((i) => `let sum${i} = i64x2.splat(0);`).join('\n    ')}
    for (; at < stop; at += ${LINE}) {
      ${streams.flatMap(addLine).join('\n      ')}
    }
    const sum = ${streams.map((i) => `sum${i}`).reduce((a, b) => `i64x2.add(${a}, ${b})`)};
    return i64x2.extract_lane(sum, 0) + i64x2.extract_lane(sum, 1);
  }
`;

function addLine(i) {
  return [0, 16, 32, 48].map((offset) => `sum${i} = i64x2.add(sum${i}, v128.load(at + ${i} * stream, ${offset}));`);
}

const OPTIONS = {
  runtime: 'stub',
  importMemory: true,
  sharedMemory: true,
  maximumMemory: 65536,
  noAssert: true,
  optimizeLevel: 3,
  enable: ['simd', 'threads'],
};

/** Compiles it for a shared memory, imported as `env.memory`; returns the bytes of the module. */
export async function compileReadLoop() {
  const { error, stderr, binary } = await asc.compileString(SOURCE, OPTIONS);
  if (error) throw new Error(`the read loop does not compile: ${stderr}`);
  return binary;
}
