/** The http section of tokonoma.yaml: who may reach the dashboard and the interfaces. */
import { resolveSecret, secretSchema } from './secret.ts';
import type { Fault } from './source.ts';

export interface RawHttp {
  enabled?: boolean;
  host?: string;
  port?: number;
  token?: string;
  token_env?: string;
  token_file?: string;
  origins?: string[];
  names?: string[];
}

export interface HttpConfig {
  readonly enabled: boolean;
  readonly host: string;
  readonly port: number;
  /** The port was not chosen: another will do where it is taken. */
  readonly anyPort: boolean;
  readonly token?: string;
  readonly origins: readonly string[];
  readonly names: readonly string[];
}

export const HTTP_SCHEMA = {
  type: 'object',
  description: "dashboard, OpenAI's interface, metrics",
  properties: {
    enabled: { type: 'boolean', description: 'default true' },
    host: { type: 'string', minLength: 1, description: 'default 127.0.0.1; anything else needs a token' },
    port: { type: 'integer', minimum: 0, maximum: 65535, description: 'default 8080' },
    ...secretSchema('token'),
    origins: {
      type: 'array',
      items: { type: 'string', pattern: '^https?://[^/]+$' },
      description: 'other pages that may ask: https://home.example',
    },
    names: {
      type: 'array',
      items: { type: 'string', minLength: 1 },
      description: 'names by which this node is reached besides localhost',
    },
  },
  additionalProperties: false,
} as const;

export function resolveHttp(
  raw: RawHttp,
  config: string,
  env: Readonly<Record<string, string | undefined>>,
  faults: Fault[],
): HttpConfig {
  const token = resolveSecret('token', 'http', { ...raw }, config, env, faults);
  return {
    enabled: raw.enabled ?? true,
    host: raw.host ?? '127.0.0.1',
    port: raw.port ?? 8080,
    anyPort: raw.port === undefined,
    ...(token === undefined ? {} : { token }),
    origins: raw.origins ?? [],
    names: raw.names ?? [],
  };
}
