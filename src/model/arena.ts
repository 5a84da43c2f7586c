/**
 * Lays out WASM memory before there is any: every buffer asks for its bytes first, then one memory of exactly the sum
 * is made, which can never grow. Addresses are byte offsets, 64-byte aligned.
 */

/** Below this lie the module's constants and its stack. */
const FIRST_BYTE = 65536;
export const PAGE = 65536;
/** WebAssembly's 32-bit address space, less one page so that no end address wraps to 0. */
export const MAX_BYTES = 65535 * PAGE;

export class Arena {
  #end = FIRST_BYTE;

  /** Reserves bytes; returns their address. */
  take(bytes: number): number {
    const address = this.#end;
    this.#end = address + Math.ceil(bytes / 64) * 64;
    return address;
  }

  /** Bytes up to the end of the last buffer. */
  get bytes(): number {
    return this.#end;
  }
}
