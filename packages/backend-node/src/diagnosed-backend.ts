/** A backend that says all that it found out about the machine, and not only the first thing that is wrong. */
import type { Backend } from '@tweedie/core';

/** One line of what was looked at to say whether a backend can run here. */
export interface Check {
  /** What was looked at, for example `driver`. */
  readonly name: string;
  /** Whether it is as needed; `undefined` where this was not checked because an earlier check failed. */
  readonly ok: boolean | undefined;
  readonly found: string;
  readonly needed: string;
  /** What to do, with the command; given where `ok` is `false`. */
  readonly remedy?: string;
}

/** A `Backend` of this package. */
export interface DiagnosedBackend extends Backend {
  /** The first check that fails, in one line; `undefined` if all pass. Loads nothing into this process. */
  unavailable(): Promise<string | undefined>;
  /** All checks, in their order. Loads nothing into this process. */
  diagnose(): Promise<readonly Check[]>;
}

/** Options of `cuda` and `nativeCpu`. */
export interface NodeBackendOptions {
  /**
   * File or folder, as a path or a `file:` URL, from which the package of tfjs is resolved. By default it is looked for as a peer
   * of this package, then from the program's file, then from the folder in which that was started.
   */
  readonly from?: string | URL;
}
