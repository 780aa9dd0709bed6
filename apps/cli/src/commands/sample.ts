/** `tweedie sample`: samples from a run. */
import { join } from 'node:path';
import { wasm } from '@tweedie/backend-wasm';
import { useBackend } from '@tweedie/core';
import { advisersOf } from '../advisers.js';
import { drawSamples, type Onlooker } from '../draw-samples.js';
import { type EngineFlags, engineRequest } from '../engine-request.js';
import { withEngine } from '../engines.js';
import { finishedModel, finishedRun } from '../finished-run.js';
import { guideOf } from '../guide.js';
import { classesOf } from '../model-spec.js';
import { expectNamed, importNamed, type ModelFlags } from '../named-plugins.js';
import { runFolder } from '../run-file.js';
import { sampleOutput } from '../sample-output.js';
import { type PlanFlags, recordsOf, samplePlan } from '../sample-plan.js';
import { samplingLine } from '../sampling-line.js';
import { type SamplingFlags, samplingOf } from '../settings.js';
import { expectTrajectory, recorder, trajectoryPicture } from '../trajectory.js';
import type { Shown } from '../trajectory-kinds.js';
import { writeAll } from '../write-all.js';

/** What the command line asked for. */
export interface SampleFlags extends Pick<EngineFlags, 'engine'>, SamplingFlags, ModelFlags, PlanFlags {
  readonly noise?: string;
  readonly out: string;
  readonly trajectory?: string;
  readonly trajectoryOf: Shown;
  readonly json: boolean;
}

/** Samples, and writes what `out` and `trajectory` ask for, all of it or nothing. */
export async function sampleCommand(path: string, flags: SampleFlags, signal: AbortSignal): Promise<void> {
  const { out, trajectory } = flags;
  const folder = runFolder(path);
  await importNamed(flags);
  const run = await finishedRun(folder);
  const sampling = samplingOf(run, flags);
  expectNamed(path, run.model, flags, run.plugins);
  expectNamed(path, sampling, flags, run.plugins);
  const plan = samplePlan(flags, run.data, path);
  const records = recordsOf(plan, run.data);
  const output = await sampleOutput(out, run.data, plan, records);
  if (trajectory !== undefined) expectTrajectory(trajectory, out, records.length);
  const list = output.names && join(out, 'samples.json');
  const paths = [...output.paths, list, trajectory].filter((file) => file !== undefined);
  const settings = { ...sampling, ...(flags.noise !== undefined && { noise: flags.noise }) };
  const unlabelled = classesOf(run.model.network) === 0 ? `${path} has no classes` : undefined;

  const told = await writeAll(paths, async () => {
    await useBackend(wasm());
    const model = await finishedModel(folder, run);
    const guide = guideOf(flags, { model, spec: run.model, data: run.data, unlabelled });
    const film = trajectory === undefined ? undefined : recorder(trajectory, run, flags.trajectoryOf);
    const line = samplingLine(records.length);
    const { samples, ...how } = await withEngine(engineRequest(flags), async (engine) => {
      await guide.open(advisersOf(folder, run, model, engine));
      const begun = performance.now();
      const network = engine.network(model.network);
      const onStep: Onlooker['onStep'] = async (step, first) => {
        await film?.onStep(step, first);
        line.update((first + step.progress * (step.x.shape[0] ?? 0)) / records.length);
      };
      const { labels, seeds } = plan;
      const drawn = await drawSamples({ ...model, network }, run, settings, labels, seeds, { signal, onStep }, guide.changed);
      return { samples: drawn, engine: engine.name, seconds: (performance.now() - begun) / 1000 };
    }).finally(() => line.stop());
    const named = records.map((record, i) => ({ ...record, ...(output.names && { file: output.names[i] }) }));
    const result = { run: path, settings, ...how, samples: named };
    const contents = [
      await output.contents(samples),
      list === undefined ? [] : json(result),
      trajectory && film ? await trajectoryPicture(trajectory, film.frames(), run.data, plan.columns) : [],
    ].flat();
    return { contents, result };
  });
  process.stdout.write(flags.json ? json({ files: paths, ...told }) : `${[out, trajectory ?? []].flat().join('\n')}\n`);
}

function json(value: object): Buffer {
  return Buffer.from(`${JSON.stringify(value, null, 2)}\n`);
}
