/**
 * Every engine against tfjs's cpu backend. `TWEEDIE_BACKENDS=cuda` runs these engines only, and they must be there; those in
 * `TWEEDIE_EXPECT` must be there among all.
 */
import { memory } from '@tensorflow/tfjs-core';
import { useBackend } from '@tweedie/core';
import { cpu } from '@tweedie/core/cpu';
import { beforeAll, describe, expect, it } from 'vitest';
import { ENGINES, listed } from '../test/engines.js';
import type { Measured } from '../test/measure.js';
import { deviation } from './compare.js';
import { runSuite, type SuiteNumbers, suite } from './suite.js';

const LIMIT = 600_000;
const only = listed('TWEEDIE_BACKENDS');
const expected = only ?? listed('TWEEDIE_EXPECT') ?? ['wasm'];
const engines = Object.entries(ENGINES).filter(([name]) => only?.includes(name) ?? name !== 'cpu');
const found = await Promise.all(engines.map(async ([name, run]) => ({ name, run, ...(await run('reason')) })));

let reference: SuiteNumbers = {};
let leaked = Number.NaN;
const running = new Map<string, Promise<Measured>>();
beforeAll(async () => {
  for (const { name, run, reason } of found) {
    if (reason !== undefined) continue;
    const measured = run('numbers');
    measured.catch(() => undefined); // told where it is awaited
    running.set(name, measured);
  }
  await useBackend(cpu());
  const before = memory().numTensors;
  reference = await runSuite();
  leaked = memory().numTensors - before;
}, LIMIT);

describe('cpu', () => {
  it('leaves no tensor behind', () => expect(leaked).toBe(0));
  it.each(suite)('is finite: $name', ({ name }) => expect(reference[name]).toSatisfy((all) => all.every(Number.isFinite)));
});

for (const { name, reason } of found) {
  if (reason !== undefined) {
    console.log(`Not checked here: ${name}, as ${reason}`);
    it.runIf(expected.includes(name))(`${name} is here (${reason})`, () => expect(reason).toBeUndefined());
    continue;
  }
  describe(name, () => {
    let measured: Measured = {};
    beforeAll(async () => {
      measured = (await running.get(name)) ?? {};
    }, LIMIT);

    it.each(suite)('agrees with cpu: $name', (each) =>
      expect(deviation(measured.numbers?.[each.name] ?? [], reference[each.name] ?? [])).toBeLessThanOrEqual(each.tolerance),
    );

    it.each(['training', 'sampling'] as const)('holds the same in the middle and at the end of 250 steps of %s', (which) => {
      const [middle, end] = measured.endurance?.[which] ?? [];
      expect(middle).toBeDefined();
      expect(end).toEqual(middle);
    });

    it('holds the same before and after all of them', () => {
      const [before, after] = measured.endurance?.both ?? [];
      expect(before).toBeDefined();
      expect({ ...after, allocated: before?.allocated }).toEqual(before); // buffers are kept for reuse
    });
  });
}
