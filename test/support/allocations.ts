/** Counts the bytes of buffers that code asks for with `new`, by standing in for the constructors. */

export interface Allocations {
  /** Bytes since the last reset. */
  readonly sum: number;
  /** Of the largest single buffer. */
  readonly max: number;
  reset(): void;
  /** Puts the constructors back. */
  stop(): void;
}

const NAMES = [
  ...['ArrayBuffer', 'SharedArrayBuffer', 'Uint8Array', 'Int8Array', 'Uint16Array', 'Int16Array', 'Uint32Array'],
  ...['Int32Array', 'Float32Array', 'Float64Array', 'BigUint64Array', 'BigInt64Array', 'Uint8ClampedArray'],
] as const;

type BufferClass = abstract new (...args: never[]) => { readonly byteLength: number };

/** Copies by `slice` and `from` are not seen: of what they copy at least one was, and it was as large. */
export function countAllocations(): Allocations {
  const globals = globalThis as unknown as Record<string, BufferClass>;
  const originals = NAMES.map((name) => [name, globals[name]!] as const);
  let [sum, max] = [0, 0];
  for (const [name, original] of originals) {
    globals[name] = new Proxy(original, {
      construct(target, args: never[], newTarget) {
        const made = Reflect.construct(target, args, newTarget === globals[name] ? target : newTarget) as {
          byteLength: number;
        };
        // On a buffer that is there already nothing is allocated.
        const isView = (args[0] as unknown) instanceof ArrayBuffer || (args[0] as unknown) instanceof SharedArrayBuffer;
        if (!isView) {
          sum += made.byteLength;
          max = Math.max(max, made.byteLength);
        }
        return made;
      },
    });
  }
  return {
    get sum() {
      return sum;
    },
    get max() {
      return max;
    },
    reset() {
      [sum, max] = [0, 0];
    },
    stop() {
      for (const [name, original] of originals) globals[name] = original;
    },
  };
}
