/** The unit of the service (systemd.service(5), systemd.exec(5), systemd.resource-control(5)): text, and nothing else. */

/** What begins a unit that may be written over and removed. */
export const MARK = '# Written by tokonoma install-service';

export interface UnitOptions {
  /** For Description. */
  readonly node: string;
  /** Program and arguments, absolute. */
  readonly command: readonly string[];
  readonly user: string;
  /** Of the user besides its own: `gpio`, `i2c`. */
  readonly groups: readonly string[];
  /** For MemoryMax, bytes, and how it came about. */
  readonly memory: { readonly limit: number; readonly reason: string };
  readonly environment: Readonly<Record<string, string>>;
  /** With secrets, beside the configuration; need not be there. */
  readonly environmentFile: string;
  /** Folders below /var/lib that systemd makes and gives to the user. */
  readonly stateDirectory?: string | undefined;
  /** Other folders that are written to. */
  readonly writable: readonly string[];
  /** Whether anything that the service reads lies in somebody's home. */
  readonly readsHome: boolean;
  /** It drives pins or reads sensors of this machine. */
  readonly hardware: boolean;
  /** It listens on a port below 1024. */
  readonly lowPort: boolean;
  /** Whether systemd can be told how the service is: systemd-notify is installed. */
  readonly notifies: boolean;
}

/** Seconds without a sign of life after which it counts as lost; an engine that stalls is ended after 20 by itself. */
const WATCHDOG_S = 40;

export function unitText(options: UnitOptions): string {
  const { node, command, user, groups, memory, environment, environmentFile } = options;
  return [
    `${MARK}; it writes this file anew.`,
    '# Your own settings: systemctl edit tokonoma',
    '[Unit]',
    `Description=${specifiers(`tokonoma ${node}: words to declared actions`)}`,
    'Wants=network-online.target',
    'After=network-online.target mosquitto.service time-sync.target',
    'StartLimitIntervalSec=300',
    'StartLimitBurst=5',
    '',
    '[Service]',
    ...supervision(options.notifies),
    `ExecStart=${command.map((word) => specifiers(quoted(word).replaceAll('$', '$$$$'))).join(' ')}`,
    '# The configuration is read again; what is wrong with it is in the journal, and everything stays as it was.',
    'ExecReload=/bin/kill -HUP $MAINPID',
    '# What no repetition will mend: called wrongly.',
    'Restart=on-failure',
    'RestartPreventExitStatus=2',
    'RestartSec=2',
    '# First only the main process: it makes the actuators safe with the help of the others.',
    'KillMode=mixed',
    'TimeoutStopSec=15',
    `User=${user}`,
    ...groups.map((group) => `SupplementaryGroups=${group}`),
    ...Object.entries(environment).map(([name, value]) => `Environment=${specifiers(quoted(`${name}=${value}`))}`),
    `EnvironmentFile=-${specifiers(environmentFile)}`,
    ...(options.stateDirectory === undefined
      ? []
      : [`StateDirectory=${options.stateDirectory}`, 'StateDirectoryMode=0700']),
    '',
    `# ${memory.reason}.`,
    `MemoryMax=${memory.limit}`,
    '# A stop topic must not wait for a page from an SD card.',
    'MemorySwapMax=0',
    'OOMPolicy=stop',
    '# The thread that hears a stop goes before other programs; the threads of the model step back by themselves.',
    'Nice=-5',
    'TasksMax=128',
    'LimitNOFILE=4096',
    '',
    'UMask=0077',
    'NoNewPrivileges=yes',
    'ProtectSystem=strict',
    ...options.writable.map((folder) => `ReadWritePaths=${specifiers(quoted(folder))}`),
    ...(options.readsHome
      ? ['# Not yes: the configuration, the program or the model lies in a home.', 'ProtectHome=read-only']
      : ['ProtectHome=yes']),
    'PrivateTmp=yes',
    ...hardware(options.hardware),
    'ProtectKernelModules=yes',
    'ProtectKernelLogs=yes',
    'ProtectControlGroups=yes',
    'ProtectClock=yes',
    'ProtectHostname=yes',
    'ProtectProc=invisible',
    `CapabilityBoundingSet=${options.lowPort ? 'CAP_NET_BIND_SERVICE' : ''}`,
    `AmbientCapabilities=${options.lowPort ? 'CAP_NET_BIND_SERVICE' : ''}`,
    'RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK',
    'RestrictNamespaces=yes',
    'RestrictRealtime=yes',
    'RestrictSUIDSGID=yes',
    'LockPersonality=yes',
    'RemoveIPC=yes',
    '# MemoryDenyWriteExecute is not set: the kernels are WebAssembly, which V8 compiles into memory that it writes, then',
    '# runs. For the same reason @pkey: V8 guards that memory with protection keys where the processor has them.',
    'SystemCallArchitectures=native',
    'SystemCallFilter=@system-service @pkey',
    'SystemCallFilter=~@privileged',
    'SystemCallErrorNumber=EPERM',
    '',
    '[Install]',
    'WantedBy=multi-user.target',
    '',
  ].join('\n');
}

function supervision(notifies: boolean): string[] {
  if (!notifies)
    return ['# systemd-notify is not installed: nobody says when it is ready, or watches it.', 'Type=exec'];
  return [
    'Type=notify',
    '# systemd-notify says it for us, and has another PID.',
    'NotifyAccess=all',
    `WatchdogSec=${WATCHDOG_S}`,
    '# Not SIGABRT: where only the engine is lost, the actuators are still made safe.',
    'WatchdogSignal=SIGTERM',
    '# While it waits for a broker, it asks for more.',
    'TimeoutStartSec=120',
  ];
}

function hardware(isUsed: boolean): string[] {
  if (!isUsed) return ['PrivateDevices=yes', 'ProtectKernelTunables=yes'];
  return [
    '# ProtectKernelTunables is not set: pins and PWM are files in /sys that are written to.',
    'DevicePolicy=closed',
    'DeviceAllow=char-gpiochip rw',
    'DeviceAllow=char-i2c rw',
  ];
}

/** In quotes where it needs them (systemd.syntax(7), Quoting). */
function quoted(text: string): string {
  return /^[\w@%+=:,./$-]+$/.test(text) ? text : `"${text.replaceAll(/["\\]/g, '\\$&')}"`;
}

/** A percent sign begins a specifier (systemd.unit(5)). */
function specifiers(text: string): string {
  return text.replaceAll('%', '%%');
}
