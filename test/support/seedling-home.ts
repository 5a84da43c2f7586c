/** An agent with the embedded model on the broker of a configuration file. */
import type { Test } from 'tap';
import { createAgent, type Agent } from '../../src/agent/agent.ts';
import { Interpreter } from '../../src/agent/reading/interpreter.ts';
import { openModel } from '../../src/hub/open.ts';
import { systemClock } from '../../src/clock.ts';
import { buildThings, loadConfig } from '../../src/config/load.ts';
import { Connection } from '../../src/mqtt/connection.ts';
import { ChatTemplate } from '../../src/tokenizer/template.ts';
import { silent } from './home.ts';

export interface SeedlingHome {
  readonly agent: Agent;
  /** Lets messages arrive. */
  readonly tick: () => Promise<void>;
}

export async function homeOn(t: Pick<Test, 'teardown'>, file: string, timeoutMs = 3000): Promise<SeedlingHome> {
  const config = loadConfig(file);
  const connection = new Connection({ url: config.mqtt.url!, clientId: 'tokonoma-test', log: silent });
  await connection.start();
  const engine = await openModel({});
  const agent = createAgent({
    things: buildThings(config, { clock: systemClock, log: silent, bus: connection }),
    sensors: config.sensors,
    interpreter: new Interpreter(engine, new ChatTemplate(engine.info.chatTemplate)),
    clock: systemClock,
    log: silent,
    armed: true,
    timeoutMs,
  });
  t.teardown(async () => {
    await agent.close();
    await engine.close();
    await connection.close();
  });
  await agent.start();
  return { agent, tick: () => systemClock.sleep(20) };
}
