// Random texts that stress a tokenizer: letters of many scripts, digits, punctuation, white space, contractions.

const ALPHABETS = [
  'abcdefghijklmnopqrstuvwxyz',
  'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  '0123456789²½٣४Ⅳ',
  ' \t\n\r  \u00a0\u3000\u200b',
  '.,;:!?\'"()[]{}<>|/\\@#$%^&*-_=+~`´’“”…—€°',
  'äöüßéèçñøåłžşığ',
  'αβγδεζηθабвгдежзий',
  '中文字符日本語ひらがなカタカナ한국어',
  'عربيעבריתहिन्दीไทย',
  '😀🤖👍🏽🇩🇪👨‍👩‍👧‍👦',
  '\u0301\u0308\u20dd\ufe0f',
];
const PIECES = [
  "'s",
  "'T",
  "'re",
  "'VE",
  "'m",
  "'ll",
  "'d",
  ' the',
  '  ',
  '\n\n',
  '\r\n',
  '<think>',
  '<|im_end|>',
  '</s>',
];

export function randomTexts(count, random) {
  const pick = (list) => list[Math.floor(random() * list.length)];
  const letters = ALPHABETS.map((alphabet) => [...alphabet]);
  return Array.from({ length: count }, () => {
    let text = '';
    for (let i = Math.floor(random() * 24); i >= 0; i--) {
      if (random() < 0.15) text += pick(PIECES);
      // Runs of one alphabet make words; single characters make borders.
      const alphabet = pick(letters);
      for (let n = Math.floor(random() * 6); n >= 0; n--) text += pick(alphabet);
    }
    return text;
  });
}
