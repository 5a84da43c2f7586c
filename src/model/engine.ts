/** The engine as the rest of the house sees it: requests queue here, a worker thread answers them one by one. */
import { Worker } from 'node:worker_threads';
import { TokonomaError } from '../errors.ts';
import { memoryBudget } from '../hub/machine.ts';
import { resolveModel } from '../hub/resolve.ts';
import type { DecoderOptions } from './decoder.ts';
import type { Task, WorkerReply, WorkerRequest, WorkerStart } from './messages.ts';
import type {
  Engine,
  GenerateRequest,
  GenerateResult,
  ModelInfo,
  OnProgress,
  OnText,
  Precision,
  Primed,
  Prompt,
} from './types.ts';

export type { Precision } from './types.ts';

export interface EngineOptions {
  /** A GGUF file, or the name of a packaged or installed model. Default: `seedling`. */
  readonly model?: string;
  /** What the whole process may have, e.g. `400M`; `auto`: nine tenths of what the machine and our cgroup have left. */
  readonly memory?: string;
  /** Positions of the KV cache. */
  readonly context?: number;
  /** Threads that share the work of one token. Default: see threads.ts. */
  readonly threads?: number;
  /** Of the products that generate text: see Precision. Default: `auto`. */
  readonly precision?: Precision;
  /** Folder in which the state after a prefix is kept, for `prime`; absent: nothing is kept. */
  readonly snapshots?: string;
  /** Told what may interest a log at level debug. */
  readonly onNote?: (message: string) => void;
  /** Told when the worker is lost, whatever it was doing; the next request finds a fresh one. */
  readonly onLost?: (error: TokonomaError) => void;
  /** Told of the bytes of weights that are loaded, until the engine is open; not of what a fresh worker loads later. */
  readonly onLoad?: OnProgress;
}

/** The worker's JavaScript makes little garbage; the default of 48 MB for it would only sit there. */
const LIMITS = { maxYoungGenerationSizeMb: 3 };

/**
 * Loads a model in a worker thread.
 * @throws TokonomaError with the code of what is wrong with the file (`gguf-…`, `model-…`, `memory-budget`)
 */
export async function openEngine(options: EngineOptions = {}): Promise<Engine> {
  const decoderOptions: DecoderOptions = {
    ...(options.context !== undefined && { context: options.context }),
    ...(options.memory !== undefined && { budget: memoryBudget(options.memory) }),
    ...(options.snapshots !== undefined && { snapshots: options.snapshots }),
    ...(options.precision !== undefined && { precision: options.precision }),
    ...(options.threads !== undefined && { threads: options.threads }),
  };
  const path = resolveModel(options.model ?? 'seedling');
  const url = new URL('./worker.js', import.meta.url);
  return WorkerEngine.open(
    (start) => new Worker(url, { workerData: { ...start, path, options: decoderOptions }, resourceLimits: LIMITS }),
    options,
  );
}

interface Job {
  readonly number: number;
  readonly task: Task;
  readonly signal: AbortSignal | undefined;
  readonly onText: OnText | undefined;
  readonly onRead: OnProgress | undefined;
  readonly resolve: (result: GenerateResult | Primed) => void;
  readonly reject: (error: Error) => void;
}

/** Starts a worker that speaks messages.ts; `start` goes into its workerData. */
export type SpawnWorker = (start: Pick<WorkerStart, 'cancelled' | 'beat' | 'prefix' | 'progress'>) => Worker;

export interface WatchOptions extends Pick<EngineOptions, 'onNote' | 'onLost' | 'onLoad'> {
  /** A worker that gets nowhere for so long is ended, milliseconds. Default 20 s: no job of any model takes that long. */
  readonly stallMs?: number;
}

const STALL_MS = 20_000;
/** Looks at a worker before it counts as stalled: a machine that was asleep has missed some, not all. */
const LOOKS = 20;

export class WorkerEngine implements Engine {
  #info!: ModelInfo;
  readonly #spawn: SpawnWorker;
  readonly #watch: WatchOptions;
  readonly #beat = new Int32Array(new SharedArrayBuffer(4));
  readonly #watchdog: NodeJS.Timeout;
  /** The last heartbeat that was seen, and how many looks found no other. */
  #lastBeat = 0;
  #looks = 0;
  /** Once its model is loaded. */
  #running: Worker | undefined;
  readonly #cancelled = new Int32Array(new SharedArrayBuffer(4));
  readonly #queue: Job[] = [];
  #active: Job | undefined;
  #worker: Promise<Worker> | undefined;
  /** Resolves when the worker before is gone and its memory with it: the next one's plan counts what the process has. */
  #ended: Promise<void> = Promise.resolve();
  #lastNumber = 0;
  #closed = false;
  /** The last worker never had its model. */
  #unusable = false;
  /** What the model was last primed with. */
  #prefix: Prompt | undefined;

  private constructor(spawn: SpawnWorker, watch: WatchOptions) {
    this.#spawn = spawn;
    this.#watch = watch;
    this.#watchdog = setInterval(() => this.#look(), (watch.stallMs ?? STALL_MS) / LOOKS).unref();
  }

  static async open(spawn: SpawnWorker, watch: WatchOptions = {}): Promise<WorkerEngine> {
    const engine = new WorkerEngine(spawn, watch);
    try {
      await engine.#start(watch.onLoad);
    } catch (error) {
      await engine.close();
      throw error;
    }
    return engine;
  }

  get info(): ModelInfo {
    return this.#info;
  }

  get isWell(): boolean {
    return !this.#unusable;
  }

  generate(request: GenerateRequest, signal?: AbortSignal, onText?: OnText): Promise<GenerateResult> {
    const task = onText === undefined ? { request } : { request, stream: true };
    return this.#submit(task, signal, onText) as Promise<GenerateResult>;
  }

  async prime(prefix: Prompt, signal?: AbortSignal, onRead?: OnProgress): Promise<Primed> {
    const task = onRead === undefined ? { prefix } : { prefix, progress: true };
    const primed = (await this.#submit(task, signal, undefined, onRead)) as Primed;
    this.#prefix = prefix;
    return primed;
  }

  #submit(task: Task, signal?: AbortSignal, onText?: OnText, onRead?: OnProgress): Promise<GenerateResult | Primed> {
    let onAbort = (): void => undefined;
    const answer = new Promise<GenerateResult | Primed>((resolve, reject) => {
      if (this.#closed) return reject(new TokonomaError('engine-closed', 'the engine is closed'));
      if (signal?.aborted) return reject(cancelledError());
      const job: Job = { number: ++this.#lastNumber, task, signal, onText, onRead, resolve, reject };
      onAbort = () => this.#cancel(job);
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#queue.push(job);
      void this.#next();
    });
    // A signal may outlive its request by far.
    return answer.finally(() => signal?.removeEventListener('abort', onAbort));
  }

  async restart(): Promise<void> {
    // Its end is found out like that of one that dies by itself.
    const worker = await this.#worker?.catch(() => undefined);
    await worker?.terminate();
  }

  async rest(): Promise<void> {
    const worker = await this.#worker?.catch(() => undefined);
    // Its end is no loss: it is the current one no more.
    this.#worker = undefined;
    this.#running = undefined;
    await worker?.terminate();
    await this.#ended;
  }

  async wake(): Promise<void> {
    await this.#start();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#watchdog);
    const worker = await this.#worker?.catch(() => undefined);
    this.#worker = undefined;
    await worker?.terminate();
    await this.#ended;
    this.#fail('engine-closed', 'the engine was closed');
    for (const job of this.#queue.splice(0)) job.reject(new TokonomaError('engine-closed', 'the engine was closed'));
  }

  /** The running worker, or a fresh one where the last has died. Resolves when its model is loaded. */
  #start(onLoad?: OnProgress): Promise<Worker> {
    if (this.#worker !== undefined) return this.#worker;
    const started: Promise<Worker> = this.#ended.then(() => this.#load(() => this.#worker === started, onLoad));
    this.#worker = started;
    return started;
  }

  /** @param isCurrent false once a successor is to take over */
  #load(isCurrent: () => boolean, onLoad?: OnProgress): Promise<Worker> {
    if (this.#closed) throw new TokonomaError('engine-closed', 'the engine is closed');
    return new Promise<Worker>((resolve, reject) => {
      const worker = this.#spawn({
        cancelled: this.#cancelled.buffer,
        beat: this.#beat.buffer,
        ...(this.#prefix !== undefined && { prefix: this.#prefix }),
        ...(onLoad !== undefined && { progress: true }),
      });
      this.#ended = new Promise((ended) => worker.once('exit', () => ended()));
      const gone = (code: string, message: string): void => {
        reject(new TokonomaError(code, message));
        if (!isCurrent()) return;
        this.#worker = undefined;
        this.#unusable = this.#running !== worker;
        if (!this.#unusable) this.#lost(new TokonomaError(code, message));
        this.#fail(code, message);
        void this.#next();
      };
      worker.on('message', (reply: WorkerReply) => {
        if (reply.kind === 'ready') {
          this.#info = reply.info;
          this.#running = worker;
          this.#unusable = false;
          resolve(worker);
        } else if (reply.kind === 'unusable') {
          gone(reply.code, reply.message);
        } else if (reply.kind === 'note') {
          this.#watch.onNote?.(reply.message);
        } else if (reply.kind === 'text') {
          if (this.#active?.number === reply.number) this.#active.onText?.(reply.text);
        } else if (reply.kind === 'progress') {
          if (reply.number === undefined) onLoad?.(reply.done, reply.total);
          else if (this.#active?.number === reply.number) this.#active.onRead?.(reply.done, reply.total);
        } else {
          this.#settle(reply);
        }
      });
      worker.on('error', (error) => gone('engine-trap', `the inference worker failed: ${error.message}`));
      worker.on('exit', () => gone('engine-trap', 'the inference worker ended'));
    });
  }

  async #next(): Promise<void> {
    if (this.#active !== undefined || this.#closed) return;
    const job = this.#queue.shift();
    if (job === undefined) return;
    this.#active = job;
    try {
      const worker = await this.#start();
      if (this.#active !== job) return;
      const message: WorkerRequest = { number: job.number, ...job.task };
      worker.postMessage(message);
    } catch (error) {
      if (this.#active !== job) return;
      this.#active = undefined;
      job.reject(error as Error);
      void this.#next();
    }
  }

  #settle(reply: Extract<WorkerReply, { kind: 'result' | 'error' }>): void {
    const job = this.#active;
    if (job === undefined || job.number !== reply.number) return;
    this.#active = undefined;
    // A worker that trapped is on its way out: the next request starts a fresh one.
    if (reply.kind === 'error' && reply.code === 'engine-trap') {
      this.#worker = undefined;
      this.#lost(new TokonomaError(reply.code, reply.message));
    }
    if (reply.kind === 'result') job.resolve(reply.result);
    else job.reject(new TokonomaError(reply.code, reply.message));
    void this.#next();
  }

  /** Ends a worker whose request makes no progress: an endless loop in a kernel answers no message. */
  #look(): void {
    const beat = Atomics.load(this.#beat, 0);
    if (beat !== this.#lastBeat || this.#active === undefined || this.#running === undefined) {
      this.#lastBeat = beat;
      this.#looks = 0;
      return;
    }
    if (++this.#looks < LOOKS) return;
    this.#looks = 0;
    const worker = this.#running;
    const message = `the inference worker got nowhere for ${(this.#watch.stallMs ?? STALL_MS) / 1000} s and was ended`;
    this.#worker = undefined;
    this.#lost(new TokonomaError('engine-stalled', message));
    this.#fail('engine-stalled', message);
    // The next one starts when this one is gone (#ended).
    void worker.terminate();
    void this.#next();
  }

  #lost(error: TokonomaError): void {
    this.#running = undefined;
    if (!this.#closed) this.#watch.onLost?.(error);
  }

  #fail(code: string, message: string): void {
    const job = this.#active;
    this.#active = undefined;
    job?.reject(new TokonomaError(code, message));
  }

  #cancel(job: Job): void {
    if (this.#active === job) {
      // The worker looks at this between layers and tokens, and answers with an error of code `cancelled`.
      Atomics.store(this.#cancelled, 0, job.number);
      return;
    }
    const at = this.#queue.indexOf(job);
    if (at >= 0) {
      this.#queue.splice(at, 1);
      job.reject(cancelledError());
    }
  }
}

function cancelledError(): TokonomaError {
  return new TokonomaError('cancelled', 'the request was cancelled');
}
