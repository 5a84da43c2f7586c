/** 10,000 states in a minute: the page shows the last of them, and is no bigger than before. */
import { connectAsync } from 'mqtt';
import type { CDPSession } from 'playwright-core';
import t from 'tap';
import { systemClock } from '../../src/clock.ts';
import { openPage, skipWithoutChromium, startBrowser } from '../support/browser.ts';
import { startDemo } from '../support/cli.ts';

const MESSAGES = 10_000;
/** Until then, code is compiled and buffers find their size. */
const WARM = 1000;
/** As many a second as make MESSAGES in a minute, and a little more. */
const PER_SECOND = 200;
/** What may be left over of the noise of a heap, bytes. Kept messages would be several million. */
const NOISE = 1_500_000;

/** What changes, and to what, by turns: topics below the base. */
const SOURCES: readonly (readonly [topic: string, value: (n: number) => string])[] = [
  ['kitchen-light/set', (n) => `{"brightness":${n % 101}}`],
  ['living-room-lamp/set', (n) => `{"state":"${n % 2 === 0 ? 'ON' : 'OFF'}"}`],
  ['bedroom-light/set', (n) => `{"brightness":${(n * 7) % 101}}`],
  ['desk-lamp/set', (n) => `{"color":"${n % 2 === 0 ? 'red' : 'blue'}"}`],
  ['coffee-machine/set', (n) => (n % 2 === 0 ? 'ON' : 'OFF')],
  ['fan/set', (n) => `{"speed":${n % 101}}`],
  ['kitchen-speaker/set', (n) => `{"volume":${n % 101}}`],
  ['sensor/temperature/kitchen', (n) => String(n % 40)],
  ['sensor/temperature/outside', (n) => String((n % 60) - 20)],
  ['sensor/humidity/bathroom', (n) => String(n % 101)],
  ['sensor/brightness/porch', (n) => String(n % 1000)],
  ['sensor/contact/garage', (n) => (n % 2 === 0 ? 'open' : 'closed')],
  // Sensors that nobody declared, so many that few changes of one come faster than they are told.
  ...Array.from({ length: 12 }, (_, i) => [`sensor/temperature/room-${i}`, (n: number) => String(n % 40)] as const),
];

interface Size {
  readonly heap: number;
  readonly nodes: number;
  readonly listeners: number;
}

async function sizeOf(devtools: CDPSession): Promise<Size> {
  for (let i = 0; i < 3; i++) await devtools.send('HeapProfiler.collectGarbage');
  const { metrics } = await devtools.send('Performance.getMetrics');
  const of = (name: string): number => metrics.find((metric) => metric.name === name)!.value;
  return { heap: of('JSHeapUsedSize'), nodes: of('Nodes'), listeners: of('JSEventListeners') };
}

t.test('10,000 states in a minute', { skip: skipWithoutChromium, timeout: 600_000 }, async (t) => {
  const demo = await startDemo();
  t.teardown(() => demo.end('SIGTERM'));
  const page = await openPage(t, await startBrowser(t), demo.dashboard, 'desktop');
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Performance.enable');
  await devtools.send('Network.enable');
  // The feed is open already: what comes by it from now on is counted as it comes.
  let received = 0;
  devtools.on('Network.webSocketFrameReceived', ({ response }) => {
    if (/^\{"type":"(thing|sensor)"/.test(response.payloadData)) received++;
  });
  await page.reload();
  await page.waitForSelector('.page:not(.stale)');
  const client = await connectAsync(demo.url, { protocolVersion: 4, reconnectPeriod: 0 });
  t.teardown(() => client.endAsync(true));

  let sent = 0;
  const until = async (count: number): Promise<number> => {
    const begun = performance.now();
    const first = sent;
    while (received < count) {
      const due = first + ((performance.now() - begun) / 1000) * PER_SECOND;
      for (; sent < due; sent++) {
        const [topic, value] = SOURCES[sent % SOURCES.length]!;
        client.publish(`tokonoma/demo/${topic}`, value(Math.floor(sent / SOURCES.length)));
      }
      await systemClock.sleep(20);
    }
    return (performance.now() - begun) / 1000;
  };

  await until(WARM);
  const before = await sizeOf(devtools);
  const seconds = await until(WARM + MESSAGES);
  const after = await sizeOf(devtools);
  const growth = after.heap - before.heap;
  t.comment(`${MESSAGES} messages shown in ${seconds.toFixed(0)} s, of ${sent} sent`);
  t.comment(`heap ${before.heap} to ${after.heap} bytes (${growth}), nodes ${before.nodes} to ${after.nodes}`);
  t.ok(growth < NOISE, `the heap has grown by ${growth} bytes`);
  t.ok(Math.abs(after.nodes - before.nodes) < 100, `${before.nodes} and ${after.nodes} nodes`);
  t.ok(Math.abs(after.listeners - before.listeners) < 20, `${before.listeners} and ${after.listeners} listeners`);

  await client.publishAsync('tokonoma/demo/kitchen-light/set', '{"brightness":37}', { qos: 1 });
  await page.locator('[data-thing=kitchen-light] output', { hasText: '37%' }).waitFor();
  t.pass('and it shows the last of them');
});
