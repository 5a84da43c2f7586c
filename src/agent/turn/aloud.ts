/** A response as somebody hears it who sees nothing. */
import type { Response } from '../types.ts';

export interface Aloud {
  readonly text: string;
  /** Done, or a question that leads there; false: nothing will come of it. */
  readonly isWell: boolean;
}

export function aloud({ outcome, path, say, reason = '' }: Response): Aloud {
  const asks = outcome === 'needs-confirmation' || outcome === 'ambiguous';
  const stopped = path === 'stop' && outcome === 'executed' ? 'Stopped.' : reason;
  return { text: say ?? stopped, isWell: asks || outcome === 'executed' };
}
