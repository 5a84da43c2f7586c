/** The benchmark's modules are plain JavaScript beside the program, not compiled with it. */
import { fileURLToPath } from 'node:url';

/** Path of a file of scripts/bench, seen from build/test/bench. */
export function benchPath(name: string): string {
  return fileURLToPath(new URL(`../../../scripts/bench/${name}`, import.meta.url));
}

/** Imports a module of scripts/bench; the caller says what it exports. */
export async function benchModule<Exports>(name: string): Promise<Exports> {
  return (await import(benchPath(name))) as Exports;
}
