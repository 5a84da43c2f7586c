/** The schema as it is published: parts that occur more than once are written once. */

type Json = Readonly<Record<string, unknown>>;

/** Shorter parts are easier to read where they stand. */
const WORTH = 160;

/** The same schema with its repeated parts in `$defs`. */
export function published(schema: object): object {
  const seen = new Map<string, number>();
  count(schema, seen);
  const names = new Map<string, string>();
  for (const [text, times] of seen) if (times > 1 && text.length >= WORTH) names.set(text, `part${names.size + 1}`);
  const defs = Object.fromEntries([...names].map(([text, name]) => [name, inner(JSON.parse(text) as object, names)]));
  return { ...(inner(schema, names) as object), $defs: defs };
}

/** A schema, and not a map of them: a property may be called "type", too. */
function isSchema(value: object): boolean {
  const { type, anyOf } = value as Json;
  return typeof type === 'string' || Array.isArray(type) || Array.isArray(anyOf);
}

/** Of a part that was met before, what is in it was counted then. */
function count(value: unknown, seen: Map<string, number>): void {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value) && isSchema(value)) {
    const text = JSON.stringify(value);
    const before = seen.get(text) ?? 0;
    seen.set(text, before + 1);
    if (before > 0) return;
  }
  for (const part of Object.values(value)) count(part, seen);
}

function replaced(value: unknown, names: ReadonlyMap<string, string>): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const name = Array.isArray(value) || !isSchema(value) ? undefined : names.get(JSON.stringify(value));
  return name === undefined ? inner(value, names) : { $ref: `#/$defs/${name}` };
}

function inner(value: object, names: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(value)) return value.map((part) => replaced(part, names));
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, replaced(part, names)]));
}
