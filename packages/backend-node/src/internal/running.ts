/** tfjs-node's backend in this process. Both packages register it under one name, so there can be one of them. */
import { engine, findBackend } from '@tensorflow/tfjs-core';
import type { PackageName } from './installation.js';
import type { Kind } from './kind.js';
import type { Finding, Probe } from './probe.js';

/** What tfjs calls it. */
export const BACKEND = 'tensorflow';

export interface Running {
  readonly package: PackageName;
  readonly gpu: boolean;
}

/** As the backend describes itself; `undefined` if none is registered. */
export function running(): Running | undefined {
  if (!engine().backendNames().includes(BACKEND)) return undefined;
  const backend: object | null = findBackend(BACKEND);
  if (backend === null || !('isGPUPackage' in backend) || !('isUsingGpuDevice' in backend)) return undefined;
  const name = backend.isGPUPackage === true ? '@tensorflow/tfjs-node-gpu' : '@tensorflow/tfjs-node';
  return { package: name, gpu: backend.isUsingGpuDevice === true };
}

export function processProbe(kind: Kind): Probe {
  const needed = 'only one of tfjs-node and tfjs-node-gpu in a process';
  return { name: 'process', needed, after: ['runtime'], find: () => alone(kind) };
}

function alone(kind: Kind): Finding {
  const found = running()?.package;
  if (found === undefined) return { found: 'none yet' };
  if (found === kind.package) return { found };
  return { found: `${found} runs in this process already`, remedy: `use ${kind.package} in a process of its own` };
}
