/**
 * Common phrasings, read without the model. Sure or silent: a command that does not match from its first word to its
 * last, with names that can mean one thing only, is for the model. The plans are those that the models are trained to
 * give; a test holds them to the generated commands of the trainer.
 */
import type { ActionSpec, Args, PlanCall } from '../../grammar/actions.ts';
import type { Vocabulary } from '../reading/capabilities.ts';
import { Names, plain } from './names.ts';

type Build = (groups: readonly string[], home: Home) => PlanCall | undefined;

interface Home {
  readonly names: Names;
  readonly places: ReadonlySet<string>;
  readonly areas: ReadonlySet<string>;
}

const DET = '(?:the |my )?';
const NUMBER = '(\\d+(?:\\.\\d+)?)';
const COURTESY =
  /^(?:(?:please|can you|could you|would you|will you|hey|ok|okay),? )+|,? (?:please|thanks|thank you)$/g;
const ALL_LIGHTS = /^(?:all (?:the )?)?lights$/;
const COLORS = 'red|blue|green|yellow|orange|purple|pink|cyan|magenta|violet|turquoise';
const UNITS: Readonly<Record<string, string>> = {
  ...{ m: 'm', meter: 'm', meters: 'm', metre: 'm', metres: 'm' },
  ...{ cm: 'cm', centimeter: 'cm', centimeters: 'cm', centimetre: 'cm', centimetres: 'cm' },
  ...{ foot: 'ft', feet: 'ft', step: 'step', steps: 'step' },
};
const BACK = new Set(['back', 'backward', 'backwards']);

/** In the order in which they are tried; the first that builds a call wins. */
const TEMPLATES: readonly (readonly [pattern: RegExp, build: Build])[] = [
  [/^(?:turn|switch) (on|off) (?:the |my )?(.+)$/, ([power, name], home) => powered(name!, power!, home)],
  [/^(?:(?:turn|switch) )?(?:the |my )?(.+) (on|off)$/, ([name, power], home) => powered(name!, power!, home)],
  [
    rule(`(?:set|dim|change) ${DET}(.+) to ${NUMBER}(?: ?%)?`),
    ([name, value], home) => level(name!, Number(value), home),
  ],
  [rule(`(dim|brighten) ${DET}(.+)`), ([verb, name], home) => stepped(name!, verb === 'dim' ? 'down' : 'up', home)],
  [
    rule(`make ${DET}(.+) (brighter|dimmer|darker)`),
    ([name, how], home) => stepped(name!, how === 'brighter' ? 'up' : 'down', home),
  ],
  [
    rule(`(?:set|turn|make|change) ${DET}(.+?)(?: to)? (${COLORS})`),
    ([name, color], home) => light(name!, { color: color! }, home),
  ],
  [
    rule(`(open|close|shut) ${DET}(.+)`),
    ([verb, name], { names }) => about(names, name!, 'cover.set', { state: verb === 'open' ? 'open' : 'close' }),
  ],
  [rule(`(lock|unlock) ${DET}(.+)`), ([state, name], { names }) => about(names, name!, 'lock.set', { state: state! })],
  [
    rule(`(?:set|change) ${DET}(?:thermostat|temperature|heating) to ${NUMBER}(?: ?°| degrees?)?`),
    ([temperature]) => call('climate.set', { temperature: Number(temperature) }),
  ],
  [rule(`(?:turn )?(?:the )?volume (up|down)`), ([step]) => call('volume.set', { step: step! })],
  [rule(`turn (up|down) the volume`), ([step]) => call('volume.set', { step: step! })],
  [rule(`set (?:the )?volume to ${NUMBER}(?: ?%)?`), ([value]) => call('volume.set', { level: Number(value) })],
  [rule(`(pause|stop|resume) the music`), ([op]) => call('media.do', { op: op! })],
  [rule(`turn (left|right|around)`), ([direction]) => call('robot.turn', { direction: direction! })],
  [
    rule(`turn (left|right) ${NUMBER} degrees`),
    ([direction, degrees]) => call('robot.turn', { direction: direction!, degrees: Number(degrees) }),
  ],
  [
    rule(`(?:go|drive|move) (forward|forwards|back|backward|backwards) ${NUMBER} (${Object.keys(UNITS).join('|')})`),
    ([way, distance, unit]) =>
      call('robot.drive', {
        direction: BACK.has(way!) ? 'back' : 'forward',
        distance: Number(distance),
        unit: UNITS[unit!]!,
      }),
  ],
  [
    rule(`(?:go|drive|navigate) to ${DET}(.+)`),
    ([place], { places }) => (places.has(place!) ? call('robot.goto', { place: place! }) : undefined),
  ],
  [
    rule(`(?:set|start) a timer for ${NUMBER} (hour|minute|second)s?`),
    ([count, unit]) => call('timer.do', { op: 'start', [`${unit!}s`]: Number(count) }),
  ],
  [rule(`what time is it`), () => call('query', { kind: 'time' })],
  [
    rule(`(?:what is|what's) the temperature in (?:the )?(.+)`),
    ([area], { areas }) => (areas.has(area!) ? call('query', { kind: 'temperature', area: area! }) : undefined),
  ],
];

function rule(source: string): RegExp {
  return new RegExp(`^${source}$`);
}

/** The templates over one home. */
export class Templates {
  readonly #home: Home;
  readonly #actions: ReadonlyMap<string, ActionSpec>;

  constructor({ actions, names, things = [] }: Vocabulary) {
    const withRole = (role: 'place' | 'area'): Set<string> =>
      new Set(names.filter(({ roles }) => roles.includes(role)).map(({ text }) => plain(text)));
    this.#home = { names: new Names(things), places: withRole('place'), areas: withRole('area') };
    this.#actions = new Map(actions.map((action) => [action.name, action]));
  }

  /** @param text a command after the text pass */
  match(text: string): PlanCall | undefined {
    const said = text.replace(COURTESY, '');
    for (const [pattern, build] of TEMPLATES) {
      const match = pattern.exec(said);
      const built = match === null ? undefined : build(match.slice(1), this.#home);
      if (built !== undefined && this.#isOffered(built)) return built;
    }
    return undefined;
  }

  /** Whether the grammar would let it be written: the home has all that it says. */
  #isOffered({ action, args }: PlanCall): boolean {
    const spec = this.#actions.get(action);
    return (
      spec !== undefined &&
      Object.entries(args).every(([name, value]) => {
        const type = spec.args.find((arg) => arg.name === name)?.type;
        return type !== undefined && (type.kind !== 'enum' || type.values.includes(String(value)));
      })
    );
  }
}

function call(action: string, args: Args): PlanCall {
  return { action, args };
}

function about(names: Names, name: string, action: string, args: Args): PlanCall | undefined {
  const referent = names.find(name, action);
  const properties = referent?.description.actions[action]?.input?.properties ?? {};
  if (referent === undefined || Object.keys(args).some((arg) => properties[arg] === undefined)) return undefined;
  return call(action, { ...referent.args, ...args });
}

function light(name: string, args: Args, { names }: Home): PlanCall | undefined {
  return ALL_LIGHTS.test(name) ? call('light.set', args) : about(names, name, 'light.set', args);
}

function powered(name: string, power: string, home: Home): PlanCall | undefined {
  return light(name, { power }, home) ?? about(home.names, name, 'power.set', { power });
}

function level(name: string, value: number, home: Home): PlanCall | undefined {
  return light(name, { brightness: value }, home) ?? about(home.names, name, 'power.set', { speed: value });
}

function stepped(name: string, step: string, home: Home): PlanCall | undefined {
  return light(name, { step }, home);
}
