// "walk opposite left twice after look around right": a small language of its own, read as its authors define it
// (Lake & Baroni 2018).
import { call } from './spans.mjs';

const VERBS = {
  walk: [call('robot.drive', { direction: 'forward' })],
  look: [call('robot.task', { op: 'look' })],
  turn: [],
  run: [call('robot.drive', { direction: 'forward' })],
  jump: [call('robot.drive', { direction: 'up' })],
};
const PART = /^(walk|look|turn|run|jump)(?: (opposite|around))?(?: (left|right))?(?: (twice|thrice))?$/;
const TIMES = { twice: 2, thrice: 3 };

/** The calls, or undefined where it is no sentence of that language. */
export function scan(text) {
  const [first, joint, second, ...more] = text.split(/ (and|after) /);
  if (more.length > 0 || !/\b(?:opposite|around|twice|thrice|after|look|walk)\b/.test(text)) return undefined;
  const parts = [first, second].filter((part) => part !== undefined).map(part);
  if (parts.includes(undefined)) return undefined;
  return (joint === 'after' ? parts.reverse() : parts).flat();
}

function part(text) {
  const match = PART.exec(text);
  if (match === null) return undefined;
  const [, verb, manner, direction, times] = match;
  if ((verb === 'turn' || manner !== undefined) && direction === undefined) return undefined;
  const turn = direction === undefined ? [] : [call('robot.turn', { direction })];
  const one = [...turn, ...(manner === 'opposite' ? turn : []), ...VERBS[verb]];
  const once = manner === 'around' ? [one, one, one, one].flat() : one;
  return Array.from({ length: TIMES[times] ?? 1 }, () => once).flat();
}
