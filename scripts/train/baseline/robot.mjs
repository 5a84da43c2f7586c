// Driving, turning, going, fetching, tasks of a robot.
import { COMPASS, LENGTH, LENGTHS, NUMBER, VACUUM } from './words.mjs';
import { call, name, place } from './spans.mjs';

const unitOf = (word) => Object.entries(LENGTHS).find(([, pattern]) => pattern.test(word ?? ''))?.[0];
const FAR = new RegExp(
  `(?:about |another |for |by |around |roughly |approximately )*(${NUMBER}) ?(?:more )?(${LENGTH})\\b`,
);
const WAYS = {
  forward: 'forward',
  forwards: 'forward',
  straight: 'forward',
  ahead: 'forward',
  up: 'forward',
  back: 'back',
  backward: 'back',
  backwards: 'back',
  reverse: 'back',
  left: 'left',
  right: 'right',
  advance: 'forward',
};
const WAY = Object.keys(WAYS).join('|');
const GO =
  '(?:go|pull|back ?up|move|drive|walk|come|head|proceed|advance|step|roll|continue|back|travel|run|scoot|navigate|reverse)';

export function stop(text) {
  if (
    /^(?:stop|halt|freeze|wait|hold on|stay|abort|emergency stop|stand still|hold (?:it|still)|stop (?:moving|now|it|there|here|everything|driving|robot|right there)|pause(?: cleaning)?|stay (?:there|put|here)|don't move|stop right there|e-stop)$/.test(
      text,
    )
  )
    return call('robot.stop');
  if (
    new RegExp(
      `^(?:stop|halt|pause|freeze|hold|turn off|switch off|tell|alert|order|make|have|get|ask).*\\b(?:${VACUUM})\\b`,
    ).test(text) &&
    /\b(?:stop|halt|pause|hold|freeze|off)\b/.test(text)
  )
    return call('robot.stop');
  if (
    new RegExp(`\\b(?:${VACUUM})\\b`).test(text) &&
    /\b(?:stop(?:ped)?|wait|pause|hold)\b/.test(text) &&
    !/^(?:is|are|has|what|pick|put the)\b/.test(text)
  )
    return call('robot.stop');
  return /^(?:stop|quit|cease) (?:the )?(?:vacuuming|cleaning|moving|following)(?: \w+)?$/.test(text)
    ? call('robot.stop')
    : undefined;
}

export function turn(text) {
  const side = /\b(left|right)(?:wards?)?\b/.exec(text)?.[1];
  const degrees = new RegExp(`(${NUMBER}) ?(?:degrees?|°|deg)?(?: to (?:the|your))?`).exec(text)?.[1];
  const compass = new RegExp(
    `\\b(?:face|facing|due|to|towards?|turn|pivot|rotate|orient)(?: the| to| to the| towards?| facing| due| to face)* (${COMPASS})\\b`,
  ).exec(text);
  if (
    /^(?:turn|rotate|spin|pivot|face|make|orient|do|twist|let's face|swing|go|change)\b/.test(text) &&
    compass &&
    !new RegExp(LENGTH + '$').test(text)
  )
    return call('robot.turn', { to: compass[1] });
  if (
    /\bu-? ?turn\b|^(?:turn|spin|face|rotate|pivot)(?: all the way)?(?: yourself)? (?:a)?round$|^about face$/.test(text)
  )
    return call('robot.turn', { direction: 'around' });
  const verb =
    /^(?:turn|rotate|spin|pivot|twist|swing|swivel)\b/.test(text) ||
    (/^(?:move|go|make|look|do|take)\b/.test(text) && /degree|°|\bturn\b/.test(text)) ||
    /^(?:left|right)\b/.test(text) ||
    new RegExp(`^${NUMBER} degrees?`).test(text);
  if (verb && !/\b(?:light|lamp|heat|tv|on|off|volume|temperature|thermostat)\b/.test(text)) {
    const to =
      /^(?:turn|rotate|pivot) (?:to )?(?:face |facing )(.+)$/.exec(text) ??
      /^(?:turn|rotate|pivot) (?:to(?:wards?)?) (?!the (?:left|right)\b|your (?:left|right)\b|left|right)(.+)$/.exec(
        text,
      );
    if (to) return call('robot.turn', { to: place(to[1]) });
    if (side !== undefined || degrees !== undefined)
      return call('robot.turn', { direction: side, degrees: degrees === undefined ? undefined : Number(degrees) });
  }
  const face = /^(?:face|look toward|look at where) (.+)$/.exec(text);
  return face ? call('robot.turn', { to: place(face[1]) }) : undefined;
}

export function drive(text) {
  const far = FAR.exec(text);
  const way = new RegExp(`\\b(${WAY})\\b`).exec(text)?.[1];
  if (!new RegExp(`^(?:${GO}|straight|forward|backward|${NUMBER} (?:${LENGTH}))\\b`).test(text)) return undefined;
  if (/\bdegrees?\b/.test(text)) return undefined;
  if (
    /\b(?:to|towards?|through|into|until|near) (?:the|a|your|my)\b/.test(text) &&
    !far &&
    !/to (?:the|your) (?:left|right)$/.test(text)
  )
    return undefined;
  if (far === null && way === undefined) return undefined;
  if (
    far === null &&
    !new RegExp(
      `^(?:${GO}|)\\s*(?:slowly |slightly |a (?:bit|little) |straight |a little bit |to (?:the|your) )*(?:${WAY})(?: a (?:bit|little)(?: bit)?| slowly| again| more)?$`,
    ).test(text)
  )
    return undefined;
  const direction = /^(?:back|backup|reverse)\b/.test(text) ? 'back' : way === undefined ? 'forward' : WAYS[way];
  return call('robot.drive', {
    direction,
    distance: far ? Number(far[1]) : undefined,
    unit: far ? unitOf(far[2]) : undefined,
  });
}

const FROM =
  "(?: (?:up )?(?:from|off of|off|out of|which is on|that is on|that's on|on|in|inside|at|near|under|next to|beside|behind) (.+))?";
const UP = '(?:up )?';

export function object(text) {
  const bring =
    /^(?:bring|fetch|get|deliver|carry|give|hand|take|grab|pass) (?:me|us) (.+?)(?: (?:from|that is on|that's on|off|out of|on|in|at) (.+))?$/.exec(
      text,
    );
  if (bring && !/^(?:to|through|into|there|a (?:photo|picture))\b/.test(bring[1]))
    return call('robot.object', { op: 'bring', object: name(bring[1]), from: place(bring[2]), to: 'me' });
  const to =
    /^(?:bring|carry|deliver|take|give|move|hand|transport|get|return|pass) (?!a (?:picture|photo)|through|across|forward|backward|back |to |towards?|into|straight|ahead|up |out |over |down |in |around |along |closer|near|left|right|south|north|east|west)(.+?)(?: from (.+?))? (?:back )?(to|into|over to|in|on|onto) (?!the (?:left|right)$)(.+)$/.exec(
      text,
    );
  if (to && (/^(?:to|over to|into)$/.test(to[3]) || /^bring|^carry|^deliver/.test(text))) {
    return call('robot.object', { op: 'bring', object: name(to[1]), from: place(to[2]), to: name(to[4]) });
  }
  const put =
    /^(?:put|place|set|leave|drop|lay|insert|throw|store|hang|stick|load|dump|discard|toss|rest|stand|deposit|position) (.+?)(?: back)?(?: down| away| off)? (?:(?:down |back )?(?:to the (?:left|right) (?:of|side of)|on top of|in front of|in between|on to|onto|on|in|into|inside|at|to|by|near|next to|under|underneath|against|behind|beside|between|above|over|down on|within|upon|across from|below|along)) (.+)$/.exec(
      text,
    );
  if (put && !/^(?:volume|temperature|timer|alarm|thermostat)/.test(put[1])) {
    const side =
      /\b(to the (?:left|right) (?:of|side of)|in front of|in between|next to|under(?:neath)?|behind|beside|between|near|by|above|against) (?=\S)/.exec(
        text,
      );
    const target =
      side && text.indexOf(side[0]) >= put[1].length ? side[1].replace(/^to the /, '') + ' ' + put[2] : put[2];
    return call('robot.object', {
      op: 'place',
      object: name(put[1].replace(/ (?:back|down|away|off)$/, '')),
      to: SPOT.test(target) ? name(target.replace(SPOT, '')) : name(target),
    });
  }
  const down = /^(?:put|set|lay|place) (?:down |back )?(.+?)(?: (?:down|back|away))?$/.exec(text);
  if (down && /^(?:put|set|lay|place)\b.*\b(?:down|back|away)\b/.test(text))
    return call('robot.object', { op: 'place', object: name(down[1]) });
  const release = /^(?:release|let go(?: of)?|drop)(?: (.+))?$/.exec(text);
  if (release) return call('robot.object', { op: 'release', object: name(release[1]) });
  const pick = /^pull (?:forward|back|up|over|ahead)/.test(text)
    ? null
    : new RegExp(
        `^(?:pick ${UP}|pick up|take ${UP}|grab|get|lift ${UP}|catch|collect|remove|fetch|retrieve|grasp|hold|obtain|acquire|pull|grab up|select|gather|carry) ?(.+?)(?: up)?${FROM}$`,
      ).exec(text);
  if (
    pick &&
    pick[1] !== '' &&
    !/^(?:a |the |another |some )*(?:pictures?|photos?|image|snapshot|selfie|step|look|turn|rid|out|over|me there|to)\b/.test(
      pick[1],
    )
  )
    return call('robot.object', { op: 'pick', object: name(pick[1]), from: place(pick[2]) });
  const find =
    /^(?:find|look for|search for|locate|seek|go find|search|where(?:'s| is) (?:the |my ))(?: me)? ?(.+?)(?: (?:in|on|at|inside|near) (.+))?$/.exec(
      text,
    );
  if (
    find &&
    !/\b(?:restaurant|movie|show|recipe|song|saga|schedule|hotel|flight|game|book by|near me|nearest|directions|out|film|trailer|tv series|album|novel)\b/.test(
      text,
    )
  )
    return call('robot.object', { op: 'find', object: name(find[1]?.replace(/ for me$/, '')), from: place(find[2]) });
  return undefined;
}

const SPOT = /^(?:to |onto |on |in )/;

export function task(text) {
  if (
    /^(?:take|snap|send|capture|get|shoot|give me|make|photograph)\b.*\b(?:pictures?|photos?|photograph|image|snapshot|selfie|pic|pics)\b|^(?:picture|photo|photograph|photos|pictures)\b/.test(
      text,
    )
  )
    return call('robot.task', { op: 'photo' });
  const follow =
    /^(?:follow|come (?:along )?with|chase|go (?:along )?with|track|walk (?:behind|with)|accompany|tail|pursue|go after|come after) (.+?)(?: (?:slowly|carefully|quickly|closely|fast))?(?: (?:to|into) (.+))?$/.exec(
      text,
    );
  if (follow) return call('robot.task', { op: 'follow', target: name(follow[1]), to: place(follow[2]) });
  if (
    new RegExp(
      `^(?:dock|go (?:back )?(?:to )?(?:charge|your (?:dock|base|charger|charging station))|return to (?:the |your )?(?:dock|base|charger|charging station|home base|home)|go home|recharge|charge|send (?:the |my )?.*\\b(?:home|back|to (?:the )?(?:dock|base|charg)).*|return (?:home|to base)|back to (?:your )?(?:dock|base)|dock yourself)$`,
    ).test(text)
  )
    return call('robot.task', { op: 'dock' });
  if (new RegExp(`\\b(?:${VACUUM})\\b`).test(text) && /\b(?:charg(?:e|ing|er)|dock|base|home|return)\b/.test(text))
    return call('robot.task', { op: 'dock' });
  if (
    new RegExp(
      `^(?:start|run|begin|activate|turn on|switch on|launch|get|have|make|let|set|i need|i want|use|enable|command|tell|put|kick off|power on|initiate|instruct|order|ask) .*\\b(?:${VACUUM})\\b`,
    ).test(text)
  )
    return call('robot.task', { op: 'clean' });
  if (
    new RegExp(`^(?:the |my )?.*\\b(?:${VACUUM})\\b.*\\b(?:start(?:ed)?|on|run(?:ning)?|clean|activated)\\b`).test(text)
  )
    return call('robot.task', { op: 'clean' });
  if (
    new RegExp(`\\b(?:${VACUUM})\\b`).test(text) &&
    /\b(?:start|begin|clean|cleaning|activate|enable|run|power up|on|wake)\b/.test(text) &&
    !/^(?:is|are|has|what|check|whether|pick|go|put)\b/.test(text)
  )
    return call('robot.task', { op: 'clean' });
  const clean = /^(?:clean|vacuum|sweep|mop|hoover|tidy)(?: up)?(?: (.+))?$/.exec(text);
  if (clean)
    return call('robot.task', {
      op: 'clean',
      target: /^(?:house|carpet|rug|floor|my house|the house|the floor|the carpet|home|my place|it)$/.test(
        clean[1] ?? '',
      )
        ? name(clean[1])
        : name(clean[1]),
    });
  if (
    /\b(?:needs? (?:to be )?clean(?:ed|ing)|should be (?:cleaned|vacuumed)|is (?:very |so )?dirty|needs (?:to be )?vacuum(?:ed|ing)|start cleaning|start vacuuming|begin (?:cleaning|vacuuming))\b/.test(
      text,
    )
  )
    return call('robot.task', { op: 'clean' });
  const guide =
    /^(?:guide|lead|escort|show|take|bring|accompany|direct|walk) (me|us|him|her|them|(?:the )?(?:guests?|people|person|visitors?)|[a-z]+) (?:the way )?(?:to|into) (.+)$/.exec(
      text,
    );
  if (
    guide &&
    (/^(?:guide|lead|escort|direct)/.test(text) ||
      /^(?:me|us|him|her|them|(?:the )?(?:guests?|visitors?|person|people))$/.test(guide[1]))
  )
    return call('robot.task', { op: 'guide', target: name(guide[1]), to: name(guide[2]) });
  if (
    /^(?:look|look around|scan(?: the (?:room|area))?|inspect .+|check out .+|look at .+|look (?:up|down|ahead|forward))$/.test(
      text,
    )
  )
    return call('robot.task', { op: 'look', target: place(/^look at (.+)$/.exec(text)?.[1]) });
  return undefined;
}

export function goto(text) {
  const to =
    /^(?:go|move|drive|walk|come|head|proceed|navigate|run|travel|continue|get|return|step|back up|advance|roll|make your way|go back|move (?:closer|up)|turn (?:left |right )?and (?:go|walk)|walk over|go (?:forward|straight|over|down|up|out)|move (?:forward|over|back|down|on)|drive (?:up|forward)|crawl|swim|cross)(?: (?:straight|directly|slowly|carefully|back|over|up|down|forward|forwards|along|ahead|quickly|on|out|all the way|closer|a little|right))*? (to(?:wards?)?|into|in|through|near|around|inside|by|next to|at|behind|along|down|up to|out of|out|past|in front of|beside|onto|on|across|until you (?:reach|get to)) (.+)$/.exec(
      text,
    );
  if (to && !/^(?:left|right|your left|your right|the left|the right|(?:the )?next|(?:the )?previous)$/.test(to[2])) {
    const keeps = /^(?:around|behind|in front of|next to|beside|past|along|down|across)$/.test(to[1]) ? '' : '';
    return call('robot.goto', { place: name(keeps + to[2]) });
  }
  const there = /^(?:enter|approach|reach|visit|exit|leave|go|find your way to) (?:to )?((?:the |my )?.+)$/.exec(text);
  if (
    there &&
    (/^(?:enter|approach|reach|visit|exit)/.test(text) ||
      /^go (?:home|upstairs|downstairs|outside|there|inside)$/.test(text))
  )
    return call('robot.goto', { place: name(there[1]) });
  return undefined;
}
