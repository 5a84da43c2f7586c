/** What this server says it is: Wyoming's `info` (https://github.com/OHF-Voice/wyoming, "Info"). */
import type { ModelInfo } from '../../model/types.ts';
import type { WyomingEvent } from './framing.ts';

/** The version of the protocol that is spoken here: with `intents-start` and `supports_home_control`. */
export const PROTOCOL = '1.9.0';
const OURS = { name: 'tokonoma', url: 'https://www.npmjs.com/package/tokonoma' };
const BONSAI = { name: 'Prism ML', url: 'https://huggingface.co/prism-ml' };
/** Commands are English, whatever else a model knows. */
const LANGUAGES = ['en'];

/** @param version of the runtime */
export function infoEvent(model: Pick<ModelInfo, 'name' | 'planFormat'>, version: string): WyomingEvent {
  const artifact = { name: 'tokonoma', attribution: OURS, installed: true, version };
  const models = [
    {
      name: model.name,
      description: 'a 1-bit model that reads commands',
      attribution: model.planFormat === 'tags' ? OURS : BONSAI,
      installed: true,
      version: null,
      languages: LANGUAGES,
    },
  ];
  const intent = { ...artifact, description: 'understands commands for the declared things', models };
  const handle = {
    ...artifact,
    description: 'understands commands for the declared things, and carries them out',
    models,
    supports_handled_streaming: false,
    supports_home_control: true,
  };
  return {
    type: 'info',
    data: { asr: [], tts: [], handle: [handle], intent: [intent], wake: [], mic: [], snd: [] },
  };
}
