/** What `pull` is asked for: a name of the catalog, or a file on the hub by its address. */
import { TokonomaError } from '../errors.ts';
import { nearest } from '../config/nearest.ts';
import { CATALOG, findByName, UNSUPPORTED, type CatalogFile } from './catalog.ts';

export interface ModelSource {
  /** As it was asked for. */
  readonly name: string;
  readonly repo: string;
  /** Branch, tag or commit. */
  readonly revision: string;
  /** Path in the repository, with forward slashes. */
  readonly file: string;
  /** What is known of it beforehand. */
  readonly known?: CatalogFile;
}

/** owner/name, each of letters, digits, dots, dashes, underscores; no leading dot (huggingface_hub, validate_repo_id). */
const REPO_PART = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,95}$/;
const REVISION = /^[A-Za-z0-9_][A-Za-z0-9._/-]{0,254}$/;

/**
 * Reads `bonsai-1.7b`, `hf:owner/repo/file.gguf` or `hf:owner/repo/folder/file.gguf@revision`.
 * @throws TokonomaError `model-unknown`, `bad-model-address`, `model-architecture`
 */
export function parseSource(name: string, catalog: readonly CatalogFile[] = CATALOG): ModelSource {
  if (name.startsWith('hf:')) return parseAddress(name);
  const known = findByName(name, catalog);
  if (known !== undefined) {
    return { name: known.name, repo: known.repo, revision: known.revision ?? 'main', file: known.file, known };
  }
  const unsupported = UNSUPPORTED.find((model) => model.name === name.toLowerCase());
  if (unsupported !== undefined) {
    throw new TokonomaError('model-architecture', `${name} cannot be run: ${unsupported.reason}`);
  }
  throw unknownModel(name, catalog);
}

/** `name` is neither a file nor a model anybody knows. */
function unknownModel(name: string, catalog: readonly CatalogFile[] = CATALOG): TokonomaError {
  const names = ['seedling', ...catalog.map((model) => model.name)];
  const near = nearest(name, names);
  const hint = near === undefined ? `known models are ${names.join(', ')}` : `did you mean "${near}"?`;
  return new TokonomaError(
    'model-unknown',
    `there is no model "${name}": ${hint}; other files are addressed as hf:owner/repo/file.gguf`,
  );
}

function parseAddress(name: string): ModelSource {
  const address = name.slice('hf:'.length);
  const at = address.indexOf('@');
  const path = at < 0 ? address : address.slice(0, at);
  const revision = at < 0 ? 'main' : address.slice(at + 1);
  const [owner = '', repo = '', ...folders] = path.split('/');
  const isPath = (part: string): boolean => part !== '' && part !== '.' && part !== '..' && !/[\\\p{Cc}]/u.test(part);
  const problem =
    !REPO_PART.test(owner) || !REPO_PART.test(repo)
      ? 'it does not begin with owner/repo'
      : folders.length === 0 || !folders.every(isPath)
        ? 'it names no file of the repository'
        : !path.toLowerCase().endsWith('.gguf')
          ? 'the file is no .gguf'
          : !REVISION.test(revision) || revision.split('/').includes('..')
            ? 'the revision after @ is no branch, tag or commit'
            : undefined;
  if (problem !== undefined) {
    throw new TokonomaError('bad-model-address', `"${name}": ${problem}; write hf:owner/repo/file.gguf[@revision]`);
  }
  return { name, repo: `${owner}/${repo}`, revision, file: folders.join('/') };
}
