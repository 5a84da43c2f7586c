/** A page of documentation as its test reads it: fenced examples, and tables between marks. */
import { readFileSync } from 'node:fs';

export interface Fence {
  readonly kind: 'mqtt' | 'http';
  /** The heading that it stands under. */
  readonly heading: string;
  readonly text: string;
}

export interface Page {
  readonly fences: readonly Fence[];
  /** Rows of cells, by the name in the mark before the table: `<!-- topics -->` … `<!-- end -->`. */
  readonly tables: ReadonlyMap<string, readonly (readonly string[])[]>;
}

/** One message of an example. */
export interface Exchange {
  /** `>`: to the runtime. */
  readonly sends: boolean;
  /** Topic, method, or status. */
  readonly head: string;
  readonly body: string;
}

const ANY = '…';

export function pageOf(path: string): Page {
  const text = readFileSync(path, 'utf8');
  const fences: Fence[] = [];
  for (const match of text.matchAll(/^```(mqtt|http)\n(.*?)\n```$/gms)) {
    const headings = [...text.slice(0, match.index).matchAll(/^#+ (.*)$/gm)];
    fences.push({ kind: match[1] as Fence['kind'], heading: headings.at(-1)![1]!, text: match[2]! });
  }
  const tables = new Map<string, string[][]>();
  for (const [, name, body] of text.matchAll(/^<!-- (\w+) -->\n(.*?)\n<!-- end -->$/gms)) {
    const rows = body!.split('\n').filter((line) => /^\| +`/.test(line));
    tables.set(
      name!,
      rows.map((row) =>
        row
          .split('|')
          .slice(1, -1)
          .map((cell) => cell.trim()),
      ),
    );
  }
  return { fences, tables };
}

/** What stands as code in the first column of a table. */
export function column({ tables }: Page, name: string): string[] {
  const rows = tables.get(name);
  if (rows === undefined || rows.length === 0) throw new Error(`there is no table ${name}`);
  return rows.flatMap(([first = '']) => [...first.matchAll(/`([^`]+)`/g)].map(([, code]) => code!));
}

export function exchangesOf(text: string): Exchange[] {
  return text.split(/^(?=[<>] )/m).map((one) => {
    const [, sign, head, body] = /^([<>]) (\S+)\s?(.*)$/s.exec(one.trimEnd())!;
    return { sends: sign === '>', head: head!, body: body! };
  });
}

/** A payload as JSON, or as the text that it is. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** Where a value is not what an example says: paths, none when it is. */
export function matches(value: unknown, example: unknown, at = ''): string[] {
  if (example === ANY) return [];
  if (typeof example !== 'object' || example === null || typeof value !== 'object' || value === null) {
    return Object.is(value, example) ? [] : [`${at}: ${JSON.stringify(value)}, not ${JSON.stringify(example)}`];
  }
  if (Array.isArray(example) !== Array.isArray(value)) return [`${at}: a list and an object`];
  const { [ANY]: further, ...wanted } = example as Record<string, unknown>;
  const given = value as Record<string, unknown>;
  const missing = Object.keys(wanted).filter((key) => !(key in given));
  const more = further === ANY ? [] : Object.keys(given).filter((key) => !(key in wanted));
  return [
    ...missing.map((key) => `${at}.${key} is missing`),
    ...more.map((key) => `${at}.${key} is not in the example`),
    ...Object.keys(wanted)
      .filter((key) => key in given)
      .flatMap((key) => matches(given[key], wanted[key], `${at}.${key}`)),
  ];
}
