// llama.cpp compiled to WASM, as browsers run it: @wllama/wllama in a headless Chromium.
//
// Its interface takes a text and generates. So it reads a text as long as it takes (a prompt's speed does not depend on
// the words) and goes on with its own tokens; how many and how long is what its own llama.cpp says.
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { wllamaInBrowser } from '../peers.mjs';
import { serveWllama } from './wllama-server.mjs';

const WORDS = 'the robot turns left at the door and the lamp in the kitchen is on again '.split(' ');

export async function open({ file, threads, context, text }) {
  const executablePath = findChromium();
  const { chromium, modules } = await wllamaInBrowser();
  const server = await serveWllama(modules, file);
  // A container has no user namespaces for the sandbox; the only page it shows is ours.
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  const page = await browser.newPage();
  await page.goto(server.url);
  const info = await page.evaluate(loadInPage, { threads, context });
  const complete = (prompt, max_tokens) => page.evaluate(completeInPage, { prompt, max_tokens });
  const close = async () => {
    await browser.close();
    await server.close();
  };
  if (text !== undefined) {
    await complete(text, 1);
    return { info, close };
  }
  return {
    info: { ...info, slow: true, browser: browser.version() },
    /** The first of the tokens comes from the prompt: the others are decoded. */
    async decode({ tokens }) {
      const { predicted_n, predicted_ms } = await complete(WORDS.slice(0, 4).join(' '), tokens.length + 1);
      return { count: predicted_n - 1, ms: predicted_ms };
    },
    async prefill({ tokens }) {
      // Other words each time, so that nothing is found in its cache.
      const words = tokens.map((token) => WORDS[token % WORDS.length]);
      const { prompt_n, prompt_ms } = await complete(words.join(' '), 1);
      return { count: prompt_n, ms: prompt_ms };
    },
    close,
  };
}

/** CHROMIUM, or what the system's packages call it. */
function findChromium() {
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
  const folders = (process.env.PATH ?? '').split(delimiter);
  const { CHROMIUM } = process.env;
  const files = CHROMIUM ? [CHROMIUM] : folders.flatMap((folder) => names.map((name) => join(folder, name)));
  const found = files.find((file) => existsSync(file));
  if (found !== undefined) return found;
  throw new Error(
    CHROMIUM
      ? `there is no ${CHROMIUM}, which CHROMIUM names`
      : 'wllama needs Chromium: apt-get install chromium, or say where it is in CHROMIUM',
  );
}

/* The following run in the page. */

async function loadInPage({ threads, context }) {
  const { Wllama } = await import('/wllama/index.js');
  const wllama = new Wllama({ default: '/wllama/wasm/wllama.wasm' }, { suppressNativeLog: true });
  const model = await (await fetch('/model')).blob();
  await wllama.loadModel([model], {
    n_threads: threads,
    n_ctx: context,
    n_batch: 128,
    n_parallel: 1,
    n_gpu_layers: 0,
    warmup: false,
  });
  globalThis.wllama = wllama;
  return { threads: wllama.isMultithread() ? wllama.getNumThreads() : 1, release: Wllama.getLibllamaVersion() };
}

async function completeInPage({ prompt, max_tokens }) {
  const options = { prompt, max_tokens, temperature: 0, ignore_eos: true, cache_prompt: false };
  const { timings } = await globalThis.wllama.createCompletion(options);
  return timings;
}
