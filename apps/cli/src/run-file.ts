/** A run's folder and its `run.json`: everything that is needed to rebuild what was trained, and how. */
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { invalid } from '@tweedie/core';
import { writeFile } from '@tweedie/weights/node';
import { z } from 'zod';
import { dataSpec } from './data.js';
import { engineRecord } from './engine-record.js';
import { isMissing, reading, writing } from './files.js';
import { modelSpec } from './model-spec.js';

const count = z.int().nonnegative();
const positive = z.int().positive();

/** What is asked of the network, as expressions, and what is done to its condition. */
const askedSchema = z.object({
  objective: z.string(),
  /** Without it, the objective's own. */ weighting: z.string().optional(),
  /** Without it, the objective's own. */ times: z.string().optional(),
  conditionDropout: z.number().min(0).max(1),
});

/** The parts of a run that say what is trained. */
export const trainedSchema = z.object({ data: dataSpec, model: modelSpec, training: askedSchema });
export type Trained = z.infer<typeof trainedSchema>;

const trainingSchema = z.strictObject({
  ...askedSchema.shape,
  steps: positive,
  batch: positive,
  engine: engineRecord,
  learningRate: z.number().positive(),
  warmUp: count,
  beta2: z.number().min(0).lt(1),
  clip: z.number().positive(),
  /** The average's half-life, as a fraction of the steps so far. */
  averaging: z.number().positive(),
  seed: count,
});

const runSchema = z.strictObject({
  format: z.literal('tweedie-run'),
  version: z.literal(3),
  data: dataSpec,
  model: modelSpec,
  training: trainingSchema,
  /** SHA-256 of the files of modules that parts come from, by their references. */ plugins: z
    .record(z.string(), z.string())
    .optional(),
  sampling: z.strictObject({
    sampler: z.string(),
    grid: z.string(),
    steps: positive,
    guidance: z.number(),
    /** Without it, one step from level to level. */ control: z.string().optional(),
  }),
  status: z.strictObject({
    engine: z.string(),
    trainingSeconds: z.number().nonnegative(),
    finished: z.boolean(),
  }),
});

/** What `run.json` holds. */
export type Run = z.infer<typeof runSchema>;

/** The files of a run. */
export interface RunFolder {
  readonly path: string;
  readonly file: (name: string) => string;
  /** The run, or undefined if the folder has none. */
  load(): Promise<Run | undefined>;
  save(run: Run): Promise<void>;
  /** Writes a file in one go. */
  write(name: string, content: Uint8Array | string): Promise<void>;
  /** The sample grids drawn on the way, in order, as `progress/000120.png` or `.svg`. */
  progress(): Promise<readonly string[]>;
  /** Files that are there and have a run's names. */
  files(): Promise<readonly string[]>;
  /** Removes the files of a run, and nothing else. */
  clear(): Promise<void>;
  /** Removes what a killed process had begun to write. */
  sweep(): Promise<void>;
}

const FILES = [
  'run.json',
  'checkpoint.safetensors',
  'model.safetensors',
  'samples.png',
  'samples.svg',
  'loss.svg',
  'report.html',
];
const UNFINISHED = new RegExp(`^\\.(${FILES.join('|').replaceAll('.', '\\.')})\\.\\d+\\.\\w+\\.tmp$`);

/** The folder at `path`; it is made when something is written. */
export function runFolder(path: string): RunFolder {
  const file = (name: string) => join(path, name);
  const write: RunFolder['write'] = (name, content) =>
    writing(file(name), () => writeFile(file(name), [typeof content === 'string' ? new TextEncoder().encode(content) : content]));
  const names = (folder: string) =>
    reading(folder, async () => {
      try {
        return await readdir(folder);
      } catch (error) {
        if (isMissing(error)) return [];
        throw error;
      }
    });
  const remove = async (some: readonly string[]) => {
    for (const name of some) await writing(file(name), () => rm(file(name)));
  };
  const files = async () => (await names(path)).filter((name) => FILES.includes(name));
  const progress = async () =>
    (await names(file('progress')))
      .filter((name) => /^\d+\.(png|svg)$/.test(name))
      .sort()
      .map((name) => `progress/${name}`);
  const sweep = async () => remove((await names(path)).filter((name) => UNFINISHED.test(name)));
  return {
    path,
    file,
    write,
    progress,
    files,
    sweep,
    async clear() {
      await remove([...(await files()), ...(await progress())]);
      await sweep();
    },
    async load() {
      const text = await reading(file('run.json'), async () => {
        try {
          return await readFile(file('run.json'), 'utf8');
        } catch (error) {
          if (isMissing(error)) return undefined;
          throw error;
        }
      });
      return text === undefined ? undefined : parseRun(text, file('run.json'));
    },
    save: (run) => write('run.json', `${JSON.stringify(run, null, 2)}\n`),
  };
}

function parseRun(text: string, path: string): Run {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw invalid('run-corrupt', `${path} must be JSON and is not; restore it, or start over with --fresh`);
  }
  const { success, data, error } = runSchema.safeParse(json);
  if (success) return data;
  const [issue] = error.issues;
  throw invalid(
    'run-corrupt',
    `${path} cannot be used: ${issue?.path.join('.') || 'the file'}: ${issue?.message}; restore it, or start over with --fresh`,
  );
}
