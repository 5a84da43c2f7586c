/** Opens files whose writes fail when a test says so, as on a full or dying disk. */
import { open } from 'node:fs/promises';
import type { OpenFile } from '../../src/agent/inbox/journal.ts';

const error = (code: string): Error => Object.assign(new Error(`${code}: made by the test`), { code });

export class BrokenDisk {
  /** `torn write`: half of it is written, then the disk is full. `sync`: the data never reach the disk. */
  fault: 'torn write' | 'sync' | undefined;

  readonly open: OpenFile = async (...args) => {
    const file = await open(...args);
    const fault = (): BrokenDisk['fault'] => this.fault;
    const append = file.appendFile.bind(file);
    file.appendFile = async (data) => {
      if (fault() !== 'torn write') return append(data);
      await append((data as Buffer).subarray(0, (data as Buffer).length / 2));
      throw error('ENOSPC');
    };
    for (const name of ['sync', 'datasync'] as const) {
      const sync = file[name].bind(file);
      file[name] = () => (fault() === 'sync' ? Promise.reject(error('EIO')) : sync());
    }
    return file;
  };
}
