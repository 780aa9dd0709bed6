import { variancePreserving } from '@tweedie/forward-process';
import { cosine } from '@tweedie/schedules';
import { pointDenoiser } from '@tweedie/testing';
import { expect, test } from 'vitest';
import { logLikelihood } from './log-likelihood.js';
import { plainModel } from './plain-model.js';
import { everyAxis } from './probes.js';

test('bad input is refused by name', async () => {
  const denoiser = pointDenoiser([0, 0]);
  expect(() => plainModel(denoiser, { dimensions: 0 })).toThrow(expect.objectContaining({ code: 'dimensions-not-positive' }));
  const model = plainModel(denoiser, { dimensions: 2 });
  const process = variancePreserving(cosine());
  const ask = async (...x: number[]) =>
    logLikelihood({ model, process, x: Float64Array.from(x), probes: everyAxis(), clean: process.at(0.1) });
  await expect(ask(1, 2, 3)).rejects.toMatchObject({ code: 'batch-ragged' });
  await expect(ask(1, 2)).rejects.toMatchObject({ code: 'derivative-not-given' });
});
