/** The configuration after validation: every default filled in, secrets resolved. */
import type { RulesConfig } from '../agent/rules/thresholds.ts';
import type { Location } from '../agent/schedule/sun.ts';
import type { ThingDeclaration } from '../../devices/kind.ts';
import type { PolicyConfig } from '../agent/acting/policy.ts';
import type { HomeAssistantConfig } from './homeassistant.ts';
import type { HttpConfig } from './http.ts';
import type { HermesConfig, WyomingConfig } from './voice.ts';
import type { TlsFiles } from '../mqtt/tls.ts';
import type { BackendName } from '../gpio/io.ts';
import type { Pin } from '../gpio/pins.ts';
import type { SourceOptions } from '../gpio/sources/sources.ts';
import type { Precision } from '../model/engine.ts';

/** What a configuration says, with everything that it leaves to us. */
export interface Config {
  /** Where it came from, for messages: a path, or `(demo)`. */
  readonly file: string;
  readonly node: { readonly name: string; readonly base: string };
  readonly mqtt: MqttConfig;
  readonly http: HttpConfig;
  /** Absent: not wanted. */
  readonly wyoming?: WyomingConfig;
  readonly hermes?: HermesConfig;
  readonly homeassistant: HomeAssistantConfig;
  /** File or name of the model, or `auto`; absent: the embedded seedling. */
  readonly model?: string;
  /** What the whole process may have, in bytes; absent: what the model needs. */
  readonly memory?: number | 'auto';
  /** Positions of the KV cache. */
  readonly context?: number;
  /** Threads of the engine. */
  readonly threads?: number;
  readonly precision?: Precision;
  /** Whose words answers are in. Default: plain. */
  readonly say?: 'plain' | 'model';
  /** Absolute path of the directory for journal, schedules and rules. */
  readonly data: string;
  readonly log?: { readonly level?: string };
  /** Degrees; for sunrise and sunset. */
  readonly location?: Location;
  readonly rules?: RulesConfig;
  readonly things: readonly ThingConfig[];
  readonly sensors: readonly SensorConfig[];
  readonly policy: PolicyConfig;
  readonly safety: SafetyConfig;
  readonly gpio: GpioConfig;
  /** An input that stops everything. */
  readonly stopLine?: StopLine;
}

export interface GpioConfig {
  /** The way to the pins. Default `auto`. */
  readonly backend: BackendName | 'auto';
}

export type StopLine = Pick<SourceOptions, 'active_low' | 'pull' | 'debounce_ms'> & { readonly pin: Pin };

export interface SafetyConfig {
  /** Seconds without a broker after which what is being done is ended. Default 5. */
  readonly contact_s: number;
}

export interface MqttConfig {
  /** External broker; absent: the embedded one listens on host and port. */
  readonly url?: string;
  readonly host: string;
  readonly port: number;
  readonly username?: string;
  readonly password?: string;
  /** Absolute paths. */
  readonly tls?: TlsFiles;
  /** How long the broker keeps commands while we are away, seconds. */
  readonly sessionExpiryS?: number;
}

/** A thing as the configuration declares it. */
export interface ThingConfig extends ThingDeclaration {
  readonly driver: string;
}

/** One of SENSOR_KINDS (src/agent/sensors/kinds.ts). */
export type SensorKind = string;

/** A sensor as the configuration declares it. */
export interface SensorConfig extends SourceOptions {
  /** e.g. `temperature/kitchen` */
  readonly name: string;
  readonly kind: SensorKind;
  /** Where readings arrive. Default `<base>/sensor/<name>`. */
  readonly topic: string;
  readonly area?: string;
  readonly unit?: string;
  /** Where the reading is in a JSON payload (or in the state of `device`): `a.b.c`. */
  readonly path?: string;
  /** Id of the thing it belongs to: the reading is then the thing's state at `path`, besides what the topic brings. */
  readonly device?: string;
  /** A number is multiplied by `scale`, then `offset` is added. */
  readonly scale?: number;
  readonly offset?: number;
  /** Readings outside are refused, in the sensor's unit after scale and offset. */
  readonly min?: number;
  readonly max?: number;
  /** A reading older than this many seconds is told with its age, and no rule believes it. */
  readonly stale_s?: number;
  /** Of a sensor whose readings are one of two words: it sends the other one. */
  readonly invert?: boolean;
  /** False: Home Assistant is not told of it. Default true. */
  readonly homeassistant?: boolean;
  /** The reading before the first message, for simulated sensors. */
  readonly initial?: string | number | boolean;
}
