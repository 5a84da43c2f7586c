/**
 * `POST /api/text-to-intent` as Rhasspy has it (its reference, "Intents"): words in, intent and slots out. Nothing is done,
 * which is what its `nohass=true` asks for.
 */
import type { Agent } from '../agent/agent.ts';
import { valuesOf } from '../agent/reading/slots.ts';
import { passes, type Recognition } from '../agent/turn/recognition.ts';
import type { Clock } from '../clock.ts';
import { codeOf } from '../errors.ts';
import { sendJson, type Routes } from './http.ts';
import type { Turns } from './turns.ts';

export interface TextToIntentOptions {
  readonly agent: Agent;
  readonly turns: Turns;
  readonly clock: Clock;
}

export function textToIntentRoutes({ agent, turns, clock }: TextToIntentOptions): Routes {
  return {
    'POST /api/text-to-intent': async (exchange) => {
      const { query, client, signal, response } = exchange;
      const text = (await exchange.body()).toString('utf8');
      const site = query.get('siteId');
      const filter = query.get('intentFilter')?.split(',');
      const begun = clock.monotonic();
      const recognition = await turns.run(client, signal, () =>
        agent
          .recognize(text, { source: 'http', ...(site === null ? {} : { site }) }, signal)
          .catch((error: unknown) => unread(text, error)),
      );
      sendJson(response, 200, {
        ...answerOf(recognition, filter),
        recognize_seconds: (clock.monotonic() - begun) / 1000,
      });
    },
  };
}

/** No words are no intent; what else goes wrong is an error. */
function unread(text: string, error: unknown): Recognition {
  if (codeOf(error) !== 'empty') throw error;
  return { text, intents: [], confidence: 0 };
}

function answerOf(recognition: Recognition, filter: readonly string[] | undefined): object {
  const { text, intents, confidence, reason } = recognition;
  const known = passes(recognition, (name) => filter?.includes(name) ?? true) ? intents : [];
  const all = known.map(({ name, slots }) => ({
    intent: { name, confidence },
    entities: slots.map(({ name: entity, value, raw, range }) => ({
      entity,
      value,
      raw_value: raw,
      ...(range && { start: range.start, end: range.end, raw_start: range.start, raw_end: range.end }),
    })),
    slots: valuesOf(slots),
  }));
  const tokens = text.split(/\s+/).filter((token) => token !== '');
  return {
    ...(all[0] ?? { intent: { name: '', confidence: 0 }, entities: [], slots: {} }),
    text,
    raw_text: text,
    tokens,
    raw_tokens: tokens,
    ...(reason === undefined ? {} : { reason }),
    // Rhasspy knows one intent; what else was said is here, the first one too.
    ...(all.length > 1 ? { intents: all } : {}),
  };
}
