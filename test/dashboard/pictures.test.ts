/** The pictures of the documentation, as `UPDATE_DOCS=true npm run test:browser` makes them, are not too large. */
import type { Page } from 'playwright-core';
import t from 'tap';
import { decodePng, encodeApng, type Frame } from '../support/apng.ts';
import { SIZES, keepPicture, openPage, picture, say, skipWithoutChromium, startBrowser } from '../support/browser.ts';
import { startDemo } from '../support/cli.ts';

const MAX_PICTURE = 200_000;
const MAX_DRIVING = 700_000;
/** Between two frames, milliseconds; the page gets positions as often. */
const FRAME_MS = 200;
const MAX_FRAMES = 150;
/** What the last frame is looked at before all begins again, milliseconds. */
const REST_MS = 2500;

/** The floor, from now until what is waited for has come. */
async function film(page: Page, arrived: Promise<unknown>): Promise<Frame[]> {
  const floor = page.locator('.floor');
  let isOver = false;
  const ended = arrived.finally(() => (isOver = true));
  const shots: { png: Buffer; at: number }[] = [];
  while (!isOver && shots.length < MAX_FRAMES) {
    const at = performance.now();
    shots.push({ png: await floor.screenshot(), at });
    await page.waitForTimeout(Math.max(0, at + FRAME_MS - performance.now()));
  }
  await ended;
  shots.push({ png: await floor.screenshot(), at: performance.now() });
  return shots.map(({ png, at }, i) => ({
    ...decodePng(png),
    ms: i + 1 < shots.length ? Math.round(shots[i + 1]!.at - at) : REST_MS,
  }));
}

t.test('pictures', { skip: skipWithoutChromium, timeout: 600_000 }, async (t) => {
  const demo = await startDemo();
  t.teardown(() => demo.end('SIGTERM'));
  const page = await openPage(t, await startBrowser(t), demo.dashboard, 'picture');
  const last = page.locator('.entry').last();

  await say(page, 'if it gets dark turn on the living room lamp');
  await last.getByRole('button', { name: 'yes' }).click();
  await page.locator('.rules li', { hasText: 'living room lamp' }).waitFor();
  await say(page, 'drive to the kitchen and turn on the light');
  await page.waitForSelector('.floor .panel-head :text("going to kitchen")');
  const frames = await film(page, page.waitForSelector('.entry:last-child .answer[data-outcome=executed]'));
  t.ok(frames.length > 5, `${frames.length} frames`);
  const driving = encodeApng(frames);
  t.ok(driving.length <= MAX_DRIVING, `driving: ${driving.length} bytes`);
  t.same(decodePng(driving).pixels, frames[0]!.pixels, 'who knows no animation sees the first frame');
  keepPicture('driving', driving);

  await say(page, 'turn on the light');
  await last.locator('.chips button').first().waitFor();
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  // The film has scrolled to what it shows.
  await page.evaluate(() => scrollTo(0, 0));
  const take = async (name: string): Promise<void> => {
    const { length } = await picture(page, name, true);
    t.ok(length <= MAX_PICTURE, `${name}: ${length} bytes`);
  };
  await take('dashboard-light');
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.waitForSelector('[data-theme=dark]');
  await take('dashboard-dark');
  await page.emulateMedia({ colorScheme: 'light' });
  await page.waitForSelector('[data-theme=light]');
  await page.setViewportSize(SIZES.phone);
  await take('dashboard-phone');
});
