/** `tokonoma run`: broker, engine, agent and things, until it is told to end. */
import { createInterface } from 'node:readline';
import type { Thing } from '../../devices/thing.ts';
import { createAgent, type Agent } from '../agent/agent.ts';
import { FastPath } from '../agent/fast/fast.ts';
import { lockFolder } from '../agent/inbox/folder.ts';
import { makeSafe, startSafely } from '../agent/acting/safety.ts';
import { Interpreter } from '../agent/reading/interpreter.ts';
import { modelPhrase } from '../agent/reading/phrasing.ts';
import { systemClock } from '../clock.ts';
import { buildThings } from '../config/load.ts';
import type { Config } from '../config/types.ts';
import { messageOf } from '../errors.ts';
import type { Hardware, HardwareOptions } from '../gpio/hardware.ts';
import { createLogger, type Logger } from '../log.ts';
import { describeParts } from '../model/plan.ts';
import { mib } from '../size.ts';
import { ChatTemplate } from '../tokenizer/template.ts';
import type { Engine } from '../model/types.ts';
import { MqttBridge, willOf } from '../mqtt/bridge.ts';
import type { Broker } from '../mqtt/broker.ts';
import { readTls } from '../mqtt/tls.ts';
import { Connection, withoutSecrets } from '../mqtt/connection.ts';
import type { HttpServer } from '../server/http.ts';
import { answerText } from './ask.ts';
import { holdLifeline } from './lifeline.ts';
import { openModel } from './engine.ts';
import { primeEngine, snapshotFolder } from './prime.ts';
import { CONFIG_OPTIONS, ENGINE_HELP, ENGINE_OPTIONS, configOf, engineSettings, parse } from './options.ts';
import { version } from './version.ts';

export const RUN_USAGE = `tokonoma run [--config FILE] [--demo] [options]

Runs the agent on MQTT: on the broker of the configuration, or on an embedded one. Ends on Ctrl-C or SIGTERM, with every
actuator in its safe state.

  --config FILE      configuration; without it, the simulated home and robot of the demo
  --demo             arms itself at the start; otherwise publish true to <base>/armed/set
${ENGINE_HELP}  --help             this text
`;

/** Returns the exit code when it has ended. Throws `bad-usage`, `config-…`, `port-taken`, `mqtt-refused`, engine codes. */
export async function runCommand(argv: readonly string[]): Promise<number> {
  const { values } = parse(argv, { ...CONFIG_OPTIONS, ...ENGINE_OPTIONS, demo: { type: 'boolean' } }, RUN_USAGE);
  if (values.help === true) {
    process.stdout.write(RUN_USAGE);
    return 0;
  }
  const begun = performance.now();
  const config = configOf(values.config);
  // The demo leaves nothing behind: two of them can run side by side.
  const dataDir = values.config === undefined ? undefined : config.data;
  const log = createLogger();
  const closing: (() => Promise<void>)[] = [];
  const ending = endAsked();
  let things: readonly Thing[] = [];
  let agent: Agent | undefined;
  let letGo = (): void => undefined;
  try {
    // First: no device is touched while another process has them.
    if (dataDir !== undefined) closing.push(unlocked(lockFolder(dataDir)));
    const hardware = await hardwareOf(config, { clock: systemClock, log, dataDir });
    if (hardware !== undefined) closing.unshift(() => hardware.close());
    const broker = config.mqtt.url === undefined ? await embeddedBroker(config.mqtt, log) : undefined;
    if (broker !== undefined) closing.unshift(() => broker.close());
    const url = broker?.url ?? config.mqtt.url!;
    const link = {
      url,
      username: config.mqtt.username,
      password: config.mqtt.password,
      tls: config.mqtt.tls === undefined ? undefined : readTls(config.mqtt.tls),
      sessionExpiryS: config.mqtt.sessionExpiryS,
      // The embedded broker speaks 3.1.1.
      ...(broker === undefined ? {} : { protocolVersion: 4 as const }),
      log,
      clock: systemClock,
    };
    const clientId = `tokonoma-${config.node.name}`;
    // Before the things: some of them are reached through it.
    const connection = new Connection({ ...link, clientId, will: willOf(config.node.base) });
    things = buildThings(config, {
      clock: systemClock,
      log,
      bus: connection,
      ...(hardware === undefined ? {} : { gpio: hardware.gpio }),
    });
    const stop = (): Promise<unknown> => agent?.stop() ?? makeSafe(things, systemClock, log);
    letGo = holdLifeline({ things, stop, log });
    // The process before this one may have been killed while they moved: they do not wait for the model.
    await startSafely(things, systemClock, log);
    const engine = await openModel({
      ...engineSettings(values, config),
      snapshots: snapshotFolder(values.config === undefined ? undefined : config),
      onNote: (message) => log.debug(message),
      onLost: (error) => void agent?.lost(error),
    });
    closing.unshift(() => engine.close());
    const template = new ChatTemplate(engine.info.chatTemplate);
    const interpreter = new Interpreter(engine, template, { fast: new FastPath() });
    // The seedling writes plans and nothing else.
    const speaks = config.say === 'model' && engine.info.planFormat === 'hermes';
    agent = createAgent({
      things,
      thingsStarted: true,
      sensors: config.sensors,
      rules: config.rules,
      location: config.location,
      interpreter,
      phrase: speaks ? modelPhrase(engine, template) : undefined,
      clock: systemClock,
      log,
      dataDir,
      dataLocked: dataDir !== undefined,
      armed: values.demo === true,
      policy: config.policy,
      contactMs: config.safety.contact_s * 1000,
    });
    const bridge = new MqttBridge({
      agent,
      connection,
      commands: new Connection({ ...link, clientId: `${clientId}-commands` }),
      clock: systemClock,
      log,
      node: config.node.name,
      base: config.node.base,
      info: { version: version(), model: engine.info.name, started: new Date().toISOString() },
      budget: engine.info.memory?.budget,
      ops: { 'restart-engine': () => engine.restart?.() },
    });
    closing.unshift(() => bridge.close());
    await agent.start();
    await hardware?.attach(agent);
    const server = config.http.enabled ? await openServer(config, agent, engine, log) : undefined;
    if (server !== undefined) closing.unshift(() => server.close());
    // A board takes a minute for it the first time: nobody but the first command waits.
    void primeEngine(engine, interpreter, agent.vocabulary, log);
    if (broker === undefined) process.stdout.write(`connecting to ${withoutSecrets(url)} …\n`);
    const connected = await Promise.race([bridge.start().then(() => true), ending.asked.then(() => false)]);
    if (connected) {
      process.stdout.write(greeting(config, agent, engine, { url, broker, server }, performance.now() - begun));
      if (process.stdin.isTTY) closing.unshift(terminal(agent, ending.ask));
      await ending.asked;
    }
  } finally {
    // The actuators first, while there is still a connection to reach them by.
    const closeThings = async (): Promise<void> =>
      void (await Promise.all(things.map((thing) => thing.driver.close())));
    for (const close of [() => agent?.close() ?? closeThings(), ...closing]) {
      await close().catch((error: unknown) => log.error({ error: messageOf(error) }, 'closing'));
    }
    letGo();
    ending.forget();
  }
  return 0;
}

const unlocked = (unlock: () => void) => async (): Promise<void> => unlock();
/** Loaded only where a configuration has something to do with the pins and sensors of this machine. */
async function hardwareOf(config: Config, options: HardwareOptions): Promise<Hardware | undefined> {
  const { things, sensors, stopLine } = config;
  const driven = things.some((thing) => thing.driver === 'gpio');
  if (!driven && stopLine === undefined && sensors.every((sensor) => sensor.driver === undefined)) return undefined;
  const { Hardware } = await import('../gpio/hardware.ts');
  return Hardware.open(config, options);
}

/** Loaded only where there is no other. */
async function embeddedBroker({ host, port }: Config['mqtt'], log: Logger): Promise<Broker> {
  const { Broker } = await import('../mqtt/broker.ts');
  return Broker.start({ host, port, log });
}

/** Loaded only where it is wanted. */
async function openServer(config: Config, agent: Agent, engine: Engine, log: Logger): Promise<HttpServer> {
  const { startServer } = await import('../server/server.ts');
  return startServer({ ...config.http, agent, engine, clock: systemClock, version: version(), log });
}

interface Reached {
  readonly url: string;
  readonly broker: Broker | undefined;
  readonly server: HttpServer | undefined;
}

function greeting(config: Config, agent: Agent, engine: Engine, { url, broker, server }: Reached, ms: number): string {
  const { base } = config.node;
  const names = agent.things.map((thing) => thing.description.title);
  const taken = broker !== undefined && config.mqtt.port !== 0 && broker.port !== config.mqtt.port;
  const million = (engine.info.parameters / 1e6).toFixed(1);
  const publish = `mosquitto_pub -h ${new URL(url).hostname} -p ${new URL(url).port || '1883'} -t ${base}/command -m`;
  return `tokonoma ${version()}, ready in ${(ms / 1000).toFixed(1)} s

  broker   ${withoutSecrets(url)}${broker === undefined ? '' : ' (embedded)'}${taken ? `; port ${config.mqtt.port} was taken` : ''}
  command  ${base}/command, answers on ${base}/response${server === undefined ? '' : `\n  http     ${server.url}/`}
  model    ${engine.info.name}, ${million} million parameters
  memory   ${memoryLine(engine)}
  things   ${names.join(', ')}
  ${agent.armed ? 'armed' : `disarmed: publish true to ${base}/armed/set`}

Try one of these${process.stdin.isTTY ? ' (or type the words here; "arm" after a stop, "quit" to end)' : ''}:

  ${publish} "turn on the kitchen light"
  ${publish} "go forward two metres then turn left"
  ${publish} "how warm is the kitchen"

`;
}

/** Commands typed in the terminal. Returns what ends it. */
function terminal(agent: Agent, quit: () => void): () => Promise<void> {
  const lines = createInterface({ input: process.stdin, output: process.stdout, prompt: '> ' });
  lines.on('SIGINT', quit);
  lines.on('close', quit);
  lines.on('line', (line) => {
    const text = line.trim();
    void (async () => {
      if (text === 'quit' || text === 'exit') return quit();
      if (text === 'arm' || text === 'disarm') await agent.arm(text === 'arm');
      else if (text !== '') process.stdout.write(answerText(await agent.handle(text, { source: 'terminal' })));
      lines.prompt();
    })().catch((error: unknown) => process.stderr.write(`tokonoma: ${messageOf(error)}\n`));
  });
  lines.prompt();
  return async () => {
    lines.off('close', quit);
    lines.close();
  };
}

/** Ctrl-C, SIGTERM and the like: the first ends in order, the second at once. */
function endAsked(): { asked: Promise<void>; ask: () => void; forget: () => void } {
  let ask!: () => void;
  const asked = new Promise<void>((resolve) => {
    ask = resolve;
  });
  let before = false;
  const onSignal = (): void => {
    if (before) process.exit(130);
    before = true;
    ask();
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, onSignal);
  return {
    asked,
    ask,
    forget: () => {
      for (const signal of signals) process.off(signal, onSignal);
    },
  };
}

/** `115 MiB of 400 MiB: runtime 105 MiB + weights 1 MiB + KV cache 2 MiB + scratch 3 MiB; 512 tokens of context, f16`. */
function memoryLine({ info: { memory } }: Engine): string {
  if (memory === undefined) return 'not planned';
  const limit = memory.budget === undefined ? '' : ` of ${mib(memory.budget)}`;
  return `${mib(memory.total)}${limit}: ${describeParts(memory)}; ${memory.context} tokens of context, ${memory.kv_precision}`;
}
