// The rule parser that the model is measured against: what an afternoon of regular expressions can do.
import { textPass } from '../../../build/src/text/passes.js';
import { ask, isQuestion, say } from './ask.mjs';
import { clausesOf, plain } from './clauses.mjs';
import { climate, cover, light, lock, power } from './home.mjs';
import { media, volume } from './media.mjs';
import { drive, goto, object, stop, task, turn } from './robot.mjs';
import { scan } from './scan.mjs';
import { call } from './spans.mjs';
import { alarm, later, timer } from './time.mjs';

/** In the order in which they are asked: the sure ones first, those that take almost anything last. */
const RULES = [
  ...[
    timer,
    later,
    alarm,
    ask,
    stop,
    volume,
    media,
    climate,
    lock,
    cover,
    light,
    task,
    turn,
    drive,
    say,
    object,
    goto,
    power,
  ],
];

const NONE = [call('none')];
/** Other assistants' business, and what is no command. */
const FOREIGN =
  /\b(?:email|e-mail|calendar|meeting|appointment|remind(?:er)?|event|tweet|twitter|facebook|instagram|news|headlines|stocks?|recipe|cook|restaurant|reservations?|reserve|book (?:a|an|me|the|us|for|in|at|spot|\d|this|now)|table for|taxi|uber|cab|train ticket|tickets?|flight|movie (?:times|schedules?|theat)|theat(?:re|er)s?|cinema(?! room)|showtimes?|joke|shopping|grocer|order|pizza|delivery|takeaway|take ?out|exchange rate|currency|dollars?|traffic|directions|contacts?|phone number|call (?:mom|dad|my|a)|text message|definition|define|meaning|who (?:is|was|invented)|calculate|math|square root|capital of|population|playlist (?:called|named)|add .* to (?:my|the|our|a) |rate (?:this|the|my|current)|stars?|rating|points? (?:to|for)|out of (?:5|6)|list(?:s)?\b(?! .*music)|tv (?:series|show)|saga|picture show|soundtrack|novel|essay|textbook|chronicle|distance|how (?:tall|old|big|many|far)|birthday|email|wikipedia|nearest|trending|politic|president|football|score|game|photos? of|subscribe|notification|password|bank|events?|meetups?|street fair|creative work|search for|work, |product|shop(?:s|ping)?|store|hotels?|airbnb|joke|menu|description|recipes)\b/;
const REFUSED = /^(?:don't|do not|never|if |when |whenever |unless |ignore|as soon as|every time|once )/;

/** The plan of a command: calls of the canonical actions, or `none`. */
export function parse(text) {
  const passed = textPass(text).text.replace(/"/g, '');
  const said = plain(passed);
  if (said === '' || REFUSED.test(said)) return NONE;
  const known = scan(said);
  if (known !== undefined) return known;
  if (/^(?:book|find|show me|can i|what|i want to (?:book|see)) /.test(said) && FOREIGN.test(said))
    return listening(said) ?? NONE;
  const whole = timer(said) ?? later(said) ?? alarm(said);
  if (whole !== undefined) return [whole];
  if (FOREIGN.test(said) && !/^(?:play|turn|switch|pick|put|take|go|move|bring|place|follow)\b/.test(said))
    return listening(said) ?? NONE;
  const plan = [];
  for (const clause of clausesOf(said)) {
    if (PLAYER.test(clause)) continue;
    const one = read(clause);
    if (one === undefined) {
      if (plan.length === 0) return NONE;
      continue;
    }
    plan.push(resolved(one, plan));
  }
  return plan.length === 0 ? NONE : plan;
}

/** "Open Spotify and play …": the player is not what is meant. */
const PLAYER =
  /^(?:open|launch|use|go to|put on|switch on|load|start|i want to listen to)(?: up)? (?:the )?(?:itunes|spotify|pandora|last ?fm|youtube|vimeo|deezer|netflix|groove ?shark|google music|sirius)(?: service)?$/;

/** "I want to hear a song from …" is no other assistant's, whatever the song is called. */
function listening(said) {
  const heard = media(said);
  return heard !== undefined && heard.args.op === 'play' ? [heard] : undefined;
}

function read(clause) {
  const rules = /^(?:pick|place|grab|carry|drop|hang) (?!.*\btimer\b)/.test(clause) ? [object, ...RULES] : RULES;
  for (const rule of rules) {
    const found = rule(clause);
    if (found === undefined) continue;
    // A question that no rule of questions knows asks for no deed.
    if (
      rule !== ask &&
      rule !== alarm &&
      rule !== timer &&
      isQuestion(clause) &&
      /^(?:what|how|who|when|where|which|why|is|are|did|does|do|was)\b/.test(clause)
    )
      return undefined;
    return found;
  }
  return undefined;
}

const IT = /^(?:it|them|that|this|one)$/;

/** "it" is what was spoken of before. */
function resolved(one, before) {
  const args = { ...one.args };
  const last = before.at(-1)?.args ?? {};
  const meant = last.object ?? last.device ?? last.place ?? last.target;
  for (const key of ['device', 'object']) {
    if (!IT.test(args[key] ?? '') || meant === undefined) continue;
    args[key] = meant;
  }
  return { action: one.action, args };
}
