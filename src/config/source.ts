/** YAML text that still knows where each of its values stands. */
import { LineCounter, isMap, isNode, isPair, isScalar, parseDocument, type Document } from 'yaml';
import { TokonomaError } from '../errors.ts';
import { migrate } from './migrate.ts';

export type Path = readonly (string | number)[];

/** One thing wrong in a configuration file. The message never repeats values: they may be secrets. */
export interface Fault {
  readonly path: Path;
  /** The key of `path` that is wrong itself, whatever its value. */
  readonly key?: string;
  readonly message: string;
}

/** Faults listed at most in one error. */
const MAX_FAULTS = 10;

export class YamlSource {
  readonly file: string;
  /** What was done to bring an older form of it to the present one. */
  readonly migrations: readonly string[];
  readonly #lines = new LineCounter();
  readonly #document: Document;

  /** Throws `config-invalid` with line and column for what is no YAML. */
  constructor(text: string, file: string) {
    this.file = file;
    // prettyErrors would quote the lines around, with whatever secret stands in them.
    this.#document = parseDocument(text, { lineCounter: this.#lines, prettyErrors: false, version: '1.2' });
    const error = this.#document.errors[0];
    if (error !== undefined)
      throw this.#at(
        error.pos[0],
        error.code === 'DUPLICATE_KEY' ? 'this key is there twice' : syntax(error.code, error.message),
      );
    const warning = this.#document.warnings[0];
    if (warning !== undefined) {
      throw this.#at(warning.pos[0], 'YAML tags are not supported; put a value that begins with "!" into quotes');
    }
    this.migrations = migrate(this.#document);
  }

  /** The text in its present form, comments and all. */
  text(): string {
    return this.#document.toString({ lineWidth: 0 });
  }

  /** The plain value. */
  value(): unknown {
    try {
      return this.#document.toJS({ maxAliasCount: 100 }) as unknown;
    } catch (error) {
      // The parser's message repeats the alias, which may be a password that begins with "*".
      const hint =
        'an alias (*name) has no anchor (&name) before it, or there are too many; put text that begins with "*" into quotes';
      throw new TokonomaError('config-invalid', `${this.file}: ${hint}`, { cause: (error as Error).name });
    }
  }

  /** One error of all the faults, each with `file:line:column: path: message`. */
  error(faults: readonly Fault[]): TokonomaError {
    const lines = faults.slice(0, MAX_FAULTS).map((fault) => {
      const path = pathText(fault.key === undefined ? fault.path : [...fault.path, fault.key]);
      return `${this.#where(this.#offset(fault))}: ${path === '' ? '' : `${path}: `}${fault.message}`;
    });
    if (faults.length > MAX_FAULTS) lines.push(`… and ${faults.length - MAX_FAULTS} more`);
    return new TokonomaError('config-invalid', lines.join('\n'));
  }

  #at(offset: number, message: string): TokonomaError {
    return new TokonomaError('config-invalid', `${this.#where(offset)}: ${message}`);
  }

  #where(offset: number): string {
    const { line, col } = this.#lines.linePos(offset);
    return `${this.file}:${line}:${col}`;
  }

  /** Where the value stands; the nearest enclosing one when it is missing. */
  #offset({ path, key }: Fault): number {
    for (let length = path.length; length >= 0; length--) {
      const node = length === 0 ? this.#document.contents : this.#document.getIn(path.slice(0, length), true);
      if (!isNode(node) || node.range === undefined || node.range === null) continue;
      if (key !== undefined && length === path.length && isMap(node)) {
        const pair = node.items.find((item) => isPair(item) && isScalar(item.key) && String(item.key.value) === key);
        if (pair !== undefined && isNode(pair.key) && pair.key.range) return pair.key.range[0];
      }
      return node.range[0];
    }
    return 0;
  }
}

/** `things[3].kind` */
export function pathText(path: Path): string {
  return path.reduce<string>(
    (text, step) => (typeof step === 'number' ? `${text}[${step}]` : text === '' ? step : `${text}.${step}`),
    '',
  );
}

/** Messages of the YAML parser that quote nothing are passed on; the others are replaced by what their code says. */
function syntax(code: string, message: string): string {
  const quotes = /["'`:]|\bhere\b/.test(message);
  return `not valid YAML: ${quotes ? code.toLowerCase().replaceAll('_', ' ') : message}`;
}
