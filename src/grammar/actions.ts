/**
 * The canonical action vocabulary: what a plan can say. A thing declares which of these it takes and narrows their
 * arguments; the grammar makes sure that nothing else can be decoded.
 */

/** `text`: a span of the command or a declared name. `number`: a number said in the command. */
export type ArgType =
  | { readonly kind: 'text' }
  | { readonly kind: 'number' }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'enum'; readonly values: readonly string[] };

export interface ArgSpec {
  readonly name: string;
  readonly type: ArgType;
  readonly required: boolean;
}

/** Arguments in the order in which they are decoded. */
export interface ActionSpec {
  readonly name: string;
  readonly args: readonly ArgSpec[];
  /** A call says at least one of these: what it does, beside whom it is about. Absent: it may say nothing. */
  readonly oneOf?: readonly string[];
}

/** What a declared name is the name of. */
export type NameRole = 'device' | 'area' | 'place' | 'object';

/** A name that may stand in a plan although it was not said, where something of its role is meant. */
export interface DeclaredName {
  readonly text: string;
  readonly roles: readonly NameRole[];
}

export type ArgValue = string | number | boolean;
/** Arguments of a call by name. */
export type Args = Record<string, ArgValue>;

/** One call of a plan, as the response topic and `eval` print it. */
export interface PlanCall {
  action: string;
  args: Args;
}

const text: ArgType = { kind: 'text' };
const number: ArgType = { kind: 'number' };
const boolean: ArgType = { kind: 'boolean' };
const oneOf = (...values: string[]): ArgType => ({ kind: 'enum', values });

/** `name!` marks a required argument. */
function action(name: string, args: Record<string, ArgType>): ActionSpec {
  return {
    name,
    args: Object.entries(args).map(([key, type]) => ({
      name: key.replace('!', ''),
      type,
      required: key.endsWith('!'),
    })),
  };
}

const power = oneOf('on', 'off');
const step = oneOf('up', 'down');

export const QUERY_KINDS = [
  'state',
  'temperature',
  'humidity',
  'brightness',
  'battery',
  'time',
  'date',
  'weather',
  'position',
] as const;

export const ACTIONS: readonly ActionSpec[] = [
  action('light.set', {
    device: text,
    area: text,
    power,
    brightness: number,
    step,
    by: number,
    color: text,
    kelvin: number,
  }),
  action('power.set', { 'device!': text, area: text, power, speed: number }),
  action('climate.set', {
    device: text,
    area: text,
    temperature: number,
    step,
    by: number,
    mode: oneOf('heat', 'cool', 'auto', 'off', 'fan'),
  }),
  action('cover.set', { 'device!': text, area: text, state: oneOf('open', 'close', 'stop'), position: number }),
  action('lock.set', { device: text, area: text, 'state!': oneOf('lock', 'unlock') }),
  action('media.do', {
    'op!': oneOf('play', 'pause', 'resume', 'stop', 'next', 'previous'),
    query: text,
    device: text,
    area: text,
  }),
  action('volume.set', { device: text, area: text, level: number, step, by: number, mute: boolean }),
  action('timer.do', {
    'op!': oneOf('start', 'cancel', 'cancel_all', 'pause', 'resume', 'add', 'subtract', 'status'),
    hours: number,
    minutes: number,
    seconds: number,
    name: text,
    area: text,
    of_hours: number,
    of_minutes: number,
    of_seconds: number,
    command: text,
  }),
  action('alarm.do', { 'op!': oneOf('set', 'cancel', 'list'), time: text, date: text, label: text }),
  action('robot.drive', {
    'direction!': oneOf('forward', 'back', 'left', 'right', 'up', 'down'),
    distance: number,
    unit: oneOf('m', 'cm', 'ft', 'in', 'yd', 'step'),
  }),
  action('robot.turn', { direction: oneOf('left', 'right', 'around'), degrees: number, to: text }),
  action('robot.goto', { 'place!': text }),
  action('robot.object', {
    'op!': oneOf('pick', 'place', 'bring', 'find', 'release'),
    object: text,
    from: text,
    to: text,
  }),
  action('robot.task', { 'op!': oneOf('clean', 'dock', 'follow', 'guide', 'photo', 'look'), target: text, to: text }),
  action('robot.stop', {}),
  action('say', { text, to: text }),
  action('query', { kind: oneOf(...QUERY_KINDS), device: text, area: text }),
  action('none', {}),
];

export const ACTION_NAMES: readonly string[] = ACTIONS.map((a) => a.name);

const byName = new Map(ACTIONS.map((a) => [a.name, a]));

/** The specification of a canonical action; undefined when there is none of that name. */
export function actionSpec(name: string): ActionSpec | undefined {
  return byName.get(name);
}
