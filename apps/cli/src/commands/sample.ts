/** `tweedie sample`: samples from a run. */
import { wasm } from '@tweedie/backend-wasm';
import { invalid, key, useBackend } from '@tweedie/core';
import { writeFile } from '@tweedie/weights/node';
import { drawSamples } from '../draw-samples.js';
import { type EngineFlags, engineRequest } from '../engine-request.js';
import { withEngine } from '../engines.js';
import { expectWritable, writing } from '../files.js';
import { finishedRun } from '../finished-run.js';
import { labelOf } from '../label-of.js';
import { buildModel, classesOf } from '../model-spec.js';
import { expectNamed, importNamed, type ModelFlags } from '../named-plugins.js';
import { npy } from '../npy.js';
import { endingFor, pictureOf } from '../pictures.js';
import { runFolder } from '../run-file.js';
import { type SamplingFlags, samplingOf } from '../settings.js';
import { loadWeights } from '../weights-file.js';

/** What the command line asked for. */
export interface SampleFlags extends Pick<EngineFlags, 'engine'>, SamplingFlags, ModelFlags {
  readonly n: number;
  readonly class?: string;
  readonly noise?: string;
  readonly seed: number;
  readonly out: string;
}

/** Samples and writes a picture or `.npy`, by the ending of `out`. */
export async function sampleCommand(path: string, flags: SampleFlags): Promise<void> {
  const { n, out, seed } = flags;
  const folder = runFolder(path);
  await importNamed(flags);
  const run = await finishedRun(folder);
  const sampling = samplingOf(run, flags);
  expectNamed(path, run.model, flags, run.plugins);
  expectNamed(path, sampling, flags, run.plugins);
  const ending = endingFor(run.data);
  if (!out.endsWith(`.${ending}`) && !out.endsWith('.npy'))
    throw invalid('out-ending', `\`--out\` must end in .${ending} or .npy, got ${out}`);
  const classes = classesOf(run.model.network);
  const label = flags.class === undefined ? undefined : labelOf(flags.class, run.data, path);
  const labelled = out.endsWith('.npy') && classes > 0;
  const files = labelled ? [out, out.replace(/\.npy$/, '.labels.npy')] : [out];
  for (const file of files) await expectWritable(file);

  await useBackend(wasm());
  const model = buildModel(run.model, key(0));
  await loadWeights(model, folder);
  const labels = Int32Array.from({ length: n }, (_, i) => label ?? (classes === 0 ? 0 : i % classes));
  const settings = { ...sampling, ...(flags.noise !== undefined && { noise: flags.noise }) };
  const samples = await withEngine(engineRequest(flags), (engine) => {
    const network = engine.network(model.network);
    return drawSamples({ ...model, network }, run, settings, labels, seed);
  });

  const columns = label === undefined && n > classes && classes > 0 ? classes : Math.ceil(Math.sqrt(n));
  const contents = out.endsWith('.npy')
    ? [npy(samples.values, samples.shape), ...(labelled ? [npy(labels, [n])] : [])]
    : [pictureOf(samples, run.data, columns).bytes];
  for (const [i, bytes] of contents.entries()) {
    const file = files[i] ?? out;
    await writing(file, () => writeFile(file, [bytes]));
  }
  process.stdout.write(`${out}\n`);
}
