// Words by which the read loop's threads are steered: the number of the turn, how often to read, how many are done.
export const GO = 0;
export const PASSES = 1;
export const DONE = 2;
export const WORDS = 3;
