/** `tweedie export`: a run's network as a file for other programs. */
import type { Tensor } from '@tensorflow/tfjs-core';
import { wasm } from '@tweedie/backend-wasm';
import { encodeOnnx, onnxNetwork } from '@tweedie/compile';
import { unavailable } from '@tweedie/compile/node';
import { invalid, useBackend } from '@tweedie/core';
import { writeFile } from '@tweedie/weights/node';
import { expectWritable, writing } from '../files.js';
import { finishedModel, finishedRun } from '../finished-run.js';
import { classesOf, sampleShape } from '../model-spec.js';
import { expectNamed, importNamed, type ModelFlags } from '../named-plugins.js';
import { onnxDeviation } from '../onnx-deviation.js';
import { runFolder } from '../run-file.js';
import { say } from '../say.js';

/** What the command line asked for. */
export interface ExportFlags extends ModelFlags {
  readonly onnx: string;
  readonly batch?: number;
}

const TOLERANCE = 1e-5;

/**
 * Writes the averaged network, after a trial that it gives what TensorFlow.js gives; what else is needed to sample with it is among its metadata.
 * @throws Error (`export-differs`) if it does not
 */
export async function exportCommand(path: string, flags: ExportFlags): Promise<void> {
  const { onnx: out, batch } = flags;
  if (!out.endsWith('.onnx')) throw invalid('out-ending', `\`--onnx\` must end in .onnx, got ${out}`);
  const folder = runFolder(path);
  await importNamed(flags);
  const run = await finishedRun(folder);
  expectNamed(path, run.model, flags, run.plugins);
  await expectWritable(out);
  await useBackend(wasm());
  const model = await finishedModel(folder, run);
  const { network, schedule, process: noising, parameterization } = run.model;
  const classes = classesOf(network);
  const bytes = encodeOnnx({
    ...onnxNetwork(model.network, {
      shape: sampleShape(network),
      ...(classes === 0
        ? {}
        : {
            inputs: { label: { shape: [], dtype: 'int32' as const } },
            condition: ({ label }: { readonly label: Tensor }) => label,
          }),
      ...(batch === undefined ? {} : { batch }),
    }),
    metadata: json({ schedule, process: noising, parameterization, classes, ...('mean' in run.data && { mean: run.data.mean }) }),
  });

  const reason = await unavailable();
  if (reason === undefined) {
    const batches = batch === undefined ? [1, 3] : [batch];
    const deviation = await onnxDeviation(bytes, model.network, network, batches);
    const figure = `${deviation.toExponential(1)} of the largest value, at batch ${batches.join(' and ')}`;
    if (!(deviation <= TOLERANCE))
      throw invalid('export-differs', `the export differs from the network by ${figure}: nothing is written`, Error);
    say(`Equal to TensorFlow.js up to ${figure}.`);
  } else say(`Not verified: ${reason}.`);
  await writing(out, () => writeFile(out, [bytes]));
  process.stdout.write(`${out}\n`);
}

function json(values: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, JSON.stringify(value)]));
}
