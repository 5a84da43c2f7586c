// Tokens a second of one engine in turns of a good length: long enough for the clock, short enough to alternate.

const SHORTEST_TURN_S = 0.5;
const LONGEST_TURN_S = 4;
/** For an engine that says of itself that it is slow. */
const FEW = { decode: 3, prefill: 16 };
const LEAST = 4;

/** Decodes `tokens` after `prefix`, or as many of them as a turn has time for, or again and again until it is filled. */
export async function decoding(process, info, prefix, tokens) {
  if (info.slow) return repeated(process, 'decode', { prefix, tokens: tokens.slice(0, FEW.decode) }, 1);
  let rate;
  // Twice: the first time memory is touched and code compiled.
  for (let i = 0; i < 2; i++) rate = speedOf(await process.ask('decode', { prefix, tokens: tokens.slice(0, LEAST) }));
  const count = Math.min(tokens.length, Math.max(LEAST, Math.floor(LONGEST_TURN_S * rate)));
  const turn = repeated(process, 'decode', { prefix, tokens: tokens.slice(0, count) }, passes(rate, count));
  if (count === tokens.length) await turn();
  return turn;
}

/** Reads `tokens` as one prompt. */
export async function prefilling(process, info, tokens) {
  if (info.slow) return repeated(process, 'prefill', { tokens: tokens.slice(0, FEW.prefill) }, 1);
  const rate = speedOf(await process.ask('prefill', { tokens: tokens.slice(0, FEW.prefill) }));
  const turn = repeated(process, 'prefill', { tokens }, passes(rate, tokens.length));
  if (rate * LONGEST_TURN_S > tokens.length) await turn();
  return turn;
}

/** One turn: { tokens a second, CPU-seconds a token where the engine knows them }. */
function repeated(process, verb, args, passes) {
  return async () => {
    const sum = { count: 0, ms: 0, cpu_s: 0 };
    for (let i = 0; i < passes; i++) {
      const { count, ms, cpu_s } = await process.ask(verb, args);
      sum.count += count;
      sum.ms += ms;
      sum.cpu_s += cpu_s ?? NaN;
    }
    return { speed: speedOf(sum), cpu: sum.cpu_s / sum.count };
  };
}

function passes(rate, count) {
  return Math.max(1, Math.ceil((SHORTEST_TURN_S * rate) / count));
}

function speedOf({ count, ms }) {
  return (1000 * count) / ms;
}
