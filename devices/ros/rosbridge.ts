/**
 * A connection to a rosbridge server: comes back by itself, advertises and subscribes again then. What is published
 * goes out now or not at all; a goal whose connection is lost has failed.
 */
import { createRequire } from 'node:module';
import type * as Ws from 'ws';
import type { Clock } from '../../src/clock.ts';
import { TokonomaError, messageOf } from '../../src/errors.ts';
import type { Logger } from '../../src/log.ts';
import { oneLine } from '../mqtt/payload.ts';
import { GOAL_STATUS, incoming, type Incoming, type Json } from './protocol.ts';

// CommonJS: see src/mqtt/connection.ts.
const { WebSocket } = createRequire(import.meta.url)('ws') as typeof Ws;

export interface RosbridgeOptions {
  readonly url: string;
  readonly clock: Clock;
  readonly log?: Logger | undefined;
}

export interface Goal {
  readonly action: string;
  readonly type: string;
  readonly args: Json;
  readonly onFeedback?: (values: Json) => void;
}

/** Longest message that is taken: odometry has some hundred bytes, a result some thousand. */
const MAX_PAYLOAD = 256 * 1024;
/** Unsent bytes beyond which the server no longer listens. */
const MAX_BUFFERED = 64 * 1024;
const RECONNECT_MS = [250, 500, 1000, 2000, 5000] as const;
const OPEN_MS = 5000;
/** A server that is asked to cancel a goal has this long to say how it ended. */
const CANCEL_MS = 3000;
/** Silence of the wire for as long as this is a loss; TCP alone notices after minutes. */
const PING_MS = 2000;

interface RunningGoal extends Goal {
  readonly resolve: (values: unknown) => void;
  readonly reject: (error: TokonomaError) => void;
}

interface Subscription {
  readonly type: string;
  readonly everyMs: number;
  readonly listener: (msg: Json) => void;
}

export class Rosbridge {
  readonly #options: RosbridgeOptions;
  readonly #advertised = new Map<string, string>();
  readonly #subscribed = new Map<string, Subscription>();
  readonly #goals = new Map<string, RunningGoal>();
  readonly #listeners = new Set<(connected: boolean) => void>();
  readonly #life = new AbortController();
  #socket: Ws.WebSocket | undefined;
  #open = false;
  #running: Promise<void> | undefined;
  #count = 0;

  constructor(options: RosbridgeOptions) {
    this.#options = options;
  }

  get connected(): boolean {
    return this.#open;
  }

  onConnection(listener: (connected: boolean) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Begins to connect, and goes on. Before it: `advertise` and `subscribe`. */
  start(): void {
    this.#running ??= this.#run();
  }

  async close(): Promise<void> {
    this.#life.abort();
    this.#socket?.close();
    await this.#running;
  }

  advertise(topic: string, type: string): void {
    this.#advertised.set(topic, type);
    if (this.#open) this.send({ op: 'advertise', topic, type });
  }

  /** @param everyMs at most one message in this time */
  subscribe(topic: string, type: string, everyMs: number, listener: (msg: Json) => void): void {
    this.#subscribed.set(topic, { type, everyMs, listener });
    if (this.#open) this.send(subscription(topic, type, everyMs));
  }

  publish(topic: string, msg: Json): void {
    this.send({ op: 'publish', topic, msg });
  }

  /** Throws `not-connected`: nothing is kept for later. */
  send(message: Json): void {
    const socket = this.#socket;
    if (!this.#open || socket === undefined || socket.bufferedAmount > MAX_BUFFERED) {
      throw new TokonomaError('not-connected', `${this.#options.url}: no connection to the robot`);
    }
    socket.send(JSON.stringify(message));
  }

  /**
   * Sends a goal; resolves with its result when it has succeeded. Aborting cancels it, and waits for the server to say
   * so. Rejects with `goal-aborted`, `goal-canceled`, `goal-refused`, `not-connected` or the signal's reason.
   */
  async goal(goal: Goal, signal: AbortSignal): Promise<unknown> {
    signal.throwIfAborted();
    const id = `${goal.action}:${++this.#count}`;
    let settle!: Pick<RunningGoal, 'resolve' | 'reject'>;
    const ended = new Promise<unknown>((resolve, reject) => (settle = { resolve, reject }));
    ended.catch(() => undefined);
    const { action, type, args } = goal;
    this.#goals.set(id, { ...goal, ...settle });
    const over = new AbortController();
    const cancel = (): void => {
      try {
        this.send({ op: 'cancel_action_goal', id, action });
      } catch (error) {
        settle.reject(error as TokonomaError);
      }
      const why = signal.reason as TokonomaError;
      this.#options.clock.sleep(CANCEL_MS, over.signal).then(
        () => settle.reject(why),
        () => undefined,
      );
    };
    try {
      this.send({ op: 'send_action_goal', id, action, action_type: type, args, feedback: true });
      signal.addEventListener('abort', cancel, { once: true });
      return await ended;
    } catch (error) {
      throw signal.aborted ? signal.reason : error;
    } finally {
      signal.removeEventListener('abort', cancel);
      over.abort();
      this.#goals.delete(id);
    }
  }

  async #run(): Promise<void> {
    const { clock } = this.#options;
    const { signal } = this.#life;
    for (let failures = 0; !signal.aborted; failures++) {
      if (await this.#session()) failures = 0;
      const wait = RECONNECT_MS[Math.min(failures, RECONNECT_MS.length - 1)]!;
      await clock.sleep(wait, signal).catch(() => undefined);
    }
  }

  /** One socket from its connect to its close; true when it was open. */
  #session(): Promise<boolean> {
    const { url, clock, log } = this.#options;
    const over = new AbortController();
    return new Promise((resolve) => {
      const socket = new WebSocket(url, {
        maxPayload: MAX_PAYLOAD,
        handshakeTimeout: OPEN_MS,
        perMessageDeflate: false,
      });
      this.#socket = socket;
      let opened = false;
      let alive = true;
      socket.on('open', () => {
        opened = true;
        this.#open = true;
        this.#greet();
        for (const listener of this.#listeners) listener(true);
      });
      socket.on('pong', () => (alive = true));
      const watch = async (): Promise<void> => {
        for (;;) {
          await clock.sleep(PING_MS, over.signal);
          if (!alive) return socket.terminate();
          if (socket.readyState !== socket.OPEN) continue;
          alive = false;
          socket.ping();
        }
      };
      watch().catch(() => undefined);
      socket.on('message', (data, isBinary) => {
        alive = true;
        if (!isBinary) this.#receive(incoming((data as Buffer).toString('utf8')));
      });
      socket.on('error', (error) => log?.warn({ url, error: messageOf(error) }, 'rosbridge'));
      socket.on('close', () => {
        over.abort();
        this.#lost();
        resolve(opened);
      });
    });
  }

  #greet(): void {
    for (const [topic, type] of this.#advertised) this.send({ op: 'advertise', topic, type });
    for (const [topic, { type, everyMs }] of this.#subscribed) this.send(subscription(topic, type, everyMs));
  }

  #lost(): void {
    const was = this.#open;
    this.#open = false;
    this.#socket = undefined;
    const why = new TokonomaError('not-connected', `${this.#options.url}: the connection to the robot was lost`);
    for (const goal of this.#goals.values()) goal.reject(why);
    if (was) for (const listener of this.#listeners) listener(false);
  }

  #receive(message: Incoming | undefined): void {
    if (message === undefined) return;
    if (message.op === 'publish') this.#subscribed.get(message.topic)?.listener(message.msg);
    else if (message.op === 'action_feedback') this.#goals.get(message.id)?.onFeedback?.(message.values);
    else if (message.op === 'action_result') {
      const goal = this.#goals.get(message.id);
      const failure = goal && failureOf(goal.action, message);
      if (failure === undefined) goal?.resolve(message.values);
      else goal?.reject(failure);
    } else {
      this.#options.log?.warn({ level: message.level, message: oneLine(message.msg) }, 'rosbridge status');
    }
  }
}

function subscription(topic: string, type: string, everyMs: number): Json {
  return { op: 'subscribe', topic, type, throttle_rate: everyMs, queue_length: 1 };
}

/** `result` says whether the action could be run at all, `status` how it ended. */
function failureOf(action: string, message: Extract<Incoming, { op: 'action_result' }>): TokonomaError | undefined {
  if (!message.result) {
    return new TokonomaError('goal-refused', `${action} was not run: ${oneLine(message.values)}`);
  }
  if (message.status === GOAL_STATUS.succeeded) return undefined;
  if (message.status === GOAL_STATUS.canceled) return new TokonomaError('goal-canceled', `${action} was cancelled`);
  return new TokonomaError('goal-aborted', `${action} gave up (status ${message.status})`);
}
