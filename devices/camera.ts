import { does, reading, textArg } from './helpers/affordances.ts';
import { defineKind } from './kind.ts';
import { SimulatedCamera } from './simulated/camera.ts';

export interface CameraOptions {
  /** Milliseconds for which the trigger is held. Default 200. */
  pulse_ms?: number;
}

export const camera = defineKind<CameraOptions>({
  name: 'camera',
  summary: 'the trigger of a camera: takes a photo; the picture stays in the camera',
  options: { pulse_ms: { type: 'integer', minimum: 10, maximum: 10_000 } },
  nouns: () => ['camera'],
  safe: () => 'trigger released',
  traits: () => [
    does('robot.task', { 'op!': { type: 'string', enum: ['photo'] }, target: textArg() }),
    reading('state', { type: 'string', enum: ['READY', 'TAKING'] }),
    reading('photos', { type: 'integer', description: 'photos taken' }),
    reading('subject', { type: 'string', description: 'what the last one was to be of' }),
  ],
  simulated: (title, options, driver) => new SimulatedCamera(title, options, driver),
});
