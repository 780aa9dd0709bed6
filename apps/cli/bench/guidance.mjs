/**
 * What a guidance scale buys and costs: `pnpm bench:guidance [run] [samples] [scales]` draws from a finished run of images with classes,
 * guided without a classifier and with one, and has a judge that no guidance follows read what comes out. It writes the charts and the table
 * of docs/guidance.md.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { resolve } from 'node:path';
import { tensor1d } from '@tensorflow/tfjs-core';
import { wasm } from '@tweedie/backend-wasm';
import { key, sample, useBackend } from '@tweedie/core';
import { jackknife, rowsAt, spread, wilson } from '@tweedie/evaluation';
import { classifier, classifierFree } from '@tweedie/guidance';
import { logProbability } from '@tweedie/losses';
import { lineChart } from '../../../scripts/line-chart.mjs';
import { judgeOf, noisyClassifierOf } from '../dist/classifiers.js';
import { gridOf, samplerOf } from '../dist/components.js';
import { withEngine } from '../dist/engines.js';
import { classesRead, judgedFeatures } from '../dist/features.js';
import { finishedModel, finishedRun } from '../dist/finished-run.js';
import { denoiserOf } from '../dist/model-spec.js';
import { noClass } from '../dist/objective.js';
import { imageRows, realImages } from '../dist/real-images.js';
import { runFolder } from '../dist/run-file.js';

const root = resolve(import.meta.dirname, '../../..');
const given = process.argv.slice(2).filter((argument) => argument !== '--');
const [path = 'runs/mnist', count = '300', list = '0,0.5,1,1.6,2.5,4,8'] = given;
const [n, scales] = [Number(count), list.split(',').map(Number)];
const BATCH = 100;
const Z = 1.96; // of a 95 % interval

await useBackend(wasm());
const folder = runFolder(resolve(root, path));
const run = await finishedRun(folder);
const model = await finishedModel(folder, run);
const { classes, mean, size } = run.data;
const columns = size.reduce((product, length) => product * length, 1);
const labels = Int32Array.from({ length: n }, (_, i) => i % classes);

/** One sample of each label. */
async function drawn(denoiser) {
  const values = new Float32Array(n * columns);
  for (let first = 0; first < n; first += BATCH) {
    const condition = tensor1d(labels.subarray(first, first + BATCH), 'int32');
    const { sampler, grid, steps } = run.sampling;
    const parts = { process: model.process, sampler: samplerOf(sampler), grid: gridOf(grid), steps };
    const x = await sample({ denoiser, ...parts, condition, key: key(1), first, start: [condition.size, ...size] });
    values.set(
      (await x.data()).map((value) => value + mean),
      first * columns,
    );
    x.dispose();
    condition.dispose();
  }
  return { values, columns };
}

/** The mean distance between two of one label. */
const diversityOf = (features, of) =>
  jackknife(of.length, (rows) => spread(rowsAt(features, rows), (i, j) => of[rows[i]] === of[rows[j]]));

const started = performance.now();
const [judged, curves] = await withEngine({}, async (engine) => {
  const judge = await judgeOf(folder, run, { engine });
  const noisy = await noisyClassifierOf(folder, run, model, { engine });
  const sight = engine.network(judge.features);
  const without = noClass(classes);
  const plain = denoiserOf({ ...model, network: engine.network(model.network) }, run.model, run.training.objective);
  const none = classifierFree({ scale: 0, without })(plain);
  const log = logProbability(engine.network(noisy), model.parameterization);
  const guidances = {
    'classifier-free': (scale) => classifierFree({ scale, without })(plain),
    'classifier, model told no class': (scale) => classifier({ scale, logProbability: log })(none),
    'classifier, model told the class': (scale) => classifier({ scale, logProbability: log })(plain),
  };

  const { heldOut } = await realImages(run.data);
  const some = Math.min(heldOut.size, n);
  const truth = diversityOf(await judgedFeatures(sight, imageRows(heldOut, some), size), heldOut.labels.subarray(0, some)).value;
  const measured = async (denoiser) => {
    const features = await judgedFeatures(sight, await drawn(denoiser), size);
    const read = await classesRead(judge, features);
    const right = labels.filter((label, i) => read[i] === label).length;
    const { value, standardError } = diversityOf(features, labels);
    const accuracy = { value: right / n, ...wilson(right, n) };
    const [diversity, half] = [value / truth, (Z * standardError) / truth];
    return { accuracy, diversity: { value: diversity, low: diversity - half, high: diversity + half } };
  };
  const found = {};
  for (const [name, guided] of Object.entries(guidances)) {
    found[name] = [];
    for (const scale of scales) {
      found[name].push(await measured(guided(scale)));
      console.log(name, scale, JSON.stringify(found[name].at(-1)));
    }
  }
  return [judge.accuracy, found];
});
const minutes = (performance.now() - started) / 60_000;

const names = Object.keys(curves);
const about = { accuracy: ['class accuracy', 0, 1], diversity: ['diversity, of real digits', 0, undefined] };
await mkdir(resolve(root, 'docs/images'), { recursive: true });
for (const [what, y] of Object.entries(about)) {
  const of = (part) => Object.fromEntries(names.map((name) => [name, curves[name].map((point) => point[what][part])]));
  const [lines, low, high] = [of('value'), of('low'), of('high')];
  const bands = Object.fromEntries(names.map((name) => [name, [low[name], high[name]]]));
  const svg = lineChart(`${y[0]} against guidance scale`, lines, { x: ['guidance scale', scales.map(String)], y }, bands);
  await writeFile(resolve(root, `docs/images/guidance-${what}.svg`), `${svg}\n`);
}

const percent = (part) => (100 * part).toFixed(1);
const cell = ({ accuracy, diversity }) =>
  `${percent(accuracy.value)} % (${percent(accuracy.low)}–${percent(accuracy.high)}) · ${diversity.value.toFixed(2)} ± ${(diversity.high - diversity.value).toFixed(2)}`;
const rows = [
  ['scale', ...names],
  ['---', ...names.map(() => '---')],
  ...scales.map((scale, i) => [scale, ...names.map((name) => cell(curves[name][i]))]),
];
const table = rows.map((row) => `| ${row.join(' | ')} |`).join('\n');
const { sampler, steps } = run.sampling;
const how = `Measured on ${n} digits for each point, ${steps} steps of \`${sampler}\`, in ${minutes.toFixed(0)} minutes of ${cpus().length} cores (${cpus()[0].model}), with a judge that reads ${percent(judged)} % of held-out digits.`;
const page = resolve(root, 'docs/guidance.md');
const text = await readFile(page, 'utf8');
await writeFile(
  page,
  text.replace(/(<!-- scale -->\n)[\s\S]*?(<!-- \/scale -->)/, (_, start, end) => `${start}\n${table}\n\n${how}\n\n${end}`),
);
console.log(how);
