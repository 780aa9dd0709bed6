/** A worker thread that differentiates its part of each batch. */
import { parentPort, workerData } from 'node:worker_threads';
import { wasm } from '@tweedie/backend-wasm';
import { key } from '@tweedie/core';
import { serveGradients } from '@tweedie/training';
import { buildModel } from './model-spec.js';
import { importNamed } from './named-plugins.js';
import { objectiveOf } from './objective.js';
import { trainedSchema } from './run-file.js';

if (parentPort === null) throw new Error('gradient-worker runs as a worker thread only');
const trained = trainedSchema.parse(workerData.trained);
await importNamed(workerData.plugins);
await wasm().load();
serveGradients(parentPort, objectiveOf(buildModel(trained.model, key(0)), trained));
