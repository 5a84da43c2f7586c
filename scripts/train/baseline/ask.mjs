// Questions, and what is said aloud.
import { CLIMATE, COVER, LIGHT, APPLIANCE, ROOM, VACUUM } from './words.mjs';
import { areaNamed, call, name } from './spans.mjs';

const QUESTION =
  /^(?:what|what's|whats|how|is|are|was|were|did|do|does|has|have|will|when|where|which|who|tell me|show me|give me|check|get|fetch|determine|find out|let me know|report|i (?:want|need|would like) to know|am i|should i|may i know|get:|in which|can you tell|say whether|display|inform me|tell)\b/;
const THING = new RegExp(
  `\\b(?:${LIGHT}|${COVER}|${APPLIANCE}|${VACUUM}|${CLIMATE}|locks?|sensors?|detectors?|alarm system|blind|motion|smoke|leak|robot|battery|plug|house|devices?|hue|covers?)\\b`,
);
const WEATHER =
  /\b(?:weather|forecast|rain(?:ing|y)?|snow(?:ing|y)?|umbrella|storm(?:s|y)?|sunny|cloud(?:s|y)|windy|humid outside|degrees outside|hail|freez(?:e|ing)|chill(?:y|ier)|blizzard|overcast|drizzle|fog(?:gy)?|sunscreen|rainboots|jacket|raincoat|coat today|sun ?rise|hot outside|cold outside|warm outside|wind(?:s)?|tornado|hurricane|humidity outside)\b/;

/** However the verb is called: "retrieve the state of …", "advise me whether …". */
const STATE_OF =
  /\b(?:whether|the (?:\w+ )?(?:state|status|condition) (?:of|for)|'s (?:\w+ )?(?:state|status|condition)$|status$|(?:power )?state$|battery level)\b|^(?:is|are|did|which|has|have) (?!.*\b(?:start|turn|begin|be|stop)\b)/;

export function ask(text) {
  const where = { area: areaNamed(text) };
  if (
    /^(?:show me |give me |get |i want )?(?:the )?(?:current )?time(?: now)?$|\bwhat(?:'s| is| was)?(?: the)?(?: current| exact| right)? time\b|\btime (?:is it|now|in|at)\b|\btell (?:me )?(?:the )?time\b|\b(?:current|local) time\b|\btime zone\b|^time\b|\bwhat time\b|\bhow late is it\b/.test(
      text,
    ) &&
    !/\b(?:start|open|close|movie|flight|train|arrive|show)\b/.test(text)
  )
    return call('query', { kind: 'time' });
  if (
    /\b(?:what|which)(?:'s| is)? (?:the )?(?:date|day|month|year|today's date)\b|\btoday'?s? date\b|\bwhat day\b|\bdate today\b|\btell me the date\b|\bcurrent date\b|\bthe date\b/.test(
      text,
    ) &&
    /^(?:what|tell|which|can|give|show|is|today|current)/.test(text)
  )
    return call('query', { kind: 'date' });
  if (
    /\b(?:temperature|how (?:warm|hot|cold))\b/.test(text) &&
    QUESTION.test(text) &&
    !/\b(?:weather|forecast|tomorrow|tonight|week|will)\b/.test(text)
  ) {
    const outside = /\b(?:outside|outdoors)\b/.exec(text);
    return call('query', { kind: 'temperature', area: outside?.[0] ?? where.area });
  }
  if (
    /^(?:when )?will (?:it|there)(?: be| get)? .*\b(?:hot|warm|cold|cool|warmer|colder|hotter|snowfall|cloud|sun)\b/.test(
      text,
    )
  )
    return call('query', { kind: 'weather' });
  if (STATE_OF.test(text) && THING.test(text) && !/^(?:put|set|move|change|turn)\b/.test(text))
    return call('query', { kind: 'state' });
  if (WEATHER.test(text) && !/\b(?:set|turn|play|put)\b/.test(text)) return call('query', { kind: 'weather' });
  if (/\b(?:humid(?:ity)?)\b/.test(text) && QUESTION.test(text)) return call('query', { kind: 'humidity', ...where });
  if (/\b(?:battery|charge left|how charged)\b/.test(text) && QUESTION.test(text))
    return call('query', { kind: 'battery', ...where });
  if (/\bwhere (?:are you|is (?:the )?robot)\b/.test(text)) return call('query', { kind: 'position' });
  if (
    QUESTION.test(text) &&
    !/^(?:show|give|get|fetch|find) (?:me |us )?(?:the |my |a |an |some )*(?:\w+ )?(?:light|lamp|blind|fan|vacuum|tv|mug|cup|phone|remote|towel|book|ball|box|bottle)s?$/.test(
      text,
    )
  ) {
    const state =
      /\b(?:state|status|on|off|open(?:ed)?|closed|shut|locked|unlocked|running|active|activated|working|up|down|charging|cleaning|detect(?:s|ed|ing)?|extended|retracted|dirty|lit|raised|lowered|turned|powered|speed|level|position|bright(?:ness)?|mode|doing|moving)\b/;
    if (THING.test(text) && state.test(text)) return call('query', { kind: 'state', device: name(undefined) });
  }
  if (new RegExp(`\\b(?:is|are) (?:there )?(?:any )?(?:smoke|motion|movement|water|a leak)\\b`).test(text))
    return call('query', { kind: 'state' });
  return undefined;
}

export function say(text) {
  const to =
    /^(?:tell|greet|inform) (?!me\b|us\b|my tasmota|the (?:vacuum|robot))(?:the |my )?((?:people|person|guests?|everyone|everybody|kids|children|[a-z]+)(?: (?:in|at) the .+?)?) (?:that |to say )?(.+)$/.exec(
      text,
    );
  if (to && /^(?:that|i|we|he|she|it|dinner|the|lunch|your|good)\b/.test(to[2]))
    return call('say', { text: name(to[2]) && to[2], to: to[1] });
  const said =
    /^(?:say|announce|shout|broadcast)(?: that)? (.+?)(?: to (everyone|everybody|the (?:kids|family|guests|children)|(?:my )?(?:wife|husband|mom|dad)))?$/.exec(
      text,
    );
  if (said) return call('say', { text: said[1], to: name(said[2]) });
  return undefined;
}

export const isQuestion = (text) => QUESTION.test(text) || /\?$/.test(text);
export const isRoomWord = (text) => new RegExp(`^(?:${ROOM})$`).test(text);
