/** `tweedie edit`: given images, filled in, enlarged or varied by the model of a run. */
import { wasm } from '@tweedie/backend-wasm';
import { invalid, useBackend } from '@tweedie/core';
import { advisersOf } from '../advisers.js';
import { type DrawnBy, drawSamples, type Samples } from '../draw-samples.js';
import { EDIT_DEFAULTS, type EditTaskFlags, editTask, imagesOf, openEdit } from '../edit-task.js';
import { type Edit, inconsistency } from '../edits.js';
import { type EngineFlags, engineRequest } from '../engine-request.js';
import { withEngine } from '../engines.js';
import { finishedModel, finishedRun } from '../finished-run.js';
import { guideOf } from '../guide.js';
import { contactSheet, encoded } from '../images.js';
import { labelOf } from '../label-of.js';
import { classesOf } from '../model-spec.js';
import { expectNamed, importNamed, type ModelFlags } from '../named-plugins.js';
import { npy } from '../npy.js';
import { type Run, runFolder } from '../run-file.js';
import { say } from '../say.js';
import { type SamplingFlags, samplingOf } from '../settings.js';
import { writeAll } from '../write-all.js';

/** What the command line asked for. */
export interface EditFlags extends Pick<EngineFlags, 'engine'>, SamplingFlags, ModelFlags, EditTaskFlags {
  readonly class?: string;
  readonly n: number;
  readonly seed: number;
  readonly out: string;
  readonly json: boolean;
}

const COLUMNS = 10;

/** Edits an image and writes a sheet of what was given and what was made of it, or the values as `.npy`. */
export async function editCommand(path: string, flags: EditFlags): Promise<void> {
  const started = performance.now();
  const { n, out, seed } = flags;
  const task = editTask(flags);
  if (!/\.(png|npy)$/.test(out)) throw invalid('out-ending', `\`--out\` must end in .png or .npy, got ${out}`);
  const folder = runFolder(path);
  await importNamed(flags);
  const run = await finishedRun(folder);
  const settings = settingsOf(run, flags);
  expectNamed(path, run.model, flags, run.plugins);
  expectNamed(path, settings, flags, run.plugins);
  const { size, mean } = imagesOf(run, path);
  const label = flags.class === undefined ? classesOf(run.model.network) : labelOf(flags.class, run.data, path);
  if (flags.class === undefined && classesOf(run.model.network) > 0 && run.training.conditionDropout === 0)
    throw invalid(
      'class-missing',
      `${path} was trained with --condition-dropout 0 and knows no image without a class: give --class`,
    );
  const { each, engine } = await writeAll([out], async () => {
    await useBackend(wasm());
    const edit = await openEdit(flags, size, mean);
    const model = await finishedModel(folder, run);
    const unlabelled = flags.class === undefined ? 'there is no --class' : undefined;
    const guide = guideOf(flags, { model, spec: run.model, data: run.data, unlabelled });
    const changed = (usual: DrawnBy) => edit.changed(guide.changed(usual));
    const { samples, engine } = await withEngine(engineRequest(flags), async (engine) => {
      await guide.open(advisersOf(folder, run, model, engine));
      const network = engine.network(model.network);
      const labels = new Int32Array(n).fill(label);
      const samples = await drawSamples({ ...model, network }, run, settings, labels, seed, {}, changed);
      return { samples, engine: engine.name };
    }).catch((error: unknown) => {
      throw withoutGradient(error) ?? error;
    });
    const each = await inconsistency(samples, edit, mean);
    const bytes = out.endsWith('.npy') ? npy(samples.values, samples.shape) : await sheet(edit, samples);
    guide.dispose();
    edit.dispose();
    return { contents: [bytes], result: { each, engine } };
  });

  const rms = Math.hypot(...each) / Math.sqrt(n);
  if (!flags.json) {
    say(`${DEVIATIONS[task]} ${rms.toFixed(2)} of 255, root mean square.`);
    process.stdout.write(`${out}\n`);
    return;
  }
  const { method, factor, strength } = { ...EDIT_DEFAULTS, ...flags };
  const how = { inpaint: { method }, upscale: { method, factor }, from: { strength } }[task];
  const asked = { ...how, ...settings, guide: flags.guide ?? [], class: flags.class ?? null, n, seed };
  const seconds = (performance.now() - started) / 1000;
  const told = { files: [out], run: path, task, ...asked, engine, seconds, inconsistency: { rms, each } };
  process.stdout.write(`${JSON.stringify(told, null, 2)}\n`);
}

const DEVIATIONS = {
  inpaint: 'The kept pixels are off by',
  upscale: 'Made small again, the results are off by',
  from: 'The results differ from the image by',
};

/** As the run samples, but by what suits edits, and without guidance where there is no class to guide to. */
function settingsOf(run: Run, flags: EditFlags): Run['sampling'] {
  const { sampler, steps } = EDIT_DEFAULTS;
  const usual = samplingOf(run, { sampler, steps, ...flags });
  return flags.class === undefined ? { ...usual, guidance: 1 } : usual;
}

function withoutGradient(error: unknown): Error | undefined {
  if (!(error instanceof Error && /gradient function not found/i.test(error.message))) return undefined;
  return invalid(
    'gradient-missing',
    '`--method` takes a gradient here, and a --guide of this run has none: use --method consistent, or leave that guide out',
    Error,
  );
}

function sheet({ shown }: Edit, { values, shape }: Samples): Promise<Uint8Array> {
  const [count = 0, height = 0, width = 0, channels = 0] = shape;
  const cells = shown.length + count;
  const all = new Float32Array(cells * height * width * channels);
  for (const [i, cell] of shown.entries()) all.set(cell, i * cell.length);
  all.set(values, all.length - values.length);
  return encoded(contactSheet({ values: all, shape: [cells, height, width, channels] }, Math.min(cells, COLUMNS), 4), 'png');
}
