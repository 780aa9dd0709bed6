/** `tweedie sample`: images from a run. */
import { wasm } from '@tweedie/backend-wasm';
import { invalid, key, useBackend } from '@tweedie/core';
import { writeFile } from '@tweedie/weights/node';
import { drawImages } from '../draw-images.js';
import { type EngineFlags, engineRequest } from '../engine-request.js';
import { withEngine } from '../engines.js';
import { expectWritable, writing } from '../files.js';
import { finishedRun } from '../finished-run.js';
import { contactSheet } from '../images.js';
import { buildModel } from '../model-spec.js';
import { npy } from '../npy.js';
import { runFolder } from '../run-file.js';
import { loadWeights } from '../weights-file.js';

/** What the command line asked for. */
export interface SampleFlags extends Pick<EngineFlags, 'engine'> {
  readonly n: number;
  readonly class?: number;
  readonly sampler?: string;
  readonly steps?: number;
  readonly grid?: string;
  readonly guidance?: number;
  readonly seed: number;
  readonly out: string;
}

/** Samples and writes `.png` or `.npy`, by the ending of `out`. */
export async function sampleCommand(path: string, flags: SampleFlags): Promise<void> {
  const { n, out, seed } = flags;
  if (!/\.(png|npy)$/.test(out)) throw invalid('out-ending', `\`--out\` must end in .png or .npy, got ${out}`);
  const folder = runFolder(path);
  const run = await finishedRun(folder);
  const { classes } = run.data;
  if (flags.class !== undefined && flags.class >= classes)
    throw invalid('class-unknown', `\`--class\` must be from 0 to ${classes - 1}, got ${flags.class}`);
  const files = out.endsWith('.png') ? [out] : [out, out.replace(/\.npy$/, '.labels.npy')];
  for (const file of files) await expectWritable(file);

  await useBackend(wasm());
  const model = buildModel(run.model, key(0));
  await loadWeights(model, folder);
  const labels = Int32Array.from({ length: n }, (_, i) => flags.class ?? i % classes);
  const {
    sampler = run.sampling.sampler,
    grid = run.sampling.grid,
    steps = run.sampling.steps,
    guidance = run.sampling.guidance,
  } = flags;
  const images = await withEngine(engineRequest(flags), (engine) => {
    const network = engine.network(model.network);
    return drawImages({ ...model, network }, run, { sampler, grid, steps, guidance }, labels, seed);
  });

  const contents = out.endsWith('.png')
    ? [contactSheet(images, flags.class === undefined && n > classes ? classes : Math.ceil(Math.sqrt(n)))]
    : [npy(images.values, images.shape), npy(labels, [n])];
  for (const [i, bytes] of contents.entries()) {
    const file = files[i] ?? out;
    await writing(file, () => writeFile(file, [bytes]));
  }
  process.stdout.write(`${out}\n`);
}
