/** An agent over simulated things that reads with the embedded model. */
import type { Test } from 'tap';
import { createAgent, type Agent } from '../../src/agent/agent.ts';
import { FastPath } from '../../src/agent/fast/fast.ts';
import { Interpreter } from '../../src/agent/reading/interpreter.ts';
import { openModel } from '../../src/hub/open.ts';
import { systemClock } from '../../src/clock.ts';
import { buildThings, demoConfig, parseConfig } from '../../src/config/load.ts';
import { ChatTemplate } from '../../src/tokenizer/template.ts';
import { silent } from './home.ts';

/** Started and armed. @param yaml default: the demo's home */
export async function seedlingAgent(t: Pick<Test, 'teardown'>, yaml?: string): Promise<Agent> {
  const config = yaml === undefined ? demoConfig({}) : parseConfig(yaml, 'test.yaml');
  const engine = await openModel({});
  const agent = createAgent({
    things: buildThings(config, { clock: systemClock, instant: true }),
    sensors: config.sensors,
    rules: config.rules,
    policy: config.policy,
    interpreter: new Interpreter(engine, new ChatTemplate(engine.info.chatTemplate), { fast: new FastPath() }),
    clock: systemClock,
    log: silent,
    armed: true,
  });
  t.teardown(async () => {
    await agent.close();
    await engine.close();
  });
  await agent.start();
  return agent;
}
