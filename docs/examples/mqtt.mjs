// @ts-check
// An agent with a broker of its own, and a rule that a sensor's reading sets off without the model.
// Beside tokonoma it uses an MQTT client: npm install tokonoma mqtt
import { once } from 'node:events';
import { connectAsync } from 'mqtt';
import { configFrom, createAgent, loadModel, serveMqtt } from 'tokonoma';

const config = configFrom({
  version: 1,
  node: { name: 'porch' },
  things: [{ name: 'porch light', kind: 'light' }],
  sensors: [{ name: 'brightness/porch', kind: 'brightness', area: 'porch', unit: 'lx' }],
});
const model = await loadModel();
const agent = createAgent({ model, config, armed: true });
await agent.start();
const mqtt = await serveMqtt(agent, { node: config.node.name, port: 0 });
console.log('commands are taken on', `${mqtt.base}/command`);

const rule = await agent.handle('if it gets dark turn on the porch light');
console.log(rule.say ?? rule.reason);
// A rule is asked back before it stands.
if (rule.outcome === 'needs-confirmation') console.log((await agent.handle('yes')).say);

// A sensor somewhere in the house; agent and rule hear of it by the broker.
const sensor = await connectAsync(mqtt.url);
const lit = once(agent, 'state');
await sensor.publishAsync(`${mqtt.base}/sensor/brightness/porch`, '400');
await sensor.publishAsync(`${mqtt.base}/sensor/brightness/porch`, '3');
const [thing, state] = await lit;
console.log(`${thing.description.title}: ${state.state}`);

await sensor.endAsync();
await mqtt.close();
await agent.close();
await model.close();
