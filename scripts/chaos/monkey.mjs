// Ends things at random moments, and brings them back a little later.
import { setTimeout as sleep } from 'node:timers/promises';
import { shuffle } from './random.mjs';

/** Nothing is ended in the first and the last seconds: there has to be something to end, and somebody to say so. */
const CALM_MS = 4000;

/** Moments of `count` ends of each victim within `ms`, in order of time. */
export function plan(victims, count, ms, random) {
  const row = shuffle(
    victims.flatMap((victim) => Array.from({ length: count }, () => victim)),
    random,
  );
  const room = Math.max(0, ms - 2 * CALM_MS) / Math.max(1, row.length);
  return row.map((victim, i) => ({ victim, at: CALM_MS + (i + random() * 0.9) * room }));
}

/**
 * @param ends by victim: ends it and brings it back; resolves to whether it was ended
 * @returns how often each was ended, when all of the plan is done
 */
export async function rampage(moments, ends, signal) {
  const kills = Object.fromEntries(Object.keys(ends).map((victim) => [victim, 0]));
  const begun = Date.now();
  for (const { victim, at } of moments) {
    await sleep(Math.max(0, begun + at - Date.now()), undefined, { signal }).catch(() => undefined);
    if (signal.aborted) break;
    // One that could not be ended, because what is asked to end it is itself away, is ended a little later.
    for (let attempt = 0; attempt < 10 && !signal.aborted; attempt++) {
      if (await ends[victim]()) {
        kills[victim]++;
        break;
      }
      await sleep(500);
    }
  }
  return kills;
}
