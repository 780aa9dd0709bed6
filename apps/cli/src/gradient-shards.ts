/** Differentiating each batch in parts, on several threads. */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Differentiate } from '@tweedie/core';
import { eager, remote, sharded } from '@tweedie/training';
import { namedPlugins } from './named-plugins.js';
import type { Trained } from './run-file.js';

/** Threads that differentiate; `close` ends them. */
export interface GradientShards {
  readonly differentiate: Differentiate;
  close(): Promise<void>;
}

/** `shards` parts, the first one here and the rest on worker threads, as far as there are cores: the numbers do not depend on which. */
export function gradientShards({ data, model, training }: Trained, shards: number): GradientShards {
  const count = Math.min(shards, availableParallelism()) - 1;
  const plugins = namedPlugins();
  const workers = Array.from(
    { length: count },
    () =>
      new Worker(new URL('./gradient-worker.js', import.meta.url), {
        workerData: { trained: { data, model, training } satisfies Trained, plugins },
      }),
  );
  const parts = [eager, ...workers.map((worker) => remote(worker))];
  return {
    differentiate: sharded(Array.from({ length: shards }, (_, i) => parts[i] ?? eager)),
    close: async () => {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}
