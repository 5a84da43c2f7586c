/** Which tokens end a generation: those the file names, and those that bear a name llama.cpp knows. */
import type { Vocabulary } from './vocabulary.ts';

/** llama.cpp, llama-vocab.cpp: end-of-turn, end-of-text, end-of-message and fill-in-the-middle boundaries by name. */
const NAMES = [
  '<|im_end|>',
  '<|endoftext|>',
  '<|eot_id|>',
  '<|end|>',
  '<|return|>',
  '<|call|>',
  '<|flush|>',
  '<|calls|>',
  '<end_of_turn>',
  '</s>',
  '<|eom_id|>',
  '<EOT>',
  '_<EOT>',
  '[EOT]',
  '[EOS]',
  '<|end_of_text|>',
  '<end_of_utterance>',
  '<eos>',
  '<turn|>',
  '<|tool_response>',
  '<|fim_pad|>',
  '<fim_pad>',
  '<|repo_name|>',
  '<fim_repo>',
  '<|file_sep|>',
];

/** Ids of the tokens that bear such a name, in the order of preference for the end of a turn. */
export function endOfGenerationIds(vocabulary: Vocabulary): number[] {
  const encoder = new TextEncoder();
  const ids: number[] = [];
  for (const name of NAMES) {
    const bytes = encoder.encode(name);
    const id = vocabulary.find(bytes, 0, bytes.length);
    if (id >= 0) ids.push(id);
  }
  return ids;
}
