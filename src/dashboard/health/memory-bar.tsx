/** The memory plan: what the process may have, divided before a byte of a weight was read. */
import type { JSX } from 'preact';
import type { MemoryPlan } from '../../model/plan.ts';
import { mebibytes } from '../words.ts';

const PARTS = [
  ['runtime', 'runtime', '--part-runtime'],
  ['weights', 'weights', '--part-weights'],
  ['kv', 'KV cache', '--part-kv'],
  ['scratch', 'scratch', '--part-scratch'],
] as const;

export function MemoryBar({ memory, used }: { memory: MemoryPlan; used: number }): JSX.Element {
  const whole = Math.max(memory.budget ?? memory.total, used);
  const percent = (bytes: number): string => `${(bytes / whole) * 100}%`;
  return (
    <figure class="memory">
      <figcaption>
        <span class="label">Memory plan</span>{' '}
        <strong>
          {mebibytes(memory.total)}
          {memory.budget === undefined ? '' : ` of ${mebibytes(memory.budget)}`}
        </strong>{' '}
        <span class="small">
          {memory.context} tokens of context, {memory.kv_precision}, {memory.threads}{' '}
          {memory.threads === 1 ? 'thread' : 'threads'}; the process has {mebibytes(used)} now
        </span>
      </figcaption>
      <div class="bar" aria-hidden="true">
        {PARTS.map(([part, , color]) => (
          <span key={part} style={{ width: percent(memory[part]), background: `var(${color})` }} />
        ))}
        <span class="used" style={{ left: percent(used) }} />
      </div>
      <ul class="legend">
        {PARTS.map(([part, name, color]) => (
          <li key={part}>
            <span class="key" style={{ background: `var(${color})` }} />
            {name} {mebibytes(memory[part])}
          </li>
        ))}
        <li>
          <span class="key line" />
          used now
        </li>
      </ul>
    </figure>
  );
}
