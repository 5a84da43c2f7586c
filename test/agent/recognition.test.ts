/** What words would be understood as, and which of them said what; nothing is done. */
import t from 'tap';
import type { Agent } from '../../src/agent/agent.ts';
import type { Intent } from '../../src/agent/turn/recognition.ts';
import { HARD_COMMANDS, HARD_HOME } from '../stories/hard-commands.ts';
import { seedlingAgent } from '../support/seedling-agent.ts';

/** `light.set area=kitchen "kitchen" power=on "on"`; words that nobody said stand without quotes. */
const written = ({ name, slots }: Intent): string =>
  [name, ...slots.map((s) => `${s.name}=${s.value}${s.range === undefined ? '' : ` "${s.raw}"`}`)].join(' ');

async function read(agent: Agent, text: string, site = 'here'): Promise<string> {
  const { intents } = await agent.recognize(text, { site });
  return intents.map(written).join('; ');
}

const READINGS = `
turn on the kitchen light => light.set area=kitchen "kitchen" power=on "on"
Set the DESK  LAMP to thirty percent! => light.set device=DESK  LAMP "DESK  LAMP" brightness=30 "thirty"
go forward two metres then turn left => robot.drive direction=forward "forward" distance=2 "two" unit=m; robot.turn direction=left "left"
turn on the kitchen light and the fan => light.set area=kitchen "kitchen" power=on "on"; power.set device=fan "fan" power=on "on"
turn on the living rum lamp => light.set device=lamp "lamp" area=living room "living rum" power=on "on"
set a timer for an hour and a half => timer.do op=start hours=1.5 "an hour and a half"
dim the bedroom light to half => light.set area=bedroom "bedroom" brightness=50 "half"
close the livingroom blinds => cover.set device=blinds "blinds" area=living room "livingroom" state=close "close"
how warm is the kitchen => query kind=temperature area=kitchen "kitchen"
if it gets dark turn on the kitchen light => rule when=brightness/porch is below 30 lx then=turn on the kitchen light "turn on the kitchen light"
list the rules => rules.list
turn off all the lights except the desk lamp => light.set power=off "off" except=desk lamp "desk lamp"
turn the disco ball on => power.set device=disco ball "disco ball" power=on "on"
stop => stop
never mind => cancel
yes =>
tell me a joke about lamps =>
`;

t.test('with the embedded model', async (t) => {
  const agent = await seedlingAgent(t);
  const told: string[] = [];
  agent.on('response', ({ id }) => told.push(id));
  const states = (): string => JSON.stringify(agent.things.map(({ driver }) => driver.state()));
  const before = states();

  t.test('intents, and the words of their slots', async (t) => {
    for (const line of READINGS.trim().split('\n')) {
      const [text, expected] = line.split(/ =>\s?/) as [string, string];
      t.equal(await read(agent, text), expected, text);
    }
  });

  t.test('nothing was done, told or disarmed', async (t) => {
    t.equal(states(), before);
    t.same(told, []);
    t.ok(agent.armed);
    t.equal(agent.queued, 0);
  });

  t.test('what "it" is, and that a yes is an answer, depends on the conversation', async (t) => {
    await agent.handle(JSON.stringify({ text: 'turn on the desk lamp', site: 'here' }));
    t.equal(await read(agent, 'turn it off'), 'light.set device=desk lamp "it" power=off "off"');
    t.equal(await read(agent, 'turn it off', 'elsewhere'), '');
    await agent.handle(JSON.stringify({ text: 'unlock the front door', site: 'here' }));
    for (let i = 0; i < 2; i++) t.equal(await read(agent, 'yes'), 'answer answer=yes "yes"', 'asking settles nothing');
    t.equal(await read(agent, 'yes', 'elsewhere'), '');
    t.match(await agent.handle(JSON.stringify({ text: 'yes', site: 'here' })), { outcome: 'executed' });
  });

  t.test('conversations of a transport are its own', async (t) => {
    const wyoming = { source: 'wyoming', conversation: 'here' } as const;
    await agent.handle('lock the front door');
    t.match(await agent.handle('unlock the front door', wyoming), { outcome: 'needs-confirmation' });
    t.equal(await read(agent, 'yes'), '', 'a site of the same name is somebody else');
    t.match(await agent.handle('yes', { ...wyoming, source: 'hermes' }), { outcome: 'not-understood' });
    t.match(await agent.handle('yes', wyoming), { outcome: 'executed' });
  });

  t.test('why not, and what is no text', async (t) => {
    t.match(await agent.recognize('dont turn on the kitchen light'), {
      intents: [],
      reason: /what not to do|no command/,
    });
    await t.rejects(agent.recognize(''), { code: 'empty' });
    await t.rejects(agent.recognize('x'.repeat(5000)), { code: 'too-large' });
    t.match(await agent.recognize('{"text": "turn on the fan"}'), { intents: [] }, 'words in braces are words');
  });
});

t.test('every range is where its words stand', async (t) => {
  const agent = await seedlingAgent(t, HARD_HOME);
  const texts = HARD_COMMANDS.split('\n').flatMap((row) => /^([^#].*) => /.exec(row)?.[1] ?? []);
  let [ranges, slots] = [0, 0];
  for (const text of texts) {
    const { intents } = await agent.recognize(text);
    for (const intent of intents) {
      const found = intent.slots.flatMap(({ range }) => range ?? []).sort((a, b) => a.start - b.start);
      slots += intent.slots.length;
      ranges += found.length;
      for (const { name, raw, range, value } of intent.slots) {
        if (range === undefined) t.equal(raw, String(value));
        else if (text.slice(range.start, range.end) !== raw) t.fail(`${text}: ${name} is not ${raw}`);
      }
      for (const [i, { start, end }] of found.entries()) {
        if (start < 0 || start >= end || end > text.length) t.fail(`${text}: [${start}, ${end})`);
        if (i > 0 && start < found[i - 1]!.end) t.fail(`${text}: the same words for two slots`);
      }
    }
  }
  t.ok(texts.length > 200, `${texts.length} commands`);
  t.ok(ranges > 0.75 * slots, `${ranges} of ${slots} slots have words of their own`);
});
