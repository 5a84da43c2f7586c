/** The dashboard of `npm start` in a real browser: words typed, the robot seen to arrive, the stop pressed. */
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import t, { type Test } from 'tap';
import { createLogger } from '../../src/log.ts';
import { HttpServer } from '../../src/server/http.ts';
import { staticFiles } from '../../src/server/static.ts';
import { PATIENCE_MS, SIZES, openPage, picture, say, skipWithoutChromium, startBrowser } from '../support/browser.ts';
import { startDemo } from '../support/cli.ts';
import { feedHome } from '../support/feed-home.ts';

/** What the page may weigh until it lives, bytes over the wire with gzip. */
const FIRST_LOAD = 120_000;

const lastAnswer = (page: Page) => page.locator('.entry').last().locator('.answer[data-outcome]');

/** What axe calls serious or critical. */
async function violations(page: Page): Promise<readonly unknown[]> {
  // A string is evaluated by the debugger, past the page's own policy.
  await page.evaluate(axe.source);
  const found = await page.evaluate(async () => {
    const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run();
    return violations.map(({ id, impact, nodes }) => ({
      id,
      impact,
      where: nodes.map(({ html }) => html.slice(0, 120)),
    }));
  });
  return found.filter(({ impact }) => impact === 'serious' || impact === 'critical');
}

/** Nobody may be kept out: no violation that axe calls serious or critical, on both papers and both sizes. */
async function accessible(t: Test, page: Page, what: string): Promise<void> {
  for (const [size, viewport] of Object.entries(SIZES)) {
    await page.setViewportSize(viewport);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.waitForSelector(`[data-theme=${colorScheme}]`);
      t.same(await violations(page), [], `${what}, ${size}, ${colorScheme}: no serious violation`);
    }
  }
  await page.setViewportSize(SIZES.desktop);
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'no-preference' });
}

t.test('the dashboard of npm start', { skip: skipWithoutChromium, timeout: 600_000 }, async (t) => {
  const demo = await startDemo();
  t.teardown(() => demo.end('SIGTERM'));
  const browser = await startBrowser(t);
  const page = await openPage(t, browser, demo.dashboard, 'desktop');

  await t.test('the first load is small, and asks nobody else', async (t) => {
    const context = await browser.newContext({
      serviceWorkers: 'block',
      extraHTTPHeaders: { 'Accept-Encoding': 'gzip' },
    });
    const fresh = await context.newPage();
    const network = await context.newCDPSession(fresh);
    await network.send('Network.enable');
    let bytes = 0;
    const urls: string[] = [];
    network.on('Network.loadingFinished', ({ encodedDataLength }) => (bytes += encodedDataLength));
    network.on('Network.requestWillBeSent', ({ request }) => urls.push(request.url));
    await fresh.goto(demo.dashboard, { waitUntil: 'networkidle' });
    await fresh.waitForSelector('.page');
    await context.close();
    t.comment(`first load: ${urls.length} requests, ${bytes} bytes`);
    t.ok(urls.length >= 3);
    t.ok(bytes > 10_000 && bytes <= FIRST_LOAD, `${bytes} bytes of ${FIRST_LOAD}`);
    t.same(
      urls.filter((url) => !url.startsWith(demo.dashboard)),
      [],
    );
  });

  await t.test('what can be said here is offered', async (t) => {
    t.match(await page.locator('.talk .chips button').allInnerTexts(), ['drive to the kitchen and turn on the light']);
    await accessible(t, page, 'at first');
  });

  await t.test('drive to the kitchen and turn on the light', async (t) => {
    t.equal(await page.getAttribute('[data-light=kitchen-light]', 'class'), 'light');
    await say(page, 'drive to the kitchen and turn on the light');
    await page.waitForSelector('.floor .panel-head :text("going to kitchen")');
    await page.waitForFunction(
      () => (document.querySelector('.trail')?.getAttribute('points') ?? '').split(' ').length > 12,
    );
    await picture(page, 'on-the-way');
    await page.waitForSelector('[data-robot=kitchen]');
    await page.waitForSelector('[data-light=kitchen-light].on');
    t.equal(await page.getByRole('switch', { name: 'kitchen light' }).getAttribute('aria-checked'), 'true');
    await page.waitForSelector('.entry:last-child .answer[data-outcome=executed]');
    t.match(await lastAnswer(page).innerText(), /kitchen/i);
  });

  await t.test('questions are answered by a click', async (t) => {
    await say(page, 'unlock the front door');
    await lastAnswer(page).getByRole('button', { name: 'no' }).click();
    await page.waitForSelector('.entry:nth-child(3) .answer');
    t.match(await lastAnswer(page).innerText(), /nothing was done/);
    await say(page, 'if it gets dark turn on the living room lamp');
    await lastAnswer(page).getByRole('button', { name: 'yes' }).click();
    const rule = page.locator('.rules li', { hasText: 'living room lamp' });
    await rule.waitFor();
    await rule.getByRole('switch').click();
    await rule.locator(':text("switched off")').waitFor();
    await rule.getByRole('switch').click();
    await rule.locator(':text("watching")').waitFor();
    await say(page, 'turn on the light');
    await page.waitForSelector('.entry:last-child .chips');
    t.ok((await lastAnswer(page).locator('.chips button').count()) >= 3);
    await lastAnswer(page).getByRole('button', { name: 'desk lamp' }).click();
    await page.waitForSelector('[data-light=desk-lamp].on');
    await page.waitForSelector('.entry:last-child .answer[data-outcome=executed]');
    t.equal(await page.locator('.talk .chips').count(), 0, 'an answered question offers nothing any more');
  });

  await t.test('things by hand', async () => {
    const lamp = page.locator('[data-thing=desk-lamp]');
    await lamp.getByRole('radio', { name: 'gold' }).check();
    await lamp.getByRole('slider', { name: /brightness/ }).focus();
    await page.keyboard.press('Home');
    for (let i = 0; i < 3; i++) await page.keyboard.press('PageUp');
    await lamp.locator('output', { hasText: '30%' }).waitFor();
    const blinds = page.locator('[data-thing=living-room-blinds]');
    await blinds.getByRole('button', { name: 'Open' }).click();
    await blinds.locator('.state', { hasText: 'opening' }).waitFor();
    await page
      .locator('[data-thing=garage-door] details, [data-thing=robot] details')
      .last()
      .locator('summary')
      .click();
    const turn = page.getByRole('form', { name: 'turn, robot' });
    await turn.getByLabel('degrees').fill('90');
    await turn.getByLabel('direction').selectOption('left');
    const before = await page.locator('[data-thing=robot] .readings').innerText();
    await turn.getByRole('button').click();
    await page.waitForFunction(
      (text) => document.querySelector('[data-thing=robot] .readings')?.textContent !== text,
      before,
    );
    await page.locator('[data-thing=robot] summary').click();
    await page.getByRole('button', { name: 'Drive to the bedroom' }).press('Enter');
    await page.waitForSelector('.floor .panel-head :text("going to bedroom")');
  });

  await t.test('stop, by the first key of Tab', async (t) => {
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    await page.reload();
    await page.waitForSelector('.page');
    await page.keyboard.press('Tab');
    t.match(await page.evaluate(() => document.activeElement?.textContent), /^Stop/, 'it comes before everything');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.armed.off');
    t.equal(await page.innerText('.armed'), 'Disarmed');
    const pose = (): Promise<string | null> => page.getAttribute('.robot', 'aria-label');
    await page.waitForSelector('.floor .panel-head :text("standing")');
    const stood = await pose();
    await say(page, 'drive to the garage');
    await page.waitForSelector('.entry:last-child .answer.bad code:text("disarmed")');
    t.equal(await pose(), stood, 'it stands where it was');
    await page.getByRole('switch', { name: 'fan', exact: true }).click();
    await page.waitForSelector('[role=alert] p.bad');
    await accessible(t, page, 'disarmed');
    await picture(page, 'stopped');
    await page.getByRole('button', { name: 'Arm again' }).click();
    await page.waitForSelector('.armed:not(.off)');
  });

  await t.test('stop, by Escape twice while typing', async (t) => {
    await page.focus('#command');
    await page.keyboard.press('Escape');
    t.equal(await page.innerText('.armed'), 'Armed', 'once is nothing');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await page.waitForSelector('.armed.off');
    await page.getByRole('button', { name: 'Arm again' }).click();
    await page.waitForSelector('.armed:not(.off)');
  });

  await t.test('the smallest of phones', async (t) => {
    await page.setViewportSize({ width: 360, height: 640 });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    t.ok(wide <= 360, `nothing sticks out of 360 pixels: ${wide}`);
    await page.setViewportSize(SIZES.desktop);
  });

  await t.test('the theme that was chosen stays', async (t) => {
    const theme = (): Promise<string | null> => page.getAttribute('html', 'data-theme');
    await page.getByRole('button', { name: /^Theme: auto/ }).click();
    await page.getByRole('button', { name: /^Theme: light/ }).click();
    t.equal(await theme(), 'dark');
    await page.reload();
    t.equal(await theme(), 'dark');
    await page.getByRole('button', { name: /^Theme: dark/ }).click();
    t.equal(await theme(), 'light', 'as the system has it');
  });

  await t.test('without the runtime it opens, and shows nothing as live', async (t) => {
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => true));
    await page.waitForSelector('.page:not(.stale)');
    t.equal(await demo.end('SIGTERM'), 0, 'open pages do not keep it');
    await page.waitForSelector('.page.stale');
    t.match(await page.innerText('.banner'), /Connection lost\..*nothing here is live/s);
    t.equal(await page.locator('.things :is(button, [type=range]):enabled').count(), 0, 'nor can be set');
    await page.click('.stop');
    await page.waitForSelector('[role=alert] :text("The stop did not arrive")');
    await picture(page, 'lost');
    await page.reload();
    await page.waitForSelector('.stop');
    t.match(await page.innerText('.where'), /connecting/);
    t.equal(await page.locator('.page').count(), 0, 'what was is not shown as what is');
  });
});

t.test('a connection that comes back', { skip: skipWithoutChromium, timeout: 300_000 }, async (t) => {
  const home = await feedHome(t);
  const browser = await startBrowser(t);
  const page = await openPage(t, browser, `${home.server.url}/`, 'phone');
  await home.stopServing();
  await page.waitForSelector('.page.stale');
  home.agent.sensors.receiveNamed('temperature/kitchen', Buffer.from('17.5'));
  await home.serveAgain();
  await page.waitForSelector('.page:not(.stale)', { timeout: PATIENCE_MS });
  t.equal(await page.locator('.banner').count(), 0);
  await page.locator('.things .readings', { hasText: '17.5 °C' }).waitFor();
});

t.test('a browser without the token', { skip: skipWithoutChromium, timeout: 300_000 }, async (t) => {
  const server = await HttpServer.start({ port: 0, token: 'open sesame', log: createLogger('silent') });
  t.teardown(() => server.close());
  server.otherwise(staticFiles());
  const browser = await startBrowser(t);
  const context = await browser.newContext();
  t.teardown(() => context.close());
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  // The answer is 401; whatever else it complains about, such as a style that its policy forbids, is a mistake.
  page.on('console', (message) => {
    if (message.type() === 'error' && !/401|WebSocket/.test(message.text())) t.fail(message.text());
  });
  const enter = async (token: string): Promise<void> => {
    await page.getByLabel('Token of this server').fill(token);
    await page.keyboard.press('Enter');
  };
  await page.goto(server.url);
  await enter('sesame');
  await page.waitForSelector('[role=alert]');
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    t.same(await violations(page), [], `the form, ${colorScheme}`);
  }
  await picture(page, 'login');
  await enter('open sesame');
  await page.waitForSelector('.stop');
  t.equal(page.url(), `${server.url}/`);
});
