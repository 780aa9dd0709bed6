/** Run folders that someone else has made: whatever `run.json` holds, it is read, or refused by one error with a code. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { key } from '@tweedie/core';
import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { gridOf, parameterizationOf, processOf, samplerOf, scheduleOf } from './components.js';
import { DEFAULTS } from './defaults.js';
import { learningRateOf } from './learning-rate.js';
import { sampleShape } from './network-spec.js';
import { type Run, runFolder } from './run-file.js';

const path = mkdtempSync(join(tmpdir(), 'tweedie-fuzz-'));
afterAll(() => rmSync(path, { recursive: true }));
const folder = runFolder(path);

const run = (kind: 'mnist' | 'points'): Run => ({
  format: 'tweedie-run',
  version: 4,
  data: kind === 'mnist' ? { kind, size: [28, 28, 1], classes: 10, mean: -0.7 } : { kind, source: 'moons({ deviation: 0.1 })' },
  model: DEFAULTS[kind].model,
  training: { ...DEFAULTS[kind].training, steps: 500, engine: { kind: 'compiled', threads: 2 } },
  sampling: DEFAULTS[kind].sampling,
  status: { engine: 'onnxruntime-node 1.30.0', trainingSeconds: 1, finished: true },
});

const odd = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom(-1, 0, 0.5, 2 ** 31, 2 ** 53, 1e308, '', 'cosine(', '../../etc/passwd', './evil.mjs#run', '__proto__'),
  fc.constantFrom('(', '[', '-', 'shifted(').map((opening) => opening.repeat(5000)),
);

/** `json` with the value at the nth of its places changed, or gone. */
function changed(json: unknown, nth: number, by: (old: unknown) => unknown): unknown {
  let at = 0;
  return JSON.parse(JSON.stringify(json), (_, value: unknown) => (at++ === nth ? by(value) : value));
}

/** Other letters in a text, which most of the places hold. */
function misspelt(value: unknown, at: number, letters: string): unknown {
  if (typeof value !== 'string') return letters;
  const from = at % (value.length + 1);
  return value.slice(0, from) + letters + value.slice(from + 1);
}

/** As {@link changed}, of the numbers alone. */
function resized(json: unknown, nth: number, to: number): unknown {
  let at = 0;
  return JSON.parse(JSON.stringify(json), (_, value: unknown) => (typeof value === 'number' && at++ === nth ? to : value));
}

const json = fc.constantFrom(run('mnist'), run('points'));
const files = fc.oneof(
  fc.tuple(json, fc.nat(60), odd).map(([each, nth, value]) => JSON.stringify(changed(each, nth, () => value))),
  fc
    .tuple(json, fc.nat(35), fc.constantFrom(-1, 0, 0.5, 1e6, 2 ** 31, 2 ** 53 - 1, 1e308))
    .map(([each, nth, to]) => JSON.stringify(resized(each, nth, to))),
  fc.tuple(json, fc.nat(60)).map(([each, nth]) => JSON.stringify(changed(each, nth, () => undefined)) ?? ''),
  fc
    .tuple(json, fc.nat(60), fc.nat(80), fc.string({ maxLength: 3 }))
    .map(([each, nth, at, letters]) => JSON.stringify(changed(each, nth, (old) => misspelt(old, at, letters)))),
  fc.tuple(json, fc.nat(1500)).map(([each, end]) => JSON.stringify(each).slice(0, end)),
  fc.json(),
  fc.string(),
);

/** As commands do with a run before they build its network. */
async function open(): Promise<boolean> {
  const { model, training, sampling } = (await folder.load()) ?? run('mnist');
  const process = processOf(model.process, scheduleOf(model.schedule));
  parameterizationOf(model.parameterization, process);
  samplerOf(sampling.sampler);
  expect(Math.max(...sampleShape(model.network))).toBeLessThan(5000);
  gridOf(sampling.grid)(process, sampling.steps);
  learningRateOf(training.rate, { peak: training.learningRate, warmUp: training.warmUp, steps: training.steps });
  return key(training.seed).length === 2;
}

it('1,000 of them, in no more memory than a run takes', { timeout: 60_000 }, async () => {
  let opened = 0;
  await fc.assert(
    fc.asyncProperty(files, async (text) => {
      await folder.write('run.json', text);
      const before = process.memoryUsage().arrayBuffers;
      try {
        if (await open()) opened++;
      } catch (error) {
        expect(error).toMatchObject({ code: expect.stringMatching(/^[a-z]+(-[a-z0-9]+)+$/) });
      }
      expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 * 2 ** 20);
    }),
    { seed: 1, numRuns: 1000, endOnFailure: true },
  );
  expect(opened).toBeGreaterThan(50);
});
