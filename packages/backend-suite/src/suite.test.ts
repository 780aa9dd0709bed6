import '@tensorflow/tfjs-backend-cpu';
import { memory, setBackend } from '@tensorflow/tfjs-core';
import { wasm } from '@tweedie/backend-wasm';
import { useBackend } from '@tweedie/core';
import * as networks from '@tweedie/networks';
import * as samplers from '@tweedie/samplers';
import { expect, test } from 'vitest';
import { deviation } from './compare.js';
import { runSuite, suite } from './suite.js';

await setBackend('cpu');
const before = memory().numTensors;
const reference = await runSuite();
const leaked = memory().numTensors - before;

test('leaves no tensor behind', () => expect(leaked).toBe(0));

await useBackend(wasm());
const measured = await runSuite();

test.each(suite)('wasm agrees with cpu: $name', (each) => {
  console.log(each.name, reference[each.name]?.length, deviation(measured[each.name] ?? [], reference[each.name] ?? []));
});
