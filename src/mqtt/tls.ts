/** Certificates of a connection, read from their files. */
import { readFileSync } from 'node:fs';
import { TokonomaError } from '../errors.ts';

/** Paths of PEM files. */
export interface TlsFiles {
  /** Authorities to trust instead of those that Node knows. */
  readonly ca?: string;
  /** Our own certificate and its key, for brokers that ask for one. */
  readonly cert?: string;
  readonly key?: string;
  /** Name that the broker's certificate must bear; default: the host of the url. */
  readonly servername?: string;
}

/** As node:tls takes them. There is no way not to check the broker's certificate. */
export interface TlsOptions {
  readonly ca?: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
  readonly servername?: string;
  readonly rejectUnauthorized: true;
}

/** @throws TokonomaError `tls-file` */
export function readTls({ ca, cert, key, servername }: TlsFiles): TlsOptions {
  return {
    ...(ca === undefined ? {} : { ca: read('ca', ca) }),
    ...(cert === undefined ? {} : { cert: read('cert', cert) }),
    ...(key === undefined ? {} : { key: read('key', key) }),
    ...(servername === undefined ? {} : { servername }),
    rejectUnauthorized: true,
  };
}

function read(field: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? 'unreadable';
    throw new TokonomaError('tls-file', `mqtt.${field}: ${path} cannot be read (${why})`, { cause: error });
  }
}

/** What OpenSSL and Node say of a certificate that waiting will not mend. */
const WRONG: ReadonlySet<unknown> = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_SIGNATURE_FAILURE',
  'CERT_REVOKED',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'ERR_OSSL_X509_KEY_VALUES_MISMATCH',
  'ERR_OSSL_PEM_NO_START_LINE',
]);

/** False for dates, too: a board without a battery for its clock finds certificates not yet valid, and then it does. */
export function isWrongCertificate(code: unknown): boolean {
  return WRONG.has(code);
}
