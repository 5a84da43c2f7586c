/** Every topic of a node, and which of them is whose. */

/** A message for the agent. `id` is the slug of the thing as the topic says it, declared or not. */
export type Route =
  | { readonly kind: 'command' }
  | { readonly kind: 'stop' }
  | { readonly kind: 'armed' }
  | { readonly kind: 'set'; readonly id: string }
  | { readonly kind: 'get'; readonly id: string }
  | { readonly kind: 'request'; readonly op: string }
  /** `name` on the sensor topic of the base; without, a topic of the configuration. */
  | { readonly kind: 'sensor'; readonly name?: string };

export class Topics {
  readonly base: string;
  readonly command: string;
  readonly response: string;
  readonly action: string;
  readonly stop: string;
  readonly armed: string;
  readonly armedSet: string;
  readonly bridgeState: string;
  readonly bridgeInfo: string;
  readonly bridgeDevices: string;
  readonly bridgeHealth: string;
  #sensors: ReadonlySet<string>;

  /** @param sensors configured topics of sensors, wherever they are */
  constructor(base: string, sensors: readonly string[] = []) {
    this.base = base;
    this.command = `${base}/command`;
    this.response = `${base}/response`;
    this.action = `${base}/action`;
    this.stop = `${base}/stop`;
    this.armed = `${base}/armed`;
    this.armedSet = `${base}/armed/set`;
    this.bridgeState = `${base}/bridge/state`;
    this.bridgeInfo = `${base}/bridge/info`;
    this.bridgeDevices = `${base}/bridge/devices`;
    this.bridgeHealth = `${base}/bridge/health`;
    this.#sensors = new Set(sensors);
  }

  /** Other topics of sensors from now on. */
  declare(sensors: readonly string[]): void {
    this.#sensors = new Set(sensors);
  }

  state = (id: string): string => `${this.base}/${id}`;
  set = (id: string): string => `${this.base}/${id}/set`;
  /** What a sensor reads, as it was understood. */
  reading = (name: string): string => `${this.base}/bridge/sensor/${name}`;
  bridgeRequest = (op: string): string => `${this.base}/bridge/request/${op}`;
  bridgeResponse = (op: string): string => `${this.base}/bridge/response/${op}`;
  availability = (id: string): string => `${this.base}/${id}/availability`;

  /**
   * Filters to subscribe to, with their QoS. A command must arrive; direct control and arming arrive now or not at all:
   * a broker that kept them for a while would move something long after it was meant.
   */
  get subscriptions(): Record<string, { qos: 0 | 1 }> {
    const own = [
      `${this.base}/sensor/#`,
      ...[...this.#sensors].filter((topic) => !topic.startsWith(`${this.base}/sensor/`)),
    ];
    return {
      [this.command]: { qos: 1 },
      [this.stop]: { qos: 1 },
      // armed/set is one of these; overlapping filters may deliver twice (MQTT-3.3.5-1)
      [`${this.base}/+/set`]: { qos: 0 },
      [`${this.base}/+/get`]: { qos: 0 },
      [`${this.base}/bridge/request/#`]: { qos: 0 },
      ...Object.fromEntries(own.map((topic) => [topic, { qos: 0 as const }])),
    };
  }

  /** Undefined for a topic that is nothing to the agent. */
  route(topic: string): Route | undefined {
    if (this.#sensors.has(topic)) return { kind: 'sensor' };
    if (!topic.startsWith(`${this.base}/`)) return undefined;
    const rest = topic.slice(this.base.length + 1);
    if (rest === 'command' || rest === 'stop') return { kind: rest };
    if (rest === 'armed/set') return { kind: 'armed' };
    if (rest.startsWith('bridge/request/')) return { kind: 'request', op: rest.slice('bridge/request/'.length) };
    if (rest.startsWith('sensor/')) return { kind: 'sensor', name: rest.slice('sensor/'.length) };
    const [id, verb, ...more] = rest.split('/');
    if (id !== undefined && id !== '' && (verb === 'set' || verb === 'get') && more.length === 0)
      return { kind: verb, id };
    return undefined;
  }

  /**
   * Whether a requester may have its answer there (MQTT 5 response topic): no wildcards, and below the base only beside
   * the response topic, so that an answer can be neither a command nor a state.
   */
  allowsReply(topic: string): boolean {
    if (topic === '' || topic.length > 512 || /[+#\0]/.test(topic) || topic.startsWith('$')) return false;
    if (this.#sensors.has(topic)) return false;
    return !`${topic}/`.startsWith(`${this.base}/`) || `${topic}/`.startsWith(`${this.response}/`);
  }
}
