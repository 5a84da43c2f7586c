/**
 * What is declared, and everything that follows from it: names, vocabulary, grounding, the way of a command. It never
 * changes; when the configuration does, another one takes its place, and what has begun ends with the one it began with.
 */
import type { Thing } from '../../devices/thing.ts';
import type { Clock } from '../clock.ts';
import type { SensorConfig } from '../config/types.ts';
import type { Executor } from './acting/executor.ts';
import type { Policy, PolicyConfig } from './acting/policy.ts';
import type { Context } from './dialogue/context.ts';
import type { Dialogue } from './dialogue/dialogue.ts';
import { Grounding } from './grounding/grounding.ts';
import { vocabularyOf, type Vocabulary } from './reading/capabilities.ts';
import { Hearing, spokenWords } from './reading/hearing.ts';
import type { Phrase } from './reading/phrasing.ts';
import { Understanding, type TextInterpreter } from './reading/understanding.ts';
import { Compiler } from './rules/compile.ts';
import type { Rules } from './rules/rules.ts';
import type { Signals } from './rules/signals.ts';
import { RuleStage } from './rules/stage.ts';
import { thresholdsOf, type RulesConfig } from './rules/thresholds.ts';
import type { Schedule } from './schedule/schedule.ts';
import type { Location } from './schedule/sun.ts';
import { sensorNamed } from './sensors/naming.ts';
import { Queries } from './sensors/queries.ts';
import type { Sensors } from './sensors/sensors.ts';
import { Turns } from './turn/turn.ts';

/** What the configuration says of a home, as far as it may say something else while the agent works. */
export interface Declared {
  readonly things: readonly Thing[];
  readonly sensors?: readonly SensorConfig[] | undefined;
  /** Quiet hours and permissions. */
  readonly policy?: PolicyConfig | undefined;
  /** What adjectives mean, cooldown and grace. */
  readonly rules?: RulesConfig | undefined;
  /** For sunrise and sunset. */
  readonly location?: Location | undefined;
}

/** What outlives a home. */
export interface HomeParts {
  readonly interpreter: TextInterpreter;
  readonly phrase?: Phrase | undefined;
  readonly sensors: Sensors;
  readonly signals: Signals;
  readonly rules: Rules;
  readonly schedule: Schedule;
  readonly dialogue: Dialogue;
  readonly context: Context;
  readonly policy: Policy;
  readonly executor: Executor;
  readonly clock: Clock;
}

export class Home {
  readonly declared: Declared;
  /** What can be asked of these things. */
  readonly vocabulary: Vocabulary;
  /** Names by which robots are called: "stop the rover" is a stop. */
  readonly robots: readonly string[];
  readonly compiler: Compiler;
  readonly turns: Turns;

  /** Sensors and signals know of `declared` already. */
  constructor(declared: Declared, parts: HomeParts) {
    const { things, location } = declared;
    const { interpreter, sensors, signals, rules, schedule, dialogue, context, policy, executor, clock } = parts;
    this.declared = declared;
    this.robots = robotNames(things);
    this.vocabulary = vocabularyOf(
      things.map((thing) => thing.description),
      sensors.configs.map((config) => sensorNamed(config)),
    );
    const { vocabulary } = this;
    const grounding = new Grounding(things);
    const hearing = new Hearing(spokenWords(vocabulary));
    const understanding = new Understanding({ interpreter, vocabulary, grounding, hearing });
    this.compiler = new Compiler({ understanding, grounding, signals });
    const thresholds = thresholdsOf(declared.rules);
    const stages = [
      new RuleStage({
        signals,
        thresholds,
        compiler: this.compiler,
        rules,
        schedule,
        dialogue,
        context,
        clock,
        location,
      }),
    ];
    const queries = new Queries(things, sensors, clock);
    this.turns = new Turns({
      understanding,
      things,
      grounding,
      compiler: this.compiler,
      stages,
      queries,
      schedule,
      executor,
      policy,
      dialogue,
      context,
      phrase: parts.phrase,
      clock,
    });
  }

  get things(): readonly Thing[] {
    return this.declared.things;
  }

  thing(id: string): Thing | undefined {
    return this.things.find((thing) => thing.description.id === id);
  }
}

function robotNames(things: readonly Thing[]): string[] {
  return things
    .map((thing) => thing.description)
    .filter((description) => description.actions['robot.stop'] !== undefined)
    .flatMap((description) => [
      description.title,
      ...(description['tk:synonyms'] ?? []),
      ...(description['tk:nouns'] ?? []),
    ]);
}
