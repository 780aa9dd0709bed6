/**
 * How well do edits do? `node apps/cli/bench/edits.mjs [run] [hundreds of digits; 0: pictures only]` hides the right half of test digits, or makes them small,
 * lets a finished run of MNIST restore them by each method, and measures how far the results are from what was given and how many the
 * judge of `tweedie evaluate` still reads as the digit that was. Writes the table and the pictures of docs/guidance.md.
 */
import { strict as assert } from 'node:assert';
import { readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { resolve } from 'node:path';
import { argMax, tensor4d, tidy } from '@tensorflow/tfjs-core';
import { wasm } from '@tweedie/backend-wasm';
import { useBackend } from '@tweedie/core';
import { averaged, masked } from '@tweedie/guidance';
import { fromStrength } from '@tweedie/schedules';
import { judgeOf } from '../dist/classifiers.js';
import { drawSamples } from '../dist/draw-samples.js';
import { methodOf } from '../dist/edit-methods.js';
import { inconsistency, inpainted, upscaled, varied } from '../dist/edits.js';
import { withEngine } from '../dist/engines.js';
import { finishedModel } from '../dist/finished-run.js';
import { contactSheet, encoded } from '../dist/images.js';
import { mnistFiles } from '../dist/mnist-files.js';
import { runFolder } from '../dist/run-file.js';

const root = resolve(import.meta.dirname, '../../..');
const [path = 'runs/mnist', hundreds = '2'] = process.argv.slice(2).filter((argument) => argument !== '--');
const folder = runFolder(resolve(root, path));
const run = await folder.load();
assert(run?.status.finished, `${path} must be a finished run; train it first with \`npm start\``);
const { mean } = run.data;
const BATCH = 100;
const [SIDE, FACTOR, NONE] = [28, 4, 10];
const PIXELS = SIDE ** 2;
const SMALL = SIDE / FACTOR;
const known = Float32Array.from({ length: PIXELS }, (_, i) => (i % SIDE < SIDE / 2 ? 1 : 0));
const test = await mnistFiles('test');
const digit = (i) => Float32Array.from(test.pixels.subarray(i * PIXELS, (i + 1) * PIXELS), (value) => value / 127.5 - 1);
const shape = (count, side = SIDE) => [count, side, side, 1];

await useBackend(wasm());
const model = await finishedModel(folder, run);
await withEngine({}, async (engine) => {
  const judge = await judgeOf(folder, run, { engine });
  const network = engine.network(model.network);
  const draw = (by, labels, changed) =>
    drawSamples({ ...model, network }, run, { ...run.sampling, guidance: 1, ...by }, labels, 1, {}, changed);
  const read = (values) => tidy(() => argMax(judge.apply(tensor4d(values, shape(values.length / PIXELS))), 1).dataSync());

  const lines = [];
  async function measureAll() {
    for (const method of ['pseudoinverseGuided', 'posteriorSampling', 'consistent', 'replaced', 'repainting({ times: 5 })'])
      await measured('inpaint', method, { sampler: 'ddpm', steps: 100 });
    await measured('inpaint', 'pseudoinverseGuided', { sampler: 'angular', steps: 20 });
    for (const method of ['pseudoinverseGuided', 'posteriorSampling', 'consistent'])
      await measured('upscale', method, { sampler: 'ddpm', steps: 100 });
    await measured('upscale', 'pseudoinverseGuided', { sampler: 'angular', steps: 20 });

    for (const strength of [0.5, 0.7, 0.8, 0.9]) {
      const digits = Array.from({ length: BATCH }, (_, i) => i);
      const wanted = Int32Array.from(digits, (i) => (test.labels[i] + 1) % 10);
      let [squares, right] = [0, 0];
      const origins = tensor4d(joined(digits.map((i) => digit(i).map((value) => value - mean))), shape(BATCH));
      const one = masked(tensor4d(new Float32Array(PIXELS).fill(1), shape(1)));
      const samples = await draw(
        { sampler: 'ddpm', steps: 100, guidance: run.sampling.guidance },
        wanted,
        ({ grid, ...usual }) => ({
          ...usual,
          grid: fromStrength(grid, strength),
          origin: origins,
        }),
      );
      for (const each of await inconsistency(samples, { operator: one, measurement: origins, count: PIXELS }, mean))
        squares += each ** 2;
      const seen = read(samples.values);
      right = digits.filter((_, at) => seen[at] === wanted[at]).length;
      lines.push(
        `| from | strength ${strength}, to the next class | \`ddpm\` | 100 | ${Math.sqrt(squares / BATCH).toFixed(2)} | ${right.toFixed(1)} % | |`,
      );
      console.log(lines.at(-1));
    }
  }
  /** One row of the table: results for many digits at once, by one measurement for each. */
  async function measured(task, method, by) {
    let [squares, right, seconds, count] = [0, 0, 0, 0];
    for (let part = 0; part < Number(hundreds); part++) {
      const digits = Array.from({ length: BATCH }, (_, i) => part * BATCH + i);
      const images = tensor4d(joined(digits.map((i) => digit(i).map((value) => value - mean))), shape(BATCH));
      const mask = tensor4d(known, shape(1));
      const operator = task === 'inpaint' ? masked(mask) : averaged(FACTOR);
      const measurement = operator.apply(images);
      const measure = { operator, measurement };
      const changed = methodOf(method, { ...measure, ...(task === 'inpaint' && { mask }) });
      const begun = performance.now();
      const samples = await draw(by, new Int32Array(BATCH).fill(NONE), changed);
      seconds += (performance.now() - begun) / 1000;
      const numbers = task === 'inpaint' ? PIXELS / 2 : SMALL ** 2;
      for (const each of await inconsistency(samples, { ...measure, count: numbers }, mean)) squares += each ** 2;
      const seen = read(samples.values);
      right += digits.filter((i, at) => seen[at] === test.labels[i]).length;
      count += BATCH;
    }
    const figures = [
      Math.sqrt(squares / count).toFixed(2),
      `${((100 * right) / count).toFixed(1)} %`,
      ((1000 * seconds) / count).toFixed(0),
    ];
    lines.push(`| ${task} | \`${method}\` | \`${by.sampler}\` | ${by.steps} | ${figures.join(' | ')} |`);
    console.log(lines.at(-1));
  }
  if (Number(hundreds) > 0) await measureAll();

  /** A picture of rows: what is shown of each edit, then its results. */
  async function pictured(name, rows, columns) {
    const cells = [];
    for (const { edit, label = NONE, by } of rows) {
      const count = columns - edit.shown.length;
      const samples = await draw({ sampler: 'ddpm', steps: 100, ...by }, new Int32Array(count).fill(label), edit.changed);
      cells.push(...edit.shown, samples.values);
      edit.dispose();
    }
    await save(name, joined(cells), columns);
  }
  async function save(name, values, columns) {
    const sheet = contactSheet({ values, shape: shape(values.length / PIXELS) }, columns);
    await writeFile(resolve(root, `docs/images/${name}.png`), await encoded(sheet, 'png'));
  }
  const image = (i) => ({ values: digit(i), size: [SIDE, SIDE, 1], mean });
  const shown = [0, 2, 7, 18]; // 7, 1, 9, 3
  await pictured(
    'guidance-inpaint',
    shown.map((i) => ({ edit: inpainted(image(i), known, 'pseudoinverseGuided') })),
    10,
  );
  await pictured(
    'guidance-upscale',
    shown.map((i) => ({
      edit: upscaled({ ...image(i), values: shrunk(digit(i)), size: [SMALL, SMALL, 1] }, FACTOR, 'pseudoinverseGuided'),
    })),
    10,
  );
  const { guidance } = run.sampling;
  await pictured(
    'guidance-from',
    [0.6, 0.8, 0.9].map((strength) => ({ edit: varied(image(18), strength), label: 8, by: { guidance } })),
    10,
  );
  const ways = [3, 8, 0].flatMap((label, row) =>
    Array.from({ length: 10 }, (_, i) => ({ label, way: { seed: 2 * row + 1, to: 2 * row + 2, share: i / 9 } })),
  );
  const between = await drawSamples(
    { ...model, network },
    run,
    run.sampling,
    Int32Array.from(ways, ({ label }) => label),
    ways.map(({ way }) => way),
  );
  await save('guidance-interpolate', between.values, 10);

  const head =
    '| task | method | sampler | steps | off by, of 255 | read as meant | ms a result |\n|---|---|---|---|---|---|---|';
  const machine = `${engine.name}, ${cpus().length} × ${cpus()[0]?.model}; ${BATCH * Number(hundreds)} test digits, one result each; \`from\` ${BATCH}`;
  const page = resolve(root, 'docs/guidance.md');
  const text = await readFile(page, 'utf8');
  const table = `<!-- edits -->\n${head}\n${lines.join('\n')}\n\n${machine}.\n<!-- /edits -->`;
  await writeFile(
    page,
    text.replace(/<!-- edits -->[\s\S]*<!-- \/edits -->/, () => table),
  );
});

function shrunk(values) {
  return Float32Array.from({ length: SMALL ** 2 }, (_, i) => {
    const [top, left] = [Math.floor(i / SMALL) * FACTOR, (i % SMALL) * FACTOR];
    let sum = 0;
    for (let k = 0; k < FACTOR ** 2; k++) sum += values[(top + Math.floor(k / FACTOR)) * SIDE + left + (k % FACTOR)];
    return sum / FACTOR ** 2;
  });
}

function joined(parts) {
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
