// From what was said to its clauses: politeness and disfluency off, "and", "then" and commas where a new verb begins.
import { VERB } from './words.mjs';

const LEAD = [
  /^(?:uh+|um+|er+|hmm?|ah|oh|well|so|okay|ok|yes|yeah|now|alright|all right|right|next|and|then|also|just|first|finally)[\s,]+(?!hand)/,
  /^(?:hey|hi|hello)[\s,]+(?:robot|there|google|alexa|siri|olly|assistant|jarvis)?[\s,]*/,
  /^(?:to|do|almond|yo|hiya|john|sorry|trun|robot|alexa|olly|google|siri|michael|assistant|computer|kay|xxx|actually|i meant?)[\s,]+/,
  /^(?:please|kindly|quickly|immediately)[\s,]+/,
  /^(?:could|can|would|will|may|might|won't|can't) (?:you|u|i get you to|we)(?: (?:please|kindly|just|now|maybe|possibly))*(?: go ahead and)? /,
  /^(?:i(?: would| ?'d)? (?:want|need|like|wish|love|demand|require|desire)(?: for)? you to|may i (?:ask|request) you to|i(?: would| ?'d)? (?:want|need|love|desire|demand|wish) to|would like to|assist (?:me )?in|help me|i had to|(?:quickly|slowly|carefully|hurriedly)|i want|you (?:should|can|need to|must|have to|may)(?: now)?|go ahead and|let's|lets|let us|be sure to|make sure to|ensure to|try to|i(?:'d| would) like to|would you mind|do me a favor and|you're to) (?!hear|listen|know|play|some|a |the |my |to (?:hear|listen))/,
  /^(?:t|tu|g|mo|fa|ta|r|s|tak|tur|mov)\s+(?=(?:turn|go|move|face|take|rotate|send)\b)/,
  /^i said[\s,]+/,
];
const TAIL = [
  /[\s,]+(?:please|thanks|thank you|now|right now|right away|immediately|robot|for me|if you (?:can|could|please|would)|would you|will you|can you|could you|okay|ok|at once|olly|alexa|asap|today please|will ya|thanks a lot|buddy|again please)[.?!]*$/,
  /[.?!,]+$/,
];

/** @param {string} text after the text pass */
export function plain(text) {
  let out = text
    .replace(/\b(?:uh+|um+|erm?)\b,? ?/g, '')
    .replace(/\b(go|turn|move|face|take|to|the|a|at|can|of|and|in|drive|stop|right|left) \1\b/g, '$1')
    .replace(/\s+/g, ' ')
    .trim();
  for (let before; before !== out;) {
    before = out;
    for (const lead of LEAD) out = out.replace(lead, '').trim();
    for (const tail of TAIL) out = out.replace(tail, '').trim();
  }
  return out;
}

const BREAK = new RegExp(
  `\\s*(?:,? and then|,? after that|,? then|, and|;| and|,|\\.)\\s+(?:please |also |then |next )*(?=(?:${VERB})\\b(?! (?:light|lamp|of\\b)))`,
  'g',
);

/** On the radio nobody says "and": "turn left 20 degrees take a picture". */
const RUN_ON =
  /(?<=\S)(?<!\b(?:to|and|the|a|then|go|left to|right to|through)) (?=(?:take|send) (?:a |another |me a )?(?:pictures?|photos?)\b|(?:turn|rotate|pivot) (?:to |the |your )*(?:left|right|around|\d|north|south|east|west|due|back)|face (?:due )?(?:north|south|east|west)|(?:move|go|drive|proceed) (?:forward|back|backward|ahead|straight|\d))/;

/** The clauses of a plain command, in order. */
export function clausesOf(text) {
  // "before you … do", "… after you …": the order of words is not the order of deeds.
  const late = /^(?:before (?:you |going to |you go to )?)(.+?), (.+)$/.exec(text);
  if (late) return [...clausesOf(late[2]), ...clausesOf(late[1])];
  return text
    .split(BREAK)
    .flatMap((clause) => clause.split(RUN_ON))
    .map(plain)
    .filter((clause) => clause !== '');
}
