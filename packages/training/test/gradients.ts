/** The gradients of the fixture's objective as numbers, and whether two ways to them agree. */
import type { Tensor } from '@tensorflow/tfjs-core';
import { type Differentiate, disposeAll, key } from '@tweedie/core';
import { expect } from 'vitest';
import { data, objective } from '../fixtures/objective.mjs';

type Numbers = Readonly<Record<string, readonly number[]>>;

export const model = objective();

/** Inputs of so many examples. */
export async function inputsOf(size: number) {
  const batch = data(0, size).next().value;
  const inputs = await model.prepare(batch, key(5), undefined);
  disposeAll(batch);
  return inputs;
}

/** Loss, metrics and gradients of so many examples. */
export async function numbersOf(differentiate: Differentiate, size: number): Promise<Numbers> {
  const inputs = await inputsOf(size);
  const { loss, perExample, metrics = {}, gradients } = await differentiate(model)(inputs);
  const all: Record<string, Tensor | undefined> = { loss, perExample, ...metrics, ...gradients };
  const values = Object.fromEntries(Object.entries(all).map(([name, tensor]) => [name, [...(tensor?.dataSync() ?? [])]]));
  disposeAll(inputs, all);
  return values;
}

export function expectEqual(parts: Numbers, whole: Numbers): void {
  expect(Object.keys(parts)).toEqual(Object.keys(whole));
  for (const [name, values] of Object.entries(whole)) {
    expect(parts[name]?.length).toBe(values.length);
    values.forEach((value, i) => {
      expect(parts[name]?.[i]).toBeCloseTo(value, 5);
    });
  }
}
