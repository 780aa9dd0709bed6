/** Whether libtensorflow has a build for what this runs on: Node, system, processor. */
import type { Kind } from './kind.js';
import type { Machine } from './machine.js';
import type { Finding, Probe } from './probe.js';
import { removedFunctions } from './removed-functions.js';

export function runtimeProbes(kind: Kind, machine: Machine): readonly Probe[] {
  const platforms = kind.platforms.map(title).join(', ');
  return [
    { name: 'runtime', needed: 'Node 20.19 or newer', find: () => runtime(machine) },
    { name: 'platform', needed: platforms, after: ['runtime'], find: () => platform(kind, machine) },
    { name: 'processor', needed: 'AVX instructions on x64', after: ['platform'], find: () => processor(machine) },
  ];
}

function runtime({ runtime: { name, version } }: Machine): Finding {
  if (name !== 'node')
    return {
      found: `this is ${name === 'browser' ? 'no Node' : `${name} ${version}`}`,
      remedy: 'run this with Node, https://nodejs.org',
    };
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const tooOld = major < 20 || (major === 20 && minor < 19);
  if (tooOld) return { found: `this is Node ${version}`, remedy: 'install a newer one, https://nodejs.org' };
  const removed = removedFunctions().map((name) => `util.${name}`);
  return { found: `Node ${version}${removed.length === 0 ? '' : `; \`load\` puts ${removed.join(' and ')} back`}` };
}

const systems: Readonly<Record<string, string>> = { linux: 'Linux', darwin: 'macOS', win32: 'Windows' };

function title(pair: string): string {
  const [system = '', arch = ''] = pair.split('-');
  return `${systems[system] ?? system} ${arch}`;
}

function platform(kind: Kind, { platform, arch, musl }: Machine): Finding {
  const pair = `${platform}-${arch}`;
  const found = `there is no libtensorflow ${kind.gpu ? 'with CUDA ' : ''}for ${title(pair)}`;
  if (!kind.platforms.includes(pair)) return { found, remedy: 'use another backend here' };
  if (musl) return { found: `${found} with musl`, remedy: 'use a Linux with glibc, such as Debian' };
  return { found: title(pair) };
}

/** Without AVX, libtensorflow ends the process by SIGILL as soon as it is loaded. */
function processor({ platform, arch, read }: Machine): Finding {
  if (arch !== 'x64') return { found: arch };
  const flags = platform === 'linux' ? /^flags\s*:(.*)$/m.exec(read('/proc/cpuinfo') ?? '')?.[1] : undefined;
  if (flags === undefined) return { found: 'x64, taken to have them' };
  if (/\bavx\b/.test(flags)) return { found: 'x64 with AVX' };
  return { found: 'a processor without AVX', remedy: 'use another backend, or build libtensorflow for this processor' };
}
