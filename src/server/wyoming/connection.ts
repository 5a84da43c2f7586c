/** One client: its frames in, the answers out in the order in which they were asked for. */
import type { Socket } from 'node:net';
import type { Clock } from '../../clock.ts';
import { TokonomaError, codeOf } from '../../errors.ts';
import type { Logger } from '../../log.ts';
import { errorEvent } from './answers.ts';
import { FrameReader, frameOf, type WyomingEvent } from './framing.ts';
import { PROTOCOL } from './info.ts';

export interface ConnectionOptions {
  /** Never rejects. @param signal aborted when the client has gone away */
  readonly answer: (event: WyomingEvent, signal: AbortSignal) => Promise<WyomingEvent[]>;
  readonly clock: Clock;
  readonly log: Logger;
}

/** A frame is there whole after this long, milliseconds. */
export const FRAME_MS = 10_000;
/** Who says nothing and waits for nothing is gone after this long. */
export const IDLE_MS = 5 * 60_000;
/** Events of one client that may wait for their answers. */
const MAX_WAITING = 32;
/** Bytes of answers that a client may leave unread. */
const MAX_UNREAD = 1 << 20;

export class WyomingConnection {
  readonly #socket: Socket;
  readonly #options: ConnectionOptions;
  readonly #frames = new FrameReader();
  readonly #gone = new AbortController();
  /** What the client has to say next, and until when; an answer is ours to give. */
  #due: 'frame' | 'event' | 'answer' = 'event';
  #patience = new AbortController();
  #waiting = 0;
  #refused = false;
  #written: Promise<void> = Promise.resolve();

  constructor(socket: Socket, options: ConnectionOptions) {
    this.#socket = socket;
    this.#options = options;
    socket.on('error', (error) => options.log.debug({ error: error.message }, 'wyoming'));
    socket.on('close', () => {
      this.#patience.abort();
      this.#gone.abort(new TokonomaError('client-gone', 'the client has gone away'));
    });
    socket.on('data', (bytes) => this.#read(bytes));
    // What was asked before the end is answered, then the other half is closed as well.
    socket.on('end', () => void this.#written.then(() => socket.end()));
    this.#expect(true);
  }

  /** What is under way goes on; nobody will hear of it. */
  close(): void {
    this.#socket.destroy();
  }

  /** Commands are begun at once, whatever else is under way: a stop must not wait behind what it is to end. */
  #read(bytes: Buffer): void {
    let isNew = false;
    try {
      for (const event of this.#frames.push(bytes)) {
        isNew = true;
        this.#take(event);
      }
      this.#expect(isNew);
    } catch (error) {
      this.#refuse(error);
    }
  }

  #take(event: WyomingEvent): void {
    if (this.#waiting >= MAX_WAITING) {
      throw new TokonomaError('queue-full', `${this.#waiting} events wait for their answers`);
    }
    this.#waiting++;
    const answers = this.#options.answer(event, this.#gone.signal);
    this.#written = this.#written.then(async () => {
      for (const answer of await answers) this.#write(answer);
      this.#waiting--;
      this.#expect(false);
    });
  }

  #write(event: WyomingEvent): void {
    if (this.#socket.writableLength > MAX_UNREAD) this.close();
    else if (this.#socket.writable) this.#socket.write(frameOf(event, PROTOCOL));
  }

  /** Says why, and ends: nothing that comes after this can be understood. What was asked before is answered first. */
  #refuse(error: unknown): void {
    const { log } = this.#options;
    log.debug({ client: this.#socket.remoteAddress, code: codeOf(error) }, 'wyoming');
    this.#socket.removeAllListeners('data').removeAllListeners('end').resume();
    this.#refused = true;
    this.#patience.abort();
    void this.#written.then(() => {
      this.#write(errorEvent(error));
      this.#socket.end();
      this.#socket.setTimeout(FRAME_MS, () => this.close());
    });
  }

  /** Gives the client its time. A frame that has begun gets no more of it by another byte. */
  #expect(isNew: boolean): void {
    if (this.#refused || this.#gone.signal.aborted) return;
    const due = this.#frames.isWithin ? 'frame' : this.#waiting > 0 ? 'answer' : 'event';
    if (due === 'frame' && this.#due === 'frame' && !isNew) return;
    this.#due = due;
    this.#patience.abort();
    if (due === 'answer') return;
    this.#patience = new AbortController();
    const ms = due === 'frame' ? FRAME_MS : IDLE_MS;
    const why = due === 'frame' ? 'a frame must be whole' : 'something must be said';
    this.#options.clock.sleep(ms, this.#patience.signal).then(
      () => this.#refuse(new TokonomaError('timeout', `${why} within ${ms / 1000} s`)),
      () => undefined,
    );
  }
}
