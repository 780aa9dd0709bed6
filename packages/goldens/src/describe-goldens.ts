/** Golden tests: each case that a test takes becomes one test, and its name is left for the census. */
import { describe, expect, test } from 'vitest';
import { difference, type Pair, type Tolerance } from './compare.js';
import { casesOf, fingerprint, type GoldenCase, type GoldenFile, type GoldenHeader, hasNumbers } from './golden-file.js';

/** The numbers of a case by name, each computed and golden. */
export type Comparison = Readonly<Record<string, Pair>>;

declare module 'vitest' {
  interface TaskMeta {
    /** The golden case that the test runs, for the census. */
    golden?: { readonly file: string; readonly case: string };
  }
}

/**
 * Runs the cases of a file that `run` takes, and compares at the header's float64 tolerance: an element passes if it is within
 * `abs` or within `rel`. It may take none, for the data can change; the census knows of cases that no test runs.
 * @param name what is tested
 * @param file the imported JSON
 * @param run gives undefined for a case that is not ours, else a function that computes it; not asked where the peer itself
 * found no number
 * @param options.tolerance for numbers that are not float64, for example `{ abs: 1e-4 }`, or what gives it for a case
 */
export function describeGoldens(
  name: string,
  file: GoldenFile,
  run: (golden: GoldenCase, header: GoldenHeader) => (() => Comparison | Promise<Comparison>) | undefined,
  options: { readonly tolerance?: Tolerance | ((golden: GoldenCase, header: GoldenHeader) => Tolerance) } = {},
): void {
  const { header } = file;
  const taken = casesOf(file)
    .filter(hasNumbers)
    .flatMap((golden) => {
      try {
        const compute = run(golden, header);
        return compute === undefined ? [] : [{ golden, compute }];
      } catch (error) {
        // A case that cannot be read fails by itself, and not the whole file of tests with it.
        return [{ golden, compute: () => Promise.reject<Comparison>(error) }];
      }
    });
  if (taken.length === 0) return;
  const { abs, rel } = header.tolerance;
  const given = options.tolerance ?? {
    ...(typeof abs === 'number' && { abs }),
    ...(typeof rel === 'number' && { rel }),
  };

  describe(`${name} against ${header.peer.replace(/@.*/, '')}`, () => {
    for (const { golden, compute } of taken)
      test(golden.name, async ({ task }) => {
        task.meta.golden = { file: fingerprint(file), case: golden.name };
        const tolerance = typeof given === 'function' ? given(golden, header) : given;
        const pairs = Object.entries(await compute());
        if (pairs.length === 0) throw new Error(`the case ${golden.name} compares nothing`);
        const differences = pairs.flatMap(([key, pair]) => {
          const text = difference(pair, tolerance);
          return text === undefined ? [] : [`${key}: ${text}`];
        });
        expect(differences).toEqual([]);
      });
  });
}
