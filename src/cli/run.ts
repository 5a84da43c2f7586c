/** `tokonoma run`: broker, engine, agent and things, until it is told to end. */
import type { Thing } from '../../devices/thing.ts';
import { createAgent, type Agent } from '../agent/agent.ts';
import { Health } from '../agent/health.ts';
import type { Config } from '../config/types.ts';
import type { Hardware } from '../gpio/hardware.ts';
import { lockFolder } from '../agent/inbox/folder.ts';
import { makeSafe, startSafely } from '../agent/acting/safety.ts';
import { CurrentInterpreter, currentPhrase } from '../agent/reading/current.ts';
import { Board } from '../board.ts';
import { systemClock } from '../clock.ts';
import { buildThings, configText, demoConfig, parseConfig } from '../config/load.ts';
import { messageOf } from '../errors.ts';
import { createLogger } from '../log.ts';
import { secretsIn } from '../secrets.ts';
import type { EngineOptions } from '../model/engine.ts';
import { EngineSlot } from '../model/slot.ts';
import { MqttBridge, willOf } from '../mqtt/bridge.ts';
import { readTls } from '../mqtt/tls.ts';
import { Connection, withoutSecrets } from '../mqtt/connection.ts';
import { holdLifeline } from './lifeline.ts';
import { primeEngine, snapshotFolder } from './prime.ts';
import { openShown } from './waiting.ts';
import { endAsked } from './run/ending.ts';
import { greeting } from './run/greeting.ts';
import { statusLine } from './run/status.ts';
import type { Live } from './run/live.ts';
import { Models } from './run/models.ts';
import {
  embeddedBroker,
  hardwareOf,
  openHermes,
  openHomeAssistant,
  openServer,
  openWyoming,
  supervisedBy,
} from './run/parts.ts';
import { terminal } from './run/terminal.ts';
import { parse, type Command, type CommandSpec } from './command.ts';
import {
  CONFIG_ENVIRONMENT,
  CONFIG_OPTIONS,
  ENGINE_OPTIONS,
  HUB_ENVIRONMENT,
  LOG_OPTIONS,
  engineSettings,
  levelOf,
} from './options.ts';
import { version } from './version.ts';

const SPEC = {
  name: 'run',
  synopsis: ['run [--config FILE] [--demo] [OPTION…]'],
  description: [
    'Runs the agent on MQTT: on the broker of the configuration, or on an embedded one. Serves the dashboard, the ' +
      'OpenAI interface, /health and /metrics where the configuration has http on.',
    'It says on stdout when commands are taken. In a terminal, commands may be typed there too. It ends on Ctrl-C ' +
      'or SIGTERM with every actuator in its safe state; a second signal ends it at once.',
    'The configuration is read again when its file is written, at SIGHUP where there is no terminal, and when asked on ' +
      'bridge/request/reload: things, sensors, rules and policy change without a restart. A file with a fault changes nothing.',
  ],
  options: {
    ...CONFIG_OPTIONS,
    demo: { type: 'boolean', help: 'arms itself at the start; otherwise publish true to <base>/armed/set' },
    ...ENGINE_OPTIONS,
    ...LOG_OPTIONS,
  },
  environment: { ...CONFIG_ENVIRONMENT, ...HUB_ENVIRONMENT },
  files: {
    'data of the configuration': 'journal, schedule, rules and snapshots; default: ~/.local/state/tokonoma/<node>',
  },
  examples: {
    'tokonoma run --demo': 'the simulated home and robot, armed',
    'tokonoma run --config tokonoma.yaml --model auto --memory 700M':
      'a home of your own with the largest installed model that fits into 700 MiB',
  },
} as const satisfies CommandSpec;

export const RUN: Command = { spec: SPEC, run: runCommand };

/** Returns the exit code when it has ended. Throws `bad-usage`, `config-…`, `port-taken`, `mqtt-refused`, engine codes. */
export async function runCommand(argv: readonly string[]): Promise<number> {
  const { values } = parse(argv, SPEC);
  const begun = performance.now();
  const text = values.config === undefined ? undefined : configText(values.config);
  const config = text === undefined ? demoConfig() : parseConfig(text, values.config!);
  // The demo leaves nothing behind: two of them can run side by side.
  const dataDir = values.config === undefined ? undefined : config.data;
  const log = createLogger(levelOf(values, config), { secrets: secretsIn(config) });
  const service = await supervisedBy(process.env, log);
  const closing: (() => Promise<void>)[] = [];
  let live: Live | undefined;
  const ending = endAsked(text === undefined || process.stdin.isTTY ? undefined : () => void live?.again());
  let things: readonly Thing[] = [];
  let agent: Agent | undefined;
  let letGo = (): void => undefined;
  try {
    // First: no device is touched while another process has them.
    if (dataDir !== undefined) closing.push(unlocked(lockFolder(dataDir)));
    let hardware: Hardware | undefined;
    const hardwareFor = async (wanted: Config): Promise<Hardware | undefined> => {
      if (hardware !== undefined) return hardware;
      hardware = await hardwareOf(wanted, { clock: systemClock, log, dataDir });
      if (hardware !== undefined) closing.unshift(() => hardware!.close());
      return hardware;
    };
    await hardwareFor(config);
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
    const context = { clock: systemClock, log, bus: connection };
    things = buildThings(config, { ...context, ...(hardware === undefined ? {} : { gpio: hardware.gpio }) });
    const stop = (): Promise<unknown> => agent?.stop() ?? makeSafe(things, systemClock, log);
    letGo = holdLifeline({ things: () => agent?.driven ?? things, stop, log });
    // Neither do those that are reached over MQTT. What the broker has against us is told when the agent is there.
    connection.start().catch(() => undefined);
    closing.unshift(() => connection.close());
    // The process before this one may have been killed while they moved: they do not wait for the model.
    await startSafely(things, systemClock, log);
    service?.status('loading the model');
    const engineOptions: EngineOptions = {
      ...engineSettings(values, config),
      snapshots: snapshotFolder(values.config === undefined ? undefined : config),
      onNote: (message) => log.debug(message),
      onLost: (error) => void agent?.lost(error),
    };
    const engine = new EngineSlot(await openShown(engineOptions, { err: process.stderr, log }));
    closing.unshift(() => engine.close());
    const models = new Models({ slot: engine, engine: engineOptions, log });
    const interpreter = new CurrentInterpreter(engine);
    agent = createAgent({
      things,
      thingsStarted: true,
      sensors: config.sensors,
      rules: config.rules,
      location: config.location,
      interpreter,
      phrase: config.say === 'model' ? currentPhrase(engine) : undefined,
      clock: systemClock,
      log,
      dataDir,
      dataLocked: dataDir !== undefined,
      armed: values.demo === true,
      policy: config.policy,
      contactMs: config.safety.contact_s * 1000,
    });
    const acting = agent;
    // A board takes a minute for it the first time: nobody but the first command waits.
    const prime = (): void =>
      void engine
        .use((model) => primeEngine(model, interpreter.of(model), acting.vocabulary, log))
        // It is ending.
        .catch(() => undefined);
    agent.on('declared', prime);
    if (text !== undefined) {
      const { Live } = await import('./run/live.ts');
      live = new Live({ path: values.config!, text, config, agent, context, hardware: hardwareFor, log });
    }
    const started = new Date().toISOString();
    const health = Health.of(agent, { clock: systemClock, engine, board: new Board() });
    const bridge = new MqttBridge({
      agent,
      health,
      connection,
      commands: new Connection({ ...link, clientId: `${clientId}-commands` }),
      clock: systemClock,
      log,
      node: config.node.name,
      base: config.node.base,
      info: () => ({
        version: version(),
        model: engine.info.name,
        models: models.choice,
        started,
        ...(live === undefined ? {} : { config: live.state }),
      }),
      ops: {
        model: (data) => models.asked(data),
        'restart-engine': () => engine.restart(),
        ...(live === undefined ? {} : { reload: () => live!.reload() }),
      },
    });
    closing.unshift(() => bridge.close());
    const { topics } = bridge;
    const homeAssistant = await openHomeAssistant(config, {
      agent,
      health,
      bus: connection,
      topics,
      models: () => models.choice.installed,
      log,
    });
    closing.unshift(async () => homeAssistant.close());
    await agent.start();
    await hardware?.attach(agent);
    homeAssistant.start();
    const server = config.http.enabled ? await openServer(config, { agent, health, engine, log }) : undefined;
    if (server !== undefined) closing.unshift(() => server.close());
    const wyoming = await openWyoming(config, { agent, engine, log });
    if (wyoming !== undefined) closing.unshift(() => wyoming.close());
    const hermes = await openHermes(config, { agent, bus: connection, log });
    if (hermes !== undefined) closing.unshift(async () => hermes.close());
    engine.onExchanged(() => {
      bridge.publishInfo();
      bridge.publishHealth();
      homeAssistant.announce();
      prime();
    });
    prime();
    if (broker === undefined) {
      process.stdout.write(`connecting to ${withoutSecrets(url)} …\n`);
      service?.status(`connecting to ${withoutSecrets(url)}`);
    }
    const connected = await Promise.race([bridge.start().then(() => true), ending.asked.then(() => false)]);
    if (connected) {
      if (live !== undefined) {
        const watching = live;
        closing.unshift(() => watching.close());
        await watching.start(bridge);
      }
      const describe = (): string => statusLine(engine.info.name, acting, connection.connected);
      service?.ready(describe(), () => engine.isWell);
      void service?.follow(describe);
      process.stdout.write(
        greeting(config, agent, engine.info, { url, broker, server, wyoming }, performance.now() - begun),
      );
      if (process.stdin.isTTY) closing.unshift(terminal(agent, ending.ask));
      await ending.asked;
    }
  } finally {
    service?.stopping();
    // The actuators first, while there is still a connection to reach them by.
    const closeThings = async (): Promise<void> =>
      void (await Promise.all(things.map((thing) => thing.driver.close())));
    for (const close of [() => agent?.close() ?? closeThings(), ...closing]) {
      await close().catch((error: unknown) => log.error({ error: messageOf(error) }, 'closing'));
    }
    await service?.close();
    letGo();
    ending.forget();
  }
  return 0;
}

const unlocked = (unlock: () => void) => async (): Promise<void> => unlock();
