/** Running sums of scalars on the device: reading back at every step would stall a GPU. */
import { add, clone, keep, type Scalar, scalar, tidy } from '@tensorflow/tfjs-core';

/** Sums since the last `restart`, and how many. */
export interface Sums {
  readonly count: number;
  readonly sums: Readonly<Record<string, number>>;
}

/** Adds up named scalars. */
export interface Meter {
  add(values: Readonly<Record<string, Scalar>>): void;
  read(): Promise<Sums>;
  restart(): void;
  dispose(): void;
}

/** A meter, empty or continuing from what another one read. */
export function meter(start: Sums = { count: 0, sums: {} }): Meter {
  let count = start.count;
  let sums = new Map(Object.entries(start.sums).map(([name, sum]): [string, Scalar] => [name, scalar(sum)]));
  const restart = () => {
    for (const sum of sums.values()) sum.dispose();
    sums = new Map();
    count = 0;
  };
  return {
    add: (values) => {
      for (const [name, value] of Object.entries(values)) {
        const before = sums.get(name);
        sums.set(
          name,
          tidy(() => keep(before === undefined ? clone(value) : add(before, value))),
        );
        before?.dispose();
      }
      count++;
    },
    read: async () => {
      const reads = [...sums].map(async ([name, sum]): Promise<[string, number]> => [name, (await sum.data())[0] ?? Number.NaN]);
      return { count, sums: Object.fromEntries(await Promise.all(reads)) };
    },
    restart,
    dispose: restart,
  };
}
