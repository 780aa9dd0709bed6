/** What there is to know of a run, finished or not. */
import { stat } from 'node:fs/promises';
import type { Checkpoint } from '@tweedie/training';
import { checkpointFile } from '@tweedie/training/node';
import { scheduleOf } from './components.js';
import { classNamesOf, nameOf } from './data.js';
import { reading } from './files.js';
import { evaluationsOf, type NetworkCost, networkCost } from './network-cost.js';
import type { Run, RunFolder } from './run-file.js';

/** For people as text, for programs as JSON. */
export interface RunFacts {
  readonly run: string;
  readonly data: { readonly name: string; readonly classes: readonly string[] };
  readonly network: NetworkCost & { readonly kind: string };
  readonly noise: Omit<Run['model'], 'network'>;
  /** [t, log-SNR], from data to noise. */
  readonly curve: readonly (readonly [number, number])[];
  readonly sampling: Run['sampling'] & {
    /** Of the network, for one sample; not of samplers that choose their steps. */ readonly evaluations?: number;
    readonly flops?: number;
  };
  readonly training: Run['training'] & {
    /** Steps done. */ readonly step: number;
    /** The mean of the last readings. */ readonly loss?: number;
  };
  readonly status: Run['status'];
  readonly files: readonly { readonly name: string; readonly bytes: number; readonly note?: string }[];
  /** What could not be found out, and why. */
  readonly problems: readonly string[];
}

const POINTS = 64; // of the curve
const READINGS = 20; // of the loss
const CHECKPOINT = /^checkpoint.*\.safetensors$/;

/** Everything about `run`. Parts that cannot be had here are problems, not errors. */
export async function runFacts(folder: RunFolder, run: Run): Promise<RunFacts> {
  const problems: string[] = [];
  const tried = async <T>(find: () => T | Promise<T>): Promise<T | undefined> => {
    try {
      return await find();
    } catch (error) {
      if (!(error instanceof Error && 'code' in error)) throw error;
      problems.push(error.message);
      return undefined;
    }
  };
  const { network, ...noise } = run.model;
  const cost = networkCost(network);
  const curve = (await tried(() => curveOf(noise.schedule))) ?? [];
  const counted = run.sampling.control === undefined ? await tried(() => evaluationsOf(run, run.sampling, cost)) : undefined;
  const { files, newest } = await filesOf(folder);
  const last = newest?.history.slice(-READINGS) ?? [];
  return {
    run: folder.path,
    data: { name: nameOf(run.data), classes: classNamesOf(run.data) },
    network: { kind: network.kind, ...cost },
    noise,
    curve,
    sampling: { ...run.sampling, ...(counted !== undefined && { evaluations: counted, flops: counted * cost.flops }) },
    training: {
      ...run.training,
      step: newest?.step ?? (run.status.finished ? run.training.steps : 0),
      ...(last.length > 0 && { loss: last.reduce((sum, { loss }) => sum + loss, 0) / last.length }),
    },
    status: run.status,
    files,
    problems,
  };
}

function curveOf(expression: string): RunFacts['curve'] {
  const schedule = scheduleOf(expression);
  const points = Array.from({ length: POINTS + 1 }, (_, i) => [i / POINTS, schedule.logSnr(i / POINTS)] as const);
  return points.filter(([, logSnr]) => Number.isFinite(logSnr));
}

/** The files with their sizes, of checkpoints also whether they are whole; and the newest whole one. */
async function filesOf(folder: RunFolder): Promise<Pick<RunFacts, 'files'> & { readonly newest: Checkpoint | undefined }> {
  const files: { name: string; bytes: number; note?: string }[] = [];
  let newest: Checkpoint | undefined;
  for (const name of [...(await folder.files()), ...(await folder.progress())]) {
    const path = folder.file(name);
    const { size: bytes } = await reading(path, () => stat(path));
    const found = CHECKPOINT.test(name) ? await checkpointFile(path).load().catch(damage) : undefined;
    const note = found === undefined ? {} : { note: typeof found === 'string' ? found : `step ${found.step}` };
    files.push({ name, bytes, ...note });
    if (typeof found === 'object' && found.step >= (newest?.step ?? 0)) newest = found;
  }
  return { files, newest };
}

function damage(error: unknown): string {
  return `damaged: ${error instanceof Error ? error.message : error}`;
}
