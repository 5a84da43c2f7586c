/** tokonoma.yaml → Config: parse, validate by the schema, check what a schema cannot, fill in the defaults. */
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { checkActions } from '../../devices/convert.ts';
import { DEFAULT_DRIVER, describedThing, driverOf, drivenThing, type DriverContext } from '../../devices/drivers.ts';
import type { DriverOptions } from '../../devices/kind.ts';
import { kindOf } from '../../devices/kinds.ts';
import type { RulesConfig } from '../agent/rules/thresholds.ts';
import type { Location } from '../agent/schedule/sun.ts';
import type { Thing } from '../../devices/thing.ts';
import { TokonomaError } from '../errors.ts';
import type { PolicyConfig } from '../agent/acting/policy.ts';
import { SOURCES } from '../gpio/sources/sources.ts';
import type { Precision } from '../model/engine.ts';
import { DEMO_YAML } from './demo.ts';
import { guardFaults, guardsOf, policyFaults, type RawGuards } from './guards.ts';
import { resolveHomeAssistant, type RawHomeAssistant } from './homeassistant.ts';
import { resolveHttp, type RawHttp } from './http.ts';
import { resolveMqtt, type RawMqtt } from './mqtt.ts';
import { nearest } from './nearest.ts';
import { resolveHermes, resolveWyoming, type RawHermes, type RawWyoming } from './voice.ts';
import { RESERVED_IDS, THING_KEYS } from './schema.ts';
import { parseSize } from '../size.ts';
import { slug } from './slug.ts';
import { YamlSource, type Fault, type Path } from './source.ts';
import { faultsOf } from './validate.ts';
import type { Config, GpioConfig, SensorConfig, SensorKind, StopLine, ThingConfig } from './types.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** The file as the schema lets it through. */
interface RawConfig {
  node?: { name: string; base?: string };
  mqtt?: RawMqtt;
  http?: RawHttp;
  wyoming?: RawWyoming;
  hermes?: RawHermes;
  homeassistant?: RawHomeAssistant;
  model?: string;
  memory?: number | string;
  context?: number;
  threads?: number;
  precision?: Precision;
  say?: 'plain' | 'model';
  log?: { level?: string };
  data?: string;
  location?: Location;
  rules?: RulesConfig;
  things?: RawThing[];
  sensors?: RawSensor[];
  policy?: PolicyConfig;
  safety?: { contact_s?: number };
  gpio?: { backend?: GpioConfig['backend'] };
  stop_line?: StopLine;
}

interface RawThing extends Record<string, unknown>, RawGuards {
  kind: string;
  name: string;
  id?: string;
  area?: string;
  synonyms?: string[];
  nouns?: string[];
  driver?: string;
  groups?: string[];
  homeassistant?: boolean;
}

type RawSensor = Omit<SensorConfig, 'topic'> & { topic?: string; kind: SensorKind };

/** Reads a configuration file. Throws `config-not-found` or `config-invalid` (with file, line, column, path). */
export function loadConfig(path: string, env: Env = process.env): Config {
  return parseConfig(configText(path), path, env);
}

/** Throws `config-not-found`. */
export function configText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? 'unreadable';
    const hint = 'name an existing file with --config, or leave it out for the demo';
    throw new TokonomaError('config-not-found', `${path}: cannot be read (${why}); ${hint}`, { cause: error });
  }
}

/** The built-in home of `--demo`. Its text is ours: the tests validate it, and a start need not. */
export function demoConfig(env: Env = process.env): Config {
  const source = new YamlSource(DEMO_YAML, '(demo)');
  return resolvedOrRefused(source.value() as RawConfig, source, env);
}

export function parseConfig(text: string, file: string, env: Env = process.env): Config {
  const source = new YamlSource(text, file);
  const raw = source.value();
  const wrong = faultsOf(raw);
  if (wrong.length > 0) throw source.error(wrong);
  return resolvedOrRefused(raw as RawConfig, source, env);
}

function resolvedOrRefused(raw: RawConfig, source: YamlSource, env: Env): Config {
  const { config, faults } = resolved(raw, source.file, env);
  if (faults.length > 0) throw source.error(faults);
  return config;
}

/** Things with the drivers they declare, not yet started. Throws what a driver has against its declaration. */
export function buildThings(config: Config, context: DriverContext): Thing[] {
  return config.things.map((declaration) => checked(drivenThing(declaration, context)));
}

/** The same things, but nothing of them is real: for `ask`, and to describe them. */
export function simulateThings(config: Config, options: DriverOptions): Thing[] {
  return config.things.map((declaration) => {
    const driver = kindOf(declaration.kind)!.simulate(declaration, options);
    return checked({ description: describedThing(declaration), driver });
  });
}

function checked(thing: Thing): Thing {
  checkActions(thing.description);
  return thing;
}

function resolved(raw: RawConfig, file: string, env: Env): { config: Config; faults: Fault[] } {
  const faults: Fault[] = [];
  const name = raw.node?.name ?? 'home';
  const base = raw.node?.base ?? `tokonoma/${name}`;
  const things = resolveThings(raw.things ?? [], faults);
  const sensors = resolveSensors(raw.sensors ?? [], base, things, faults);
  faults.push(...guardFaults(things, sensors), ...policyFaults(raw.policy ?? {}, things));
  const config: Config = {
    file,
    node: { name, base },
    mqtt: resolveMqtt(raw.mqtt ?? {}, file, env, faults),
    http: resolveHttp(raw.http ?? {}, file, env, faults),
    ...resolveWyoming(raw.wyoming, faults),
    ...resolveHermes(raw.hermes),
    homeassistant: resolveHomeAssistant(raw.homeassistant ?? {}),
    ...(raw.model === undefined ? {} : { model: raw.model }),
    ...(raw.memory === undefined ? {} : { memory: raw.memory === 'auto' ? raw.memory : parseSize(String(raw.memory)) }),
    ...(raw.context === undefined ? {} : { context: raw.context }),
    ...(raw.threads === undefined ? {} : { threads: raw.threads }),
    ...(raw.precision === undefined ? {} : { precision: raw.precision }),
    ...(raw.say === undefined ? {} : { say: raw.say }),
    data: raw.data === undefined ? defaultData(name, env) : resolve(dirname(file), raw.data),
    ...(raw.log === undefined ? {} : { log: raw.log }),
    ...(raw.location === undefined ? {} : { location: raw.location }),
    ...(raw.rules === undefined ? {} : { rules: raw.rules }),
    things,
    sensors,
    policy: raw.policy ?? {},
    safety: { contact_s: raw.safety?.contact_s ?? 5 },
    gpio: { backend: raw.gpio?.backend ?? 'auto' },
    ...(raw.stop_line === undefined ? {} : { stopLine: raw.stop_line }),
  };
  return { config, faults };
}

/** XDG Base Directory Specification: state that should survive restarts. */
function defaultData(node: string, env: Env): string {
  return join(env['XDG_STATE_HOME'] ?? join(homedir(), '.local', 'state'), 'tokonoma', node);
}

function resolveThings(raw: readonly RawThing[], faults: Fault[]): ThingConfig[] {
  const taken = new Map<string, number>();
  return raw.map((thing, index) => {
    const id = thing.id ?? slug(thing.name);
    const path: Path = ['things', index, thing.id === undefined ? 'name' : 'id'];
    const other = taken.get(id);
    if (id === '') faults.push({ path, message: 'no id can be made from this name; give an id ([a-z0-9_-])' });
    else if ((RESERVED_IDS as readonly string[]).includes(id)) {
      faults.push({ path, message: `the id "${id}" is a topic of the runtime itself; give another id` });
    } else if (other !== undefined) {
      faults.push({ path, message: `the id "${id}" is taken by things[${other}]; give one of them another id` });
    } else taken.set(id, index);
    const driver = thing.driver ?? DEFAULT_DRIVER;
    const driverKeys = driverOf(driver)!.options(thing.kind).properties;
    const keys = Object.entries(thing).filter(([key]) => !THING_KEYS.includes(key));
    const options = Object.fromEntries(keys.filter(([key]) => !Object.hasOwn(driverKeys, key)));
    const driverOptions = Object.fromEntries(keys.filter(([key]) => Object.hasOwn(driverKeys, key)));
    checkRobot(options, ['things', index], faults);
    return {
      id,
      name: thing.name,
      kind: thing.kind,
      driver,
      ...(thing.area === undefined ? {} : { area: thing.area }),
      ...(thing.synonyms === undefined ? {} : { synonyms: thing.synonyms }),
      ...(thing.nouns === undefined ? {} : { nouns: thing.nouns }),
      ...(thing.groups === undefined ? {} : { groups: thing.groups }),
      ...(thing.homeassistant === undefined ? {} : { homeassistant: thing.homeassistant }),
      ...guardsOf(thing),
      options,
      ...(driver === DEFAULT_DRIVER ? {} : { driverOptions }),
    };
  });
}

/** Objects lie at declared places. */
function checkRobot(options: { places?: object; objects?: Record<string, string> }, path: Path, faults: Fault[]): void {
  const places = Object.keys(options.places ?? {});
  for (const [object, place] of Object.entries(options.objects ?? {})) {
    if (places.includes(place)) continue;
    const hint = nearest(place, places);
    const known = hint === undefined ? `known are ${places.join(', ') || 'none'}` : `did you mean "${hint}"?`;
    faults.push({ path: [...path, 'objects', object], message: `no place of this name is declared; ${known}` });
  }
}

function resolveSensors(
  raw: readonly RawSensor[],
  base: string,
  things: readonly ThingConfig[],
  faults: Fault[],
): SensorConfig[] {
  const taken = new Map<string, number>();
  const ids = things.map((thing) => thing.id);
  return raw.map((sensor, index) => {
    const other = taken.get(sensor.name);
    if (other !== undefined) {
      faults.push({ path: ['sensors', index, 'name'], message: `this name is taken by sensors[${other}]` });
    } else taken.set(sensor.name, index);
    if (sensor.device !== undefined && !ids.includes(sensor.device)) {
      const hint = nearest(sensor.device, ids);
      const known = hint === undefined ? `ids are ${ids.join(', ') || 'none'}` : `did you mean "${hint}"?`;
      faults.push({ path: ['sensors', index, 'device'], message: `no thing has this id; ${known}` });
    }
    if (sensor.min !== undefined && sensor.max !== undefined && sensor.min >= sensor.max) {
      faults.push({ path: ['sensors', index, 'min'], message: `min must be less than max, which is ${sensor.max}` });
    }
    faults.push(...sourceFaults(sensor, ['sensors', index]));
    return { ...sensor, topic: sensor.topic ?? `${base}/sensor/${sensor.name}` };
  });
}

/** Keys of a sensor that are another driver's, or nobody's without one. */
function sourceFaults(sensor: RawSensor, path: Path): Fault[] {
  const { driver } = sensor;
  const own = driver === undefined ? undefined : SOURCES[driver]!;
  const strange = Object.entries(SOURCES).flatMap(([name, { keys }]) =>
    Object.keys(keys).flatMap((key) => {
      if (!Object.hasOwn(sensor, key) || Object.hasOwn(own?.keys ?? {}, key)) return [];
      return [{ path, key, message: `is a key of driver: ${name}, and this sensor has ${driver ?? 'no driver'}` }];
    }),
  );
  const missing = (own?.required ?? []).filter((key) => !Object.hasOwn(sensor, key));
  const first = strange.filter((fault, i) => strange.findIndex((other) => other.key === fault.key) === i);
  return [...first, ...missing.map((key) => ({ path, message: `"${key}" is missing; driver: ${driver} needs it` }))];
}
