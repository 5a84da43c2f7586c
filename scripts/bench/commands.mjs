// A few hundred commands of the kinds a home and a robot hear, short and long, one and several at once, and things no
// home understands. Always the same ones.
import { Random } from '../../build/test/support/random.js';

const WORDS = {
  light: ['kitchen light', 'living room lamp', 'bedroom light', 'desk lamp', 'lamp in the kitchen'],
  plug: ['coffee machine', 'coffee maker', 'fan', 'bedroom fan'],
  cover: ['blinds', 'living room blinds', 'garage door'],
  room: ['kitchen', 'living room', 'bedroom', 'office', 'bathroom', 'hallway'],
  colour: ['red', 'green', 'blue', 'warm white', 'purple'],
  percent: ['10 percent', '25 %', 'half', 'fifty percent', '80 percent'],
  degrees: ['18 degrees', '20.5 degrees', 'twenty-two degrees', '68 fahrenheit'],
  minutes: ['5 minutes', 'ten minutes', 'half an hour', '90 seconds', 'an hour and a half'],
  clock: ['7 am', 'half past six', '21:30', 'noon', 'quarter to eight'],
  metres: ['2 metres', 'half a metre', '30 centimetres', 'three feet'],
  angle: ['90 degrees', '45 degrees', 'around'],
  thing: ['red ball', 'cup', 'keys', 'book', 'bottle', 'newspaper'],
  place: ['dock', 'kitchen', 'sofa', 'front door', 'table', 'bedroom'],
  please: ['', '', '', 'please ', 'could you ', 'hey, '],
};

const SENTENCES = [
  'turn on the {light}',
  'switch the {light} off',
  'dim the {light} to {percent}',
  'make the desk lamp {colour}',
  'set the {light} to {colour} at {percent}',
  'turn off all the lights in the {room}',
  'lights off',
  'turn the {plug} on',
  'stop the {plug} in {minutes}',
  'set the thermostat to {degrees}',
  'it is too cold in the {room}, make it {degrees}',
  'open the {cover}',
  'close the {cover} halfway',
  'set the living room blinds to {percent}',
  'lock the front door',
  'is the front door locked',
  'play some music in the {room}',
  'pause the music on the kitchen speaker',
  'volume up',
  'set the volume to {percent}',
  'set a timer for {minutes}',
  'cancel the timer',
  'wake me up at {clock}',
  'set an alarm for {clock} called work',
  'drive forward {metres}',
  'go back {metres} and turn left {angle}',
  'turn right {angle}',
  'robot, go to the {place}',
  'bring me the {thing} from the {place}',
  'pick up the {thing}',
  'put the {thing} on the {place}',
  'stop',
  'robot stop now',
  'how warm is it in the {room}',
  'what is the temperature outside',
  'what time is it',
  'how full is the battery of the robot',
  'where is the robot',
  'say dinner is ready',
  'turn on the {light} and open the {cover}',
  'switch off the {plug}, close the {cover} and lock the front door',
  'turn on the {light} in {minutes}',
  'dim the {light} to {percent} and set the thermostat to {degrees}',
  'drive {metres} forward, turn {angle} to the left and pick up the {thing}',
  'tell me a story about a dragon',
  'who won the football match',
  'i think the weather is lovely today',
  'what did you mean by that',
];

const COUNT = 288;

/** Every sentence equally often, its words drawn once and for all. */
export function commands() {
  const random = new Random(4);
  return Array.from({ length: COUNT }, (_, i) => {
    const sentence = `{please}${SENTENCES[i % SENTENCES.length]}`;
    return sentence.replace(/\{(\w+)\}/g, (_, kind) => random.pick(WORDS[kind]));
  });
}
