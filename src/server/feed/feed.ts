/**
 * The feed of the dashboard: one WebSocket a page, everything there is first, then what changes. It keeps nothing but
 * the last outcomes, and does nothing while nobody listens.
 */
import { STATUS_CODES, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type RawData, type WebSocket } from 'ws';
import type { Thing } from '../../../devices/thing.ts';
import type { Agent, AgentEvents } from '../../agent/agent.ts';
import type { Health } from '../../agent/health.ts';
import { unitOf } from '../../agent/sensors/description.ts';
import type { Sensor } from '../../agent/sensors/sensor.ts';
import type { ListedRule } from '../../agent/rules/rules.ts';
import type { ListedEntry } from '../../agent/schedule/schedule.ts';
import type { Command, Response } from '../../agent/types.ts';
import type { Clock } from '../../clock.ts';
import { TokonomaError, codeOf, messageOf } from '../../errors.ts';
import type { Logger } from '../../log.ts';
import type { ModelPlace } from '../../model/slot.ts';
import type { ModelInfo } from '../../model/types.ts';
import { FeedClient } from './client.ts';
import type { FeedMessage, FeedOutcome, FeedSensor, FeedThing, StateMessage } from './messages.ts';
import { MAX_MESSAGE_BYTES, answerRequest, readRequest } from './requests.ts';

export interface FeedOptions {
  readonly agent: Agent;
  readonly health: Health;
  /** Asked for every page: what it says may change. */
  readonly engine: Pick<ModelPlace, 'onExchanged'> & { readonly info: Pick<ModelInfo, 'name' | 'parameters'> };
  readonly clock: Clock;
  readonly log: Logger;
  readonly node: string;
  readonly version: string;
}

/** Pages that may listen at once. */
export const MAX_CLIENTS = 16;
/** Requests of one page that may be under way; a stop is not counted. */
export const MAX_UNDER_WAY = 32;
/** Outcomes that a page which comes later is told. */
const REMEMBERED = 50;
/** Health is told this often, and with it what tells nobody when it changes, milliseconds. */
const BEAT_MS = 1000;
/** A connection that answers no ping for so many beats is dead. */
const DEAD_BEATS = 15;

interface Page {
  readonly socket: WebSocket;
  readonly client: FeedClient;
  /** Beats since it last gave a sign of life. */
  silent: number;
  underWay: number;
}

export class Feed {
  readonly #options: FeedOptions;
  readonly #server = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES, perMessageDeflate: false });
  readonly #pages = new Set<Page>();
  readonly #outcomes: FeedOutcome[] = [];
  /** The lists that were last told, as JSON: their changes have no event. */
  readonly #told = new Map<string, string>();
  /** Names of sensors that were told to be stale. */
  readonly #stale = new Set<string>();
  readonly #life = new AbortController();
  readonly #unsubscribe: (() => void)[] = [];
  #beating = false;

  constructor(options: FeedOptions) {
    this.#options = options;
    const { agent, engine } = options;
    this.#unsubscribe.push(engine.onExchanged(() => this.#tell(this.#state())));
    this.#listen('state', (thing) => this.#change(`thing ${thing.description.id}`, () => thingMessage(thing)));
    this.#listen('armed', (armed) => this.#tell({ type: 'armed', armed }));
    this.#listen('response', (response, command) => this.#outcome(response, command));
    this.#listen('declared', () => this.#tell(this.#state()));
    this.#unsubscribe.push(agent.sensors.onReading((sensor) => this.#sensorChanged(sensor)));
  }

  /** Takes a request that has passed the server's checks. */
  readonly upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    if (this.#pages.size >= MAX_CLIENTS || this.#life.signal.aborted) {
      socket.end(`HTTP/1.1 503 ${STATUS_CODES[503]}\r\nConnection: close\r\nRetry-After: 10\r\n\r\n`);
      return;
    }
    this.#server.handleUpgrade(request, socket, head, (webSocket) => this.#join(webSocket));
  };

  close(): void {
    this.#life.abort(new TokonomaError('closed', 'the feed is closed'));
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    // 1001: going away.
    for (const { socket } of this.#pages) socket.close(1001, 'the runtime ends');
  }

  #join(socket: WebSocket): void {
    const page: Page = { socket, client: new FeedClient(socket, this.#options.clock), silent: 0, underWay: 0 };
    socket.on('message', (data, isBinary) => void this.#asked(page, data, isBinary));
    socket.on('pong', () => (page.silent = 0));
    // What is no WebSocket frame, or too long: ws closes the connection after this.
    socket.on('error', (error) => this.#options.log.debug({ error: messageOf(error) }, 'feed'));
    socket.on('close', () => this.#pages.delete(page));
    // The others hear first what the state of this one will hold.
    this.#lists();
    this.#pages.add(page);
    page.client.send(this.#state());
    if (!this.#beating) void this.#beat();
  }

  async #asked(page: Page, data: RawData, isBinary: boolean): Promise<void> {
    let id = '';
    let counted = 0;
    try {
      const asked = readRequest(data as Buffer, isBinary);
      id = asked.id;
      if (asked.type !== 'stop') {
        if (page.underWay >= MAX_UNDER_WAY) {
          throw new TokonomaError('queue-full', `${MAX_UNDER_WAY} requests are under way; wait for their answers`);
        }
        page.underWay += counted = 1;
      }
      const result = await answerRequest(this.#options.agent, asked);
      page.client.send({ type: 'answer', id, result });
      if (asked.type === 'request') this.#lists();
    } catch (error) {
      const message = codeOf(error) === 'internal' ? 'an internal error; the log says more' : messageOf(error);
      if (codeOf(error) === 'internal') this.#options.log.error({ error: messageOf(error) }, 'feed');
      page.client.send({ type: 'answer', id, error: { code: codeOf(error), message } });
    } finally {
      page.underWay -= counted;
    }
  }

  #state(): StateMessage {
    const { agent, health, engine, node, version } = this.#options;
    const { name, parameters } = engine.info;
    return {
      type: 'state',
      node,
      version,
      model: { name, parameters },
      things: agent.things.map((thing) => ({ description: thing.description, ...stateOf(thing) })),
      sensors: agent.sensors.all.map((sensor) => this.#sensor(sensor)),
      armed: agent.armed,
      health: health.report(),
      outcomes: this.#outcomes,
      rules: agent.rules,
      schedule: agent.schedule,
    };
  }

  #outcome(response: Response, { source = 'mqtt', site }: Command): void {
    const at = this.#options.clock.now();
    const outcome = { response, at, source, ...(site === undefined ? {} : { site }) };
    this.#outcomes.push(outcome);
    if (this.#outcomes.length > REMEMBERED) this.#outcomes.shift();
    this.#tell({ type: 'outcome', ...outcome });
    this.#lists();
  }

  #sensorChanged(sensor: Sensor): void {
    this.#change(`sensor ${sensor.config.name}`, () => ({ type: 'sensor', sensor: this.#sensor(sensor) }));
  }

  #sensor({ config }: Sensor): FeedSensor {
    const { name, kind, area } = config;
    const unit = unitOf(config);
    const { value, at, stale = false } = this.#options.agent.sensors.reading(name) ?? {};
    return {
      name,
      kind,
      ...(area === undefined ? {} : { area }),
      ...(unit === undefined ? {} : { unit }),
      ...(value === undefined ? {} : { value }),
      ...(at === undefined ? {} : { at }),
      stale,
    };
  }

  /** Health at every beat; readings that have become old, and rules that now hold, when they have. */
  async #beat(): Promise<void> {
    const { health, clock } = this.#options;
    this.#beating = true;
    while (this.#pages.size > 0 && !this.#life.signal.aborted) {
      await clock.sleep(BEAT_MS, this.#life.signal).catch(() => undefined);
      for (const page of this.#pages) {
        if (++page.silent > DEAD_BEATS) page.socket.terminate();
        else page.socket.ping();
      }
      this.#tell({ type: 'health', health: health.report() });
      this.#lists();
      for (const sensor of this.#options.agent.sensors.all) {
        this.#age(sensor, clock.now());
      }
    }
    this.#beating = false;
  }

  #age(sensor: Sensor, now: number): void {
    const { name } = sensor.config;
    if (sensor.isStale(now) === this.#stale.has(name)) return;
    if (this.#stale.has(name)) this.#stale.delete(name);
    else this.#stale.add(name);
    this.#sensorChanged(sensor);
  }

  #lists(): void {
    const { rules, schedule } = this.#options.agent;
    if (this.#isNew('rules', rules)) this.#tell({ type: 'rules', rules });
    if (this.#isNew('schedule', schedule)) this.#tell({ type: 'schedule', schedule });
  }

  #isNew(of: string, list: readonly (ListedRule | ListedEntry)[]): boolean {
    const text = JSON.stringify(list);
    if (this.#told.get(of) === text) return false;
    this.#told.set(of, text);
    return true;
  }

  #tell(message: FeedMessage): void {
    for (const { client } of this.#pages) client.send(message);
  }

  #change(of: string, message: () => FeedMessage): void {
    if (this.#pages.size === 0) return;
    const changed = message();
    for (const { client } of this.#pages) client.change(of, changed);
  }

  #listen<Name extends keyof AgentEvents>(name: Name, listener: (...args: AgentEvents[Name]) => void): void {
    const { agent } = this.#options;
    agent.on(name, listener as never);
    this.#unsubscribe.push(() => agent.off(name, listener as never));
  }
}

function thingMessage(thing: Thing): FeedMessage {
  return { type: 'thing', id: thing.description.id, ...stateOf(thing) };
}

function stateOf({ driver }: Thing): Pick<FeedThing, 'state' | 'online'> {
  return { state: driver.state(), online: driver.online !== false };
}
