/** What `tokonoma run` says when it is there. */
import type { Agent } from '../../agent/agent.ts';
import type { Config } from '../../config/types.ts';
import { describeParts } from '../../model/plan.ts';
import type { ModelInfo } from '../../model/types.ts';
import type { Broker } from '../../mqtt/broker.ts';
import { withoutSecrets } from '../../mqtt/connection.ts';
import type { HttpServer } from '../../server/http.ts';
import type { WyomingServer } from '../../server/wyoming/server.ts';
import { mib } from '../../size.ts';
import { version } from '../version.ts';

export interface Reached {
  readonly url: string;
  readonly broker: Broker | undefined;
  readonly server: HttpServer | undefined;
  readonly wyoming: WyomingServer | undefined;
}

export function greeting(
  config: Config,
  agent: Agent,
  model: ModelInfo,
  { url, broker, server, wyoming }: Reached,
  ms: number,
): string {
  const { base } = config.node;
  const names = agent.things.map((thing) => thing.description.title);
  const taken = broker !== undefined && config.mqtt.port !== 0 && broker.port !== config.mqtt.port;
  const million = (model.parameters / 1e6).toFixed(1);
  const publish = `mosquitto_pub -h ${new URL(url).hostname} -p ${new URL(url).port || '1883'} -t ${base}/command -m`;
  return `tokonoma ${version()}, ready in ${(ms / 1000).toFixed(1)} s

  broker   ${withoutSecrets(url)}${broker === undefined ? '' : ' (embedded)'}${taken ? `; port ${config.mqtt.port} was taken` : ''}
  command  ${base}/command, answers on ${base}/response${server === undefined ? '' : `\n  http     ${server.url}/ (the dashboard, too)`}${wyoming === undefined ? '' : `\n  wyoming  ${wyoming.url}`}
  model    ${model.name}, ${million} million parameters
  memory   ${memoryLine(model)}
  things   ${names.join(', ')}
  ${agent.armed ? 'armed' : `disarmed: publish true to ${base}/armed/set`}

Try one of these${process.stdin.isTTY ? ' (or type the words here; "arm" after a stop, "quit" to end)' : ''}:

  ${publish} "turn on the kitchen light"
  ${publish} "go forward two metres then turn left"
  ${publish} "how warm is the kitchen"

`;
}

/** `115 MiB of 400 MiB: runtime 105 MiB + weights 1 MiB + KV cache 2 MiB + scratch 3 MiB; 512 tokens of context, f16`. */
function memoryLine({ memory }: ModelInfo): string {
  if (memory === undefined) return 'not planned';
  const limit = memory.budget === undefined ? '' : ` of ${mib(memory.budget)}`;
  return `${mib(memory.total)}${limit}: ${describeParts(memory)}; ${memory.context} tokens of context, ${memory.kv_precision}`;
}
