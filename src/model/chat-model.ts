import { TokonomaError } from '../errors.ts';
import type { ModelInfo } from './types.ts';

/** @throws TokonomaError `not-a-chat-model` */
export function refuseCommandModel({ name, planFormat, chatTemplate }: ModelInfo): void {
  if (planFormat !== 'tags' && chatTemplate !== '') return;
  const what = planFormat === 'tags' ? 'it only turns commands into plans' : 'its file has no chat template';
  throw new TokonomaError(
    'not-a-chat-model',
    `${name} is not a chat model: ${what}. Take a Bonsai (tokonoma pull bonsai-1.7b, then tokonoma chat --model ` +
      `bonsai-1.7b), or give commands with tokonoma ask`,
  );
}
