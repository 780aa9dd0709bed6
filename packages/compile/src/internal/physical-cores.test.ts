import { availableParallelism } from 'node:os';
import { describe, expect, it } from 'vitest';
import { coresIn, physicalCores } from './physical-cores.js';

const processor = (id: number, physical: number, core: number) =>
  `processor\t: ${id}\nphysical id\t: ${physical}\nsiblings\t: 4\ncore id\t\t: ${core}\ncpu cores\t: 2\n`;
const machine = (...processors: readonly [physical: number, core: number][]) =>
  `${processors.map(([physical, core], i) => processor(i, physical, core)).join('\n')}\n`;

describe('physicalCores', () => {
  it('counts cores and not their threads', () => {
    expect(coresIn(machine([0, 0], [0, 1], [0, 0], [0, 1]))).toBe(2);
    expect(coresIn(machine([0, 0], [0, 4], [1, 0], [1, 4]))).toBe(4);
    expect(coresIn(machine([0, 0]))).toBe(1);
  });

  it('knows when Linux does not say', () => {
    expect(coresIn('processor\t: 0\nBogoMIPS\t: 50.00\n\nprocessor\t: 1\nBogoMIPS\t: 50.00\n')).toBeUndefined();
    expect(coresIn('')).toBeUndefined();
  });

  it('is what this process may use at most', () => {
    expect(physicalCores()).toBeGreaterThanOrEqual(1);
    expect(physicalCores()).toBeLessThanOrEqual(availableParallelism());
    expect(Number.isInteger(physicalCores())).toBe(true);
  });
});
