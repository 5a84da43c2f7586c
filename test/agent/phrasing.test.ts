import t from 'tap';
import { keepsTo, modelPhrase } from '../../src/agent/reading/phrasing.ts';
import type { Engine, GenerateResult } from '../../src/model/types.ts';
import { ChatTemplate } from '../../src/tokenizer/template.ts';

const TEMPLATE = '{% for m in messages %}<|{{ m.role }}|>{{ m.content }}{% endfor %}<|assistant|>';
const plain = 'The kitchen light is on.';

function speaking(text: string | Error, stop: GenerateResult['stop'] = 'end'): { engine: Engine; asked: string[] } {
  const asked: string[] = [];
  const engine = {
    generate: async ({ prompt }: { prompt: { text: string } }) => {
      asked.push(prompt.text);
      if (text instanceof Error) throw text;
      return { text, stop };
    },
  } as unknown as Engine;
  return { engine, asked };
}

const phrased = (text: string | Error, stop?: GenerateResult['stop'], said = plain): Promise<string> =>
  modelPhrase(speaking(text, stop).engine, new ChatTemplate(TEMPLATE))(said, new AbortController().signal);

t.test('a sentence that claims the same is said', async (t) => {
  for (const text of ['Okay, the kitchen light is on now.', 'Sure! Your kitchen light is on.']) {
    t.equal(await phrased(text), text);
    t.ok(keepsTo(text, plain));
  }
});

t.test('one that claims anything else is not', async (t) => {
  for (const text of [
    'The kitchen light is off.',
    'The bedroom light is on.',
    'The kitchen light and the fan are on.',
    'The kitchen light is not on.',
    'The light is on.',
    'The kitchen light is on at 40 %.',
    'The kitchen light is on. The front door is unlocked.',
    'Shall I turn on the kitchen light?',
    'The kitchen light is on\nand more',
    '',
  ]) {
    t.equal(await phrased(text), plain, text);
  }
});

t.test('cut off, failed, or of several things: in plain words', async (t) => {
  t.equal(await phrased('The kitchen light is on', 'length'), plain);
  t.equal(await phrased(new Error('the engine trapped')), plain);
  const two = 'The kitchen light is on. The fan is off.';
  const { engine, asked } = speaking('The kitchen light is off. The fan is on.');
  t.equal(await modelPhrase(engine, new ChatTemplate(TEMPLATE))(two, new AbortController().signal), two);
  t.strictSame(asked, [], 'with the same words it could claim the opposite');
});
