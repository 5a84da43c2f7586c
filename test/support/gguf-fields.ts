/** Where everything stands in a valid GGUF header: what a mutation must know to lie about the right thing. */

export type FieldKind =
  | 'magic'
  | 'version'
  /** u64: tensors, keys, elements of an array. */
  | 'count'
  /** u64: bytes of a text. */
  | 'length'
  | 'text'
  /** u32: value type or tensor type. */
  | 'type'
  | 'scalar'
  /** Elements of an array of numbers. */
  | 'elements'
  /** u32: dimensions of a tensor. */
  | 'dimensions'
  /** u64 */
  | 'dimension'
  /** u64: where a tensor's data begins. */
  | 'offset';

export interface Field {
  readonly kind: FieldKind;
  readonly at: number;
  readonly length: number;
}

/** A metadata pair or a line of the tensor directory. */
export interface Part {
  readonly kind: 'pair' | 'tensor';
  readonly at: number;
  readonly end: number;
}

export interface Layout {
  readonly fields: readonly Field[];
  readonly parts: readonly Part[];
  /** First byte after the tensor directory. */
  readonly end: number;
}

const STRING = 8;
const ARRAY = 9;
const WIDTHS = [1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8];

/** Of a header that is known to be right; nothing is checked. */
export function layoutOf(bytes: Uint8Array): Layout {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const fields: Field[] = [];
  const parts: Part[] = [];
  let at = 0;
  const take = (kind: FieldKind, length: number): number => {
    fields.push({ kind, at, length });
    at += length;
    return at - length;
  };
  const u32 = (kind: FieldKind): number => view.getUint32(take(kind, 4), true);
  const u64 = (kind: FieldKind): number => Number(view.getBigUint64(take(kind, 8), true));
  const text = (): void => void take('text', u64('length'));
  const value = (type: number): void => {
    if (type === STRING) return text();
    if (type !== ARRAY) return void take('scalar', WIDTHS[type]!);
    const of = u32('type');
    const count = u64('count');
    if (of !== STRING) return void take('elements', count * WIDTHS[of]!);
    for (let i = 0; i < count; i++) text();
  };

  take('magic', 4);
  u32('version');
  const tensors = u64('count');
  const pairs = u64('count');
  for (let i = 0; i < pairs; i++) {
    const start = at;
    text();
    value(u32('type'));
    parts.push({ kind: 'pair', at: start, end: at });
  }
  for (let i = 0; i < tensors; i++) {
    const start = at;
    text();
    for (let left = u32('dimensions'); left > 0; left--) u64('dimension');
    u32('type');
    u64('offset');
    parts.push({ kind: 'tensor', at: start, end: at });
  }
  return { fields, parts, end: at };
}
