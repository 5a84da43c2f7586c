/**
 * Sunrise and sunset, to a minute or two: the sunrise equation with the sun's equation of the center, as in
 * J. Meeus, "Astronomical Algorithms", ch. 25, shortened (https://en.wikipedia.org/wiki/Sunrise_equation).
 */

export interface Location {
  /** Degrees, north positive. */
  readonly latitude: number;
  /** Degrees, east positive. */
  readonly longitude: number;
}

export type SunEvent = 'sunrise' | 'sunset';

const RADIANS = Math.PI / 180;
const sin = (degrees: number): number => Math.sin(degrees * RADIANS);
const cos = (degrees: number): number => Math.cos(degrees * RADIANS);

/** Julian date of the Unix epoch, and of noon on 1 January 2000. */
const EPOCH = 2_440_587.5;
const J2000 = 2_451_545;
const DAY_MS = 86_400_000;
/** The upper edge of the sun under the refraction of the air, degrees. */
const HORIZON = -0.833;

/**
 * Milliseconds since the epoch; undefined on a day on which the sun does not rise or set there.
 * @param date any moment of the calendar day, in local time
 */
export function sunTime(event: SunEvent, date: Date, { latitude, longitude }: Location): number | undefined {
  const noon = Date.UTC(date.getFullYear(), date.getMonth(), date.getDate(), 12);
  // Days since 2000 of the mean solar noon at this longitude
  const n = noon / DAY_MS + EPOCH - J2000 - longitude / 360;
  const anomaly = (357.5291 + 0.98560028 * n) % 360;
  const center = 1.9148 * sin(anomaly) + 0.02 * sin(2 * anomaly) + 0.0003 * sin(3 * anomaly);
  const ecliptic = (anomaly + center + 180 + 102.9372) % 360;
  const transit = J2000 + n + 0.0053 * sin(anomaly) - 0.0069 * sin(2 * ecliptic);
  const sinDeclination = sin(ecliptic) * sin(23.4397);
  const cosDeclination = Math.cos(Math.asin(sinDeclination));
  const cosHour = (sin(HORIZON) - sin(latitude) * sinDeclination) / (cos(latitude) * cosDeclination);
  if (!(Math.abs(cosHour) <= 1)) return undefined;
  const half = Math.acos(cosHour) / RADIANS / 360;
  const julian = event === 'sunrise' ? transit - half : transit + half;
  return Math.round((julian - EPOCH) * DAY_MS);
}
