/** The sections of tokonoma.yaml by which voice pipelines come in: wyoming and hermes (docs/voice.md). */
import { networkOf } from '../server/wyoming/clients.ts';
import type { Fault } from './source.ts';

export interface RawWyoming {
  enabled?: boolean;
  host?: string;
  port?: number;
  clients?: string[];
  announce?: boolean;
}

export interface WyomingConfig {
  readonly host: string;
  readonly port: number;
  /** Addresses and networks that may connect; none: all that can. */
  readonly clients: readonly string[];
  readonly announce: boolean;
}

export interface RawHermes {
  enabled?: boolean;
  dialogue?: HermesConfig['dialogue'];
  sites?: string[];
}

export interface HermesConfig {
  /** Whose dialogue manager runs the sessions. */
  readonly dialogue: 'own' | 'external';
  /** Sites that are served; absent: all. */
  readonly sites?: readonly string[];
}

const enabled = { type: 'boolean', description: 'default true, where there is such a section' };

export const WYOMING_SCHEMA = {
  type: 'object',
  description: "for Home Assistant's Assist and Wyoming satellites; without passwords (docs/voice.md)",
  properties: {
    enabled,
    host: {
      type: 'string',
      minLength: 1,
      description: 'default 127.0.0.1; 0.0.0.0 lets in everybody who can reach it',
    },
    port: { type: 'integer', minimum: 0, maximum: 65535, description: 'default 10800' },
    clients: {
      type: 'array',
      items: { type: 'string', minLength: 1 },
      minItems: 1,
      description: 'addresses and networks that may connect: 192.168.1.7, 192.168.1.0/24; default: all',
    },
    announce: { type: 'boolean', description: 'by mDNS, where it is not on loopback; default true' },
  },
  additionalProperties: false,
} as const;

export const HERMES_SCHEMA = {
  type: 'object',
  description: 'for Rhasspy and satellites like it, on the broker of mqtt (docs/voice.md)',
  properties: {
    enabled,
    dialogue: {
      enum: ['external', 'own'],
      description: "who runs the sessions: Rhasspy's dialogue manager, or this node; default external",
    },
    sites: {
      type: 'array',
      items: { type: 'string', minLength: 1, maxLength: 200 },
      minItems: 1,
      uniqueItems: true,
      description: 'siteIds that are served; default: all',
    },
  },
  additionalProperties: false,
} as const;

export function resolveWyoming(raw: RawWyoming | undefined, faults: Fault[]): { wyoming?: WyomingConfig } {
  if (raw === undefined || raw.enabled === false) return {};
  for (const [i, client] of (raw.clients ?? []).entries()) {
    if (networkOf(client) !== undefined) continue;
    const message = `"${client}" is no address and no network, such as 192.168.1.7 or 192.168.1.0/24`;
    faults.push({ path: ['wyoming', 'clients', i], message });
  }
  const { host = '127.0.0.1', port = 10_800, clients = [], announce = true } = raw;
  return { wyoming: { host, port, clients, announce } };
}

export function resolveHermes(raw: RawHermes | undefined): { hermes?: HermesConfig } {
  if (raw === undefined || raw.enabled === false) return {};
  const { dialogue = 'external', sites } = raw;
  return { hermes: { dialogue, ...(sites === undefined ? {} : { sites }) } };
}
