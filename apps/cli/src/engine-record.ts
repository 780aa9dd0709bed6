/** What decides a run's numbers beside its settings, as `run.json` holds it. */
import { z } from 'zod';

const positive = z.int().positive();

/** Whole steps as graphs in ONNX Runtime on so many threads, or TensorFlow.js with each batch differentiated in so many parts. */
export const engineRecord = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('compiled'), threads: positive }),
  z.strictObject({ kind: z.literal('eager'), shards: positive }),
]);
export type EngineRecord = z.infer<typeof engineRecord>;
