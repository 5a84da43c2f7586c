/** The stories render templates with another Jinja than Home Assistant has: here Jinja2 renders the same of them. */
import { isDeepStrictEqual } from 'node:util';
import t from 'tap';
import type { ThingState } from '../../../devices/thing.ts';
import { respond } from '../../../src/agent/turn/response.ts';
import { Health } from '../../../src/agent/health.ts';
import { buildThings, parseConfig } from '../../../src/config/load.ts';
import { devicesOf } from '../../../src/mqtt/homeassistant/devices.ts';
import { Topics } from '../../../src/mqtt/topics.ts';
import { FakeClock } from '../../devices/fake-clock.ts';
import { EVERY_KIND } from '../../support/every-kind.ts';
import { render } from '../../support/home-assistant.ts';
import { renderedByJinja2, skipWithoutJinja2, type Rendering } from '../../support/jinja2.ts';

const clock = new FakeClock();
const config = parseConfig(EVERY_KIND, 'every.yaml');
const things = buildThings(config, { clock, instant: true });
const board = { temperature: 48.5, throttled: true };
const health = new Health({ armed: true, queued: 3, queueLimit: 64 }, { clock, board }).report();
const topics = new Topics(config.node.base);
const node = config.node.name;
const descriptions = things.map((thing) => thing.description);
const models = ['seedling', 'hf:some "one"/else/toy.gguf'];
const about = { node, version: '1.2.3', health, models };
const announcement = { prefix: 'homeassistant', topics, ...about, sensors: config.sensors };
const devices = devicesOf({ ...announcement, things: descriptions });

const command = { id: '7', text: 'say "hi" <b> it\'s late', receivedAt: 0 };
const responses = [
  respond(command, { outcome: 'executed', say: 'done' }),
  respond(command, { outcome: 'refused', code: 'disarmed', reason: 'x'.repeat(300) }),
];

/** Payloads that come on a topic, at their fullest and with nothing known. */
const payloads = new Map<string, object[]>([
  [topics.response, responses],
  [topics.action, [{ id: '7', device: 'lamp', action: 'light.set', args: {}, outcome: 'executed' }]],
  [topics.bridgeHealth, [health]],
  [
    topics.bridgeInfo,
    models.map((chosen) => ({
      version: '1.2.3',
      models: { chosen },
      ...(chosen !== 'seedling' && { latest_version: '1.3.0' }),
    })),
  ],
  [topics.bridgeState, [{ state: 'online' }]],
]);
for (const { description, driver } of things) {
  const state = driver.state();
  const unknown = Object.fromEntries(Object.keys(state).map((name): [string, null] => [name, null]));
  const states: ThingState[] = [
    state,
    unknown,
    ...['red', 'hot pink', '#12ab9f'].map((color) => ({ ...state, color })),
  ];
  payloads.set(topics.state(description.id), states);
}
for (const { name } of config.sensors) {
  payloads.set(topics.reading(name), [{ value: 21.5 }, { value: 0 }, { value: 'open "wide"' }]);
}

const SENT = ['a "word"', "it's", 'fan_only', 40, 0, 21.5];
const BESIDE = { position: 40, red: 255, green: 7, blue: 0 };

function renderings(component: Readonly<Record<string, unknown>>): Rendering[] {
  return Object.entries(component).flatMap(([key, template]): Rendering[] => {
    if (typeof template !== 'string' || !key.endsWith('_template')) return [];
    if (/(^|_)command_template$|^set_position_template$/.test(key)) {
      return SENT.map((value) => ({ template, context: { value, ...BESIDE } }));
    }
    const stem = key.replace(/(_value|_state)?_template$/, '');
    const topic = [`${stem}_state_topic`, `${stem}_topic`, 'state_topic']
      .map((name) => component[name])
      .find((one) => typeof one === 'string');
    const sent = payloads.get(topic as string);
    if (sent === undefined) throw new Error(`${key}: nothing comes on ${String(topic)}`);
    return sent.map((payload) => ({ template, context: { value: JSON.stringify(payload), value_json: payload } }));
  });
}

/** JSON may be written in more than one way. */
function meant(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

t.test('every template means the same to both', { skip: skipWithoutJinja2 }, async (t) => {
  const all = [...devices.values()].flatMap(({ components }) => Object.values(components).flatMap(renderings));
  t.ok(all.length > 500, `${all.length} renderings`);
  const theirs = renderedByJinja2(all);
  for (const [i, { template, context }] of all.entries()) {
    const ours = render(template, context);
    if (!isDeepStrictEqual(meant(ours), meant(theirs[i]!)))
      t.equal(ours, theirs[i], `${template} of ${JSON.stringify(context)}`);
  }
});

t.test('a check that notices: null is None to one and nothing to the other', { skip: skipWithoutJinja2 }, async (t) => {
  const rendering = { template: '{{ value_json.a }}', context: { value_json: { a: null } } };
  t.strictSame([renderedByJinja2([rendering])[0], render(rendering.template, rendering.context)], ['None', '']);
});
