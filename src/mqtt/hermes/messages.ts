/**
 * The messages of Hermes that come in (https://rhasspy.readthedocs.io/en/latest/reference/, "MQTT API"): read strictly and
 * within limits, for anybody on the broker may have written them. `null` is as good as nothing.
 */
import { isRecord } from '../../../devices/mqtt/payload.ts';
import { TokonomaError, messageOf } from '../../errors.ts';

/** Bytes of a payload: a text of 4 KiB with its recognizer's tokens. */
export const MAX_PAYLOAD = 64 * 1024;
/** Characters of a site, a session or another id. */
const MAX_ID = 200;
/** Characters of what shall be said. */
const MAX_TEXT = 4096;
/** Intents that a filter or a configuration may name. */
const MAX_INTENTS = 256;
const DEFAULT_SITE = 'default';

type Fields = Readonly<Record<string, unknown>>;

/** hermes/nlu/query */
export interface Query {
  readonly input: string;
  readonly siteId: string;
  readonly sessionId: string | undefined;
  readonly intentFilter: readonly string[] | undefined;
  readonly echo: Echo;
}

/** Comes back with the intent as it was. */
export interface Echo {
  readonly id: string | null;
  readonly customData: unknown;
  readonly asrTokens: unknown;
  readonly asrConfidence: number | null;
  readonly wakewordId: string | null;
  readonly lang: string | null;
}

/** hermes/asr/textCaptured */
export interface TextCaptured {
  readonly text: string;
  readonly siteId: string;
  readonly sessionId: string | undefined;
  readonly echo: Echo;
}

/** hermes/hotword/<wakewordId>/detected */
export interface Detected {
  readonly siteId: string;
  readonly sessionId: string | undefined;
  readonly lang: string | null;
}

/** hermes/dialogueManager/startSession */
export interface StartSession {
  readonly siteId: string;
  readonly customData: unknown;
  readonly lang: string | null;
  readonly text: string;
  /** Absent of a notification: nobody is asked to answer. */
  readonly action: (Listening & { readonly canBeEnqueued: boolean }) | undefined;
}

/** What is expected of the next words in a session. */
export interface Listening {
  readonly intentFilter: readonly string[] | undefined;
  readonly sendIntentNotRecognized: boolean;
}

/** hermes/dialogueManager/continueSession */
export interface ContinueSession extends Listening {
  readonly sessionId: string;
  readonly text: string;
  /** Undefined: as it was. */
  readonly customData: unknown;
  readonly lang: string | undefined;
}

/** hermes/dialogueManager/endSession */
export interface EndSession {
  readonly sessionId: string;
  readonly text: string;
  readonly customData: unknown;
}

/** hermes/dialogueManager/configure */
export interface Configure {
  readonly siteId: string | undefined;
  readonly intents: readonly { readonly intentId: string; readonly enable: boolean }[];
}

/** The object in a payload. @throws TokonomaError `too-large`, `bad-json` */
export function fieldsOf(payload: Uint8Array): Fields {
  if (payload.length > MAX_PAYLOAD) {
    throw new TokonomaError('too-large', `${payload.length} bytes; a message has at most ${MAX_PAYLOAD}`);
  }
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload));
  } catch (error) {
    throw new TokonomaError('bad-json', `the payload is not JSON: ${messageOf(error)}`, { cause: error });
  }
  if (!isRecord(value)) throw new TokonomaError('bad-json', 'the payload must be an object');
  return value;
}

/** Sites and sessions as far as they can be told from a message that is wrong otherwise. */
export function whereabouts(fields: Fields): { siteId: string; sessionId: string | null } {
  const said = (name: string): string | undefined => {
    const value = fields[name];
    return typeof value === 'string' && value !== '' && value.length <= MAX_ID ? value : undefined;
  };
  return { siteId: said('siteId') ?? DEFAULT_SITE, sessionId: said('sessionId') ?? null };
}

/** All of these throw TokonomaError `bad-message`. */
export const readQuery = (fields: Fields): Query => ({
  input: required(fields, 'input', MAX_TEXT * 2),
  siteId: siteOf(fields),
  sessionId: text(fields, 'sessionId'),
  intentFilter: namesOf(fields, 'intentFilter'),
  echo: { ...echoOf(fields), asrConfidence: number(fields, 'asrConfidence') },
});

export const readTextCaptured = (fields: Fields): TextCaptured => ({
  text: required(fields, 'text', MAX_TEXT * 2),
  siteId: siteOf(fields),
  sessionId: text(fields, 'sessionId'),
  echo: { ...echoOf(fields), asrConfidence: number(fields, 'likelihood') },
});

export const readDetected = (fields: Fields): Detected => ({
  siteId: siteOf(fields),
  sessionId: text(fields, 'sessionId'),
  lang: text(fields, 'lang') ?? null,
});

export function readStartSession(fields: Fields): StartSession {
  const { init } = fields;
  if (!isRecord(init)) throw wrong('init', 'an object');
  const { type } = init;
  if (type !== 'action' && type !== 'notification') throw wrong('init.type', '"action" or "notification"');
  const action = { ...listeningOf(init), canBeEnqueued: flag(init, 'canBeEnqueued') };
  return {
    siteId: siteOf(fields),
    customData: fields['customData'] ?? null,
    lang: text(fields, 'lang') ?? null,
    text: type === 'notification' ? required(init, 'text', MAX_TEXT) : (text(init, 'text', MAX_TEXT) ?? ''),
    action: type === 'notification' ? undefined : action,
  };
}

export const readContinueSession = (fields: Fields): ContinueSession => ({
  ...listeningOf(fields),
  sessionId: required(fields, 'sessionId'),
  text: text(fields, 'text', MAX_TEXT) ?? '',
  customData: fields['customData'] ?? undefined,
  lang: text(fields, 'lang'),
});

export const readEndSession = (fields: Fields): EndSession => ({
  sessionId: required(fields, 'sessionId'),
  text: text(fields, 'text', MAX_TEXT) ?? '',
  customData: fields['customData'] ?? undefined,
});

export function readConfigure(fields: Fields): Configure {
  const { intents } = fields;
  if (!Array.isArray(intents) || intents.length > MAX_INTENTS) throw wrong('intents', `a list of up to ${MAX_INTENTS}`);
  return {
    siteId: text(fields, 'siteId'),
    intents: intents.map((intent: unknown) => {
      if (!isRecord(intent)) throw wrong('intents', 'a list of objects');
      return { intentId: required(intent, 'intentId'), enable: flag(intent, 'enable') };
    }),
  };
}

/** hermes/dialogueManager/sessionStarted, sessionEnded */
export const readSession = (fields: Fields): { sessionId: string } => ({ sessionId: required(fields, 'sessionId') });
/** hermes/tts/sayFinished */
export const readSaid = (fields: Fields): { id: string | undefined } => ({ id: text(fields, 'id') });
/** rhasspy/handle/toggleOn, toggleOff */
export const readSite = (fields: Fields): { siteId: string } => ({ siteId: siteOf(fields) });

const siteOf = (fields: Fields): string => text(fields, 'siteId') ?? DEFAULT_SITE;

function echoOf(fields: Fields): Omit<Echo, 'asrConfidence'> {
  return {
    id: text(fields, 'id') ?? null,
    customData: fields['customData'] ?? null,
    asrTokens: Array.isArray(fields['asrTokens']) ? fields['asrTokens'] : null,
    wakewordId: text(fields, 'wakewordId') ?? null,
    lang: text(fields, 'lang') ?? null,
  };
}

const listeningOf = (fields: Fields): Listening => ({
  intentFilter: namesOf(fields, 'intentFilter'),
  sendIntentNotRecognized: flag(fields, 'sendIntentNotRecognized'),
});

function required(fields: Fields, name: string, most = MAX_ID): string {
  const value = text(fields, name, most);
  if (value === undefined) throw wrong(name, 'a text');
  return value;
}

function text(fields: Fields, name: string, most = MAX_ID): string | undefined {
  const value = fields[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string' || value.length > most) throw wrong(name, `a text of up to ${most} characters`);
  return value;
}

function number(fields: Fields, name: string): number | null {
  const value = fields[name];
  return typeof value === 'number' ? value : null;
}

function flag(fields: Fields, name: string): boolean {
  const value = fields[name] ?? false;
  if (typeof value !== 'boolean') throw wrong(name, 'true or false');
  return value;
}

/** An empty list filters nothing, as Rhasspy has it. */
function namesOf(fields: Fields, name: string): readonly string[] | undefined {
  const value = fields[name];
  if (value === undefined || value === null) return undefined;
  const isList = Array.isArray(value) && value.length <= MAX_INTENTS && value.every((one) => typeof one === 'string');
  if (!isList) throw wrong(name, `a list of up to ${MAX_INTENTS} names`);
  return value.length === 0 ? undefined : value;
}

const wrong = (name: string, what: string): TokonomaError =>
  new TokonomaError('bad-message', `"${name}" must be ${what}`);
