/** What the two backends differ in. */
import type { PackageName } from './installation.js';
import type { Machine } from './machine.js';
import type { Probe } from './probe.js';

export interface Kind {
  /** Name of the backend, as `useBackend` reports it. In tfjs both are `tensorflow`. */
  readonly name: string;
  readonly package: PackageName;
  readonly gpu: boolean;
  /** `platform-arch` for which there is a libtensorflow, as Node names them. */
  readonly platforms: readonly string[];
  /** What the machine must have besides the package. */
  probes(machine: Machine): readonly Probe[];
}

/** The release of tfjs-node whose messages, libraries and removed functions this package knows. */
export const VERSION = '4.22.0';
