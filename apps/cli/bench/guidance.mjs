import { resolve } from 'node:path';
import { tensor1d } from '@tensorflow/tfjs-core';
import { wasm } from '@tweedie/backend-wasm';
import { key, sample, useBackend } from '@tweedie/core';
import { jackknife, rowsAt, spread, wilson } from '@tweedie/evaluation';
import { classifier, classifierFree } from '@tweedie/guidance';
import { logProbability } from '@tweedie/losses';
import { judgeOf, noisyClassifierOf } from '../dist/classifiers.js';
import { gridOf, samplerOf } from '../dist/components.js';
import { withEngine } from '../dist/engines.js';
import { classesRead, judgedFeatures } from '../dist/features.js';
import { finishedRun } from '../dist/finished-run.js';
import { buildModel, denoiserOf } from '../dist/model-spec.js';
import { noClass } from '../dist/objective.js';
import { realImages } from '../dist/real-images.js';
import { runFolder } from '../dist/run-file.js';
import { loadWeights } from '../dist/weights-file.js';

const root = resolve(import.meta.dirname, '../../..');
const [path = 'runs/mnist', count = '300', scaleList = '0,0.5,1,1.6,2.5,4,8'] = process.argv
  .slice(2)
  .filter((each) => each !== '--');
const scales = scaleList.split(',').map(Number);
const n = Number(count);
const BATCH = 100;
const Z = 1.96;

await useBackend(wasm());
const folder = runFolder(resolve(root, path));
const run = await finishedRun(folder);
const model = buildModel(run.model, key(0));
await loadWeights(model, folder);
const { classes, mean, size } = run.data;
const labels = Int32Array.from({ length: n }, (_, i) => i % classes);
const columns = size.reduce((product, length) => product * length, 1);
const started = performance.now();

const _measured = await withEngine({}, async (engine) => {
  const judge = await judgeOf(folder, run, { engine });
  const noisy = await noisyClassifierOf(folder, run, model, { engine });
  const sight = engine.network(judge.features);
  const none = noClass(classes);
  const denoiser = denoiserOf({ ...model, network: engine.network(model.network) }, run.model, run.training.objective);
  const unconditional = (x, level, _, moment) => classifierFree({ scale: 0, without: none })(denoiser)(x, level, none, moment);
  const log = logProbability(engine.network(noisy), model.parameterization);
  const guidances = {
    'classifier-free': (scale) => classifierFree({ scale, without: none })(denoiser),
    classifier: (scale) => classifier({ scale, logProbability: log, told: () => undefined })(unconditional),
  };

  const { heldOut } = await realImages(run.data);
  const firsts = Array.from({ length: classes }, () => []);
  for (let i = 0; i < heldOut.size && firsts.some((each) => each.length < n / classes); i++)
    if (firsts[heldOut.labels[i]].length < n / classes) firsts[heldOut.labels[i]].push(i);
  const real = {
    values: Float32Array.from(
      firsts.flat().flatMap((i) => [...heldOut.pixels.subarray(i * columns, (i + 1) * columns)]),
      (byte) => byte / 127.5 - 1,
    ),
    columns,
  };
  const realLabels = firsts.flat().map((i) => heldOut.labels[i]);
  const spreadOf = (features, of) =>
    jackknife(of.length, (rows) => spread(rowsAt(features, rows), (i, j) => of[rows[i]] === of[rows[j]]), { groups: 10 });
  const truth = spreadOf(await judgedFeatures(sight, real, size), realLabels).value;

  const points = [];
  for (const [name, guidance] of Object.entries(guidances))
    for (const scale of scales) {
      const values = new Float32Array(n * columns);
      for (let first = 0; first < n; first += BATCH) {
        const condition = tensor1d(labels.subarray(first, Math.min(n, first + BATCH)), 'int32');
        const x = await sample({
          denoiser: guidance(scale),
          process: model.process,
          sampler: samplerOf(run.sampling.sampler),
          grid: gridOf(run.sampling.grid),
          steps: run.sampling.steps,
          condition,
          key: key(1),
          first,
          start: [condition.size, ...size],
        });
        values.set(
          (await x.data()).map((value) => value + mean),
          first * columns,
        );
        x.dispose();
        condition.dispose();
      }
      const features = await judgedFeatures(sight, { values, columns }, size);
      const read = await classesRead(judge, features);
      const right = labels.filter((label, i) => read[i] === label).length;
      const diversity = spreadOf(features, labels);
      const half = (Z * diversity.standardError) / truth;
      const point = { name, scale, accuracy: right / n, ...wilson(right, n), diversity: diversity.value / truth, half };
      points.push(point);
      console.log(JSON.stringify(point), `${((performance.now() - started) / 1000).toFixed(0)} s`);
    }
  return { points, judge: judge.accuracy };
});
const _seconds = (performance.now() - started) / 1000;
