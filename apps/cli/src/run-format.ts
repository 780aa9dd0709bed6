/** `run.json`: everything that is needed to rebuild what was trained, and how. */
import { invalid } from '@tweedie/core';
import { z } from 'zod';
import { MOST_STEPS } from './command-lines/options.js';
import { dataSpec } from './data.js';
import { engineRecord } from './engine-record.js';
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
  /** Parts that a batch is differentiated in, one after the other. */
  accumulate: positive,
  engine: engineRecord,
  learningRate: z.number().positive(),
  /** An expression, given the highest rate, the warm-up and the steps. */
  rate: z.string(),
  warmUp: count,
  beta2: z.number().min(0).lt(1),
  clip: z.number().positive(),
  /** The average's half-life, as a fraction of the steps so far. */
  averaging: z.number().positive(),
  seed: count,
  /** How many checkpoints there are at most. */
  keep: positive,
});

const VERSION = 4;

const runSchema = z.strictObject({
  format: z.literal('tweedie-run'),
  version: z.literal(VERSION),
  data: dataSpec,
  model: modelSpec,
  training: trainingSchema,
  /** SHA-256 of the files of modules that parts come from, by their references. */ plugins: z
    .record(z.string(), z.string())
    .optional(),
  sampling: z.strictObject({
    sampler: z.string(),
    grid: z.string(),
    steps: positive.max(MOST_STEPS),
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

/**
 * The run that `run.json` holds.
 * @param path for messages
 * @throws RangeError (`run-corrupt`, `run-newer`)
 */
export function parseRun(text: string, path: string): Run {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw invalid('run-corrupt', `${path} must be JSON and is not; restore it, or start over with --fresh`);
  }
  const version = z.looseObject({ version: z.number() }).safeParse(json).data?.version;
  if (version !== undefined && version > VERSION)
    throw invalid(
      'run-newer',
      `${path} must be of format version ${VERSION} or older, got ${version}: a newer tweedie wrote it; \`npm install @tweedie/cli@latest\` reads it`,
    );
  const { success, data, error } = runSchema.safeParse(migrated(json));
  if (success) return data;
  const [issue] = error.issues;
  throw invalid(
    'run-corrupt',
    `${path} cannot be used: ${issue?.path.join('.') || 'the file'}: ${issue?.message}; restore it, or start over with --fresh`,
  );
}

/** Runs of version 3 could not be asked for these. */
const former = z.looseObject({ version: z.literal(3), training: z.looseObject({}) });

function migrated(json: unknown): unknown {
  const { success, data } = former.safeParse(json);
  if (!success) return json;
  return { ...data, version: VERSION, training: { accumulate: 1, rate: 'cosineRate', keep: 3, ...data.training } };
}
