// What the rules know by heart: rooms, kinds of things, colours, units. Written for English homes and robots.

/** @param {string} words separated by `|` or by line */
const oneOf = (words) =>
  words
    .trim()
    .split(/\s*[|\n]\s*/)
    .sort((a, b) => b.length - a.length)
    .join('|');

export const ROOM = oneOf(`
  living ?room|dining ?room|bed ?room|master bedroom|guest bedroom|guest room|spare room|bath ?room|kitchen|office|hall ?way
  hall|corridor|nursery|study|garage|attic|basement|cellar|wine cellar|den|lounge|laundry room|utility room|game room|play ?room
  toilet|stairs|staircase|stairwell|upstairs|downstairs|garden|back ?yard|front yard|yard|patio|terrace|balcony|porch|pool
  entry(?:way)?|entrance|foyer|library|gym|pantry|closet|loft|conservatory|sunroom|workshop|shed|driveway|washroom|restroom
  kids?'? room|children's room|baby room|conference room|meeting room|family room|first floor|second floor|ground floor
  cinema room|mud ?room|sitting room|room|house|home|everywhere|whole house|entire house|ceiling
`);
export const LIGHT = oneOf(
  'lights?|lamps?|bulbs?|lightbulbs?|light bulbs?|lighting|chandelier|spotlights?|led strips?|leds?|lantern|night ?light|floor ?lamp',
);
export const COVER = oneOf(
  'blinds?|curtains?|shades?|shutters?|drapes?|roller|awnings?|garage doors?|gates?|windows?|doors?|covers?|skylight|garage|awing',
);
/** Covers that are named with their room as an area beside. */
export const WINDOW_COVER = oneOf('blinds?|curtains?|shades?|shutters?|drapes?|awnings?|awing|covers?');
export const CLIMATE = oneOf(
  'thermostat|heat|heating|heater|ac|a\\.?c\\.?|air ?con|air ?conditioner|air ?conditioning|temperature|temp|radiator|climate|hvac|furnace',
);
export const APPLIANCE = oneOf(`
  fans?|tv|television|coffee (?:machine|maker|pot)|kettle|switch|plug|socket|smart plug|smart socket|outlet|oven|stove|toaster|microwave|humidifier
  dehumidifier|purifier|washer|washing machine|dryer|dishwasher|radio|stereo|sound system|speakers?|computer|pc|monitor|printer
  projector|sprinklers?|irrigation|pump|router|camera|heater|boiler|fridge|refrigerator|freezer|xbox|playstation|game console
  power strip|air purifier|iron|hair ?dryer|rice cooker|slow cooker|blender|laptop|fireplace|hot tub|sauna
`);
export const VACUUM = oneOf(
  'vac+u+m(?: cleaner)?|vaccum(?: cleaner)?|hoover|i?roomba|vac|robot cleaner|cleaner robot|robot vacuum cleaner|cleaner|mop|robot vacuum|mower|lawn ?mower',
);
export const COLOR = oneOf(`
  red|green|blue|yellow|orange|purple|pink|white|warm white|cool white|cyan|magenta|violet|turquoise|teal|gold|lime|indigo|lavender
  amber|crimson|aqua|maroon|brown|black|salmon|coral|beige|navy|rose|mint|light blue|dark blue|light green|dark green|peach
`);
export const SIDE = 'left|right';
export const COMPASS = oneOf(
  'north|south|east|west|northeast|northwest|southeast|southwest|north ?east|north ?west|south ?east|south ?west',
);
export const NUMBER = '-?\\d+(?:\\.\\d+)?';
export const LENGTHS = {
  m: /^(?:m|meters?|metres?)$/,
  cm: /^(?:cm|centi(?:meter|metre)s?)$/,
  ft: /^(?:ft|foot|feet|f)$/,
  in: /^(?:in|inch|inches)$/,
  yd: /^(?:yd|yards?)$/,
  step: /^(?:steps?|paces?)$/,
};
export const LENGTH = oneOf(
  'meters?|metres?|m|cm|centimeters?|centimetres?|ft|foot|feet|inch(?:es)?|in|yards?|yd|steps?|paces?',
);

/** Verbs that begin a clause of its own: "… and VERB". */
export const VERB = oneOf(`
  turn|switch|set|put|make|dim|brighten|open|close|shut|lock|unlock|play|pause|stop|start|go|move|drive|walk|come|bring|take|get|grab|pick
  place|drop|find|look|follow|clean|vacuum|rotate|spin|face|fetch|carry|deliver|give|send|tell|say|raise|lower|increase|decrease|mute|unmute
  resume|skip|activate|deactivate|enable|disable|power|charge|dock|return|run|head|proceed|navigate|continue|release|hold|leave|photograph
  wait|wake|cancel|add|remind|announce|show|guide|lead|enter|exit|back|step|search|locate|halt|pull|push|lift|hand|point|advance|reverse|snap|capture|approach|pivot|jump
`);
