/** The mqtt section of tokonoma.yaml: which broker, and how it knows us. */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
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
    password: { type: 'string', minLength: 1 },
    password_env: { type: 'string', minLength: 1, description: 'environment variable that holds the password' },
    password_file: { ...file, description: 'file that holds the password and nothing else' },
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
  const password = passwordOf(raw, config, env, faults);
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

function passwordOf(raw: RawMqtt, config: string, env: Env, faults: Fault[]): string | undefined {
  const { password, password_env: name, password_file: file } = raw;
  const given = Object.entries({ password, password_env: name, password_file: file }).filter(
    ([, value]) => value !== undefined,
  );
  if (given.length > 1) {
    faults.push({ path: ['mqtt'], key: given[1]![0], message: 'give one of password, password_env, password_file' });
  }
  if (name !== undefined) {
    const value = env[name];
    if (value === undefined)
      faults.push({ path: ['mqtt', 'password_env'], message: 'there is no environment variable of this name' });
    return value;
  }
  if (file === undefined) return password;
  try {
    // Editors and `echo` end the file with a newline that is not part of it.
    return readFileSync(resolve(dirname(config), file), 'utf8').replace(/\r?\n$/, '');
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? 'unreadable';
    faults.push({ path: ['mqtt', 'password_file'], message: `this file cannot be read (${why})` });
    return undefined;
  }
}
