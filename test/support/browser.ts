/** Debian's chromium for the tests of the dashboard, and where their pictures go. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';
import type { Test } from 'tap';

const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** What a test without chromium skips with; on CI it fails instead. */
export const skipWithoutChromium =
  existsSync(CHROMIUM) || process.env['CI'] === 'true'
    ? false
    : `there is no ${CHROMIUM} (apt install chromium, or say where it is in CHROMIUM)`;

/** A loaded machine takes its time; whoever waits longer than this waits for nothing. */
export const PATIENCE_MS = 90_000;

export async function startBrowser(t: Pick<Test, 'teardown'>): Promise<Browser> {
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--js-flags=--expose-gc',
    ],
    timeout: PATIENCE_MS,
  });
  t.teardown(() => browser.close());
  return browser;
}

export const SIZES = {
  desktop: { width: 1440, height: 900 },
  phone: { width: 390, height: 844 },
} as const;

/** Of the pictures in the documentation. */
const PICTURE = { width: 1280, height: 800 };

/** A page without errors: whatever it complains about fails the test. */
export async function openPage(
  t: Test,
  browser: Browser,
  url: string,
  size: keyof typeof SIZES | 'picture',
): Promise<Page> {
  const viewport = size === 'picture' ? PICTURE : SIZES[size];
  const context = await browser.newContext({ viewport, colorScheme: 'light', locale: 'en-GB' });
  t.teardown(() => context.close());
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  page.on('pageerror', (error) => t.fail(`the page threw: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error' && !/ERR_CONNECTION|WebSocket connection/.test(message.text())) {
      t.fail(`the page complains: ${message.text()}`);
    }
  });
  await page.goto(url);
  await page.waitForSelector('.page:not(.stale)');
  return page;
}

/** Into the box for commands, and sent. */
export async function say(page: Page, text: string): Promise<void> {
  await page.fill('#command', text);
  await page.press('#command', 'Enter');
}

/** Of the page as it is when all has come to rest; kept as below. */
export async function picture(page: Page, name: string, isOfDocs = false): Promise<Buffer> {
  // What slides or fades has come to rest, and no cursor blinks.
  await page.evaluate(() =>
    Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => 0))),
  );
  const png = await page.screenshot();
  keepPicture(name, png, isOfDocs);
  return png;
}

/** Kept in build/screenshots; with UPDATE_DOCS=true also as a picture of the documentation. */
export function keepPicture(name: string, png: Buffer, isOfDocs = true): void {
  const folders = ['build/screenshots'];
  if (isOfDocs && process.env['UPDATE_DOCS'] === 'true') folders.push('docs/images');
  for (const folder of folders) {
    mkdirSync(`${ROOT}${folder}`, { recursive: true });
    writeFileSync(`${ROOT}${folder}/${name}.png`, png);
  }
}
