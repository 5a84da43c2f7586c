/**
 * Older forms of tokonoma.yaml, brought to the present one step after the other. A file is read in whatever form it has;
 * it is rewritten only by `tokonoma migrate`.
 */
import { isMap, isPair, isScalar, type Document } from 'yaml';

/** The form that this program writes. */
export const VERSION = 1;

export interface Migration {
  /** The version it begins with; it ends with the next. */
  readonly from: number;
  /** What it changes, for people. */
  readonly summary: string;
  /** Changes the document in place; comments stay where they are. */
  readonly apply: (document: Document) => void;
}

export const MIGRATIONS: readonly Migration[] = [
  {
    from: 0,
    summary: 'devices are things, and mqtt.server is mqtt.url',
    apply(document) {
      renameKey(document.contents, 'devices', 'things');
      renameKey(document.get('mqtt', true), 'server', 'url');
    },
  },
];

/**
 * Brings the document to VERSION. Returns what was done, nothing for a document of this version. A version that no
 * migration knows, or none, is left for the schema to refuse.
 */
export function migrate(document: Document, migrations = MIGRATIONS, version = VERSION): string[] {
  const done: string[] = [];
  for (;;) {
    const from: unknown = isMap(document.contents) ? document.get('version') : undefined;
    const next = migrations.find((migration) => migration.from === from);
    if (from === version || next === undefined) return done;
    next.apply(document);
    document.set('version', next.from + 1);
    done.push(`version ${next.from} to ${next.from + 1}: ${next.summary}`);
  }
}

/** The key alone: value, order and comments stay. What has the new key already is left alone. */
function renameKey(node: unknown, from: string, to: string): void {
  if (!isMap(node) || node.has(to)) return;
  const pair = node.items.find((item) => isPair(item) && isScalar(item.key) && item.key.value === from);
  if (pair !== undefined && isScalar(pair.key)) pair.key.value = to;
}
