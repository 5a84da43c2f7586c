import { playback, speech, volume } from './helpers/media.ts';
import { defineKind } from './kind.ts';
import { SimulatedSpeaker } from './simulated/speaker.ts';

export type SpeakerOptions = object;

export const speaker = defineKind<SpeakerOptions>({
  name: 'speaker',
  summary: 'a speaker or player: media, volume, spoken words',
  options: {},
  nouns: () => ['speaker', 'music', 'radio', 'player', 'stereo'],
  safe: () => 'paused',
  traits: () => [...playback(), ...volume(), ...speech()],
  simulated: (title, _options, driver) => new SimulatedSpeaker(title, driver),
});
