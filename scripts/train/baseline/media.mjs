// Music and its volume.
import { NUMBER, ROOM } from './words.mjs';
import { areaNamed, call, name } from './spans.mjs';

const WORD = { max: 100, maximum: 100, full: 100, highest: 100, half: 50, min: 0, minimum: 0, lowest: 0 };
const SOUND =
  /\b(?:volume|sound|audio|loud(?:er)?|quiet(?:er)?|mute|unmute|silen(?:ce|t)|softer|speak (?:up|louder|softer)|voice)\b/;

export function volume(text) {
  const loud =
    /^(?:turn|crank|bring) (?:(up|down) (?:the |my )?(?:[\w']+ ){0,3}?(?:it|sound system|music|speakers?|radio|tunes?)|(?:the |my )?(?:it|music|speakers?|radio|tunes?) (up|down))(?: .*)?$/.exec(
      text,
    );
  if (loud) return call('volume.set', { step: loud[1] ?? loud[2] });
  if (
    !SOUND.test(text) ||
    (/\bsound ?(?:system|track|bar)\b/.test(text.replace(/volume/, '')) && !/\b(?:volume|mute)\b/.test(text))
  )
    return undefined;
  if (/^(?:what|how|which|is)\b/.test(text)) return undefined;
  const device =
    /\b(?:of|on|for) (?:the |my )?((?:\w+ )?(?:tv|television|speakers?|stereo|radio|computer|sound system|phone))\b/.exec(
      text,
    )?.[1];
  const where = { device: device, area: device ? undefined : areaNamed(text) };
  if (
    /\bunmute|un-?silence|sound on|turn (?:the |my )?(?:sound|volume) (?:back )?on|turn on (?:the )?(?:sound|volume|audio)\b/.test(
      text,
    )
  )
    return call('volume.set', { ...where, mute: false });
  if (
    /\bmute|silen(?:ce|t)|be quiet|sound off|volume off|turn off (?:the |my )?(?:sound|volume|audio)|(?:cut|shut) (?:off )?(?:the )?sound|no sound|quiet$/.test(
      text,
    ) &&
    !/quieter|quiet down/.test(text)
  )
    return call('volume.set', { ...where, mute: true });
  const down = /\b(?:down|lower|decrease|quieter|softer|reduce|less|soften)\b/.test(text);
  const up = /\b(?:up|raise|increase|louder|higher|more|loud)\b/.test(text);
  const by = new RegExp(`\\bby (${NUMBER})`).exec(text);
  if (by && (up || down)) return call('volume.set', { ...where, step: down ? 'down' : 'up', by: Number(by[1]) });
  const to = new RegExp(`\\b(?:to|at|volume|on)(?: the)? (${NUMBER}|${Object.keys(WORD).join('|')})\\b`).exec(text);
  if (to && !/highest level|^turn (?:the )?(?:volume )?up/.test(text))
    return call('volume.set', { ...where, level: WORD[to[1]] ?? Number(to[1]) });
  if (up || down) return call('volume.set', { ...where, step: down ? 'down' : 'up' });
  return undefined;
}

const NEXT =
  /^skip\b|^next\b(?: (?:song|track|one|title|video|episode|please)|$)|^(?:play|jump to|skip to) (?:the )?next\b|^(?:go|move|forward)(?: to)? (?:the )?next (?:song|track|one|title|video|episode|music)\b/;
const PREVIOUS =
  /^(?:previous|last song|go back (?:a|one|to the (?:previous|last)) (?:song|track))|^(?:play|go to|go back to|skip (?:back )?to|return to) (?:the )?(?:previous|last) (?:song|track|one)/;
const MEDIA =
  /\b(?:music|song|track|playlist|album|podcast|radio|audio ?book|movie|video|playback|tune|playing|player|media|episode|station|stereo|sound system|speakers?|tv|television)\b/;

export function media(text) {
  const where = mediaPlace(text);
  if (PREVIOUS.test(text)) return call('media.do', { op: 'previous', ...where });
  if (NEXT.test(text)) return call('media.do', { op: 'next', ...where });
  if (/^(?:pause|hold)\b/.test(text) && (MEDIA.test(text) || /^pause(?: it)?$/.test(text)))
    return call('media.do', { op: 'pause', ...where });
  if (
    /^(?:resume|continue|unpause|keep playing)\b/.test(text) &&
    (MEDIA.test(text) || /^(?:resume|unpause)(?: it)?$/.test(text) || /play/.test(text))
  ) {
    const what = /^(?:resume|continue|unpause)(?: playing| listening to)? (?:the |my )?(.+)$/.exec(text)?.[1];
    return call('media.do', {
      op: 'resume',
      query:
        what && !/^(?:music|song|playing|it|playback|track|where.*)$/.test(what) && !where.device ? what : undefined,
      ...where,
    });
  }
  if (
    /^(?:stop|end|turn off|switch off|shut off|quit|kill)\b/.test(text) &&
    /\b(?:music|song|playing|playlist|podcast|audio ?book|playback)\b/.test(text)
  )
    return call('media.do', { op: 'stop', ...where });
  if (/^(?:stop|halt) (?:the )?(?:\w+ )?(?:stereo|sound system|speakers?|radio|tv|media player)$/.test(text))
    return call('media.do', { op: 'stop', ...where });
  const play =
    /^(?:play|replay|put on|start playing|start|listen to|throw on|i (?:want|would like|wanna|'d like|need|feel like|wish)(?: you)?(?: to)? (?:hear|listen to|play|listening to)|i'd like to (?:hear|listen to)|(?:to )?(?:hear|listen to)|let(?:'s| me| us)? (?:hear|listen to|play)|lets (?:hear|listen to|play)|open|tune (?:in )?(?:to|into)|begin|stream|use \w+ to play|can i hear|turn on|switch on|shuffle)(?: me| us)? (.+)$/.exec(
      text,
    );
  if (!play) return undefined;
  const isPlay =
    /play|hear|listen|put on|stream|tune|throw|shuffle/.test(text.slice(0, text.length - play[1].length)) ||
    /\b(?:music|song|playlist|album|podcast|audio ?book|radio|fm)\b/.test(play[1]);
  if (
    !isPlay ||
    (/^(?:the )?radio$/.test(play[1]) && /turn|switch/.test(text)) ||
    /\bgame|chess|puzzle\b/.test(play[1]) ||
    /^(?:on|off)$/.test(play[1])
  )
    return undefined;
  let query = name(play[1].replace(/^(?:some(?:thing)? (?=of )|me |for me |us )/, ''));
  const at = query && new RegExp(` (?:in|on) (?:the |my )?((?:${ROOM}))$`).exec(query);
  const on = query && / on (?:the |my )?((?:\w+ )?(?:speakers?|tv|stereo|sound system|television))$/.exec(query);
  if (at) query = query.slice(0, at.index);
  if (on) query = query.slice(0, on.index);
  query = query?.replace(
    / (?:on|off|through|using|via|from|in) (?:the )?(?:app )?(?:youtube|spotify|pandora|last ?\.?fm|itunes|deezer|slacker|groove ?shark|google music|zvooq|vimeo|iheart(?: radio)?|netflix|soundcloud|amazon music)$/,
    '',
  );
  if (/^(?:music|song|songs|it|something|tunes|anything)$/.test(query ?? '')) query = undefined;
  return call('media.do', { op: 'play', query, device: on?.[1], area: at?.[1] });
}

function mediaPlace(text) {
  const device =
    /\b(?:on|of|the|my) (?:the |my )?((?:[\w']+ )?(?:speakers?|tv|stereo|sound system|television|radio|media player))\b/.exec(
      text,
    )?.[1];
  return device ? { device: name(device) } : { area: areaNamed(text) };
}
