/** Decimal numbers read from bytes as they arrived, without a string in between. */

const MINUS = 0x2d;
const PLUS = 0x2b;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const E = 0x65;

/** Powers of ten that a double holds exactly. */
const EXACT_POWERS = Float64Array.from({ length: 23 }, (_, i) => Number(`1e${i}`));
/** Digits whose integer a double holds exactly. */
const EXACT_DIGITS = 15;

/**
 * One scan at a time; `value` and `end` are those of the last. An exact integer divided by an exact power of ten is
 * rounded once, hence correctly (W. D. Clinger, "How to read floating point numbers accurately"); what is longer goes
 * through Number().
 */
export class NumberScan {
  value = 0;
  /** The byte after the number. */
  end = 0;

  /** Whether a decimal number begins at byte `start`: `-3`, `21.5`, `.5`, `1e3`. */
  scan(bytes: Uint8Array, start: number, length: number): boolean {
    let i = start;
    const negative = bytes[i] === MINUS;
    if (negative || bytes[i] === PLUS) i++;
    let mantissa = 0;
    let digits = 0;
    let decimals = 0;
    for (; i < length && isDigit(bytes[i]!); i++, digits++) mantissa = mantissa * 10 + (bytes[i]! - ZERO);
    if (bytes[i] === POINT && i + 1 < length && isDigit(bytes[i + 1]!)) {
      for (i++; i < length && isDigit(bytes[i]!); i++, digits++, decimals++) {
        mantissa = mantissa * 10 + (bytes[i]! - ZERO);
      }
    }
    if (digits === 0) return false;
    const exponent = this.#exponentEnd(bytes, i, length);
    if (exponent > i || digits > EXACT_DIGITS) {
      this.end = exponent;
      this.value = Number(String.fromCharCode(...bytes.subarray(start, exponent)));
      return Number.isFinite(this.value);
    }
    const magnitude = decimals === 0 ? mantissa : mantissa / EXACT_POWERS[decimals]!;
    this.value = negative ? -magnitude : magnitude;
    this.end = i;
    return true;
  }

  /** The byte after `e-3`, or `at` when no exponent is there. */
  #exponentEnd(bytes: Uint8Array, at: number, length: number): number {
    if (at >= length || (bytes[at]! | 0x20) !== E) return at;
    let i = at + 1;
    if (bytes[i] === MINUS || bytes[i] === PLUS) i++;
    if (i >= length || !isDigit(bytes[i]!)) return at;
    while (i < length && isDigit(bytes[i]!)) i++;
    return i;
  }
}

const isDigit = (byte: number): boolean => byte >= ZERO && byte <= NINE;
