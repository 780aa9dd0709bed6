/**
 * How readable are the digits? `pnpm bench:digits [run] [samples per class]`: draws images of each class from a finished run with its own
 * settings (20 steps, default guidance) and lets a classifier read them, which first has to prove itself on the 10,000 test digits. Its
 * features also tell how far the samples' distribution is from that of training digits, beside as many others of these.
 */
import { strict as assert } from 'node:assert';
import { resolve } from 'node:path';
import { tensor4d } from '@tensorflow/tfjs-core';
import { wasm } from '@tweedie/backend-wasm';
import { key } from '@tweedie/core';
import { drawSamples } from '../dist/draw-samples.js';
import { withEngine } from '../dist/engines.js';
import { buildModel } from '../dist/model-spec.js';
import { runFolder } from '../dist/run-file.js';
import { loadWeights } from '../dist/weights-file.js';
import { digitClassifier, digits } from './digit-classifier.mjs';
import { frechetDistance } from './frechet.mjs';

const root = resolve(import.meta.dirname, '../../..');
const [path = 'runs/mnist', perClass = '100'] = process.argv.slice(2).filter((argument) => argument !== '--');
const folder = runFolder(resolve(root, path));
const run = await folder.load();
assert(run?.status.finished, `${path} must be a finished run; train it first with \`npm start\``);

await wasm().load();
const judge = await digitClassifier(resolve(root, '.cache/digit-classifier-128.safetensors'));
console.log(`classifier: ${(100 * judge.accuracy).toFixed(2)} % of the 10,000 test digits`);
assert(judge.accuracy >= 0.985, 'the classifier must read at least 98.5 % of the test digits');

const model = buildModel(run.model, key(0));
await loadWeights(model, folder);
const { classes } = run.data;
const labels = Int32Array.from({ length: classes * Number(perClass) }, (_, i) => i % classes);
const started = performance.now();
const { values, shape } = await withEngine({}, (engine) =>
  drawSamples({ ...model, network: engine.network(model.network) }, run, run.sampling, labels, 1),
);
console.log(
  `${labels.length} samples in ${((performance.now() - started) / 1000).toFixed(1)} s: ${JSON.stringify(run.sampling)}`,
);

const images = tensor4d(values, [...shape]);
const found = judge.read(images);
const right = labels.filter((label, i) => found[i] === label).length;
for (let k = 0; k < classes; k++) {
  const own = found.filter((_, i) => labels[i] === k);
  console.log(`class ${k}: ${((100 * own.filter((label) => label === k).length) / own.length).toFixed(1)} %`);
}
console.log(`right class: ${((100 * right) / labels.length).toFixed(1)} % of ${labels.length}`);

const REFERENCE = 10_000;
const [reference, real] = [await digits('train', REFERENCE), await digits('train', labels.length, REFERENCE)];
const [drawn, floor] = [images, real.images].map((set) => frechetDistance(judge.features(set), judge.features(reference.images)));
console.log(
  `Fréchet distance of features to ${REFERENCE} training digits: ${drawn.toFixed(2)}, of as many other training digits ${floor.toFixed(2)}: ${(drawn / floor).toFixed(2)} times`,
);
