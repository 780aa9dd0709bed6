/** Which engine the command line asks for. */
import { invalid } from '@tweedie/core';
import type { EngineRecord } from './engine-record.js';

export const ENGINES = ['compiled', 'eager'] as const satisfies readonly EngineRecord['kind'][];

/** An engine to open; what is undefined is left to the machine. An {@link EngineRecord} is one that leaves nothing. */
export interface EngineRequest {
  readonly kind?: EngineRecord['kind'] | undefined;
  readonly threads?: number | undefined;
  readonly shards?: number | undefined;
}

/** The flags about engines; undefined where the command line said nothing. */
export interface EngineFlags {
  readonly engine?: EngineRecord['kind'];
  readonly threads?: number;
  readonly shards?: number;
}

/**
 * What the flags ask for: `--shards` alone means eager, `--threads` alone compiled.
 * @throws RangeError (`engine-flags-differ`)
 */
export function engineRequest({ engine, threads, shards }: EngineFlags): EngineRequest {
  const kind = engine ?? (shards !== undefined ? 'eager' : threads !== undefined ? 'compiled' : undefined);
  if (kind === 'eager' && threads !== undefined)
    throw invalid('engine-flags-differ', '`--threads` is for --engine compiled; eager has `--shards`');
  if (kind === 'compiled' && shards !== undefined)
    throw invalid('engine-flags-differ', '`--shards` is for --engine eager; compiled has `--threads`');
  return { kind, threads, shards };
}
