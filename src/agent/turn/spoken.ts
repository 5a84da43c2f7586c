/**
 * What is said of an outcome, made from what was done and what was not: it cannot claim anything else. The words of
 * users and devices in it are bounded and printable.
 */
import type { Args, ArgValue } from '../../grammar/actions.ts';
import type { Ending } from './response.ts';
import { durationPhrase } from './sentences.ts';
import type { ActionResult } from '../types.ts';
import { listed } from '../grounding/words.ts';

/** Names of things by id, as people say them. */
export type TitleOf = (id: string) => string | undefined;

const MAX_TEXT = 80;
/** More things than this are counted, not listed. */
const MAX_LISTED = 4;

/** One or several sentences; undefined when there is nothing to say. */
export function sayOf(ending: Ending, titleOf: TitleOf): string | undefined {
  // What an answer tells of a thing need not be said twice.
  const told = (ending.say ?? '').toLowerCase();
  const untold = (ending.actions ?? []).filter(
    ({ device }) => !told.includes((titleOf(device) ?? device).toLowerCase()),
  );
  const done = doneSentences(told === '' ? (ending.actions ?? []) : untold, titleOf);
  if (ending.say !== undefined) return [...done, ending.say].join(' ');
  const rest = ending.outcome === 'executed' ? [] : [missing(ending)];
  return [...done, ...rest].join(' ') || undefined;
}

/** "Unlock the front door?" */
export function confirmQuestion(title: string | undefined, action: string, args: Args, reason: string): string {
  const verb = CONFIRMED[action]?.(args);
  return verb === undefined || title === undefined ? `${sentence(reason)} Shall it be done?` : `${verb} the ${title}?`;
}

const CONFIRMED: Readonly<Record<string, (args: Args) => string | undefined>> = {
  'lock.set': ({ state }) => capital(String(state)),
  'cover.set': ({ state, position }) =>
    state === undefined ? `Move to ${String(position)} %:` : capital(String(state)),
  'power.set': ({ power }) => (power === undefined ? undefined : `Turn ${power === 'on' ? 'on' : 'off'}`),
  'light.set': ({ power }) => (power === undefined ? undefined : `Turn ${power === 'on' ? 'on' : 'off'}`),
};

function missing({ outcome, reason = '' }: Ending): string {
  switch (outcome) {
    case 'not-understood':
      return reason === '' ? 'I did not understand that.' : `I did not understand that: ${sentence(reason, false)}`;
    case 'expired':
      return 'That came too late and was not done.';
    case 'failed':
      return `That failed: ${sentence(reason, false)}`;
    case 'refused':
      return `Not done: ${sentence(reason, false)}`;
    default:
      return sentence(reason);
  }
}

/** One sentence for those that came to be the same way, in the order in which they did. */
function doneSentences(actions: readonly ActionResult[], titleOf: TitleOf): string[] {
  const groups = new Map<string, { titles: string[]; action: string; args: Args }>();
  for (const { device, action, args, outcome } of actions) {
    // Questions and schedules say what they have to say themselves.
    if (outcome !== 'executed' || action === 'query' || device === 'schedule' || device === 'rules') continue;
    const key = `${action} ${JSON.stringify(args)}`;
    const group = groups.get(key) ?? { titles: [], action, args };
    group.titles.push(titleOf(device) ?? device);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ titles, action, args }) => doneSentence(titles, action, args));
}

function doneSentence(titles: readonly string[], action: string, args: Args): string {
  const unique = [...new Set(titles)];
  const many = unique.length > 1;
  const who =
    unique.length > MAX_LISTED
      ? `${unique.length} things`
      : `the ${listed(unique, 'and the').replaceAll(', ', ', the ')}`;
  const is = many ? 'are' : 'is';
  const said = SENTENCES[action]?.(args, is, who) ?? `${action.replace('.', ' ')} is done by ${who}`;
  return sentence(said);
}

type Say = (args: Args, is: string, who: string) => string | undefined;

const stepped =
  (up: string, down: string): Say =>
  ({ step }, is, who) =>
    step === undefined ? undefined : `${who} ${is} ${step === 'up' ? up : down}`;

const first =
  (...ways: readonly Say[]): Say =>
  (args, is, who) => {
    for (const way of ways) {
      const said = way(args, is, who);
      if (said !== undefined) return said;
    }
    return undefined;
  };

const value =
  (name: string, say: (value: string) => string): Say =>
  (args, is, who) =>
    args[name] === undefined ? undefined : `${who} ${is} ${say(spoken(args[name]))}`;

const SENTENCES: Readonly<Record<string, Say>> = {
  'light.set': first(
    ({ power }, is, who) => (power === 'off' ? `${who} ${is} off` : undefined),
    value('brightness', (percent) => `at ${percent} %`),
    stepped('brighter', 'dimmer'),
    value('color', (color) => color),
    value('kelvin', (kelvin) => `at ${kelvin} kelvin`),
    value('power', (power) => power),
  ),
  'power.set': first(
    value('speed', (percent) => `at ${percent} %`),
    value('power', (power) => power),
  ),
  'climate.set': first(
    value('temperature', (degrees) => `set to ${degrees} °C`),
    stepped('set higher', 'set lower'),
    value('mode', (mode) => `set to ${mode}`),
  ),
  'cover.set': first(
    value('position', (percent) => `at ${percent} %`),
    value('state', (state) => ({ open: 'open', close: 'closed' })[state] ?? 'stopped'),
  ),
  'lock.set': value('state', (state) => `${state}ed`),
  'media.do': ({ op, query }, is, who) => {
    if (op === 'play' && query !== undefined) return `${who} ${is === 'are' ? 'play' : 'plays'} ${spoken(query)}`;
    const states: Readonly<Record<string, string>> = {
      play: 'playing',
      resume: 'playing',
      pause: 'paused',
      stop: 'stopped',
    };
    return `${who} ${is} ${states[String(op)] ?? `at the ${String(op)} one`}`;
  },
  'volume.set': first(
    ({ mute }, is, who) =>
      mute === undefined ? undefined : `${who} ${is} ${mute === true ? 'muted' : 'no longer muted'}`,
    value('level', (percent) => `at volume ${percent}`),
    stepped('louder', 'quieter'),
  ),
  'timer.do': ({ op, hours, minutes, seconds, name }) => {
    const ms = (Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60 + Number(seconds ?? 0)) * 1000;
    const which = `the ${name === undefined ? '' : `${spoken(name)} `}timer`;
    if (op === 'start') return `${which} runs for ${durationPhrase(ms)}`;
    const done: Readonly<Record<string, string>> = { cancel: 'cancelled', pause: 'paused', resume: 'running again' };
    if (op === 'cancel_all') return 'all timers are cancelled';
    if (op === 'add' || op === 'subtract')
      return `${which} is ${durationPhrase(ms)} ${op === 'add' ? 'longer' : 'shorter'}`;
    return done[String(op)] === undefined ? undefined : `${which} is ${done[String(op)]!}`;
  },
  'alarm.do': ({ op, time, date }) => {
    if (op === 'set')
      return `the alarm is set for ${spoken(time ?? '')}${date === undefined ? '' : ` ${spoken(date)}`}`;
    return op === 'cancel' ? 'the alarm is cancelled' : undefined;
  },
  'robot.drive': ({ direction, distance }, _, who) => `${who} drove ${String(direction)} ${String(distance)} m`,
  'robot.turn': ({ direction, degrees, to }, _, who) =>
    to === undefined
      ? `${who} turned ${direction === 'around' ? 'around' : `${String(direction)} ${String(degrees)}°`}`
      : `${who} turned to the ${spoken(to)}`,
  'robot.goto': ({ place }, _, who) => `${who} is at the ${spoken(place ?? '')}`,
  'robot.object': ({ op, object = 'object', to }, _, who) => {
    const acts: Readonly<Record<string, string>> = {
      pick: 'holds',
      place: 'put down',
      bring: 'brought',
      find: 'found',
      release: 'let go of',
    };
    const where = to === undefined ? '' : to === 'me' ? ' to you' : ` to the ${spoken(to)}`;
    return `${who} ${acts[String(op)] ?? String(op)} the ${spoken(object)}${where}`;
  },
  'robot.task': ({ op, target, to }, _, who) => {
    const acts: Readonly<Record<string, string>> = {
      clean: 'cleaned',
      dock: 'is at its dock',
      follow: 'follows',
      guide: 'guides',
      photo: 'took a photo',
      look: 'looked',
    };
    const at = target ?? to;
    return `${who} ${acts[String(op)] ?? String(op)}${at === undefined ? '' : ` ${at === 'me' ? 'you' : spoken(at)}`}`;
  },
  'robot.stop': (_, is, who) => `${who} ${is === 'are' ? 'stand' : 'stands'} still`,
  stop: (_, is, who) => `${who} ${is} safe`,
  say: ({ text }, _, who) => (text === undefined ? undefined : `${who} said "${spoken(text)}"`),
};

/** Bounded, on one line. */
function spoken(said: ArgValue): string {
  const printable = String(said)
    .replace(/[\p{Cc}\p{Cf}]+/gu, ' ')
    .trim();
  return printable.length > MAX_TEXT ? `${printable.slice(0, MAX_TEXT)}…` : printable;
}

function sentence(text: string, upper = true): string {
  const said = upper ? capital(text) : text;
  return /[.!?]$/.test(said) ? said : `${said}.`;
}

const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);
