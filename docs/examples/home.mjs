// @ts-check
// An agent over a thing of your own: its driver is here, and there is no MQTT.
import { createAgent, createThing, loadModel } from 'tokonoma';

const lamp = createThing(
  { kind: 'light', name: 'desk lamp', area: 'office' },
  {
    state: { state: 'OFF', brightness: 100 },
    // The arguments are what a light declares: power, level and the like, validated.
    invoke(action, args) {
      console.log('driver:', action, JSON.stringify(args));
      if (args['power'] !== undefined) return { state: args['power'] === 'on' ? 'ON' : 'OFF' };
      return { state: 'ON' };
    },
    safe: () => ({ state: 'OFF' }),
  },
);

const model = await loadModel();
const agent = createAgent({ model, things: [lamp], armed: true });
await agent.start();
agent.on('state', (thing, state) => console.log('state:', thing.description.title, state['state']));

for (const words of ['turn on the desk lamp', 'turn on the toaster', 'is the desk lamp on']) {
  const { outcome, say, reason } = await agent.handle(words);
  console.log(`${words}: ${outcome}: ${say ?? reason}`);
}

await agent.stop();
console.log('after a stop:', (await agent.handle('turn on the desk lamp')).outcome);

await agent.close();
await model.close();
