/** Parts that only some configurations need, and that are loaded only there: a start loads what it uses. */
import { systemClock } from '../../clock.ts';
import type { Config } from '../../config/types.ts';
import type { Hardware, HardwareOptions } from '../../gpio/hardware.ts';
import type { Logger } from '../../log.ts';
import type { Broker } from '../../mqtt/broker.ts';
import type { Hermes, HermesOptions } from '../../mqtt/hermes/hermes.ts';
import type { HomeAssistant, HomeAssistantOptions } from '../../mqtt/homeassistant/homeassistant.ts';
import type { HttpServer } from '../../server/http.ts';
import type { ServerOptions } from '../../server/server.ts';
import type { WyomingServer } from '../../server/wyoming/server.ts';
import type { Supervised } from '../../service/supervised.ts';
import { version } from '../version.ts';

/** Where a configuration has something to do with the pins and sensors of this machine. */
export async function hardwareOf(config: Config, options: HardwareOptions): Promise<Hardware | undefined> {
  const { things, sensors, stopLine } = config;
  const driven = things.some((thing) => thing.driver === 'gpio');
  if (!driven && stopLine === undefined && sensors.every((sensor) => sensor.driver === undefined)) return undefined;
  const { Hardware } = await import('../../gpio/hardware.ts');
  return Hardware.open(config, options);
}

/** Where there is no other. */
export async function embeddedBroker({ host, port }: Config['mqtt'], log: Logger): Promise<Broker> {
  const { Broker } = await import('../../mqtt/broker.ts');
  return Broker.start({ host, port, log });
}

/** Where systemd, or whoever acts as it does, has started us and wants to be told. */
export async function supervisedBy(env: NodeJS.ProcessEnv, log: Logger): Promise<Supervised | undefined> {
  if (env['NOTIFY_SOCKET'] === undefined) return undefined;
  const { Supervised } = await import('../../service/supervised.ts');
  return Supervised.of(env, process.pid, { clock: systemClock, log });
}

export async function openServer(
  config: Config,
  parts: Pick<ServerOptions, 'agent' | 'health' | 'engine' | 'log'>,
): Promise<HttpServer> {
  const { startServer } = await import('../../server/server.ts');
  return startServer({ ...config.http, ...parts, clock: systemClock, node: config.node.name, version: version() });
}

/** Where voice pipelines may come in by TCP. */
export async function openWyoming(
  { node, wyoming }: Config,
  { agent, engine, log }: Pick<ServerOptions, 'agent' | 'engine' | 'log'>,
): Promise<WyomingServer | undefined> {
  if (wyoming === undefined) return undefined;
  const { WyomingServer } = await import('../../server/wyoming/server.ts');
  return WyomingServer.start({
    ...wyoming,
    agent,
    engine,
    version: version(),
    name: node.name,
    clock: systemClock,
    log,
  });
}

/** Where satellites speak Hermes. Started before the connection, so that it listens from the first connect on. */
export async function openHermes(
  { hermes }: Config,
  parts: Pick<HermesOptions, 'agent' | 'bus' | 'log'>,
): Promise<Hermes | undefined> {
  if (hermes === undefined) return undefined;
  const { Hermes } = await import('../../mqtt/hermes/hermes.ts');
  const opened = new Hermes({ ...hermes, ...parts, clock: systemClock });
  opened.start();
  return opened;
}

/** Also where it is not wanted: what was announced before is taken back. */
export async function openHomeAssistant(
  { homeassistant, node }: Config,
  parts: Pick<HomeAssistantOptions, 'agent' | 'health' | 'bus' | 'topics' | 'models' | 'log'>,
): Promise<HomeAssistant> {
  const { HomeAssistant } = await import('../../mqtt/homeassistant/homeassistant.ts');
  const own = { node: node.name, version: version(), clock: systemClock };
  return new HomeAssistant({ ...homeassistant, ...own, ...parts });
}
