/** Answers in words. Values that came from outside are data: bounded, and quoted unless they are one plain word. */
import type { ThingDescription, ThingState } from '../../../devices/thing.ts';
import type { SensorValue } from '../sensors/sensor.ts';
import { listed } from '../grounding/words.ts';

/** Readings older than this are told with their age, milliseconds. */
const STALE_MS = 15 * 60_000;
const MAX_QUOTED = 80;

const SYMBOLS: Readonly<Record<string, string>> = { celsius: '°C', percent: '%', degree: '°', lux: 'lx', second: 's' };

export function timeSentence(now: number): string {
  const date = new Date(now);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `It is ${two(date.getHours())}:${two(date.getMinutes())}.`;
}

export function dateSentence(now: number): string {
  const format = new Intl.DateTimeFormat('en-GB', { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
  return `It is ${format.format(new Date(now))}.`;
}

/** "The kitchen is 21.5 °C.", "The bathroom humidity is 55 %." */
export function readingSentence(
  kind: string,
  title: string,
  area: string | undefined,
  value: SensorValue | null,
  unit: string | undefined,
  age: string,
): string {
  const said = spoken(value, unit);
  if (kind === 'temperature' && area !== undefined) {
    const outside = /^out(side|doors?)$/.test(area);
    return `${outside ? 'Outside it' : `The ${area}`} is ${said}${age}.`;
  }
  if (kind === 'contact' && area !== undefined) return `The ${area} is ${said}${age}.`;
  if ((kind === 'motion' || kind === 'presence') && (value === 'detected' || value === 'clear')) {
    const who = value === 'detected' ? 'someone' : 'nobody';
    return `There is ${who}${area === undefined ? ` at the ${title}` : inside(area)}${age}.`;
  }
  return `The ${title} is ${said}${age}.`;
}

/** "The kitchen light is on, brightness 80 %." */
export function stateSentence(description: ThingDescription, state: ThingState): string {
  const { title, properties } = description;
  const main = 'state' in state ? 'state' : 'task' in state ? 'task' : undefined;
  const others = Object.entries(state).filter(([name, value]) => name !== main && value !== null && value !== '');
  const off = main === 'state' && state['state'] === 'OFF';
  const details = off
    ? []
    : others.map(([name, value]) => `${name.replaceAll('_', ' ')} ${spoken(value, properties[name]?.unit)}`);
  if (main === undefined) return `The ${title}: ${listed(details)}.`;
  return `The ${title} is ${[spoken(state[main]!).toLowerCase(), ...details].join(', ')}.`;
}

/** Of a cover in percent, of a robot its pose. */
export function positionSentence(title: string, state: ThingState): string {
  if (typeof state['x'] !== 'number') return `The ${title} is at ${spoken(state['position'] ?? null, 'percent')}.`;
  const place = typeof state['place'] === 'string' ? `at the ${spoken(state['place'])}, ` : 'at ';
  const heading = typeof state['heading'] === 'number' ? `, heading ${state['heading']}°` : '';
  return `The ${title} is ${place}x ${state['x']} m, y ${String(state['y'])} m${heading}.`;
}

const inside = (area: string): string => (/^out(side|doors?)$/.test(area) ? ' outside' : ` in the ${area}`);

/**
 * " (3 hours ago)"; empty for what is fresh.
 * @param isStale its configuration does not trust it any more, however young it is
 */
export function ageOf(ms: number, isStale = false): string {
  if (ms < STALE_MS && !isStale) return '';
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return ` (${seconds} seconds ago)`;
  const minutes = Math.round(ms / 60_000);
  if (minutes < 90) return ` (${minutes} minute${minutes === 1 ? '' : 's'} ago)`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? ` (${hours} hours ago)` : ` (${Math.round(hours / 24)} days ago)`;
}

/** "Which one: kitchen light or desk lamp?" */
export function whichQuestion(choices: readonly { readonly title: string }[]): string {
  return `Which one: ${listed(
    choices.map(({ title }) => title),
    'or',
  )}?`;
}

/** "10 minutes", "1 hour 5 seconds" */
export function durationPhrase(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const parts = [
    [Math.floor(seconds / 3600), 'hour'],
    [Math.floor(seconds / 60) % 60, 'minute'],
    [seconds % 60, 'second'],
  ] as const;
  const said = parts.filter(([count]) => count > 0).map(([count, unit]) => `${count} ${unit}${count === 1 ? '' : 's'}`);
  return said.length > 0 ? said.join(' ') : 'no time';
}

function spoken(value: SensorValue | null, unit?: string): string {
  if (value === null) return 'unknown';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'number') {
    const symbol = unit === undefined ? '' : (SYMBOLS[unit] ?? unit);
    return `${Math.round(value * 100) / 100}${symbol === '' || symbol === '°' ? '' : ' '}${symbol}`;
  }
  if (/^[\p{L}\p{N}_-]{1,24}$/u.test(value)) return value;
  const printable = value.replace(/[\p{Cc}\p{Cf}]+/gu, ' ');
  return `"${printable.length > MAX_QUOTED ? `${printable.slice(0, MAX_QUOTED)}…` : printable}"`;
}
