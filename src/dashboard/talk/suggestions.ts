/** What could be said here, made of what this home has. */
import type { View } from '../feed/view.ts';

const MOST = 5;

export function suggestionsOf({ things, sensors }: View): string[] {
  const light = things.find(({ description }) => description.actions['light.set'] !== undefined)?.description;
  const robot = things.find(({ description }) => description.actions['robot.goto'] !== undefined)?.description;
  const room = Object.keys(robot?.['tk:floor']?.places ?? {}).find((place) =>
    things.some(
      ({ description }) => description['tk:area'] === place && description.actions['light.set'] !== undefined,
    ),
  );
  const warm = sensors.find(({ kind, area }) => kind === 'temperature' && area !== undefined);
  const plug = things.find(({ description }) => description['@type'] === 'plug')?.description;
  return [
    room === undefined ? undefined : `drive to the ${room} and turn on the light`,
    light === undefined ? undefined : `turn on the ${light.title}`,
    warm === undefined ? undefined : `how warm is the ${warm.area}?`,
    plug === undefined ? undefined : `every weekday at seven turn on the ${plug.title}`,
    robot === undefined ? undefined : 'go forward two metres, then turn left',
  ]
    .filter((text) => text !== undefined)
    .slice(0, MOST);
}
