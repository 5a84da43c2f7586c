/** Questions answered from sensor readings and thing states. Reading harms nobody, so all that can be meant are told. */
import type { Thing } from '../../../devices/thing.ts';
import type { Clock } from '../../clock.ts';
import type { SensorConfig } from '../../config/types.ts';
import type { PlanCall } from '../../grammar/actions.ts';
import { Directory, type Named } from '../grounding/directory.ts';
import { namedOf, type Problem } from '../grounding/grounding.ts';
import {
  ageOf,
  dateSentence,
  positionSentence,
  readingSentence,
  stateSentence,
  timeSentence,
} from '../turn/sentences.ts';
import { unitOf } from './description.ts';
import { answersState } from './kinds.ts';
import { sensorNamed } from './naming.ts';
import type { Sensors } from './sensors.ts';
import type { ActionResult } from '../types.ts';
import { listed, nearest } from '../grounding/words.ts';

export type Answer = { readonly say: string; readonly actions: ActionResult[] } | { readonly problem: Problem };

/** Something a question of one kind can be about. `say` is undefined when nothing is known yet. */
interface Source extends Named {
  say(): string | undefined;
}

/** An answer with more sentences than this is no answer. */
const MAX_SENTENCES = 8;

/** Properties of things that hold what a kind of question asks for. */
const PROPERTIES: Readonly<Record<string, readonly string[]>> = {
  temperature: ['current_temperature', 'temperature'],
  humidity: ['current_humidity', 'humidity'],
  brightness: ['brightness'],
  battery: ['battery'],
  position: ['position', 'x'],
};

export class Queries {
  readonly #things: readonly Thing[];
  readonly #sensors: Sensors;
  readonly #clock: Clock;

  constructor(things: readonly Thing[], sensors: Sensors, clock: Clock) {
    this.#things = things;
    this.#sensors = sensors;
    this.#clock = clock;
  }

  /** @param text the command: what the plan does not name is looked for in it */
  answer(call: PlanCall, text: string): Answer {
    const kind = String(call.args['kind'] ?? 'state');
    if (kind === 'time') return this.#told(call, [['clock', timeSentence(this.#clock.now())]]);
    if (kind === 'date') return this.#told(call, [['clock', dateSentence(this.#clock.now())]]);
    if (kind === 'weather') {
      return refused('unsupported', 'there is no weather service here; sensors can say what is outside');
    }
    const directory = new Directory(this.#sources(kind));
    const chosen = this.#choose(directory, kind, call, text);
    if ('problem' in chosen) return chosen;
    const { sources } = chosen;
    if (sources.length > MAX_SENTENCES) return tooMany(sources);
    const known = sources.flatMap((source): [string, string][] => {
      const sentence = source.say();
      return sentence === undefined ? [] : [[source.id, sentence]];
    });
    if (known.length > 0) return this.#told(call, known);
    const titles = listed(sources.map((source) => source.title));
    return { problem: { outcome: 'failed', code: 'no-reading', reason: `nothing has been measured yet: ${titles}` } };
  }

  #choose(
    directory: Directory<Source>,
    kind: string,
    call: PlanCall,
    text: string,
  ): { readonly sources: readonly Source[] } | { readonly problem: Problem } {
    const all = directory.values;
    if (all.length === 0) return refused('unsupported', `nothing here measures ${kind}`);
    const { device, area } = call.args;
    let sources: readonly Source[];
    if (device !== undefined) sources = directory.find(String(device)).entries;
    else if (area !== undefined) sources = directory.inArea(String(area)) ?? [];
    else {
      const mentioned = directory.mentioned(text);
      if (mentioned.length > 0) return { sources: mentioned };
      // "How warm is it?" is about every thermometer; "what is the state?" is about nothing.
      return kind === 'state' ? tooMany(all) : { sources: all };
    }
    if (device !== undefined && area !== undefined && sources.length > 1) {
      const inside = directory.inArea(String(area)) ?? [];
      sources = sources.filter((source) => inside.includes(source));
    }
    return sources.length > 0 ? { sources } : this.#nothing(all, kind, String(device ?? area));
  }

  /** The named thing exists and does not measure this, or there is none of that name. */
  #nothing(all: readonly Source[], kind: string, said: string): { readonly problem: Problem } {
    const [thing] = new Directory(this.#things.map(namedOf)).find(said).entries;
    if (thing !== undefined && kind !== 'state')
      return refused('unsupported', `the ${thing.title} measures no ${kind}`);
    const near = nearest(
      said,
      all.map((source) => source.title),
    );
    return {
      problem: {
        outcome: 'unknown-device',
        reason: `there is no ${kind === 'state' ? '' : `${kind} of `}"${said}"; nearest: ${listed(near)}`,
        candidates: near,
        device: said,
      },
    };
  }

  #told(call: PlanCall, sentences: readonly (readonly [device: string, sentence: string])[]): Answer {
    return {
      say: sentences.map(([, sentence]) => sentence).join(' '),
      actions: sentences.map(([device]) => ({ device, action: call.action, args: call.args, outcome: 'executed' })),
    };
  }

  #sources(kind: string): Source[] {
    const sensors = this.#sensors.configs.filter((config) => answers(config, kind));
    const covered = new Set(sensors.flatMap((config) => config.device ?? []));
    return [
      ...sensors.map((config) => this.#sensorSource(config)),
      ...this.#things.flatMap((thing) => {
        const say = covered.has(thing.description.id) ? undefined : this.#thingSay(thing, kind);
        return say === undefined ? [] : [{ ...namedOf(thing), say }];
      }),
    ];
  }

  #sensorSource(config: SensorConfig): Source {
    const thing = this.#things.find((candidate) => candidate.description.id === config.device);
    const named = sensorNamed(config, thing);
    const say = (): string | undefined => {
      const reading = this.#sensors.reading(config.name);
      if (reading === undefined) return undefined;
      const age = reading.at === undefined ? '' : ageOf(this.#clock.now() - reading.at, reading.stale);
      return readingSentence(config.kind, named.title, config.area, reading.value, unitOf(config), age);
    };
    return { ...named, say };
  }

  #thingSay(thing: Thing, kind: string): (() => string) | undefined {
    const { title, properties } = thing.description;
    if (kind === 'state') return () => stateSentence(thing.description, thing.driver.state());
    const name = PROPERTIES[kind]?.find((candidate) => candidate in properties);
    if (name === undefined) return undefined;
    if (kind === 'position') return () => positionSentence(title, thing.driver.state());
    return () =>
      readingSentence(
        kind,
        `${title} ${kind}`,
        undefined,
        thing.driver.state()[name] ?? null,
        properties[name]?.unit,
        '',
      );
  }
}

/** A door's contact or a room's motion is a state. */
function answers(config: SensorConfig, kind: string): boolean {
  return config.kind === kind || (kind === 'state' && answersState(config.kind));
}

function refused(code: string, reason: string): { readonly problem: Problem } {
  return { problem: { outcome: 'refused', code, reason } };
}

function tooMany(sources: readonly Source[]): { readonly problem: Problem } {
  const names = sources.slice(0, MAX_SENTENCES).map((source) => source.title);
  return { problem: { outcome: 'ambiguous', reason: `it can mean ${listed(names, 'or')}`, candidates: names } };
}
