// Lights, things with power, heating, covers, locks.
import { APPLIANCE, CLIMATE, COLOR, COVER, LIGHT, NUMBER, ROOM, VACUUM, WINDOW_COVER } from './words.mjs';
import { areaNamed, call, lightNamed, name, thingNamed } from './spans.mjs';

const has = (words, text) => new RegExp(`\\b(?:${words})\\b`).test(text);
const number = (text) => Number(text);
const QUANTITY = { max: 100, maximum: 100, full: 100, highest: 100, half: 50, min: 0, minimum: 0, lowest: 0 };
const AMOUNT = `(${NUMBER}|${Object.keys(QUANTITY).join('|')})`;
const amount = (text) => QUANTITY[text] ?? Number(text);

const ON =
  'turn on|switch on|power on|put on|set on|activate|enable|start|illuminate|light up|light|fire up|boot up|turn in|flip on|engage|click on';
const OFF =
  'turn off|switch off|power off|put off|set off|deactivate|disable|shut off|shut down|kill|extinguish|turn out|power down|cut off|flip off|put out|cut|lights out';
const SWITCH = [
  [/^(on|off) (.+)$/, (m) => [m[2], m[1] === 'on']],
  [
    /^(?:set|put|turn|move|switch) (.+?)(?: power)? (?:to|in|into|on)(?: the)? (on|off)(?: setting| position| state| condition)?$/,
    (m) => [m[1], m[2] === 'on'],
  ],
  [new RegExp(`^(${ON}|${OFF}) (?:the power (?:of|to|for) )?(.+)$`), (m) => [m[2], isOn(m[1])]],
  [
    /^(?:turn|switch|power|put|flip|set|toggle|shut|get|make|keep|have|leave) (.+?) (?:back )?(?:to )?(?:the )?(on|off|down)(?: position)?$/,
    (m) => [m[1], m[2] === 'on'],
  ],
  [/^(?:turn|switch|power|put) (on|off) ?(.*)$/, (m) => [m[2], m[1] === 'on']],
  [
    /^(.+?) (?:needs?|should|must|has|have|wants?|ought)(?: to)? be(?:ing)? (?:turned|switched|powered|put|shut) (on|off|down)$/,
    (m) => [m[1], m[2] === 'on'],
  ],
  [
    /^(?:i want |i need |i'd like |get |have )?(.+?) (?:to be )?(?:turned|switched|powered|put) (on|off)$/,
    (m) => [m[1], m[2] === 'on'],
  ],
  [
    /^(.+?) (?:needs?|should|must) (?:to )?be(?:ing)? (activated|enabled|deactivated|disabled|started)$/,
    (m) => [m[1], !/^d/.test(m[2])],
  ],
  [/^(?:turn|switch) the power (?:of|to|for) (.+) (on|off)$/, (m) => [m[1], m[2] === 'on']],
  [/^(?!no|i |you |what|come|go)(.+?) (on|off)$/, (m) => [m[1], m[2] === 'on']],
];
const isOn = (verb) => new RegExp(`^(?:${ON})$`).test(verb);

/** [what, on or off] of a clause that switches something. */
function switching(text) {
  for (const [pattern, read] of SWITCH) {
    const match = pattern.exec(text);
    if (match) return read(match);
  }
  return undefined;
}

export function light(text) {
  const color = new RegExp(`\\b(${COLOR})\\b(?=\\s*(?:color|colour|light|tone|please|$|in |now))`).exec(text);
  const named = has(LIGHT, text);
  const brightness = new RegExp(
    `^(?:turn|set|dim|put|change|make|adjust|lower|raise|increase|decrease|bring|brighten|i want|let)(?: down| up)? (?:the )?(?:brightness (?:of|for|on) |intensity of |brigthness of )?(.+?)(?: brightness| intensity| level)? (?:to|at|on|down to|up to|by) (?:be )?${AMOUNT} ?(%|percent)?(?: brightness| intensity)?$`,
  ).exec(text);
  if (
    brightness &&
    (named || /bright|brigth|dim|intensity/.test(text)) &&
    !has(`${CLIMATE}|volume|fan|blinds?|curtains?`, text)
  ) {
    const where = lightNamed(brightness[1].replace(/^(?:brightness|intensity)$/, ''));
    if (/\bby\b/.test(brightness[0].slice(brightness[1].length)))
      return call('light.set', {
        ...where,
        step: /\b(?:down|dim|lower|decrease)\b/.test(text) ? 'down' : 'up',
        by: amount(brightness[2]),
      });
    return call('light.set', { ...where, brightness: amount(brightness[2]) });
  }
  const wanted =
    color &&
    new RegExp(
      `^(?:i want |i like |switch to |give me |make it |let there be )?(?:the )?(?:${COLOR})(?: colou?r(?:ed)?)? (?:${LIGHT})$`,
    ).test(text);
  if (wanted) return call('light.set', { color: color[1] });
  const coloured =
    color &&
    new RegExp(
      `^(?:turn|set|make|change|switch|put|paint|color|colour|i want|let|have|give|get)(?: the)?(?: (?:color|colour|tone)s? (?:of|for|on))? (.*?)(?:'s)?(?: colou?rs?| tone)? ?(?:to be|to|into|be|as|in)? ?(?:a |the )?(?:${COLOR})(?: colou?rs?| light(?:s|ing)?| tone)?(.*)$`,
    ).exec(text);
  if (
    coloured &&
    !/\b(?:cup|ball|mug|shirt|book|box|cube)\b/.test(text) &&
    (named || /colou?r/.test(text) || has(ROOM, text))
  ) {
    const tail = lightNamed(coloured[2]);
    return call('light.set', { ...lightNamed(coloured[1].replace(/\b(?:to|colou?r)$/, '')), ...tail, color: color[1] });
  }
  const up =
    /\b(?:bright(?:er|en)|lighter|more light|turn up|raise|increase|up|more bright|stronger|higher|intensify)\b/;
  const down =
    /\b(?:dim(?:mer)?|darken|darker|less bright|lower|decrease|down|reduce|softer|less light|too bright|soften)\b/;
  if (named || /\bdim(?:mer)?\b|bright|darker|darken/.test(text)) {
    const power = switching(text);
    if (power && !/\b(?:dim|bright)/.test(text) && !(/\bdown$/.test(text) && !/shut/.test(text)))
      return call('light.set', { ...lightNamed(power[0]), power: power[1] ? 'on' : 'off' });
    const step = down.test(text) ? 'down' : up.test(text) ? 'up' : undefined;
    if (step !== undefined && !/^(?:what|how|is|are|was)\b/.test(text)) {
      const what = text
        .replace(/^(?:please )?(?:turn|make|bring|set|put|get|i want|can we have|it'?s|it is|these are|the)\b/, '')
        .replace(
          /\b(?:up|down|brighten|brighter|dim(?:mer)?|darken|darker|lower|raise|increase|decrease|reduce|less|more|bright|lighter|the brightness(?: of| in)?|intensity of|a (?:little|bit)(?: bit)?|slightly|some|too|higher|level of|intensity|brightness|of)\b/g,
          ' ',
        )
        .replace(/\s+/g, ' ')
        .trim();
      const area = areaNamed(text);
      return call('light.set', area ? { area, step } : { ...lightNamed(what), step });
    }
  }
  const lit = /^(?:illuminate|light up|light) (.+)$/.exec(text);
  if (lit) return call('light.set', { ...lightNamed(lit[1]), power: 'on' });
  if (/^(?:no|kill the|cut the) lights?$|^lights out$|^(?:it'?s )?too bright/.test(text))
    return call('light.set', { power: 'off' });
  return undefined;
}

export function power(text) {
  const speed = new RegExp(
    `^(?:set|turn|put|run|change) (.*\\bfans?\\b.*?)(?: speed)? (?:to|at) (?:speed )?${AMOUNT}(?: ?%)?$`,
  ).exec(text);
  if (speed) return call('power.set', { ...thingNamed(speed[1]), speed: amount(speed[2]) });
  const said = switching(text);
  if (said === undefined) return undefined;
  let [what, on] = said;
  what = what.replace(/^(?:the )?(?:power (?:of|to|for|on) )/, '');
  const state = on ? 'on' : 'off';
  if (
    what === '' ||
    /^(?:music|song|playing|playlist|a song|some|timer|alarm|moving|cleaning|recording|volume|sound)\b/.test(
      name(what) ?? '',
    )
  )
    return undefined;
  if (has(VACUUM, what)) return on ? call('robot.task', { op: 'clean' }) : call('robot.stop');
  if (new RegExp(`^(?:the |my )?(?:\\w+ )?(?:${CLIMATE})$`).test(what) && !/^(?:.* )?radiator$/.test(what)) {
    const mode = !on ? 'off' : /heat/.test(what) ? 'heat' : /ac|air/.test(what) ? 'cool' : 'auto';
    return call('climate.set', { mode, area: areaNamed(what) });
  }
  const thing = thingNamed(what);
  if (thing.device !== undefined)
    thing.device = thing.device.replace(/ (?:switch|plug|socket)$/, (m, at) => (at > 0 ? '' : m));
  return call('power.set', { ...thing, power: state });
}

export function climate(text) {
  if (!has(CLIMATE, text) && !/\bdegrees?\b|°|warmer|cooler|colder|\bwarm\b.*\bup\b|cool (?:it|the|down)/.test(text))
    return undefined;
  if (/\b(?:turn|rotate|pivot|spin|face|move|left|right)\b/.test(text) && /degree/.test(text) && !has(CLIMATE, text))
    return undefined;
  const area = areaNamed(text.replace(new RegExp(` (?:to|at) ${NUMBER}.*$`), ''));
  const by = new RegExp(`\\bby (${NUMBER})`).exec(text);
  const up = /\b(?:raise|increase|up|warmer|hotter|higher)\b/.test(text);
  const down = /\b(?:lower|decrease|down|cooler|colder|reduce|drop)\b/.test(text);
  if (by && (up || down)) return call('climate.set', { area, step: up ? 'up' : 'down', by: number(by[1]) });
  const to = new RegExp(
    `(?:\\bto|\\bat|thermostat|temperature|heat(?:ing|er)?|ac|want it|make it)(?: be)? (${NUMBER})\\b`,
  ).exec(text);
  if (to && !/^(?:what|how|is)\b/.test(text)) return call('climate.set', { area, temperature: number(to[1]) });
  const mode = /\b(?:to|in|on|into) (?:the )?(heat|cool|auto|off|fan)(?:ing)?(?: mode)?\b/.exec(text);
  if (mode && !/^(?:what|how|is)\b/.test(text)) return call('climate.set', { area, mode: mode[1] });
  if ((up || down) && !/^(?:what|how|is|are)\b/.test(text))
    return call('climate.set', { area, step: up ? 'up' : 'down' });
  if (/\b(?:off)$/.test(text)) return call('climate.set', { area, mode: 'off' });
  return undefined;
}

const OPEN =
  /^(?:open|opening|spread|raise|pull up|roll up|lift|draw|extend|unfold|retract)(?: up)? (.+?)(?: up| open)?$/;
const CLOSE = /^(?:close|shut|lower|pull down|roll down|bring down|bring in|put down)(?: down)? (.+?)(?: down)?$/;
const COVER_STATES = {
  open: 'open',
  opened: 'open',
  raised: 'open',
  up: 'open',
  close: 'close',
  closed: 'close',
  shut: 'close',
  lowered: 'close',
  down: 'close',
};

export function cover(text) {
  if (!has(`${COVER}|jar|box|drawer|fridge|cabinet|cupboard|oven|microwave`, text)) return undefined;
  const at = new RegExp(
    `^(?:set|open|move|put|close|lower|raise) (.+?)(?: position)? (?:to|at) ${AMOUNT}(?: ?%.*)?$`,
  ).exec(text);
  if (at && has(COVER, at[1])) return call('cover.set', { ...covered(at[1]), position: amount(at[2]) });
  const stop = /^(?:stop|halt|freeze|pause) (.+)$/.exec(text);
  if (stop && has(COVER, stop[1])) return call('cover.set', { ...covered(stop[1]), state: 'stop' });
  const passive =
    /^(?:i want |i need |get |have |make sure |ensure )?(.+?) (?:(?:needs?|should|must|are|is)(?: to)? be |to be |is )?(opened|open|raised|closed|close|shut|lowered)$/.exec(
      text,
    ) ?? /^(?:put|pull|bring|roll|set|move|leave) (.+?) (?:all the way )?(up|down|open|closed)$/.exec(text);
  if (passive && has(COVER, passive[1]) && !/^(?:is|are|what|turn)\b/.test(text))
    return call('cover.set', { ...covered(passive[1]), state: COVER_STATES[passive[2]] });
  const open = OPEN.exec(text);
  const close = CLOSE.exec(text);
  const said = open ?? close;
  if (said && !/temperature|volume|brightness|heat|light/.test(said[1]))
    return call('cover.set', { ...covered(said[1]), state: open ? 'open' : 'close' });
  return undefined;
}

const covered = (what) => thingNamed(what, { split: new RegExp(`\\b(?:${WINDOW_COVER})$`).test(what) });

export function lock(text) {
  const said =
    /^(?:(?:double )?(lock|unlock|bolt|secure|unbolt)(?: up| down)?) (.+)$/.exec(text) ??
    flip(
      /^(?:i (?:need|want) |make sure |ensure (?:that )?|get |please )?(.+?) (?:(?:needs?|should|must)(?: to)? be |to be |is |are |needs )?(?:securely )?(locked|unlocked|locking|unlocking)$/.exec(
        text,
      ),
    ) ??
    flip(
      /^(?:put|set|engage) (.+?)(?:'s)? (?:lock )?(?:to|in|into|on) (?:the )?(lock(?:ed)?|unlock(?:ed)?)(?: mode| position| state)?$/.exec(
        text,
      ),
    ) ??
    (/^(lock|unlock)$/.exec(text) ? [text, text, ''] : null);
  if (!said || /^(?:is|are|did|has|was)\b/.test(text)) return undefined;
  const state = /^un/.test(said[1]) ? 'unlock' : 'lock';
  const device = name(said[2].replace(/\b(?:is|are)$/, '').replace(/^(?:all )?(?:of )?/, ''))?.replace(
    /^(?:doors|locks?)$/,
    '',
  );
  return call('lock.set', { device: device || (/doors/.test(said[2]) ? undefined : name(said[2])), state });
}

/** [whole, verb, what] of a match that has them the other way round. */
const flip = (match) => match && [match[0], match[2], match[1]];

export const isAppliance = (text) => has(APPLIANCE, text);
