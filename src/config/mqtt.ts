/** The mqtt section of tokonoma.yaml: which broker, and how it knows us. */
import { dirname, resolve } from 'node:path';
import { resolveSecret, secretSchema } from './secret.ts';
import type { Fault } from './source.ts';
import type { MqttConfig } from './types.ts';

export interface RawMqtt {
  url?: string;
  host?: string;
  port?: number;
  username?: string;
  password?: string;
  password_env?: string;
  password_file?: string;
  ca?: string;
  cert?: string;
  key?: string;
  servername?: string;
  session_expiry_s?: number;
}

type Env = Readonly<Record<string, string | undefined>>;

const file = { type: 'string', minLength: 1 };

export const MQTT_SCHEMA = {
  type: 'object',
  description: 'without url, an embedded broker listens on host and port',
  properties: {
    url: { type: 'string', pattern: '^(mqtts?|wss?)://[^/]' },
    host: { type: 'string', minLength: 1 },
    port: { type: 'integer', minimum: 0, maximum: 65535 },
    username: { type: 'string', minLength: 1 },
    ...secretSchema('password'),
    ca: { ...file, description: 'PEM file of the authorities to trust, instead of those that Node knows' },
    cert: { ...file, description: 'PEM file of our own certificate, for brokers that ask for one' },
    key: { ...file, description: 'PEM file of its key' },
    servername: { type: 'string', minLength: 1, description: "name in the broker's certificate; default: the url's" },
    session_expiry_s: {
      type: 'integer',
      minimum: 0,
      maximum: 604_800,
      description: 'how long the broker keeps commands while this node is away (MQTT 5); default 300',
    },
  },
  additionalProperties: false,
} as const;

/** @param config the file that says so: paths are relative to it */
export function resolveMqtt(raw: RawMqtt, config: string, env: Env, faults: Fault[]): MqttConfig {
  const path = ['mqtt'];
  const fault = (key: string, message: string): void => void faults.push({ path, key, message });
  if (raw.url !== undefined) {
    for (const key of ['host', 'port'] as const) {
      if (raw[key] !== undefined) fault(key, `${key} is for the embedded broker; with url, write it into the url`);
    }
  }
  if ((raw.cert === undefined) !== (raw.key === undefined)) {
    fault(raw.cert === undefined ? 'key' : 'cert', 'a certificate and its key come together: give both cert and key');
  }
  const tls = (['ca', 'cert', 'key', 'servername'] as const).filter((key) => raw[key] !== undefined);
  for (const key of tls) {
    if (!/^(mqtts|wss):/.test(raw.url ?? '')) fault(key, `${key} is for TLS: give a url that begins with mqtts or wss`);
  }
  const password = resolveSecret('password', 'mqtt', { ...raw }, config, env, faults);
  const at = (file: string): string => resolve(dirname(config), file);
  return {
    ...(raw.url === undefined ? {} : { url: raw.url }),
    host: raw.host ?? '127.0.0.1',
    port: raw.port ?? 1883,
    ...(raw.username === undefined ? {} : { username: raw.username }),
    ...(password === undefined ? {} : { password }),
    ...(tls.length === 0
      ? {}
      : {
          tls: {
            ...(raw.ca === undefined ? {} : { ca: at(raw.ca) }),
            ...(raw.cert === undefined ? {} : { cert: at(raw.cert) }),
            ...(raw.key === undefined ? {} : { key: at(raw.key) }),
            ...(raw.servername === undefined ? {} : { servername: raw.servername }),
          },
        }),
    ...(raw.session_expiry_s === undefined ? {} : { sessionExpiryS: raw.session_expiry_s }),
  };
}
