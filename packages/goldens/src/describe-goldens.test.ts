import sigmas from '@tweedie/goldens/schedules/sigmas-edm.json' with { type: 'json' };
import { expect, test } from 'vitest';
import { describeGoldens } from './describe-goldens.js';
import { number, numbers } from './read.js';

const file = {
  header: { peer: 'somebody/something@0', what: 'squares', tolerance: { abs: 1e-9, rel: 0 } },
  cases: [
    { name: 'of 3', x: 3, square: 9 },
    { name: 'of 1 to 3', x: [1, 2, 3], square: { shape: [3, 1], data: [1, 4, 9.0000000001] } },
    { name: 'a root', x: -1, root: 'NaN' },
  ],
};

describeGoldens('square', file, ({ x, square }) =>
  square === undefined ? undefined : () => ({ square: [numbers(x).map((each) => each ** 2), square] }),
);
describeGoldens('root', file, ({ x, root }) =>
  root === undefined ? undefined : async () => ({ root: [number(x) ** 0.5, root] }),
);

describeGoldens('number', { ...file, cases: [{ name: 'of NaN', peer_gives_nan: true }] }, () => {
  throw new Error('a case without numbers is nobody’s');
});

test('an imported file reads as it lies on disk', () => {
  expect(sigmas.header.peer).toMatch(/^NVlabs\/edm@/);
  expect(sigmas.cases?.some(({ args }) => args !== undefined)).toBe(true);
});
