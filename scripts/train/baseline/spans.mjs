// Names inside a phrase: which room, which thing.
import { LIGHT, ROOM } from './words.mjs';

const ARTICLE = /^(?:(?:the|a|an|my|your|our|his|her|their|this|that|these|those|some|any|all|of|both|every|each)\s+)+/;
const PREPOSITION =
  /^(?:to|on|in|at|into|onto|inside|from|towards?|over to|with|for|near|of|by|off|out of|through)\s+(?=\w)/;

/** A name without what stands in front of it. */
export function name(text) {
  if (text === undefined) return undefined;
  const out = text
    .trim()
    .replace(/[.,!?]+$/, '')
    .replace(/\b(?:please|now)$/, '')
    .trim()
    .replace(ARTICLE, '')
    .trim();
  return out === '' ? undefined : out;
}

/** The same, of what follows a preposition. */
export const place = (text) => name(text?.trim().replace(PREPOSITION, ''));

/** An object without arguments that are not there. */
export function call(action, args = {}) {
  return {
    action,
    args: Object.fromEntries(Object.entries(args).filter(([, value]) => value !== undefined && value !== '')),
  };
}

const isRoom = new RegExp(`^(?:${ROOM})s?$`);
const ROOM_AT_END = new RegExp(
  `^(.*?)\\s*\\b(?:in|on|at|of|inside|for|from) (?:the |my |our |all of the )*((?:${ROOM}|\\w+ room)s?)$`,
);
const ROOM_FIRST = new RegExp(`^((?:${ROOM})(?:'s)?)\\s+(.+)$`);
const GENERIC = new RegExp(`^(?:main |all |every |other )*(?:${LIGHT})(?: off| on)?$`);
const NOWHERE = /^(?:house|home|room|everywhere|whole house|entire house|ceiling)$/;

/** "lights in the kitchen", "kitchen light", "desk lamp" -> {device?, area?} by the majority's convention: a room is an area. */
export function lightNamed(phrase) {
  const said = name(phrase);
  if (said === undefined) return {};
  const end = ROOM_AT_END.exec(said);
  if (end && !/\b(?:light|lamp)s? (?:in|of)$/.test(end[1])) {
    const rest = lightNamed(end[1]);
    return { ...rest, area: end[2] };
  }
  if (GENERIC.test(said) || /^(?:it|them|everything|darkness|brightness)$/.test(said)) return {};
  if (isRoom.test(said)) return { area: said };
  const after = new RegExp(`^(?:${LIGHT}) (?!in |on |of )(.+)$`).exec(said);
  if (after) return isRoom.test(after[1]) ? { area: after[1] } : { device: after[1] };
  const bare = said.replace(new RegExp(`\\s+(?:${LIGHT})$`), '').replace(/'s$/, '');
  if (isRoom.test(bare)) return { area: bare };
  return { device: said };
}

/** The same of other things: "library tv" -> tv in the library. */
export function thingNamed(phrase, { split = true } = {}) {
  const said = name(phrase);
  if (said === undefined) return {};
  const end = ROOM_AT_END.exec(said);
  if (end && end[1] !== '')
    return { device: name(end[1]), area: NOWHERE.test(end[2]) && end[2] !== 'everywhere' ? undefined : end[2] };
  const first = split ? ROOM_FIRST.exec(said) : null;
  if (first && !/^(?:door|room|light)/.test(first[2])) return { area: first[1].replace(/'s$/, ''), device: first[2] };
  return { device: said };
}

/** An area alone. */
export function areaNamed(phrase) {
  const end = ROOM_AT_END.exec(phrase);
  return end && !NOWHERE.test(end[2]) ? end[2] : undefined;
}
