/**
 * What may be done now: one check after the other, the first objection counts. Policy knows of a step only what its
 * description declares (devices/thing.ts); what it remembers is when what was done last.
 */
import { conditionsOf, holds, type Condition, type Readings } from '../../../devices/condition.ts';
import { isHarmless } from '../../../devices/guards.ts';
import { matches } from '../../../devices/match.ts';
import type { ActionAffordance, Interlock, SafetyClass } from '../../../devices/thing.ts';
import { systemClock, type Clock } from '../../clock.ts';
import type { Problem, Step } from '../grounding/grounding.ts';

/** The sections of tokonoma.yaml, as they stand there. */
export interface PolicyConfig {
  readonly quiet_hours?: readonly QuietHours[];
  /** By source; `*` is for those that have no entry of their own. */
  readonly sources?: Readonly<Record<string, Permissions>>;
}

/** Local time; beyond midnight when `to` is before `from`. Without any list, all things are quiet. */
export interface QuietHours {
  readonly from: string;
  readonly to: string;
  readonly actions?: readonly string[];
  readonly things?: readonly string[];
  readonly areas?: readonly string[];
}

/** A step needs to be in all lists of `allow` and in none of `deny`. */
export interface Permissions {
  readonly allow?: Scope;
  readonly deny?: Scope;
}

export interface Scope {
  readonly actions?: readonly string[];
  readonly things?: readonly string[];
  readonly safety?: readonly SafetyClass[];
}

/** Who wants it and what is known; every field may be absent. */
export interface Given {
  /**
   * A site, a reply topic, and one of `mqtt`, `http`, `terminal`, `hermes`, `wyoming`, `schedule`, `rule`. All that have
   * an entry must permit it: a site is only what the sender says of itself, so it can take rights away and never give
   * more.
   */
  readonly source?: string | readonly string[] | undefined;
  /** Somebody has said yes to exactly this. */
  readonly confirmed?: boolean | undefined;
  /** Milliseconds since the epoch. Default: the clock's. */
  readonly now?: number | undefined;
  readonly readings?: Readings | undefined;
}

export interface PolicyOptions extends PolicyConfig {
  readonly armed: boolean;
  readonly clock?: Clock;
}

type Check = (step: Step, action: ActionAffordance, given: Given, ahead: readonly Step[]) => Problem | undefined;

const MINUTE_MS = 60_000;

export class Policy {
  #quiet: readonly QuietHours[] = [];
  #sources: Readonly<Record<string, Permissions>> = {};
  readonly #clock: Clock;
  /** Monotonic milliseconds of the acts that still count, by thing and action. */
  readonly #acts = new Map<string, number[]>();
  readonly #interlocks = new WeakMap<Interlock, readonly Condition[]>();
  #armed: boolean;
  #offline = false;

  constructor(options: PolicyOptions) {
    this.#armed = options.armed;
    this.#clock = options.clock ?? systemClock;
    this.configure(options);
  }

  /** Other quiet hours and permissions from now on; what was armed and what was done stays so. */
  configure({ quiet_hours = [], sources = {} }: PolicyConfig): void {
    this.#quiet = quiet_hours;
    this.#sources = sources;
  }

  get armed(): boolean {
    return this.#armed;
  }

  arm(armed: boolean): void {
    this.#armed = armed;
  }

  /** Whether the broker has been away for long: what is to be safe then begins nothing. */
  set offline(offline: boolean) {
    this.#offline = offline;
  }

  /**
   * Why the step may not be done, if so: `refused` with `not-permitted`, `disarmed`, `offline`, `quiet-hours`, `interlock`,
   * `cooldown` or `rate-limit`, else `needs-confirmation`. What is harmless (TD `safe`, `tk:stops`) needs nothing but
   * the permission of its source, and what is `safe` not even that: anybody may stop a robot.
   * @param ahead steps of the same plan that come before this one
   */
  check(step: Step, given: Given = {}, ahead: readonly Step[] = []): Problem | undefined {
    const action = step.thing.description.actions[step.action] ?? {};
    if (action.safe === true) return undefined;
    const checks = isHarmless(action, step.args) ? [this.#permission] : this.#checks;
    for (const check of checks) {
      const problem = check(step, action, given, ahead);
      if (problem !== undefined) return { ...problem, device: step.thing.description.title };
    }
    return undefined;
  }

  /** As `check`, for a whole plan before its first act. What needs a yes counts only when all else is settled. */
  checkAll(steps: readonly Step[], given: Given = {}): { problem: Problem; at: number } | undefined {
    let asks: { problem: Problem; at: number } | undefined;
    for (const [at, step] of steps.entries()) {
      const problem = this.check(step, given, steps.slice(0, at));
      if (problem === undefined) continue;
      if (problem.outcome !== 'needs-confirmation') return { problem, at };
      asks ??= { problem, at };
    }
    return asks;
  }

  /** The step is about to be done: counts for `tk:cooldown_s` and `tk:per_minute`, whatever becomes of it. */
  acted(step: Step): void {
    const action = step.thing.description.actions[step.action];
    if (action?.['tk:cooldown_s'] === undefined && action?.['tk:per_minute'] === undefined) return;
    if (isHarmless(action, step.args)) return;
    const now = this.#clock.monotonic();
    const window = Math.max(MINUTE_MS, (action['tk:cooldown_s'] ?? 0) * 1000);
    const acts = this.#acts.get(keyOf(step)) ?? [];
    this.#acts.set(keyOf(step), [...acts.filter((at) => at > now - window), now]);
  }

  readonly #permission: Check = ({ thing, action: name }, action, { source = [] }) => {
    const said = typeof source === 'string' ? [source] : source;
    const declared = said.filter((candidate) => Object.hasOwn(this.#sources, candidate));
    const inside = ({ actions, things, safety }: Scope): boolean[] => [
      ...(actions === undefined ? [] : [actions.includes(name)]),
      ...(things === undefined ? [] : [things.includes(thing.description.id)]),
      ...(safety === undefined ? [] : [safety.includes(action['tk:safety'] ?? 'low')]),
    ];
    const who = (declared.length > 0 ? declared : ['*']).find((candidate) => {
      const { allow, deny } = this.#sources[candidate] ?? {};
      return !inside(allow ?? {}).every(Boolean) || inside(deny ?? {}).some(Boolean);
    });
    if (who === undefined) return undefined;
    const asked = who === '*' ? (said[0] ?? 'this source') : who;
    return refused('not-permitted', `${asked} may not do ${name} on the ${thing.description.title}`);
  };

  readonly #arming: Check = () =>
    this.#armed ? undefined : refused('disarmed', 'disarmed: nothing is done until somebody arms it again');

  readonly #contact: Check = ({ thing: { description } }) =>
    this.#offline && description['tk:safe_offline'] === true
      ? refused('offline', `the ${description.title} does nothing while the broker is away: it could not be stopped`)
      : undefined;

  readonly #quietness: Check = ({ thing: { description }, action }, _affordance, { now = this.#clock.now() }) => {
    const hours = this.#quiet.find(
      (quiet) =>
        isBetween(now, quiet.from, quiet.to) &&
        (quiet.actions?.includes(action) ?? true) &&
        (quiet.things === undefined && quiet.areas === undefined
          ? true
          : (quiet.things?.includes(description.id) ?? false) ||
            (description['tk:area'] !== undefined && (quiet.areas?.includes(description['tk:area']) ?? false))),
    );
    if (hours === undefined) return undefined;
    return refused('quiet-hours', `the ${description.title}: quiet from ${hours.from} to ${hours.to}`);
  };

  readonly #interlock: Check = ({ thing: { description }, action }, _affordance, { readings = () => undefined }) => {
    for (const interlock of description['tk:interlocks'] ?? []) {
      if (interlock.actions !== undefined && !interlock.actions.includes(action)) continue;
      const conditions = this.#conditionsOf(interlock);
      const state = holds(conditions, readings);
      if (state === (interlock.when === undefined)) continue;
      const subjects = [...new Set(conditions.map((condition) => condition.of))].join(', ');
      const why = interlock.reason ?? `an interlock on ${subjects}`;
      const unknown = state === undefined ? ` (${subjects} is not known, which counts as that)` : '';
      return refused('interlock', `the ${description.title} must not do ${action} now: ${why}${unknown}`);
    }
    return undefined;
  };

  readonly #rate: Check = (step, action, _given, ahead) => {
    const { 'tk:cooldown_s': cooldown, 'tk:per_minute': limit } = action;
    if (cooldown === undefined && limit === undefined) return undefined;
    const { title } = step.thing.description;
    const now = this.#clock.monotonic();
    const key = keyOf(step);
    const acts = this.#acts.get(key) ?? [];
    const planned = ahead.filter((other) => keyOf(other) === key && !isHarmless(action, other.args)).length;
    const last = planned > 0 ? now : acts.at(-1);
    const wait = cooldown === undefined || last === undefined ? 0 : last + cooldown * 1000 - now;
    if (wait > 0) {
      return refused(
        'cooldown',
        `the ${title} does ${step.action} once in ${cooldown} s; say it again in ${Math.ceil(wait / 1000)} s`,
      );
    }
    const recent = acts.filter((at) => at > now - MINUTE_MS).length + planned;
    if (limit === undefined || recent < limit) return undefined;
    return refused('rate-limit', `the ${title} does ${step.action} at most ${limit} times a minute`);
  };

  readonly #confirmation: Check = ({ thing, action: name, args }, action, { confirmed }) => {
    if (confirmed === true || !matches(action['tk:confirm'], args)) return undefined;
    const how = Object.values(args).map(String).join(' ');
    const { title } = thing.description;
    return {
      outcome: 'needs-confirmation',
      code: 'needs-confirmation',
      reason: `${name} of the ${title}${how === '' ? '' : ` (${how})`} is to be confirmed`,
    };
  };

  /** The question comes last: nobody is asked about what would be refused. */
  readonly #checks: readonly Check[] = [
    this.#permission,
    this.#arming,
    this.#contact,
    this.#quietness,
    this.#interlock,
    this.#rate,
    this.#confirmation,
  ];

  #conditionsOf(interlock: Interlock): readonly Condition[] {
    let conditions = this.#interlocks.get(interlock);
    if (conditions === undefined) {
      conditions = conditionsOf(interlock.when ?? interlock.unless ?? []);
      this.#interlocks.set(interlock, conditions);
    }
    return conditions;
  }
}

const keyOf = ({ thing, action }: Step): string => `${thing.description.id} ${action}`;

const refused = (code: string, reason: string): Problem => ({ outcome: 'refused', code, reason });

/** Local time of day; an empty span is the whole day. */
function isBetween(now: number, from: string, to: string): boolean {
  const date = new Date(now);
  const minute = date.getHours() * 60 + date.getMinutes();
  const [begin, end] = [minuteOf(from), minuteOf(to)];
  return begin < end ? minute >= begin && minute < end : minute >= begin || minute < end;
}

function minuteOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
}
