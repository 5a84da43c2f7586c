import { CLIMATE_MODES, climateMode, targetTemperature, type ClimateMode } from './helpers/climate.ts';
import { defineKind } from './kind.ts';
import { SimulatedThermostat } from './simulated/thermostat.ts';

export interface ThermostatOptions {
  /** Lowest and highest target, degrees Celsius. Default 5 and 30. */
  min?: number;
  max?: number;
  /** Default: all. */
  modes?: readonly ClimateMode[];
  /** Room temperature at start, degrees Celsius. Default 19. */
  temperature?: number;
}

const MIN = 5;
const MAX = 30;

/** Modes a declaration gets that names none. */
export const modesOf = (options: ThermostatOptions): readonly ClimateMode[] => options.modes ?? CLIMATE_MODES;

export const thermostat = defineKind<ThermostatOptions>({
  name: 'thermostat',
  summary: 'heating or air conditioning: target temperature and mode',
  options: {
    min: { type: 'number', minimum: -30, maximum: 100 },
    max: { type: 'number', minimum: -30, maximum: 100 },
    modes: { type: 'array', items: { enum: CLIMATE_MODES }, minItems: 1, uniqueItems: true },
    temperature: { type: 'number', minimum: -50, maximum: 60 },
  },
  nouns: () => ['thermostat', 'heating', 'heater', 'air conditioning'],
  safe: () => 'off: no heat',
  traits: (options) => [...targetTemperature(options.min ?? MIN, options.max ?? MAX), ...climateMode(modesOf(options))],
  simulated: (title, options, driver) =>
    new SimulatedThermostat(
      title,
      { low: options.min ?? MIN, high: options.max ?? MAX, room: options.temperature ?? 19, modes: modesOf(options) },
      driver,
    ),
});
