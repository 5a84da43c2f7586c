/** Actions as function signatures: the shortest form in which a tool-calling model can be told what it may call. */
import type { ActionSpec, ArgSpec } from './actions.ts';

/** Values that numbers have a range for in the vocabulary itself; the other numbers come in units that are said. */
const PERCENT: ReadonlySet<string> = new Set(['brightness', 'speed', 'position', 'level']);

export interface SignatureOptions {
  /** Whether choices are listed. The grammar lets nothing else through either way. Default: true. */
  readonly values?: boolean;
}

/** `light.set(device, area, power: on|off, brightness: percent, …)`. What is required, the grammar sees to. */
export function signatureOf({ name, args }: ActionSpec, { values = true }: SignatureOptions = {}): string {
  return `${name}(${args.map((arg) => (values ? withValues(arg) : arg.name)).join(', ')})`;
}

function withValues({ name, type }: ArgSpec): string {
  if (type.kind === 'enum') return `${name}: ${type.values.join('|')}`;
  if (type.kind === 'boolean') return `${name}: true|false`;
  return PERCENT.has(name) ? `${name}: percent` : name;
}
