/** Layouts against a simulation: which element of memory is where in the logical order. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Layout, layoutOf, partitionsOf, plainLayout, refined, reshaped, shapeOf, transposed } from './layout.js';

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, length) => product * length, 1);

/** Places in memory in the logical order. */
function places({ atoms, axes }: Layout): number[] {
  const strides = atoms.map((_, atom) => sizeOf(atoms.slice(atom + 1)));
  const order = axes.flat();
  return Array.from({ length: sizeOf(atoms) }, (_, position) => {
    let [rest, place] = [position, 0];
    for (const atom of order.toReversed()) {
      const length = atoms[atom] ?? 1;
      place += (rest % length) * (strides[atom] ?? 0);
      rest = Math.floor(rest / length);
    }
    return place;
  });
}

/** The elements of a plain array with axes of `shape` in another order of the axes. */
function permuted<T>(elements: readonly T[], shape: readonly number[], perm: readonly number[]): T[] {
  const strides = shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
  let indices = [0];
  for (const axis of perm)
    indices = indices.flatMap((index) => Array.from({ length: shape[axis] ?? 1 }, (_, i) => index + i * (strides[axis] ?? 0)));
  return indices.map((index) => elements[index] as T);
}

const lengths = fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 5, size: 'max' });
const orderOf = (count: number): fc.Arbitrary<number[]> =>
  fc.shuffledSubarray(
    Array.from({ length: count }, (_, i) => i),
    { minLength: count },
  );

/** Atoms in any order, gathered to any axes. */
const layouts: fc.Arbitrary<Layout> = lengths
  .map((all) => all.filter((length) => length > 1))
  .chain((atoms) => fc.tuple(fc.constant(atoms), orderOf(atoms.length), fc.array(fc.nat(atoms.length), { maxLength: 4 })))
  .map(([atoms, order, cuts]) => {
    const borders = [0, ...cuts.toSorted((a, b) => a - b), order.length];
    return { atoms, axes: borders.slice(1).map((end, i) => order.slice(borders[i], end)) };
  });

/** A way to write a length as a product. */
const factors = (length: number): fc.Arbitrary<number[]> => {
  const divisors = Array.from({ length }, (_, i) => i + 1).filter((divisor) => length % divisor === 0);
  return fc.constantFrom(...divisors).map((divisor) => [divisor, length / divisor]);
};

test('a plain layout is the logical order', () => {
  fc.assert(
    fc.property(lengths, (shape) => {
      const layout = plainLayout(shape);
      expect(shapeOf(layout)).toEqual(shape);
      expect(places(layout)).toEqual(Array.from({ length: sizeOf(shape) }, (_, i) => i));
    }),
  );
});

test('axes that lie in another order', () => {
  const cases = lengths.chain((shape) => fc.tuple(fc.constant(shape), orderOf(shape.length)));
  fc.assert(
    fc.property(cases, ([shape, order]) => {
      const layout = layoutOf(shape, order);
      expect(shapeOf(layout)).toEqual(shape);
      // What is read in the order of memory comes one after the other.
      expect(permuted(places(layout), shape, order)).toEqual(Array.from({ length: sizeOf(shape) }, (_, i) => i));
    }),
  );
  expect(layoutOf([2, 3, 4, 5], [0, 3, 1, 2])).toEqual({ atoms: [2, 5, 3, 4], axes: [[0], [2], [3], [1]] });
});

test('transposing permutes the axes', () => {
  const cases = layouts.chain((layout) => fc.tuple(fc.constant(layout), orderOf(layout.axes.length)));
  fc.assert(
    fc.property(cases, ([layout, perm]) => {
      const result = transposed(layout, perm);
      const shape = shapeOf(layout);
      expect(shapeOf(result)).toEqual(perm.map((axis) => shape[axis]));
      expect(result.atoms).toEqual(layout.atoms);
      expect(places(result)).toEqual(permuted(places(layout), shape, perm));
    }),
  );
});

test('reshaping keeps the order of the elements, or is refused', () => {
  const cases = layouts.chain((layout) => {
    const size = sizeOf(layout.atoms);
    const cut = fc.array(fc.nat(), { maxLength: 4 }).map((choices) => {
      const shape: number[] = [];
      let rest = size;
      for (const choice of choices) {
        const divisors = Array.from({ length: rest }, (_, i) => i + 1).filter((divisor) => rest % divisor === 0);
        const divisor = divisors[choice % divisors.length] ?? 1;
        shape.push(divisor);
        rest /= divisor;
      }
      return [...shape, rest];
    });
    return fc.tuple(fc.constant(layout), cut);
  });
  let done = 0;
  fc.assert(
    fc.property(cases, ([layout, shape]) => {
      const result = reshaped(layout, shape);
      if (result === undefined) return;
      done++;
      expect(shapeOf(result)).toEqual(shape);
      expect(sizeOf(result.atoms)).toBe(sizeOf(layout.atoms));
      expect(places(result)).toEqual(places(layout));
    }),
    { numRuns: 500 },
  );
  expect(done).toBeGreaterThan(100);
});

test('reshaping is not refused where axes are joined, or cut at boundaries of atoms', () => {
  fc.assert(
    fc.property(layouts, (layout) => {
      const whole = reshaped(layout, [sizeOf(layout.atoms)]);
      expect(whole).toEqual({ atoms: layout.atoms, axes: [layout.axes.flat()] });
      expect(whole && reshaped(whole, [1, ...shapeOf(layout), 1])).toEqual({
        atoms: layout.atoms,
        axes: [[], ...layout.axes, []],
      });
    }),
  );
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 24 }).chain((length) => fc.tuple(fc.constant(length), factors(length))),
      ([length, shape]) => {
        expect(reshaped(plainLayout([3, length, 2]), [3, ...shape, 2])).toEqual(plainLayout([3, ...shape, 2]));
      },
    ),
  );
  expect(reshaped(plainLayout([2, 3]), [3, 2])).toBeUndefined();
});

test('refining cuts atoms and moves nothing, or is refused', () => {
  const cases = layouts.chain((layout) => fc.tuple(fc.constant(layout), fc.tuple(...shapeOf(layout).map(factors))));
  let done = 0;
  fc.assert(
    fc.property(cases, ([layout, partitions]) => {
      const result = refined(layout, partitions);
      if (result === undefined) return;
      done++;
      expect(shapeOf(result)).toEqual(shapeOf(layout));
      expect(places(result)).toEqual(places(layout));
      for (const [axis, [, inner = 1]] of partitions.entries()) {
        const ends = new Set([1]);
        for (const length of (partitionsOf(result)[axis] ?? []).toReversed()) ends.add(Math.max(...ends) * length);
        expect(ends).toContain(inner);
      }
    }),
    { numRuns: 500 },
  );
  expect(done).toBeGreaterThan(100);
  expect(refined(plainLayout([6]), [[2, 3]])).toEqual({ atoms: [2, 3], axes: [[0, 1]] });
  expect(refined({ atoms: [2, 3], axes: [[0, 1]] }, [[3, 2]])).toBeUndefined();
});
