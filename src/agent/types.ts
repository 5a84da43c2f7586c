/** The words of the command's way: what comes in, what is understood, what is answered. */
import type { Args, PlanCall } from '../grammar/actions.ts';

export const OUTCOMES = [
  'executed',
  'needs-confirmation',
  'not-understood',
  'ambiguous',
  'unknown-device',
  'refused',
  'expired',
  'failed',
] as const;
/** What became of a command. */
export type Outcome = (typeof OUTCOMES)[number];

/** A command on its way, however it came in. */
export interface Command {
  readonly id: string;
  readonly text: string;
  /** Milliseconds since the epoch. */
  readonly receivedAt: number;
  /** After this moment it is stale and must not run (ms since the epoch). */
  readonly expiresAt?: number;
  readonly site?: string;
  /** Which talk it belongs to, of transports that know (its source is told with it); absent: that of the site. */
  readonly conversation?: string;
  /** By which way it came. Default `mqtt`. */
  readonly source?: Source;
  /** What it was understood as before, of a rule or a schedule: it needs no model. */
  readonly intent?: StoredIntent;
  /** Where to answer besides `<base>/response` (MQTT 5 request/response). */
  readonly reply?: ReplyAddress;
  readonly delivery?: Delivery;
}

/** A plan with what was settled about it (prepare.ts), as it is written into a journal. */
export interface StoredIntent {
  readonly plan: readonly PlanCall[];
  readonly text: string;
  readonly chosen?: readonly (readonly [call: number, ids: readonly string[]])[];
  readonly among?: readonly string[];
  readonly without?: readonly string[];
}

/** Who asks, for permissions: what is known of the sender, and by which way it came. */
export function sourcesOf({ site, reply, source = 'mqtt' }: Command): string[] {
  return [site, reply?.topic, source].filter((name) => name !== undefined);
}

/** Ways by which something is asked for; permissions may be by them. */
export type Source = 'mqtt' | 'http' | 'terminal' | 'hermes' | 'wyoming' | 'schedule' | 'rule';

/** Names the packet, not the command: what tells a redelivery from the same words said again. */
export interface Delivery {
  /** Packet identifier and digest of the payload. */
  readonly key: string;
  /** The sender says that it was delivered before (MQTT's DUP flag, which not every broker sets). */
  readonly again: boolean;
}

export interface ReplyAddress {
  readonly topic: string;
  /** Correlation data, base64. */
  readonly correlation?: string;
}

/** What the interpreter made of a text, before any device is looked at. */
export interface Interpretation {
  readonly plan: readonly PlanCall[];
  /** How likely the plan is right, 0..1, as far as the model has been calibrated. */
  readonly confidence: number;
  /** Of a plan below this confidence it is better to ask than to act; absent: nobody has measured where that is. */
  readonly threshold?: number;
  readonly model: string;
  readonly path: 'fast' | 'model' | 'stop';
  readonly timing: { prefill_ms: number; decode_ms: number; tokens_in: number; tokens_out: number; forced: number };
}

/** One action of a response: what was asked of which device and what became of it. */
export interface ActionResult {
  device: string;
  action: string;
  args: Args;
  outcome: Outcome;
  /** Milliseconds until the device acknowledged. */
  ack_ms?: number;
  reason?: string;
}

/** The payload of `<base>/response` and of `ask --json`. */
export interface Response {
  id: string;
  text: string;
  outcome: Outcome;
  /** Stable word such as `too-large`, `bad-json`, `over-limit`, `queue-full`. */
  code?: string;
  reason?: string;
  candidates?: string[];
  confidence?: number;
  plan: PlanCall[];
  actions: ActionResult[];
  say?: string;
  model: string;
  path: 'fast' | 'model' | 'stop';
  timing: {
    queue_ms: number;
    prefill_ms: number;
    decode_ms: number;
    tokens_in: number;
    tokens_out: number;
    forced: number;
  };
}
