/** Words that end what is being done. Stop phrases, which end everything and disarm, are in words.ts. */
import { words } from '../grounding/words.ts';

const POLITE = new Set([
  'please',
  'now',
  'ok',
  'okay',
  'no',
  'oh',
  'wait',
  'sorry',
  'just',
  'the',
  'it',
  'that',
  'this',
]);
const CANCELS = new Set([
  'cancel',
  'cancel command',
  'cancel last command',
  'never mind',
  'nevermind',
  'forget',
  'abort',
  'abort command',
  'scratch',
  'dont do',
  'do not do',
]);
/** Words without which nothing is ended: a command that has one of them is worth a look before its turn. */
const ENDINGS = new Set([
  ...['stop', 'stops', 'stopping', 'halt', 'freeze', 'cancel', 'abort', 'quit', 'end', 'pause', 'hold', 'enough'],
  ...['silence', 'dont', 'quiet'],
]);

/** Whether the whole command takes back what is being done: "cancel", "never mind", "no, forget it". */
export function isCancelPhrase(text: string): boolean {
  const said = words(text);
  if (said.length > 6) return false;
  return CANCELS.has(said.filter((word) => !POLITE.has(word)).join(' '));
}

/** "Stop the music when I leave" is for another day. */
const LATER = new Set(['when', 'whenever', 'if', 'unless', 'until', 'every', 'after', 'before', 'once']);

/** Whether it may be about ending something now, and hence must not wait behind what it would end. */
export function mayEndSomething(text: string): boolean {
  const said = words(text);
  return said.some((word) => ENDINGS.has(word)) && !said.some((word) => LATER.has(word));
}
