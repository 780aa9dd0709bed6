/** A short run, alone in its process: what it prints and how it ends is the test's. */
import { register } from 'node:module';
import { add, backend, ones, ready, setBackend } from '@tensorflow/tfjs-core';
import { webgpu } from '../src/webgpu.js';
import { small } from './small.js';

export interface RunArgument {
  /** What comes before `load`. */
  readonly before?: 'tfjs' | 'navigator' | 'tfjs and navigator' | 'read-only navigator' | 'set by tfjs';
  /** Packages that cannot be found. */
  readonly absent?: readonly string[];
  /** Ends the process by `process.exit` after so many steps. */
  readonly exitAfter?: number;
  readonly steps?: number;
}

export interface RunResult {
  readonly reason: string | undefined;
  /** The code that `load` throws. */
  readonly code?: unknown;
  /** 2. */
  readonly value?: number | undefined;
  readonly losses?: readonly number[];
  /** Whether the device is one that was there before. */
  readonly adopted?: boolean;
  readonly lost?: boolean;
}

export default async function ({ before, absent, exitAfter, steps = 0 }: RunArgument): Promise<RunResult> {
  if (absent)
    register(
      `data:text/javascript,${encodeURIComponent(`export const resolve = async (name, context, next) => {
        if (!${JSON.stringify(absent)}.includes(name)) return next(name, context);
        throw Object.assign(new Error('absent'), { code: 'ERR_MODULE_NOT_FOUND' });
      }`)}`,
    );
  if (before === 'read-only navigator') {
    const value = { userAgent: 'Node.js' };
    Object.defineProperty(globalThis, 'navigator', { get: () => value, configurable: true });
  } else if (before !== undefined && before !== 'tfjs') {
    const { create, globals } = await import('webgpu');
    Object.assign(globalThis, globals);
    Object.defineProperty(globalThis, 'navigator', { value: { gpu: create([]) }, configurable: true, writable: true });
  }
  if (before === 'tfjs' || before === 'tfjs and navigator' || before === 'set by tfjs')
    await import('@tensorflow/tfjs-backend-webgpu');
  if (before === 'set by tfjs') await setBackend('webgpu');
  const there = before === 'set by tfjs' ? backend() : undefined;
  await ready().catch(() => undefined);

  const gpu = webgpu();
  const reason = await gpu.unavailable();
  try {
    await gpu.load();
  } catch (error) {
    return { reason, code: error instanceof Error && 'code' in error ? error.code : error };
  }
  const sum = add(ones([2000]), 1);
  const [value] = await sum.data();
  const run = steps === 0 ? undefined : await small().train(steps, { onStep: (step) => step === exitAfter && process.exit(0) });
  return { reason, value, ...(run && { losses: run.losses }), adopted: there === backend(), lost: gpu.lost.aborted };
}
