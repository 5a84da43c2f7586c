/**
 * How commands name what is declared, and what a plan calls it then: "the kitchen light" is an area, "the desk lamp" a
 * device (the convention that the models are trained on, scripts/train/README.md).
 */
import type { ThingDescription } from '../../../devices/thing.ts';
import type { Args } from '../../grammar/actions.ts';
import { textPass } from '../../text/passes.ts';

export interface Referent {
  /** `device` and `area` of the call. */
  readonly args: Args;
  readonly description: ThingDescription;
}

/** By name as it is said, without article. Names that can mean two calls are left out: those are for the model. */
export class Names {
  readonly #referents = new Map<string, Referent | undefined>();

  constructor(things: readonly ThingDescription[]) {
    for (const thing of things) {
      const area = thing['tk:area'] === undefined ? undefined : plain(thing['tk:area']);
      for (const name of [thing.title, ...(thing['tk:synonyms'] ?? [])]) {
        for (const [said, args] of waysToSay(plain(name), area, thing)) this.#add(said, args, thing);
      }
    }
  }

  /** The referent that takes the action; undefined: nobody, or not for sure. */
  find(phrase: string, action: string): Referent | undefined {
    const referent = this.#referents.get(phrase);
    return referent?.description.actions[action] === undefined ? undefined : referent;
  }

  #add(said: string, args: Args, description: ThingDescription): void {
    const known = this.#referents.get(said);
    const isOther =
      this.#referents.has(said) &&
      (known === undefined ||
        known.description['@type'] !== description['@type'] ||
        JSON.stringify(known.args) !== JSON.stringify(args));
    this.#referents.set(said, isOther ? undefined : { args, description });
  }
}

/** As a model is told it: lower case, number words as digits. */
export const plain = (name: string): string => textPass(name).text;

function* waysToSay(
  name: string,
  area: string | undefined,
  thing: ThingDescription,
): Generator<readonly [said: string, args: Args]> {
  const rest = area !== undefined && name.startsWith(`${area} `) ? name.slice(area.length + 1) : undefined;
  if (area === undefined || (rest === undefined && thing.actions['light.set'] !== undefined)) {
    yield [name, { device: name }];
  } else if (rest === undefined) {
    yield [name, { device: name }];
    if (!name.includes(area)) for (const said of within(name, area)) yield [said, { device: name, area }];
  } else if (/^lights?$/.test(rest)) {
    for (const noun of ['light', 'lights']) {
      for (const said of within(noun, area)) yield [said, { area }];
    }
  } else if (rest.endsWith('door')) {
    yield [name, { device: name }];
  } else {
    for (const said of within(rest, area)) yield [said, { device: rest, area }];
  }
}

const within = (name: string, area: string): string[] => [
  `${area} ${name}`,
  `${name} in ${area}`,
  `${name} in the ${area}`,
];
