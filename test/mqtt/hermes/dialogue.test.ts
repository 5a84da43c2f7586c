/** Hermes without anybody else's dialogue manager: wake word, words, questions, sessions in a row. */
import t, { type Test } from 'tap';
import type { Response } from '../../../src/agent/types.ts';
import { Broker } from '../../../src/mqtt/broker.ts';
import { SESSION_MS } from '../../../src/mqtt/hermes/dialogue-manager.ts';
import { FakeClock } from '../../devices/fake-clock.ts';
import { silent } from '../../support/home.ts';
import { seedlingAgent } from '../../support/seedling-agent.ts';
import { Satellite, hermesOn, onBothBrokers } from './satellite.ts';

const agent = await seedlingAgent(
  t,
  `
version: 1
things:
  - { name: kitchen light, kind: light, area: kitchen }
  - { name: left lamp, kind: light, area: hallway }
  - { name: right lamp, kind: light, area: hallway }
  - { name: front door, kind: lock, area: hallway }
  - { name: fan, kind: fan, area: bedroom }
policy:
  sources: { guest: { deny: { actions: [lock.set] } } }
`,
);
const stateOf = (id: string): unknown => agent.thing(id)!.driver.state()['state'];

function doneFrom(t: Test): Response[] {
  const done: Response[] = [];
  const listener = (response: Response): void => void done.push(response);
  agent.on('response', listener);
  t.teardown(() => agent.off('response', listener));
  return done;
}

/** Wakes it and returns the session's id once it listens. */
async function woken(satellite: Satellite, siteId = 'hall'): Promise<string> {
  await satellite.send('hotword/porcupine/detected', { siteId, modelId: 'porcupine' });
  const { sessionId } = await satellite.next('asr/startListening', (message) => message['siteId'] === siteId);
  return sessionId as string;
}

const captured = (text: string, sessionId?: string, siteId = 'hall'): object => ({
  text,
  siteId,
  ...(sessionId === undefined ? {} : { sessionId }),
  likelihood: 0.9,
  seconds: 1.2,
});

async function stories(t: Test, url: string): Promise<void> {
  const hermes = await hermesOn(t, url, { agent, dialogue: 'own' });
  const satellite = await Satellite.on(t, url);

  await t.test('wake word, words, done, said, over', async (t) => {
    await satellite.send('hotword/porcupine/detected', { siteId: 'hall', modelId: 'porcupine', lang: 'en' });
    const started = await satellite.next('dialogueManager/sessionStarted');
    t.match(started, { siteId: 'hall', customData: 'porcupine', lang: 'en', sessionId: /^hall-porcupine-/ });
    const { sessionId } = started;
    t.match(await satellite.next('hotword/toggleOff'), { siteId: 'hall', reason: 'dialogueSession' });
    t.match(await satellite.next('asr/startListening'), {
      siteId: 'hall',
      sessionId,
      stopOnSilence: true,
      wakewordId: 'porcupine',
    });
    await satellite.send('asr/textCaptured', captured('turn on the kitchen light', sessionId as string));
    t.match(await satellite.next('asr/stopListening'), { siteId: 'hall', sessionId });
    t.match(await satellite.next('hotword/toggleOn'), { reason: 'dialogueSession' });
    t.match(await satellite.next('intent/light.set'), {
      sessionId,
      siteId: 'hall',
      customData: 'porcupine',
      asrConfidence: 0.9,
      slots: [{ rawValue: 'kitchen', range: { start: 12, end: 19 } }, { rawValue: 'on' }],
    });
    t.match(await satellite.next('tts/say'), {
      text: 'The kitchen light is on.',
      siteId: 'hall',
      sessionId,
      id: String,
    });
    t.match(await satellite.next('dialogueManager/sessionEnded'), {
      sessionId,
      siteId: 'hall',
      customData: 'porcupine',
      termination: { reason: 'nominal' },
    });
    t.equal(stateOf('kitchen-light'), 'ON');
  });

  await t.test('a question is asked, and its answer taken in the same session', async (t) => {
    const sessionId = await woken(satellite);
    await satellite.send('asr/textCaptured', captured('turn on the hallway lamp', sessionId));
    t.match(await satellite.next('tts/say'), { text: /left lamp.*\?$/, sessionId });
    t.match(await satellite.next('asr/startListening'), { sessionId });
    await satellite.send('asr/textCaptured', captured('the left one', sessionId));
    t.match(await satellite.next('intent/answer'), { sessionId });
    t.match(await satellite.next('tts/say'), { text: 'The left lamp is on.' });
    t.match(await satellite.next('dialogueManager/sessionEnded'), { sessionId, termination: { reason: 'nominal' } });
    t.equal(satellite.all('dialogueManager/sessionEnded', (message) => message['sessionId'] === sessionId).length, 1);
  });

  await t.test('not understood: said, and the session is over', async (t) => {
    const sessionId = await woken(satellite);
    await satellite.send('asr/textCaptured', captured('tell me a joke', sessionId));
    t.match(await satellite.next('nlu/intentNotRecognized'), { input: 'tell me a joke', sessionId, siteId: 'hall' });
    t.match(await satellite.next('tts/say'), { text: /not understand/ });
    t.match(await satellite.next('dialogueManager/sessionEnded'), { termination: { reason: 'intentNotRecognized' } });
    const silent = await woken(satellite);
    await satellite.send('asr/textCaptured', captured('', silent));
    t.match(await satellite.next(['tts/say', 'dialogueManager/sessionEnded']), {
      sessionId: silent,
      termination: { reason: 'intentNotRecognized' },
    });
  });

  await t.test('the same words twice, or as a query as well, act once', async (t) => {
    const done = doneFrom(t);
    const sessionId = await woken(satellite);
    const words = captured('turn off the kitchen light', sessionId);
    await satellite.send('asr/textCaptured', words);
    await satellite.send('asr/textCaptured', words);
    await satellite.send('nlu/query', { input: 'turn off the kitchen light', siteId: 'hall', sessionId });
    await satellite.next('dialogueManager/sessionEnded');
    await satellite.send('asr/textCaptured', words);
    await satellite.settled();
    t.equal(done.length, 1);
    t.equal(satellite.all('dialogueManager/sessionStarted', (message) => message['sessionId'] === sessionId).length, 1);
  });

  await t.test('a recognizer that listens by itself opens sessions', async (t) => {
    await satellite.send('asr/textCaptured', captured('turn on the kitchen light'));
    const { sessionId } = await satellite.next('dialogueManager/sessionStarted');
    t.match(await satellite.next('tts/say'), { sessionId, text: 'The kitchen light is on.' });
    t.match(await satellite.next('dialogueManager/sessionEnded'), { sessionId });
    await satellite.send('asr/textCaptured', captured('turn it off', 'my-own-id'));
    t.match(await satellite.next('dialogueManager/sessionStarted'), { sessionId: 'my-own-id' });
    t.match(await satellite.next('tts/say'), { text: 'The kitchen light is off.', sessionId: 'my-own-id' });
    t.match(await satellite.next('dialogueManager/sessionEnded'), { sessionId: 'my-own-id' });
  });

  await t.test('sessions of two sites do not mix', async (t) => {
    const [a, b] = [await woken(satellite, 'a'), await woken(satellite, 'b')];
    await satellite.send('asr/textCaptured', captured('turn on the hallway lamp', a, 'a'));
    await satellite.next('tts/say', ({ siteId }) => siteId === 'a');
    await satellite.next('asr/startListening', ({ siteId }) => siteId === 'a');
    await satellite.send('asr/textCaptured', captured('the right one', b, 'b'));
    await satellite.next('dialogueManager/sessionEnded', ({ siteId }) => siteId === 'b');
    t.equal(stateOf('right-lamp'), 'OFF', 'nobody asked there');
    await satellite.send('asr/textCaptured', captured('the right one', b, 'a'));
    await satellite.settled();
    t.equal(stateOf('right-lamp'), 'OFF', 'that session is over');
    await satellite.send('asr/textCaptured', captured('the right one', a, 'a'));
    t.match(await satellite.next('tts/say'), { siteId: 'a', sessionId: a, text: 'The right lamp is on.' });
    await satellite.next('dialogueManager/sessionEnded', ({ siteId }) => siteId === 'a');
  });

  await t.test('a site may have less rights', async (t) => {
    await satellite.send('asr/textCaptured', captured('lock the front door', undefined, 'guest'));
    t.match(await satellite.next('tts/say'), { siteId: 'guest', text: /guest may not/ });
    await satellite.next('dialogueManager/sessionEnded');
  });

  await t.test('sessions begun by others: said, queued, dropped, continued, ended', async (t) => {
    const init = { type: 'action', text: 'What shall I do?', canBeEnqueued: true, sendIntentNotRecognized: true };
    await satellite.send('dialogueManager/startSession', {
      siteId: 'hall',
      customData: 'first',
      init: { ...init, intentFilter: ['light.set'] },
    });
    const { sessionId } = await satellite.next('dialogueManager/sessionStarted');
    t.match(await satellite.next('tts/say'), { text: 'What shall I do?', sessionId });
    t.match(await satellite.next('asr/startListening'), { intentFilter: ['light.set'] });

    await satellite.send('dialogueManager/startSession', { siteId: 'hall', customData: 'second', init });
    t.match(await satellite.next('dialogueManager/sessionQueued'), { siteId: 'hall', customData: 'second' });
    await satellite.send('dialogueManager/startSession', {
      siteId: 'hall',
      init: { type: 'notification', text: 'Ding.' },
    });
    t.match(await satellite.next('dialogueManager/sessionQueued'), { siteId: 'hall', customData: null });
    await satellite.send('dialogueManager/startSession', {
      siteId: 'hall',
      customData: 'third',
      init: { ...init, canBeEnqueued: false },
    });
    t.match(await satellite.next('dialogueManager/sessionEnded'), {
      customData: 'third',
      termination: { reason: 'error', error: String },
    });

    await satellite.send('asr/textCaptured', captured('unlock the front door', sessionId as string));
    t.match(await satellite.next('dialogueManager/intentNotRecognized'), {
      sessionId,
      siteId: 'hall',
      customData: 'first',
      input: 'unlock the front door',
    });
    await satellite.send('dialogueManager/continueSession', { sessionId, text: 'Which light?', customData: 'more' });
    t.match(await satellite.next('tts/say'), { text: 'Which light?' });
    t.match(await satellite.next('asr/startListening'), { sessionId, intentFilter: null });
    await satellite.send('dialogueManager/endSession', { sessionId, text: 'Well then.' });
    t.match(await satellite.next('tts/say'), { text: 'Well then.' });
    t.match(await satellite.next('dialogueManager/sessionEnded'), { sessionId, customData: 'more' });

    const second = await satellite.next('dialogueManager/sessionStarted');
    t.match(second, { customData: 'second' });
    await satellite.next('asr/startListening');
    await satellite.send('asr/textCaptured', captured('turn on the kitchen light', second['sessionId'] as string));
    t.match(await satellite.next('intent/light.set'), { customData: 'second' });
    t.match(await satellite.next('dialogueManager/sessionEnded'), { customData: 'second' });
    t.match(await satellite.next('tts/say'), { text: 'Ding.' });
    t.match(await satellite.next('dialogueManager/sessionEnded'), { termination: { reason: 'nominal' } });
    await satellite.send('dialogueManager/continueSession', { sessionId: 'nobody', text: 'Hello?' });
    await satellite.send('dialogueManager/endSession', { sessionId: 'nobody', text: 'Hello?' });
    await satellite.settled();
    t.equal(satellite.all('tts/say', ({ text }) => text === 'Hello?').length, 0);
  });

  await t.test('intents that are switched off are not done', async (t) => {
    const configure = (enable: boolean): Promise<void> =>
      satellite.send('dialogueManager/configure', { siteId: 'hall', intents: [{ intentId: 'power.set', enable }] });
    await configure(false);
    await satellite.send('asr/textCaptured', captured('turn on the fan'));
    t.match(await satellite.next('dialogueManager/sessionEnded'), { termination: { reason: 'intentNotRecognized' } });
    t.equal(stateOf('fan'), 'OFF');
    await satellite.send('asr/textCaptured', captured('turn on the fan', undefined, 'bedroom'));
    t.match(await satellite.next('tts/say'), { text: 'The fan is on.', siteId: 'bedroom' });
    await satellite.next('dialogueManager/sessionEnded');
    await configure(true);
    await satellite.send('asr/textCaptured', captured('turn off the fan'));
    t.match(await satellite.next('tts/say'), { text: 'The fan is off.' });
    await satellite.next('dialogueManager/sessionEnded');
  });

  await t.test('another wake word ends what was going on; stop is heard whenever it comes', async (t) => {
    const first = await woken(satellite);
    const second = await woken(satellite);
    t.match(
      satellite.all('dialogueManager/sessionEnded', ({ sessionId }) => sessionId === first),
      [{ termination: { reason: 'abortedByUser' } }],
    );
    await satellite.send('dialogueManager/endSession', { sessionId: second });
    await satellite.next('dialogueManager/sessionEnded', ({ sessionId }) => sessionId === second);
    await satellite.send('asr/textCaptured', captured('stop', second));
    t.match(await satellite.next('intent/stop'), { siteId: 'hall' });
    t.match(await satellite.next('tts/say'), { text: 'Stopped.' });
    await satellite.next('dialogueManager/sessionEnded');
    t.equal(agent.armed, false, 'although that session was over');
    await agent.arm(true);
  });

  await t.test('somebody else who runs sessions is left alone', async (t) => {
    const done = doneFrom(t);
    await satellite.send('dialogueManager/sessionStarted', { sessionId: 'foreign', siteId: 'hall' });
    await satellite.send('asr/textCaptured', captured('turn off the kitchen light', 'foreign'));
    await satellite.settled();
    t.same(done, []);
  });

  await t.test('what is wrong is answered as an error', async (t) => {
    for (const [topic, payload] of [
      ['dialogueManager/startSession', '{}'],
      ['dialogueManager/startSession', '{"init":{"type":"surprise"}}'],
      ['dialogueManager/startSession', '{"init":{"type":"notification"}}'],
      ['dialogueManager/continueSession', '{"text":"x"}'],
      ['dialogueManager/endSession', '{"sessionId":7}'],
      ['dialogueManager/configure', '{"intents":{}}'],
      ['dialogueManager/configure', '{"intents":[{"intentId":"x","enable":"no"}]}'],
      ['asr/textCaptured', '{"siteId":"hall"}'],
      ['asr/textCaptured', 'turn on the light'],
    ] as const) {
      await satellite.send(topic, payload);
      t.match(
        await satellite.next('error/dialogueManager'),
        { error: String, context: /^bad-/ },
        `${topic} ${payload}`,
      );
    }
  });

  await t.test('what is left open is ended when we go', async (t) => {
    const sessionId = await woken(satellite, 'last');
    hermes.close();
    t.match(await satellite.next('dialogueManager/sessionEnded'), { sessionId, termination: { reason: 'error' } });
    await agent.handle('turn off all the lights');
  });
}

onBothBrokers(t, stories);

t.test('patience', async (t) => {
  const broker = await Broker.start({ host: '127.0.0.1', port: 0, log: silent });
  t.teardown(() => broker.close());
  const clock = new FakeClock();
  await hermesOn(t, broker.url, { agent, dialogue: 'own', clock, sites: ['hall', 'default'] });
  const satellite = await Satellite.on(t, broker.url);

  t.test('nobody says anything', async (t) => {
    const sessionId = await woken(satellite);
    await clock.advance(SESSION_MS);
    t.match(await satellite.next('dialogueManager/sessionEnded'), { sessionId, termination: { reason: 'timeout' } });
  });

  t.test('a synthesizer that does not say when it is done is not waited for for ever', async (t) => {
    satellite.speaks = false;
    await satellite.send('dialogueManager/startSession', { siteId: 'hall', init: { type: 'action', text: 'Well?' } });
    await satellite.next('tts/say');
    await satellite.send('asr/textCaptured', captured('well'));
    await satellite.settled();
    t.equal(satellite.all('nlu/intentNotRecognized').length, 0, 'our own voice is not heard');
    await clock.advance(10_000);
    const { sessionId } = await satellite.next('asr/startListening');
    await satellite.send('dialogueManager/endSession', { sessionId });
    t.match(await satellite.next('dialogueManager/sessionEnded'), { sessionId, termination: { reason: 'nominal' } });
    satellite.speaks = true;
  });

  t.test('sites that are not ours', async (t) => {
    await satellite.send('hotword/porcupine/detected', { siteId: 'attic' });
    await satellite.send('asr/textCaptured', captured('turn on the fan', undefined, 'attic'));
    await satellite.send('nlu/query', { input: 'turn on the fan', siteId: 'attic' });
    await satellite.send('asr/textCaptured', { siteId: 'attic' });
    await satellite.settled();
    const ours = ({ siteId }: Readonly<Record<string, unknown>>): boolean => siteId === 'attic';
    for (const topic of ['dialogueManager/sessionStarted', 'intent/power.set', 'error/dialogueManager']) {
      t.same(satellite.all(topic, ours), [], topic);
    }
  });
});
