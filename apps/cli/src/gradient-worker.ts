/** A worker thread that differentiates its part of each batch. */
import { parentPort, workerData } from 'node:worker_threads';
import { wasm } from '@tweedie/backend-wasm';
import { key } from '@tweedie/core';
import { serveGradients } from '@tweedie/training';
import { buildModel, modelSpec } from './model-spec.js';
import { objectiveOf } from './objective.js';

if (parentPort === null) throw new Error('gradient-worker runs as a worker thread only');
const spec = modelSpec.parse(workerData);
await wasm().load();
serveGradients(parentPort, objectiveOf(buildModel(spec, key(0)), spec, 0));
