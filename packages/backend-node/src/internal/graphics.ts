/** The GPUs of this machine, as NVIDIA's driver lists them. */
import type { Machine } from './machine.js';
import { firstLine } from './probe.js';

export interface Gpu {
  readonly name: string;
  readonly driver: string;
  /** Compute capability; `undefined` where the driver is too old to say it. */
  readonly capability: string | undefined;
}

/** The GPUs, or the complaint of `nvidia-smi`; `undefined` where there is no such command. */
export async function graphics(machine: Machine): Promise<readonly Gpu[] | string | undefined> {
  const answer = await ask('name,driver_version,compute_cap', machine);
  return typeof answer === 'string' && answer.includes('compute_cap') ? ask('name,driver_version', machine) : answer;
}

async function ask(fields: string, { run }: Machine): Promise<readonly Gpu[] | string | undefined> {
  const { code, signal, output, errors } = await run('nvidia-smi', [`--query-gpu=${fields}`, '--format=csv,noheader']);
  if (code === undefined) return signal === undefined ? undefined : `nothing (${signal})`;
  if (code !== 0) return firstLine(output) || firstLine(errors) || `nothing (exit code ${code})`;
  return output
    .split('\n')
    .map((line) => line.split(',').map((cell) => cell.trim()))
    .flatMap(([name, driver, capability]) => (name && driver ? [{ name, driver, capability }] : []));
}

/** Whether a version is older than another; what is no number counts as 0. */
export function older(version: string, than: string): boolean {
  const [left = [], right = []] = [version, than].map((text) => text.split('.').map((part) => Number.parseInt(part, 10) || 0));
  const first = Array.from({ length: Math.max(left.length, right.length) }, (_, i) => (left[i] ?? 0) - (right[i] ?? 0)).find(
    Boolean,
  );
  return first !== undefined && first < 0;
}
