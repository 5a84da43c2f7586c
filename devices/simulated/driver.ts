export { ExclusiveDriver as SimulatedDriver } from '../helpers/driver.ts';
export { clamp, round } from '../helpers/numbers.ts';
