/** What `systemctl status` says of a node. */
import type { Agent } from '../../agent/agent.ts';

/** `seedling, 3 things, armed, 2 commands waiting`. */
export function statusLine(
  model: string,
  { things, armed, queued }: Pick<Agent, 'things' | 'armed' | 'queued'>,
  isConnected: boolean,
): string {
  const parts = [model, counted(things.length, 'thing'), armed ? 'armed' : 'disarmed'];
  if (!isConnected) parts.push('without its broker');
  if (queued > 0) parts.push(`${counted(queued, 'command')} waiting`);
  return parts.join(', ');
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;
