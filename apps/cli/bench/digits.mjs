/**
 * How readable are the digits? `pnpm bench:digits [run] [samples per class]`: draws images of each class from a finished run with its own
 * settings (20 steps, default guidance) and lets a judge read them, which first has to prove itself on held-out digits. Its features also
 * tell how far the samples' distribution is from that of training digits, beside as many others of these.
 */
import { strict as assert } from 'node:assert';
import { resolve } from 'node:path';
import { wasm } from '@tweedie/backend-wasm';
import { useBackend } from '@tweedie/core';
import { frechetDistance, moments } from '@tweedie/evaluation';
import { judgeOf } from '../dist/classifiers.js';
import { drawSamples } from '../dist/draw-samples.js';
import { withEngine } from '../dist/engines.js';
import { classesRead, judgedFeatures } from '../dist/features.js';
import { finishedModel, finishedRun } from '../dist/finished-run.js';
import { imageRows, realImages } from '../dist/real-images.js';
import { runFolder } from '../dist/run-file.js';

const root = resolve(import.meta.dirname, '../../..');
const [path = 'runs/mnist', perClass = '100'] = process.argv.slice(2).filter((argument) => argument !== '--');
const REFERENCE = 10_000;

await useBackend(wasm());
const folder = runFolder(resolve(root, path));
const run = await finishedRun(folder);
const model = await finishedModel(folder, run);
const { classes, size } = run.data;
const labels = Int32Array.from({ length: classes * Number(perClass) }, (_, i) => i % classes);

await withEngine({}, async (engine) => {
  const judge = await judgeOf(folder, run, { engine });
  console.log(`judge: ${(100 * judge.accuracy).toFixed(2)} % of held-out digits`);
  assert(judge.accuracy >= 0.985, 'the judge must read at least 98.5 % of held-out digits');

  const started = performance.now();
  const network = engine.network(model.network);
  const { values } = await drawSamples({ ...model, network }, run, run.sampling, labels, 1);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${labels.length} samples in ${seconds} s: ${JSON.stringify(run.sampling)}`);

  const sight = engine.network(judge.features);
  const columns = size.reduce((product, length) => product * length, 1);
  const features = await judgedFeatures(sight, { values, columns }, size);
  const read = await classesRead(judge, features);
  for (let k = 0; k < classes; k++) {
    const own = read.filter((_, i) => labels[i] === k);
    console.log(`class ${k}: ${((100 * own.filter((label) => label === k).length) / own.length).toFixed(1)} %`);
  }
  const right = labels.filter((label, i) => read[i] === label).length;
  console.log(`right class: ${((100 * right) / labels.length).toFixed(1)} % of ${labels.length}`);

  const { training } = await realImages(run.data);
  const real = async (count, first) => moments(await judgedFeatures(sight, imageRows(training, count, first), size));
  const reference = await real(REFERENCE, 0);
  const drawn = frechetDistance(moments(features), reference);
  const floor = frechetDistance(await real(labels.length, REFERENCE), reference);
  console.log(
    `Fréchet distance of features to ${REFERENCE} training digits: ${drawn.toFixed(2)}, of as many other training digits ${floor.toFixed(2)}: ${(drawn / floor).toFixed(2)} times`,
  );
});
