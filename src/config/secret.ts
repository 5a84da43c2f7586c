/** A secret of the configuration: written there, or better in the environment, or in a file of its own. */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Fault } from './source.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** The three keys of a secret: `password`, `password_env`, `password_file`. */
export function secretSchema<Name extends string>(name: Name): Record<Name | `${Name}_env` | `${Name}_file`, object> {
  const text = { type: 'string', minLength: 1 };
  return {
    [name]: text,
    [`${name}_env`]: { ...text, description: `environment variable that holds the ${name}` },
    [`${name}_file`]: { ...text, description: `file that holds the ${name} and nothing else` },
  } as Record<Name | `${Name}_env` | `${Name}_file`, object>;
}

/**
 * @param section of the configuration, with what it says
 * @param config the file that says so: paths are relative to it
 */
export function resolveSecret(
  name: string,
  section: string,
  raw: Readonly<Record<string, unknown>>,
  config: string,
  env: Env,
  faults: Fault[],
): string | undefined {
  const keys = [name, `${name}_env`, `${name}_file`];
  const given = keys.filter((key) => raw[key] !== undefined);
  if (given.length > 1) faults.push({ path: [section], key: given[1]!, message: `give one of ${keys.join(', ')}` });
  const {
    [name]: value,
    [`${name}_env`]: variable,
    [`${name}_file`]: file,
  } = raw as Record<string, string | undefined>;
  if (variable !== undefined) {
    if (env[variable] === undefined) {
      faults.push({ path: [section, `${name}_env`], message: 'there is no environment variable of this name' });
    }
    return env[variable];
  }
  if (file === undefined) return value;
  try {
    // Editors and `echo` end the file with a newline that is not part of it.
    return readFileSync(resolve(dirname(config), file), 'utf8').replace(/\r?\n$/, '');
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? 'unreadable';
    faults.push({ path: [section, `${name}_file`], message: `this file cannot be read (${why})` });
    return undefined;
  }
}
