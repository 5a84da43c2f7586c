/** The loop between words, sensors and actuators. Knows nothing of MQTT: transports call in and listen to its events. */
import { EventEmitter } from 'node:events';
import { randomUUID } from 'node:crypto';
import type { Readings } from '../../devices/condition.ts';
import type { Thing, ThingState } from '../../devices/thing.ts';
import type { Clock } from '../clock.ts';
import type { SensorConfig } from '../config/types.ts';
import { TokonomaError, codeOf, messageOf } from '../errors.ts';
import type { Logger } from '../log.ts';
import { vocabularyOf, type Vocabulary } from './capabilities.ts';
import { parseCommand, type Arrival } from './command.ts';
import { Dialogue } from './dialogue.ts';
import { directSteps } from './direct.ts';
import { Executor } from './executor.ts';
import { Grounding } from './grounding.ts';
import { Inbox } from './inbox.ts';
import { Policy, type PolicyConfig } from './policy.ts';
import { readingsOf } from './readings.ts';
import { Queries } from './queries.ts';
import { outcomeOf, respond, type Ending } from './response.ts';
import { makeSafe } from './safety.ts';
import { Schedule, type Scheduled } from './schedule.ts';
import { sensorNamed } from './sensors/naming.ts';
import { Sensors } from './sensors/sensors.ts';
import { Turns, type TextInterpreter } from './turn.ts';
import type { ActionResult, Command, Delivery, Response } from './types.ts';
import { deferred, type Deferred } from './waiting.ts';
import { isStopPhrase, listed, nearest } from './words.ts';

export interface AgentOptions {
  readonly things: readonly Thing[];
  readonly sensors?: readonly SensorConfig[];
  readonly interpreter: TextInterpreter;
  readonly clock: Clock;
  readonly log: Logger;
  /** Folder of journal and schedule; absent: nothing survives the process. */
  readonly dataDir?: string | undefined;
  /** Whether actuators may move from the start. Default false. */
  readonly armed?: boolean;
  /** Quiet hours and permissions. */
  readonly policy?: PolicyConfig;
  /** Commands that may wait. Default 64. */
  readonly queueLimit?: number;
  /** Milliseconds a device has for its acknowledgement; default by the action. */
  readonly timeoutMs?: number;
}

export interface AgentEvents {
  /** `command.reply` says who else wants it. */
  response: [response: Response, command: Command];
  action: [action: ActionResult & { id: string }];
  state: [thing: Thing, state: ThingState];
  armed: [armed: boolean];
}

/** A command that survived a restart without a limit of its own is stale after this long, milliseconds. */
const RECOVERED_MS = 60_000;
/** A scheduled command that could not run when it was due is stale after this long, milliseconds. */
const SCHEDULED_LATE_MS = 60_000;

export function createAgent(options: AgentOptions): Agent {
  return new Agent(options);
}

export class Agent extends EventEmitter<AgentEvents> {
  readonly things: readonly Thing[];
  readonly sensors: Sensors;
  /** What can be asked of these things. */
  readonly vocabulary: Vocabulary;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #policy: Policy;
  readonly #readings: Readings;
  readonly #inbox: Inbox;
  readonly #schedule: Schedule;
  readonly #executor: Executor;
  readonly #dialogue: Dialogue;
  readonly #turns: Turns;
  readonly #robots: readonly string[];
  readonly #life = new AbortController();
  /** Every run that a stop has to end: the command at work and direct control. */
  readonly #runs = new Set<AbortController>();
  readonly #answers = new Map<string, Deferred<Response>>();
  /** Ids of commands that waited through a restart. */
  readonly #recovered = new Set<string>();
  readonly #unsubscribe: (() => void)[] = [];
  #working: Promise<void> | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: AgentOptions) {
    super();
    const { things, clock, log, dataDir } = options;
    this.things = things;
    this.#clock = clock;
    this.#log = log;
    this.sensors = new Sensors(options.sensors ?? [], things, clock, log);
    this.#readings = readingsOf(things, this.sensors);
    this.#policy = new Policy({ ...options.policy, armed: options.armed ?? false, clock });
    this.#inbox = new Inbox({ dataDir, log, limit: options.queueLimit });
    this.#schedule = new Schedule({ clock, log, dataDir, onDue: (entry) => void this.#due(entry) });
    this.#executor = new Executor({ policy: this.#policy, clock, timeoutMs: options.timeoutMs });
    const descriptions = things.map((thing) => thing.description);
    this.#robots = descriptions
      .filter((description) => description.actions['robot.stop'] !== undefined)
      .flatMap((description) => [
        description.title,
        ...(description['tk:synonyms'] ?? []),
        ...(description['tk:nouns'] ?? []),
      ]);
    this.vocabulary = vocabularyOf(
      descriptions,
      this.sensors.configs.map((config) => sensorNamed(config)),
    );
    this.#dialogue = new Dialogue({ clock });
    this.#turns = new Turns({
      interpreter: options.interpreter,
      vocabulary: this.vocabulary,
      grounding: new Grounding(things),
      queries: new Queries(things, this.sensors, clock),
      schedule: this.#schedule,
      executor: this.#executor,
      policy: this.#policy,
      dialogue: this.#dialogue,
      clock,
    });
  }

  get armed(): boolean {
    return this.#policy.armed;
  }

  /** Commands that wait. */
  get queued(): number {
    return this.#inbox.length;
  }

  /** Starts the devices in their safe state, answers what a crash interrupted, and begins to work. */
  async start(): Promise<void> {
    for (const thing of this.things) {
      await thing.driver.start();
      await thing.driver.safe();
      this.#unsubscribe.push(thing.driver.onState((state) => this.emit('state', thing, state)));
    }
    const { waiting, interrupted } = await this.#inbox.open();
    for (const command of waiting) this.#recovered.add(command.id);
    for (const command of interrupted) {
      const reason = 'the runtime ended while this was being done; it is not repeated';
      await this.#close(command, respond(command, { outcome: 'failed', code: 'interrupted', reason }));
    }
    await this.#schedule.start();
    this.#working = this.#work();
  }

  /** Ends what runs, puts every actuator into its safe state and closes the devices. */
  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  async #end(): Promise<void> {
    const why = new TokonomaError('interrupted', 'the runtime was stopped');
    this.#life.abort(why);
    for (const run of this.#runs) run.abort(why);
    await makeSafe(this.things, this.#clock, this.#log);
    await this.#working;
    await this.#schedule.close();
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    for (const thing of this.things) await thing.driver.close();
    await this.#inbox.close();
  }

  /** The response to a command: plain text, or JSON as on the command topic. */
  async handle(payload: string | Uint8Array, arrival: Partial<Arrival> = {}): Promise<Response> {
    return (await this.submit(payload, arrival)).response;
  }

  /**
   * Resolves when the command is journaled (or answered already) and may be acknowledged; `response` when it is done.
   * Rejects with `journal-failed` when it could not be kept.
   */
  async submit(payload: string | Uint8Array, arrival: Partial<Arrival> = {}): Promise<{ response: Promise<Response> }> {
    const parsed = parseCommand(payload, { ...arrival, receivedAt: arrival.receivedAt ?? this.#clock.now() });
    if ('refused' in parsed) {
      const { command, code, reason } = parsed.refused;
      return this.#now(command, respond(command, { outcome: 'refused', code, reason }));
    }
    const { command } = parsed;
    if (isStopPhrase(command.text, this.#robots)) {
      const actions = await this.stop();
      return this.#now(command, respond(command, { ...outcomeOf(actions), actions }, undefined, 0, 'stop'));
    }
    // Made before the journal is waited for: the command may be done by then.
    const answer = this.#answerOf(command.id);
    const accepted = await this.#inbox.accept(command);
    if (accepted.status === 'queued') return { response: answer.promise };
    if (accepted.status === 'pending') {
      const { promise } = this.#answerOf(accepted.id);
      if (command.reply !== undefined) void promise.then((response) => this.emit('response', response, command));
      return { response: promise };
    }
    this.#answers.delete(command.id);
    if (accepted.status === 'done') return this.#now(command, accepted.response);
    const reason = `${this.#inbox.length} commands are waiting; say it again later`;
    return this.#now(command, respond(command, { outcome: 'refused', code: 'queue-full', reason }));
  }

  /** The packet that brought a command was acknowledged. */
  acknowledged(delivery: Delivery): void {
    this.#inbox.acknowledged(delivery);
  }

  /** Direct control of a thing; the response is emitted when it was not executed or a reply was asked for. */
  async set(thingId: string, payload: Uint8Array, arrival: Partial<Arrival> = {}): Promise<Response> {
    const { reply } = arrival;
    const receivedAt = arrival.receivedAt ?? this.#clock.now();
    const command: Command = {
      id: arrival.id ?? randomUUID(),
      text: `${thingId}/set`,
      receivedAt,
      ...(reply ? { reply } : {}),
      ...(arrival.source === undefined ? {} : { source: arrival.source }),
    };
    const response = respond(command, await this.#direct(command, thingId, payload));
    if (response.outcome !== 'executed' || reply !== undefined) this.emit('response', response, command);
    return response;
  }

  thing(id: string): Thing | undefined {
    return this.things.find((thing) => thing.description.id === id);
  }

  /** What is wrong with an id that no thing has. */
  unknown(id: string): Ending {
    const near = nearest(
      id,
      this.things.map((thing) => thing.description.id),
    );
    return {
      outcome: 'unknown-device',
      code: 'unknown-device',
      reason: `no thing has the id "${id}"; nearest: ${listed(near)}`,
      candidates: near,
    };
  }

  /** Answers something that came in beside the queue. */
  answer(command: Command, ending: Ending): Response {
    const response = respond(command, ending);
    this.emit('response', response, command);
    return response;
  }

  /**
   * Every actuator to its safe state at once; what runs is aborted, what waits is refused, and nothing moves again
   * before `arm(true)`.
   */
  async stop(): Promise<ActionResult[]> {
    this.#policy.arm(false);
    this.#dialogue.clear();
    const why = new TokonomaError('stopped', 'a stop came before this was done');
    for (const run of this.#runs) run.abort(why);
    const safe = makeSafe(this.things, this.#clock, this.#log);
    const dropped = this.#inbox.drain();
    this.emit('armed', false);
    const actions = await safe;
    const id = randomUUID();
    for (const action of actions) this.#tell(id, action);
    for (const command of dropped) {
      const reason = 'a stop came before it was begun';
      await this.#close(command, respond(command, { outcome: 'refused', code: 'stopped', reason }));
    }
    return actions;
  }

  /** Disarming puts every actuator into its safe state, as a stop does. */
  async arm(armed: boolean): Promise<void> {
    if (!armed) {
      await this.stop();
      return;
    }
    this.#policy.arm(true);
    this.emit('armed', true);
  }

  async #work(): Promise<void> {
    const { signal } = this.#life;
    while (!signal.aborted) {
      const command = await this.#inbox.take(signal).catch(() => undefined);
      if (command === undefined) return;
      const run = new AbortController();
      this.#runs.add(run);
      const response = await this.#turns.run(command, {
        signal: run.signal,
        expiresAt: this.#expiryOf(command),
        begin: () => this.#inbox.begin(command.id),
        onAction: (action) => this.#tell(command.id, action),
        given: { source: sourcesOf(command), readings: this.#readings },
      });
      this.#runs.delete(run);
      await this.#close(command, response);
    }
  }

  /** Stores the outcome, then tells it. */
  async #close(command: Command, response: Response): Promise<void> {
    try {
      await this.#inbox.finish(response);
    } catch (error) {
      this.#log.error({ id: command.id, code: codeOf(error), error: messageOf(error) }, 'outcome not journaled');
    }
    this.#recovered.delete(command.id);
    this.#answers.get(command.id)?.resolve(response);
    this.#answers.delete(command.id);
    this.#log.info({ id: response.id, outcome: response.outcome, code: response.code }, 'command');
    this.emit('response', response, command);
  }

  /** The action topic is what was done; what was not is in the response. */
  #tell(id: string, action: ActionResult): void {
    if (action.outcome === 'executed') this.emit('action', { id, ...action });
  }

  #now(command: Command, response: Response): { response: Promise<Response> } {
    this.emit('response', response, command);
    return { response: Promise.resolve(response) };
  }

  #answerOf(id: string): Deferred<Response> {
    let answer = this.#answers.get(id);
    if (answer === undefined) this.#answers.set(id, (answer = deferred()));
    return answer;
  }

  #expiryOf(command: Command): number | undefined {
    return command.expiresAt ?? (this.#recovered.has(command.id) ? command.receivedAt + RECOVERED_MS : undefined);
  }

  async #direct(command: Command, thingId: string, payload: Uint8Array): Promise<Ending> {
    const thing = this.thing(thingId);
    if (thing === undefined) return this.unknown(thingId);
    const run = new AbortController();
    this.#runs.add(run);
    try {
      const steps = directSteps(thing, payload);
      const plan = steps.map(({ action, args }) => ({ action, args }));
      // Who names thing and value exactly means it: a question is for words, which can be misunderstood.
      const given = { source: sourcesOf(command), confirmed: true, readings: this.#readings };
      const objection = this.#policy.checkAll(steps, given);
      if (objection !== undefined) return { ...objection.problem, plan, actions: [] };
      const tell = (action: ActionResult): void => this.#tell(command.id, action);
      const { actions, code } = await this.#executor.run(steps, run.signal, tell, given);
      return { ...outcomeOf(actions), code, actions, plan };
    } catch (error) {
      return {
        outcome: codeOf(error) === 'internal' ? 'failed' : 'refused',
        code: codeOf(error),
        reason: messageOf(error),
      };
    } finally {
      this.#runs.delete(run);
    }
  }

  async #due(entry: Scheduled): Promise<void> {
    const expiresAt = entry.at + SCHEDULED_LATE_MS;
    try {
      // As JSON, so that a text that begins with { stays a text.
      await this.handle(JSON.stringify({ text: entry.text, id: entry.id }), {
        receivedAt: entry.at,
        expiresAt,
        source: 'schedule',
      });
    } catch (error) {
      this.#log.error({ id: entry.id, error: messageOf(error) }, 'scheduled command');
    }
  }
}

/** Who asks, for permissions. */
function sourcesOf({ site, reply, source = 'mqtt' }: Command): string[] {
  return [site, reply?.topic, source].filter((name) => name !== undefined);
}
