/**
 * The loop between words, sensors and actuators: its parts put together, its life, and what ends what is being done.
 * Knows nothing of MQTT: transports call in and listen to its events.
 */
import { EventEmitter } from 'node:events';
import { randomUUID } from 'node:crypto';
import type { Thing, ThingState } from '../../devices/thing.ts';
import type { Clock } from '../clock.ts';
import { TokonomaError, codeOf, messageOf } from '../errors.ts';
import type { Logger } from '../log.ts';
import { Brake } from './acting/brake.ts';
import type { Arrival } from './inbox/command.ts';
import { Context } from './dialogue/context.ts';
import { Dialogue, conversationOf } from './dialogue/dialogue.ts';
import { DirectControl } from './acting/direct.ts';
import { Executor } from './acting/executor.ts';
import type { Change } from './change.ts';
import type { Declared } from './home.ts';
import { Homes } from './homes.ts';
import { Inbox, type Untold } from './inbox/inbox.ts';
import { Intake, type Submitted } from './inbox/intake.ts';
import { Outcomes } from './inbox/outcomes.ts';
import type { Phrase } from './reading/phrasing.ts';
import { Policy } from './acting/policy.ts';
import { readingsOf } from './sensors/readings.ts';
import { recognitionOf, type Recognition } from './turn/recognition.ts';
import { respond, type Ending } from './turn/response.ts';
import { Runs } from './acting/runs.ts';
import { startSafely } from './acting/safety.ts';
import type { Vocabulary } from './reading/capabilities.ts';
import { objectionTo } from './rules/objection.ts';
import { ruleRequests, type Requests } from './rules/requests.ts';
import { Rules, type ListedRule } from './rules/rules.ts';
import { Signals } from './rules/signals.ts';
import { Schedule, type ListedEntry } from './schedule/schedule.ts';
import { Sensors } from './sensors/sensors.ts';
import type { TextInterpreter } from './reading/understanding.ts';
import type { ActionResult, Command, Delivery, Response } from './types.ts';
import { Work } from './work.ts';
import { listed, nearest } from './grounding/words.ts';

export interface AgentOptions extends Declared {
  /** They are started and safe already (safety.ts): whoever starts a process does that before it loads a model. */
  readonly thingsStarted?: boolean;
  readonly interpreter: TextInterpreter;
  readonly clock: Clock;
  readonly log: Logger;
  /** Folder of journal and schedule; absent: nothing survives the process. */
  readonly dataDir?: string | undefined;
  /** It is locked already (folder.ts): whoever starts a process does that before it touches a device. */
  readonly dataLocked?: boolean;
  /** Whether actuators may move from the start. Default false. */
  readonly armed?: boolean;
  /** What was done in the model's words; absent: in plain ones. */
  readonly phrase?: Phrase | undefined;
  /** Milliseconds without a broker after which what is being done is ended. Default 5 s. */
  readonly contactMs?: number;
  /** Commands that may wait. Default 64. */
  readonly queueLimit?: number;
  /** Milliseconds a device has for its acknowledgement; default by the action. */
  readonly timeoutMs?: number;
}

/** What an agent tells as it happens. */
export interface AgentEvents {
  /** `command.reply` says who else wants it. */
  response: [response: Response, command: Command];
  action: [action: ActionResult & { id: string }];
  state: [thing: Thing, state: ThingState];
  armed: [armed: boolean];
  /** Something else is declared from now on: `things`, `sensors` and `vocabulary` say what. */
  declared: [change: Change];
}

const CONTACT_MS = 5000;

export function createAgent(options: AgentOptions): Agent {
  return new Agent(options);
}

/** Reads commands, does them on its things, and tells what became of them; started once, closed at the end. */
export class Agent extends EventEmitter<AgentEvents> {
  readonly sensors: Sensors;
  readonly #options: AgentOptions;
  readonly #homes: Homes;
  readonly #policy: Policy;
  readonly #inbox: Inbox;
  readonly #outcomes: Outcomes;
  readonly #runs = new Runs();
  /** Rules and schedule by topic. */
  readonly requests: Requests;
  readonly #rules: Rules;
  readonly #schedule: Schedule;
  readonly #dialogue: Dialogue;
  readonly #work: Work;
  readonly #intake: Intake;
  readonly #direct: DirectControl;
  readonly #brake: Brake;
  readonly #life = new AbortController();
  #declaring: Promise<unknown> | undefined;
  #working: Promise<void> | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: AgentOptions) {
    super();
    const { things, policy, rules: rulesConfig, location, interpreter, phrase, clock, log, dataDir } = options;
    this.#options = options;
    const sensors = (this.sensors = new Sensors(options.sensors ?? [], things, clock, log));
    const readings = readingsOf((id) => this.thing(id), sensors);
    this.#policy = new Policy({ ...policy, armed: options.armed ?? false, clock });
    this.#inbox = new Inbox({ dataDir, locked: options.dataLocked, log, limit: options.queueLimit });
    this.#outcomes = new Outcomes(this.#inbox, log, {
      response: (response, command) => this.emit('response', response, command),
      action: (action) => this.emit('action', action),
    });
    const submit = async (command: Command): Promise<void> => {
      await this.#intake.enqueue(command);
    };
    const signals = new Signals(things, sensors);
    this.#rules = new Rules({
      signals,
      clock,
      log,
      dataDir,
      submit,
      report: (command, ending) => this.#outcomes.answer(command, ending),
      objection: (rule) => objectionTo(rule, signals, this.#homes.current.compiler),
      cooldownMs: () => milliseconds(this.#homes.current.declared.rules?.cooldown_s),
    });
    this.#schedule = new Schedule({
      clock,
      log,
      dataDir,
      submit,
      location: () => this.#homes.current.declared.location,
      graceMs: () => milliseconds(this.#homes.current.declared.rules?.grace_s),
      isSo: (condition) => this.#rules.isSo(condition),
      phrase: (condition) => this.#rules.phrase(condition),
    });
    this.requests = ruleRequests(this.#rules, this.#schedule);
    const dialogue = (this.#dialogue = new Dialogue({ clock }));
    const context = new Context({ clock });
    const executor = new Executor({
      policy: this.#policy,
      clock,
      timeoutMs: options.timeoutMs,
      isDeclared: (thing) => this.#homes.isUsable(thing),
      onEnding: ({ thing, action }, signal) => {
        const why = new TokonomaError('cancelled', `ended by ${action} of the ${thing.description.title}`);
        this.#runs.abort(why, (run) => run.signal !== signal && run.involves(thing.description.id));
      },
    });
    const declared: Declared = { things, sensors: options.sensors, policy, rules: rulesConfig, location };
    this.#homes = new Homes(declared, {
      interpreter,
      phrase,
      sensors,
      signals,
      rules: this.#rules,
      schedule: this.#schedule,
      dialogue,
      context,
      policy: this.#policy,
      executor,
      clock,
      log,
      runs: this.#runs,
      onState: (thing, state) => this.emit('state', thing, state),
      onDeclared: (change) => this.emit('declared', change),
    });
    this.#brake = new Brake({
      things: () => this.#homes.driven,
      policy: this.#policy,
      runs: this.#runs,
      inbox: this.#inbox,
      outcomes: this.#outcomes,
      dialogue,
      context,
      clock,
      log,
      contactMs: options.contactMs ?? CONTACT_MS,
      onArmed: (isArmed) => this.emit('armed', isArmed),
    });
    const shared = { inbox: this.#inbox, outcomes: this.#outcomes, runs: this.#runs, readings };
    this.#work = new Work({ ...shared, turns: () => this.#homes.current.turns, log });
    this.#direct = new DirectControl({ ...shared, policy: this.#policy, executor });
    this.#intake = new Intake({
      inbox: this.#inbox,
      outcomes: this.#outcomes,
      work: this.#work,
      dialogue,
      clock,
      log,
      robots: () => this.#homes.current.robots,
      stop: () => this.stop(),
      cancel: () => this.cancel(),
    });
  }

  get things(): readonly Thing[] {
    return this.#homes.current.things;
  }

  /** All whose drivers are alive: the things, and those that are coming or going. */
  get driven(): readonly Thing[] {
    return this.#homes.driven;
  }

  /** What can be asked of these things. */
  get vocabulary(): Vocabulary {
    return this.#homes.current.vocabulary;
  }

  get armed(): boolean {
    return this.#policy.armed;
  }

  /** Commands that wait. */
  get queued(): number {
    return this.#inbox.length;
  }

  /** Commands that may wait. */
  get queueLimit(): number {
    return this.#inbox.limit;
  }

  /** The standing rules, as they are listed. */
  get rules(): ListedRule[] {
    return this.#rules.list;
  }

  /** What waits for its time, as it is listed. */
  get schedule(): ListedEntry[] {
    return this.#schedule.list;
  }

  /** Outcomes that nobody was told yet, oldest first: a transport that comes or comes back tells them. */
  get untold(): Untold[] {
    return this.#inbox.untold;
  }

  /**
   * Takes the data folder, starts the devices in their safe state, answers what a crash interrupted, and begins to work.
   * @throws TokonomaError `data-in-use`, `journal-failed`
   */
  async start(): Promise<void> {
    // First: no device is touched while another process has them.
    const { waiting, interrupted } = await this.#inbox.open();
    const { clock, log, thingsStarted } = this.#options;
    if (thingsStarted !== true) await startSafely(this.things, clock, log);
    this.#homes.listen();
    this.#work.recovered(waiting);
    for (const command of interrupted) {
      const reason = 'the runtime ended while this was being done; it is not repeated';
      await this.#outcomes.close(command, respond(command, { outcome: 'failed', code: 'interrupted', reason }));
    }
    this.sensors.onAnnounced(() => this.#reviewRules());
    await this.#rules.start();
    await this.#schedule.start();
    this.#working = this.#work.run(this.#life.signal);
  }

  /**
   * Something else is declared from now on. Things whose drivers are the same objects keep what they are doing; those
   * that go are made safe and closed, those that come are started safe. What waits has its turn afterwards. When one
   * that comes does not start, nothing changes: those that went are made again.
   * @param again a fresh driver for one that has gone
   * @throws what the driver that failed to start threw
   */
  declare(next: Declared, again: (thing: Thing) => Thing): Promise<Change> {
    const declaring = (this.#declaring ?? Promise.resolve())
      .catch(() => undefined)
      .then(() => this.#work.pausing(() => this.#homes.exchange(next, again)));
    this.#declaring = declaring;
    return declaring;
  }

  #reviewRules(): void {
    this.#rules.redeclared().catch((error: unknown) => {
      this.#options.log.error({ code: codeOf(error), error: messageOf(error) }, 'rules');
    });
  }

  /** Ends what runs, puts every actuator into its safe state and closes the devices. */
  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  async #end(): Promise<void> {
    this.#life.abort(new TokonomaError('interrupted', 'the runtime was stopped'));
    await this.#declaring?.catch(() => undefined);
    await this.#brake.close();
    await this.#working;
    await this.#schedule.close();
    await this.#rules.close();
    await this.#homes.close();
    await this.#inbox.close();
  }

  /** The response to a command: plain text, or JSON as on the command topic. */
  async handle(payload: string | Uint8Array, arrival: Partial<Arrival> = {}): Promise<Response> {
    return (await this.submit(payload, arrival)).response;
  }

  /**
   * Resolves when the command is journaled (or answered already) and may be acknowledged; `response` when it is done.
   * Never rejects: what could not be kept is refused, which `notKept` says.
   */
  submit(payload: string | Uint8Array, arrival: Partial<Arrival> = {}): Promise<Submitted> {
    return this.#intake.submit(payload, arrival);
  }

  /**
   * What these words would be understood as now, in the conversation they belong to. Nothing is done, asked, journaled
   * or remembered.
   * @throws TokonomaError `too-large`, `empty`, and what the interpreter throws
   */
  async recognize(text: string, arrival: Partial<Arrival> = {}, signal?: AbortSignal): Promise<Recognition> {
    const command = this.#intake.wordsOf(text, arrival);
    const halt = this.#intake.halts(command);
    if (halt !== undefined) return recognitionOf(command.text, { plan: [{ action: halt, args: {} }] });
    const signals = [this.#life.signal, ...(signal === undefined ? [] : [signal])];
    return this.#homes.current.turns.recognize(command, AbortSignal.any(signals));
  }

  /** Whether these words stop or cancel, and so go past everything. @throws TokonomaError as `recognize` */
  halts(text: string, arrival: Partial<Arrival> = {}): boolean {
    return this.#intake.halts(this.#intake.wordsOf(text, arrival)) !== undefined;
  }

  /** Whether the next words of this sender may be the answer to a question. */
  asks(arrival: Pick<Arrival, 'source' | 'site' | 'conversation' | 'reply'>): boolean {
    return this.#dialogue.isOpen(conversationOf(arrival));
  }

  /** The packet that brought a command was acknowledged. */
  acknowledged(delivery: Delivery): void {
    this.#inbox.acknowledged(delivery);
  }

  /** The broker delivers nothing again of what it delivered before. */
  sessionLost(): void {
    this.#inbox.sessionLost();
  }

  /** Everybody who wanted to know the outcome of this command knows it. */
  told(id: string): void {
    this.#inbox.told(id);
  }

  /** Direct control of a thing; the response is emitted when it was not executed or a reply was asked for. */
  async set(thingId: string, payload: Uint8Array, arrival: Partial<Arrival> = {}): Promise<Response> {
    const { reply, source, id = randomUUID(), receivedAt = this.#options.clock.now() } = arrival;
    const command: Command = {
      id,
      text: `${thingId}/set`,
      receivedAt,
      ...(reply ? { reply } : {}),
      ...(source === undefined ? {} : { source }),
    };
    const thing = this.thing(thingId);
    const ending = thing === undefined ? this.unknown(thingId) : await this.#direct.set(command, thing, payload);
    const response = respond(command, ending);
    if (response.outcome !== 'executed' || reply !== undefined) this.#outcomes.tell(command, response);
    return response;
  }

  thing(id: string): Thing | undefined {
    return this.#homes.current.thing(id);
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
    return this.#outcomes.answer(command, ending);
  }

  /**
   * Every actuator to its safe state at once; what runs is aborted, what waits is refused, and nothing moves again
   * before `arm(true)`. All drivers have been told when this returns its promise: a line of a GPIO chip or an HTTP
   * handler need not wait for it.
   */
  stop(): Promise<ActionResult[]> {
    return this.#brake.stop();
  }

  /** Disarming puts every actuator into its safe state, as a stop does. */
  arm(armed: boolean): Promise<void> {
    return this.#brake.arm(armed);
  }

  /**
   * Takes back what is being done, or the command of this id, which may also be waiting. What was moving is left in its
   * safe state; nothing is disarmed. Returns the ids; none when there was nothing to take back.
   */
  cancel(id?: string): string[] {
    return this.#brake.cancel(id);
  }

  /**
   * The transport has lost its broker, or has it again. After `contactMs` without one, what is being done is ended
   * (`contact-lost`) and things with `tk:safe_offline` go into their safe state; nothing is disarmed.
   */
  contact(connected: boolean): void {
    this.#brake.contact(connected);
  }

  /**
   * Something was lost without which nobody should be acting (the inference worker): what runs is ended and every
   * actuator goes into its safe state, but nothing is disarmed, and what waits has its turn.
   */
  lost(what: TokonomaError): Promise<ActionResult[]> {
    return this.#brake.lost(what);
  }
}

const milliseconds = (seconds: number | undefined): number | undefined =>
  seconds === undefined ? undefined : seconds * 1000;
