// Timers, alarms, and what is to be done later.
import { NUMBER } from './words.mjs';
import { call, name } from './spans.mjs';

const UNIT = { h: 'hours', m: 'minutes', s: 'seconds' };
const PART = new RegExp(`(${NUMBER}) ?(hours?|hrs?|minutes?|mins?|seconds?|secs?)\\b`, 'g');
const DURATION = `${NUMBER} ?(?:hours?|hrs?|minutes?|mins?|seconds?|secs?)(?:(?: and |, | )${NUMBER} ?(?:hours?|hrs?|minutes?|mins?|seconds?|secs?))*`;

/** {hours?, minutes?, seconds?} of "1 hour and 5 minutes". */
function duration(text) {
  const out = {};
  for (const [, value, unit] of text.matchAll(PART)) out[UNIT[unit[0]]] = Number(value);
  return out;
}

export function later(text) {
  const before = new RegExp(`^(?:in|after|wait) (${DURATION}),?(?: and| then)? (.+)$`).exec(text);
  const after = new RegExp(`^(.+?) (?:in|after) (${DURATION})(?: from now)?$`).exec(text);
  const [time, command] = before ? [before[1], before[2]] : after ? [after[2], after[1]] : [];
  if (time === undefined || /\b(?:timer|remind|wake|alarm|weather|rain|what|how|will)\b/.test(command))
    return undefined;
  return call('timer.do', { op: 'start', ...duration(time), command });
}

const CANCEL = /\b(?:cancel|delete|remove|stop|clear|end|kill|turn off|dismiss|disable)\b/;

export function timer(text) {
  if (!/\btimers?\b|\bcountdown\b/.test(text)) return undefined;
  const length = new RegExp(DURATION).exec(text)?.[0];
  const called =
    /\b(?:named|called|labell?ed) (.+)$/.exec(text)?.[1] ??
    /\btimer for (?:the |my )?(?!\d)(.+?)(?: for \d.*)?$/.exec(text)?.[1];
  const titled = /\b(?:the|my|a|an) ((?!\d|all|current|new|timer)[\w' ]+?) timer\b/.exec(text)?.[1];
  const args = { ...(length ? duration(length) : {}), name: name(called ?? titled) };
  const op = (op) => call('timer.do', { op, ...args });
  if (/\b(?:how (?:much|long)|what|status|left|remaining|check)\b/.test(text))
    return call('timer.do', { op: 'status', name: args.name });
  if (CANCEL.test(text))
    return call('timer.do', { op: /\ball\b|\btimers\b/.test(text) ? 'cancel_all' : 'cancel', name: args.name });
  if (/\bpause|hold\b/.test(text)) return op('pause');
  if (/\bresume|continue|unpause\b/.test(text)) return op('resume');
  if (/\b(?:add|extend|increase|more)\b/.test(text)) return op('add');
  if (/\b(?:subtract|remove|take|reduce|decrease)\b/.test(text)) return op('subtract');
  return op('start');
}

const TIME =
  "(?:\\d{1,2}(?:[: ]\\d{2})?(?: ?[ap]\\.?m\\.?)?(?: o'?clock)?(?: in the (?:morning|evening|afternoon))?|noon|midnight|(?:quarter|half|\\d+)(?: minutes)? (?:past|to) \\d+(?: ?[ap]m)?)";
const DATE =
  '(?:today|tomorrow(?: morning| evening| night)?|tonight|(?:on |this |next |every )?(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|day|weekday|weekend|week)s?|every ?day|daily)';

export function alarm(text) {
  if (/^(?:pick|place|put|take|grab|drop|move|carry|bring)\b|smoke alarm/.test(text)) return undefined;
  if (!/\balarms?\b|\bwake (?:me|us)\b|\bwake up call\b/.test(text) || /\balarm (?:system|panel)\b/.test(text))
    return undefined;
  const at = new RegExp(`\\b(?:at|for|to|from|of|up|by)? ?(${TIME})(?=\\s|$|,|\\.|\\?)`).exec(text);
  const time = at?.[1];
  const date = new RegExp(`\\b(${DATE})\\b`).exec(text)?.[1]?.replace(/^(?:on|this) /, '');
  if (/\b(?:cancel|delete|remove|stop|clear|turn off|disable|off|dismiss|deactivate)\b/.test(text))
    return call('alarm.do', { op: 'cancel', time, date });
  if (
    /\b(?:what|which|show|list|tell|are there|do i|have i|check|any|when|view|is there|how many|did i|see|is my|is the|is)\b/.test(
      text,
    ) &&
    !/\bset (?:an?|the|my) alarm\b/.test(text)
  )
    return call('alarm.do', { op: 'list' });
  const label = /\b(?:named|called|labell?ed|saying|to (?!\d|wake)(?=\w+ (?:the|my|a)\b))\s*(.+)$/.exec(text)?.[1];
  return call('alarm.do', { op: 'set', time, date, label: name(label) });
}
