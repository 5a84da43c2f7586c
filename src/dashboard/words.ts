/** How values are written for people. */
import type { Outcome } from '../agent/types.ts';

const UNITS: Readonly<Record<string, string>> = {
  percent: '%',
  celsius: '°C',
  fahrenheit: '°F',
  kelvin: 'K',
  degree: '°',
  second: 's',
  minute: 'min',
  hour: 'h',
};

export function unitOf(unit: string | undefined): string {
  return unit === undefined ? '' : (UNITS[unit] ?? unit);
}

/** 21.5, °C → "21.5 °C"; 40, percent → "40%" */
export function quantity(value: number, unit?: string): string {
  const symbol = unitOf(unit);
  return `${number(value)}${symbol === '' || symbol === '%' || symbol === '°' ? '' : ' '}${symbol}`;
}

export function number(value: number, digits = 1): string {
  return String(Math.round(value * 10 ** digits) / 10 ** digits);
}

/** "current_temperature" → "current temperature" */
export function plain(name: string): string {
  return name.replace(/[._]/g, ' ').trim();
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Bytes in MiB; less than ten with one digit. */
export function mebibytes(bytes: number): string {
  const value = bytes / (1 << 20);
  return `${value < 10 ? number(value) : Math.round(value)} MiB`;
}

export function milliseconds(ms: number | null): string {
  if (ms === null) return '–';
  return ms < 1000 ? `${number(ms, ms < 10 ? 1 : 0)} ms` : `${number(ms / 1000)} s`;
}

export function clockTime(ms: number): string {
  return new Date(ms).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
}

/** "today 07:00", "Tue 07:00" within a week, else with the date */
export function moment(iso: string, now = Date.now()): string {
  const at = new Date(iso);
  const time = clockTime(at.getTime());
  if (at.toDateString() === new Date(now).toDateString()) return `today ${time}`;
  const isSoon = Math.abs(at.getTime() - now) < 6 * 86_400_000;
  const day = at.toLocaleDateString([], isSoon ? { weekday: 'short' } : { day: 'numeric', month: 'short' });
  return `${day} ${time}`;
}

export function duration(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
  return `${Math.floor(seconds / 86_400)} d ${Math.floor((seconds % 86_400) / 3600)} h`;
}

/** Outcomes in a word. */
export const OUTCOME_WORDS: Readonly<Record<Outcome, string>> = {
  executed: 'done',
  'needs-confirmation': 'asks',
  'not-understood': 'not understood',
  ambiguous: 'asks',
  'unknown-device': 'unknown',
  refused: 'refused',
  expired: 'expired',
  failed: 'failed',
};
