/** Metres in one of each unit that `robot.drive` can name; a step is what a person takes at an easy pace. */
export const METRES: Readonly<Record<string, number>> = {
  m: 1,
  cm: 0.01,
  ft: 0.3048,
  in: 0.0254,
  yd: 0.9144,
  step: 0.5,
};
