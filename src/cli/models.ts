/** `tokonoma models`: what is here, what could be fetched, and what of it this machine can hold. */
import { TokonomaError, codeOf, messageOf } from '../errors.ts';
import { openGguf } from '../gguf/reader.ts';
import { HubCache } from '../hub/cache.ts';
import { CATALOG, type CatalogFile } from '../hub/catalog.ts';
import { installedModels, type InstalledModel } from '../hub/installed.ts';
import { availableMemory, type AvailableMemory } from '../hub/machine.ts';
import { needsOfCatalog, needsOfFile, type Needs } from '../hub/needs.ts';
import { misused, parse, type Command, type CommandSpec } from './command.ts';
import { HUB_ENVIRONMENT } from './options.ts';
import { size } from './progress.ts';

const SPEC = {
  name: 'models',
  synopsis: ['models [--json]'],
  description: [
    'Lists the models that came with the package, that are installed, and that `tokonoma pull NAME` fetches: their ' +
      'size, the memory they need with all their context (at most 1,024 positions), and how much context this machine ' +
      'has memory for.',
  ],
  options: {
    json: {
      type: 'boolean',
      help:
        'one JSON value {memory, models: [{name, state, path, bytes, sha256, needs_bytes, context, fits, fits_context, ' +
        'note}]}; state is packaged, installed or available, memory {available_bytes, limited_by} or null',
    },
  },
  environment: HUB_ENVIRONMENT,
  examples: { 'tokonoma models': 'what is here and what fits' },
} as const satisfies CommandSpec;

export const MODELS: Command = { spec: SPEC, run: (argv) => modelsCommand(argv) };

interface Listed {
  /** What --model and pull take. */
  readonly name: string;
  readonly state: InstalledModel['state'] | 'available';
  readonly path: string | null;
  readonly bytes: number;
  readonly sha256: string | null;
  readonly needs_bytes: number | null;
  readonly context: number | null;
  /** Null where nobody knows. */
  readonly fits: boolean | null;
  /** Positions of context that this machine has memory for. */
  readonly fits_context: number | null;
  readonly note: string | null;
}

/** What a test replaces. */
export interface ModelsEnvironment {
  readonly out: { write(text: string): unknown };
  readonly cache: HubCache;
  readonly catalog: readonly CatalogFile[];
  readonly memory: AvailableMemory | undefined;
}

/** Returns the exit code. Throws `bad-usage`. */
export async function modelsCommand(
  argv: readonly string[],
  environment: Partial<ModelsEnvironment> = {},
): Promise<number> {
  const { values, positionals } = parse(argv, SPEC);
  const { out, cache, catalog, memory } = {
    out: process.stdout,
    cache: HubCache.fromEnvironment(process.env),
    catalog: CATALOG,
    memory: availableMemory(),
    ...environment,
  };
  if (positionals.length > 0) throw misused(SPEC, 'models takes no argument');
  const models = list(cache, catalog, memory);
  out.write(
    values.json === true
      ? `${JSON.stringify({ memory: published(memory), models })}\n`
      : table(models, memory, cache.root),
  );
  return 0;
}

function published(memory: AvailableMemory | undefined): object | null {
  return memory === undefined ? null : { available_bytes: memory.bytes, limited_by: memory.by };
}

function list(cache: HubCache, catalog: readonly CatalogFile[], memory: AvailableMemory | undefined): Listed[] {
  const available = memory?.bytes ?? Infinity;
  const figures = (needs: Needs): Pick<Listed, 'needs_bytes' | 'context' | 'fits' | 'fits_context'> => ({
    needs_bytes: needs.bytes,
    context: needs.context,
    fits: memory === undefined ? null : needs.fits !== undefined,
    fits_context: memory === undefined ? null : (needs.fits ?? null),
  });
  const present = (known: InstalledModel): Listed => {
    const needs = needsAt(known.path, available);
    if (!(needs instanceof Error)) return { ...known, ...figures(needs) };
    // What cannot be run is told by its own words, whatever memory there is.
    const note = `${messageOf(needs)} [${codeOf(needs)}]`;
    return { ...known, needs_bytes: null, context: null, fits: false, fits_context: null, note };
  };

  const here = installedModels(cache, catalog);
  const absent = catalog
    .filter(({ name }) => here.every((model) => model.name !== name))
    .map((model): Listed => {
      const { name, bytes, sha256 } = model;
      return {
        name,
        state: 'available',
        path: null,
        bytes,
        sha256,
        ...figures(needsOfCatalog(model, available)),
        note: null,
      };
    });
  return [...here.map(present), ...absent];
}

function needsAt(path: string, available: number): Needs | Error {
  try {
    const file = openGguf(path);
    try {
      return needsOfFile(file, available);
    } finally {
      file.close();
    }
  } catch (error) {
    if (error instanceof TokonomaError) return error;
    throw error;
  }
}

function table(models: readonly Listed[], memory: AvailableMemory | undefined, root: string): string {
  const fits = ({ fits, context, fits_context }: Listed): string => {
    if (fits === null) return '?';
    if (!fits) return 'no';
    return fits_context === context ? 'yes' : `with ${fits_context} tokens`;
  };
  const rows = models.map((model) => [
    model.name,
    model.state,
    size(model.bytes),
    model.needs_bytes === null ? '-' : size(model.needs_bytes),
    fits(model),
    model.note ?? '',
  ]);
  const head = ['model', 'state', 'size', 'needs', 'fits', ''];
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]!.length)));
  const lines = [head, ...rows].map((row) =>
    row
      .map((cell, i) => (i === 2 || i === 3 ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!)))
      .join('  ')
      .trimEnd(),
  );
  const there =
    memory === undefined
      ? 'how much memory this machine has is not known'
      : `${size(memory.bytes)} of memory available${memory.by === 'cgroup' ? ' in this control group' : ''}`;
  return `${lines.join('\n')}\n\n${there}; installed models are in ${root}\n`;
}
