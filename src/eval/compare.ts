/** When two calls are the same: strictly, or leniently where texts need only overlap (score.py). */
import type { Args, ArgValue, PlanCall } from '../grammar/actions.ts';
import { normalize, wordsOf } from './normalize.ts';

const METRES: Readonly<Record<string, number>> = { m: 1, cm: 0.01, ft: 0.3048, in: 0.0254, yd: 0.9144, step: 0.5 };

const TEXTS = new Set(
  'device area query name place object from to target text label time date command color kind'.split(' '),
);

/** Words that say nothing about which device or place is meant. */
const GENERIC = new Set(
  (
    'light lights lamp lamps here all everywhere house home room song songs music by play in on at to me named called ' +
    'podcast radio up for alarm'
  ).split(' '),
);

/** Arguments that may be missing on one side in a lenient comparison. */
const DISPENSABLE = new Set(['date', 'from', 'label', 'name']);

export function sameCall(a: PlanCall, b: PlanCall, lenient = false): boolean {
  const x = canonicalArgs(a);
  const y = canonicalArgs(b);
  if (a.action !== b.action) return false;
  for (const name of new Set([...Object.keys(x), ...Object.keys(y)])) {
    if (lenient && (name === 'device' || name === 'area')) continue;
    const same = TEXTS.has(name) ? sameText(name, x[name], y[name], lenient) : sameValue(x[name], y[name]);
    if (!same) return false;
  }
  return !lenient || sameWhere(x, y);
}

/** Ways of saying the same thing made one: metres, seconds in total, a half turn without a side. */
function canonicalArgs({ action, args }: PlanCall): Args {
  if (action === 'query') return {}; // A question counts by its action alone.
  const out: Args = { ...args };
  if (action === 'robot.turn') {
    if (out['direction'] === 'around') {
      delete out['direction'];
      out['degrees'] = 180;
    }
    if (out['degrees'] === 180 || out['degrees'] === 360) delete out['direction'];
  }
  if (action === 'robot.drive' && out['distance'] !== undefined && out['unit'] !== undefined) {
    out['meters'] = Number((Number(out['distance']) * (METRES[String(out['unit'])] ?? NaN)).toFixed(3));
    delete out['distance'];
    delete out['unit'];
  }
  if (action === 'timer.do') {
    addTotal(out, '');
    addTotal(out, 'of_');
  }
  if (action === 'robot.object' && ['me', 'us'].includes(normalize(out['to'] ?? 'x'))) delete out['to'];
  return out;
}

function addTotal(args: Args, prefix: '' | 'of_'): void {
  const units = { hours: 3600, minutes: 60, seconds: 1 };
  const said = Object.entries(units).filter(([unit]) => args[prefix + unit] !== undefined);
  if (said.length === 0) return;
  args[`${prefix}total`] = said.reduce((sum, [unit, seconds]) => sum + Number(args[prefix + unit]) * seconds, 0);
  for (const [unit] of said) delete args[prefix + unit];
}

function sameText(name: string, x: ArgValue | undefined, y: ArgValue | undefined, lenient: boolean): boolean {
  const a = x === undefined || x === '' ? [] : wordsOf(x);
  const b = y === undefined || y === '' ? [] : wordsOf(y);
  if (!lenient) return a.length === b.length && a.every((word, i) => word === b[i]);
  if (x === undefined && y === undefined) return true;
  const [left, right] = [telling(a, true), telling(b, true)];
  if (x === undefined || y === undefined) return (left.size === 0 && right.size === 0) || DISPENSABLE.has(name);
  const shared = intersection(left, right).size;
  return shared === left.size || shared === right.size || (2 * shared) / (left.size + right.size) >= 0.5;
}

function sameValue(x: ArgValue | undefined, y: ArgValue | undefined): boolean {
  if (typeof x === 'number' && (typeof y === 'number' || typeof y === 'boolean')) {
    return Math.abs(x - Number(y)) <= 1e-2 * Math.max(1, Math.abs(x));
  }
  if (typeof x === 'boolean' && typeof y === 'number') return Number(x) === y;
  return x === y;
}

/** Device and area together: one may hold what the other holds on the other side. */
function sameWhere(x: Args, y: Args): boolean {
  const place = (args: Args): Set<string> => telling(wordsOf(`${args['device'] ?? ''} ${args['area'] ?? ''}`), false);
  const [a, b] = [place(x), place(y)];
  const shared = intersection(a, b).size;
  if (a.size === 0 || b.size === 0) return a.size === b.size;
  return shared === a.size || shared === b.size;
}

/** Without generic words; with them after all when `keepSome` and there are no others. */
function telling(words: readonly string[], keepSome: boolean): Set<string> {
  const kept = words.filter((word) => !GENERIC.has(word));
  return new Set(kept.length === 0 && keepSome ? words : kept);
}

function intersection(a: ReadonlySet<string>, b: ReadonlySet<string>): Set<string> {
  return new Set([...a].filter((word) => b.has(word)));
}

/** One errand said in several steps becomes the single call that names it; for lenient comparison only. */
export function collapse(plan: readonly PlanCall[]): PlanCall[] {
  const out: PlanCall[] = [];
  for (const { action, args: original } of plan) {
    const args: Args = { ...original };
    if (action === 'robot.object') collapseObject(out, args);
    if (action === 'robot.task' && args['op'] === 'guide' && out.at(-1)?.action === 'robot.goto') out.pop();
    out.push({ action, args });
  }
  return out;
}

/** "Go to the kitchen, find the cup, pick it up, bring it to me". Takes from `out` what `args` has taken in. */
function collapseObject(out: PlanCall[], args: Args): void {
  if (args['op'] === 'release' && args['to']) args['op'] = 'place';
  if (args['op'] === 'place' && args['to']) args['op'] = 'bring';
  const before = out.at(-1);
  if (before === undefined) return;
  if (before.action === 'robot.object' && continues(before.args, args)) {
    if (before.args['from'] !== undefined && args['from'] === undefined) args['from'] = before.args['from'];
    if (before.args['object'] !== undefined) args['object'] = before.args['object'];
    out.pop();
  }
  const wayThere = out.at(-1);
  const begins = args['op'] === 'pick' || args['op'] === 'find' || Boolean(args['to']);
  if (wayThere?.action === 'robot.goto' && begins && args['from'] === undefined) {
    args['from'] = wayThere.args['place'] ?? '';
    out.pop();
  }
}

function continues(before: Args, args: Args): boolean {
  if (!['find', 'pick'].includes(String(before['op']))) return false;
  if (!['pick', 'bring', 'place', 'find'].includes(String(args['op']))) return false;
  const words = new Set(wordsOf(args['object'] ?? 'it'));
  if (words.has('it') || words.has('them')) return true;
  return wordsOf(before['object'] ?? '').some((word) => words.has(word));
}
