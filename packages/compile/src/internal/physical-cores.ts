/** Threads that are worth starting: two on one core share its arithmetic units, and only get into each other's way. */
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/** Physical cores of this machine, as many of them as this process may use. */
export function physicalCores(): number {
  const threads = availableParallelism();
  if (process.platform === 'linux') return Math.min(threads, coresIn(cpuinfo()) ?? threads);
  // Windows tells Node nothing better; most of its x64 machines have two threads per core. Apple's have one.
  if (process.platform === 'win32' && process.arch === 'x64') return Math.max(1, Math.floor(threads / 2));
  return threads;
}

function cpuinfo(): string {
  try {
    return readFileSync('/proc/cpuinfo', 'utf8');
  } catch {
    return '';
  }
}

/**
 * Cores in the text of Linux's `/proc/cpuinfo`: distinct pairs of package and core.
 * @returns undefined where the kernel does not list them, as on ARM
 */
export function coresIn(text: string): number | undefined {
  const cores = text.split('\n\n').flatMap((processor) => {
    const core = /^core id\s*: (\d+)$/m.exec(processor)?.[1];
    return core === undefined ? [] : [`${/^physical id\s*: (\d+)$/m.exec(processor)?.[1]}/${core}`];
  });
  return cores.length === 0 ? undefined : new Set(cores).size;
}
