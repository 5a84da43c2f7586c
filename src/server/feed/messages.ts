/**
 * What goes over the feed, one JSON object a message: first the state of everything, then what changes. Documented in
 * docs/dashboard.md, which a test compares with what is sent. Types alone: the dashboard is built from them, too.
 */
import type { ThingDescription, ThingState } from '../../../devices/thing.ts';
import type { HealthReport } from '../../agent/health.ts';
import type { ListedRule } from '../../agent/rules/rules.ts';
import type { ListedEntry } from '../../agent/schedule/schedule.ts';
import type { Response, Source } from '../../agent/types.ts';

export interface FeedThing {
  readonly description: ThingDescription;
  readonly state: ThingState;
  /** Whether it can be reached, as far as somebody knows. */
  readonly online: boolean;
}

export interface FeedSensor {
  readonly name: string;
  readonly kind: string;
  readonly area?: string;
  readonly unit?: string;
  /** Absent: nothing was read yet. */
  readonly value?: string | number | boolean;
  /** Milliseconds since the epoch; absent: configured, never measured. */
  readonly at?: number;
  /** Older than the configuration trusts it. */
  readonly stale: boolean;
}

export interface FeedModel {
  readonly name: string;
  readonly parameters: number;
}

/** An outcome, and who wanted it. */
export interface FeedOutcome {
  readonly response: Response;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly source: Source;
  /** The conversation it belongs to, where the sender named one. */
  readonly site?: string;
}

export interface StateMessage {
  readonly type: 'state';
  readonly node: string;
  readonly version: string;
  readonly model: FeedModel;
  readonly things: readonly FeedThing[];
  readonly sensors: readonly FeedSensor[];
  readonly armed: boolean;
  readonly health: HealthReport;
  /** The last ones, oldest first. */
  readonly outcomes: readonly FeedOutcome[];
  readonly rules: readonly ListedRule[];
  readonly schedule: readonly ListedEntry[];
}

/** One thing has changed. Of changes that come faster than they can be told, the last is told. */
export interface ThingMessage {
  readonly type: 'thing';
  readonly id: string;
  readonly state: ThingState;
  readonly online: boolean;
}

export interface SensorMessage {
  readonly type: 'sensor';
  readonly sensor: FeedSensor;
}

export interface ArmedMessage {
  readonly type: 'armed';
  readonly armed: boolean;
}

export interface OutcomeMessage extends FeedOutcome {
  readonly type: 'outcome';
}

export interface RulesMessage {
  readonly type: 'rules';
  readonly rules: readonly ListedRule[];
}

export interface ScheduleMessage {
  readonly type: 'schedule';
  readonly schedule: readonly ListedEntry[];
}

/** Regularly: what hears nothing for several times as long is not connected any more. */
export interface HealthMessage {
  readonly type: 'health';
  readonly health: HealthReport;
}

/** To a request with an `id`. */
export interface AnswerMessage {
  readonly type: 'answer';
  readonly id: string;
  /** What came of it: the outcome of `command` and `set`, the data of `request`. */
  readonly result?: unknown;
  readonly error?: { readonly code: string; readonly message: string };
}

export type FeedMessage =
  | StateMessage
  | ThingMessage
  | SensorMessage
  | ArmedMessage
  | OutcomeMessage
  | RulesMessage
  | ScheduleMessage
  | HealthMessage
  | AnswerMessage;

/** Words, as on the command topic. `site` names the conversation. */
export interface CommandRequest {
  readonly type: 'command';
  readonly id: string;
  readonly text: string;
  readonly site?: string;
}

/** Direct control, as on `<thing>/set`. */
export interface SetRequest {
  readonly type: 'set';
  readonly id: string;
  readonly thing: string;
  readonly payload: unknown;
}

/** Goes past everything; never refused. */
export interface StopRequest {
  readonly type: 'stop';
  readonly id: string;
}

export interface ArmRequest {
  readonly type: 'arm';
  readonly id: string;
  readonly armed: boolean;
}

/** An operation on rules or schedule, as on `bridge/request/<op>`. */
export interface OperationRequest {
  readonly type: 'request';
  readonly id: string;
  readonly op: string;
  readonly data?: unknown;
}

export type FeedRequest = CommandRequest | SetRequest | StopRequest | ArmRequest | OperationRequest;
