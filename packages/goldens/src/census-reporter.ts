/**
 * A vitest reporter that takes the census after a run of all tests: with `TWEEDIE_CENSUS=1` the run fails if a golden case
 * is neither run nor listed in `docs/parity.md`. Without it (a part of the tests, a single file) it keeps quiet.
 */
import { readFileSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';
import { catalogue } from './catalogue.js';
import { census } from './census.js';
import type {} from './describe-goldens.js'; // what it adds to a task's meta
import { parseParity } from './parity.js';

/** The reporter; name its file in `reporters` of the vitest configuration. */
export default class CensusReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    if (process.env.TWEEDIE_CENSUS !== '1') return;
    const entries = catalogue();
    const paths = new Map(entries.map(({ fingerprint, path }) => [fingerprint, path]));
    const run = new Set<string>();
    for (const module of modules) {
      for (const test of module.children.allTests('passed')) {
        const { golden } = test.meta();
        const path = paths.get(golden?.file ?? '');
        if (golden !== undefined && path !== undefined) run.add(`${path}#${golden.case}`);
      }
    }
    const all = entries.flatMap(({ ids }) => ids);
    const page = readFileSync(new URL('../../../docs/parity.md', import.meta.url), 'utf8');
    const problems = census(all, run, parseParity(page));
    console.log(`\n golden census: ${run.size} of ${all.length} cases run, ${problems.length} unaccounted for`);
    if (problems.length === 0) return;
    console.error(problems.map((problem) => `   ${problem}`).join('\n'));
    process.exitCode = 1;
  }
}
