/** What a backend gives, in the process or page that it was brought to. */
import type { WebgpuReport } from '@tweedie/backend-webgpu';
import type { Backend } from '@tweedie/core';
import { capabilities, type KernelCapability } from '@tweedie/testing/capabilities';
import { type Endurance, endurance } from '../src/endurance.js';
import { runSuite, type SuiteNumbers } from '../src/suite.js';

export type Wanted = 'reason' | 'numbers' | 'capabilities';

/** What was wanted, or why it cannot be had. */
export interface Measured {
  readonly reason?: string;
  readonly numbers?: SuiteNumbers;
  readonly endurance?: Endurance;
  readonly capabilities?: readonly KernelCapability[];
  /** With capabilities, of WebGPU. */
  readonly adapter?: WebgpuReport;
}

interface Reporting extends Backend {
  report?(): Promise<WebgpuReport | undefined>;
}

export async function measure(backend: Reporting, wanted: Wanted): Promise<Measured> {
  const reason = await backend.unavailable();
  if (reason !== undefined) return { reason };
  if (wanted === 'reason') return {};
  await backend.load();
  if (wanted === 'capabilities') {
    const adapter = await backend.report?.();
    return { capabilities: await capabilities(), ...(adapter && { adapter }) };
  }
  return { numbers: await runSuite(), endurance: await endurance() };
}
