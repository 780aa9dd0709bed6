/** A run's folder and its `run.json`: everything that is needed to rebuild what was trained, and how. */
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { invalid } from '@tweedie/core';
import { writeFile } from '@tweedie/weights/node';
import { z } from 'zod';
import { modelSpec } from './model-spec.js';

const count = z.int().nonnegative();
const positive = z.int().positive();

const runSchema = z.strictObject({
  format: z.literal('tweedie-run'),
  version: z.literal(1),
  data: z.strictObject({
    kind: z.literal('mnist'),
    size: z.tuple([positive, positive, positive]),
    classes: positive,
    /** Subtracted before training. */ mean: z.number(),
  }),
  model: modelSpec,
  training: z.strictObject({
    steps: positive,
    batch: positive,
    /** Each batch is differentiated in so many parts, on as many threads as there are. */
    shards: positive,
    learningRate: z.number().positive(),
    warmUp: count,
    beta2: z.number().min(0).lt(1),
    clip: z.number().positive(),
    /** The average's half-life, as a fraction of the steps so far. */
    averaging: z.number().positive(),
    conditionDropout: z.number().min(0).max(1),
    seed: count,
  }),
  sampling: z.strictObject({ sampler: z.string(), grid: z.string(), steps: positive, guidance: z.number() }),
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
}

/** The folder at `path`; it is made when something is written. */
export function runFolder(path: string): RunFolder {
  const file = (name: string) => join(path, name);
  const write: RunFolder['write'] = async (name, content) => {
    await mkdir(join(file(name), '..'), { recursive: true });
    await writeFile(file(name), [typeof content === 'string' ? new TextEncoder().encode(content) : content]);
  };
  return {
    path,
    file,
    write,
    async load() {
      let text: string;
      try {
        text = await readFile(file('run.json'), 'utf8');
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
        throw error;
      }
      return parseRun(text, file('run.json'));
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
