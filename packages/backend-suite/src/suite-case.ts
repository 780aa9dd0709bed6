/** A computation whose numbers must not depend on the backend. */
export interface SuiteCase {
  readonly name: string;
  /** How far an element may be from the reference, as a share of the largest one of the case, or of 1 if that is less. */
  readonly tolerance: number;
  /** Computes on the current backend, and leaves no tensor behind. */
  run(): Promise<readonly number[]>;
}
