/** Units of readings and of what is said of them: "21.5 °C", "below 65 fahrenheit", "over 1000 watts". */

interface Unit {
  /** As it is shown. */
  readonly symbol: string;
  readonly quantity: string;
  /** value in the quantity's first unit = value × factor + offset */
  readonly factor: number;
  readonly offset: number;
}

/** symbol, quantity, spellings (lower case, without blanks and periods), factor, offset */
const UNITS: readonly (readonly [string, string, string, number?, number?])[] = [
  ['°C', 'temperature', '°c c ℃ celsius degc degreec degreesc degreecelsius degreescelsius centigrade °celsius'],
  ['°F', 'temperature', '°f f ℉ fahrenheit degf degreesf degreesfahrenheit', 5 / 9, -160 / 9],
  ['K', 'temperature', 'k kelvin', 1, -273.15],
  ['%', 'share', '% percent pct %rh rh percentrh percentage'],
  ['lx', 'illuminance', 'lx lux lumen lumens'],
  ['ppm', 'concentration', 'ppm'],
  ['hPa', 'pressure', 'hpa mbar mb millibar millibars hectopascal'],
  ['Pa', 'pressure', 'pa pascal', 0.01],
  ['kPa', 'pressure', 'kpa kilopascal', 10],
  ['W', 'power', 'w watt watts'],
  ['kW', 'power', 'kw kilowatt kilowatts', 1000],
  ['kWh', 'energy', 'kwh kilowatthours'],
  ['Wh', 'energy', 'wh watthours', 0.001],
  ['m', 'length', 'm metre metres meter meters'],
  ['cm', 'length', 'cm centimetre centimetres centimeter centimeters', 0.01],
  ['mm', 'length', 'mm millimetre millimetres millimeter millimeters', 0.001],
  ['km', 'length', 'km kilometre kilometres kilometer kilometers', 1000],
  ['ft', 'length', 'ft foot feet', 0.3048],
  ['in', 'length', 'in inch inches', 0.0254],
  ['m/s', 'speed', 'm/s mps'],
  ['km/h', 'speed', 'km/h kmh kph', 1 / 3.6],
  ['mph', 'speed', 'mph', 0.44704],
  ['V', 'voltage', 'v volt volts'],
  ['mV', 'voltage', 'mv millivolt millivolts', 0.001],
  ['A', 'current', 'a ampere amperes amp amps'],
  ['dB', 'level', 'db decibel decibels dba'],
  ['°', 'angle', '°'],
  ['s', 'time', 's sec second seconds'],
  ['min', 'time', 'min minute minutes', 60],
  ['h', 'time', 'h hour hours', 3600],
];

const BY_SPELLING: ReadonlyMap<string, Unit> = new Map(
  UNITS.flatMap(([symbol, quantity, spellings, factor = 1, offset = 0]) =>
    spellings.split(' ').map((spelling) => [spelling, { symbol, quantity, factor, offset }] as const),
  ),
);

/** How a unit is shown: "celsius" is "°C"; an unknown one is shown as it is. */
export function unitSymbol(unit: string): string {
  return find(unit)?.symbol ?? unit;
}

export const isUnit = (text: string): boolean => find(text) !== undefined;

/**
 * The value in another unit; undefined when one cannot become the other. "Degrees" are those of whatever is asked for.
 * @param from as it was said or sent
 * @param to absent: the value as it is
 */
export function convertUnit(value: number, from: string, to: string | undefined): number | undefined {
  if (to === undefined || key(from) === key(to)) return value;
  const [a, b] = [find(from), find(to)];
  if (/^(°|deg|degrees?)$/.test(key(from)) && (b?.quantity === 'temperature' || b?.quantity === 'angle')) return value;
  if (a === undefined || b === undefined || a.quantity !== b.quantity) return undefined;
  if (a === b) return value;
  const converted = (value * a.factor + a.offset - b.offset) / b.factor;
  // 65 °F are 18.3333… °C: more digits than anybody measures would be shown back.
  return Math.round(converted * 1000) / 1000;
}

const key = (unit: string): string => unit.toLowerCase().replace(/[\s.]/g, '');
const find = (unit: string): Unit | undefined => BY_SPELLING.get(key(unit));
