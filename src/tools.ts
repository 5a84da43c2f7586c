/** Programs of the system that know more than the file system does. Arguments are lists: no shell reads them. */
import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** A program that says nothing for this long says nothing at all, milliseconds. */
const TIMEOUT_MS = 5000;

export interface Ran {
  /** Undefined when it could not be started. */
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

export class Tools {
  /** Folders to look in, as in PATH. */
  readonly #path: string;

  constructor(path: string = process.env['PATH'] ?? '') {
    this.#path = path;
  }

  get env(): NodeJS.ProcessEnv {
    return { ...process.env, PATH: this.#path, LC_ALL: 'C' };
  }

  /** Full path of a program; undefined when it is not installed. */
  async find(name: string): Promise<string | undefined> {
    for (const folder of this.#path.split(delimiter).filter((entry) => entry !== '')) {
      const file = join(folder, name);
      if (
        await access(file, constants.X_OK).then(
          () => true,
          () => false,
        )
      )
        return file;
    }
    return undefined;
  }

  async run(name: string, args: readonly string[]): Promise<Ran> {
    const file = await this.find(name);
    if (file === undefined) return { code: undefined, stdout: '', stderr: `${name}: not installed` };
    return new Promise((resolve) => {
      execFile(file, args, { env: this.env, timeout: TIMEOUT_MS, maxBuffer: 1 << 20 }, (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : undefined;
        resolve({ code, stdout, stderr: stderr || (error === null ? '' : error.message) });
      });
    });
  }
}
