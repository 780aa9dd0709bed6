/** What sampling costs outside the network: the whole run against the time spent in `network.apply`, on wasm, for each sampler. */
import { wasm } from '@tweedie/backend-wasm';
import { key } from '@tweedie/core';
import { DEFAULTS } from '../dist/defaults.js';
import { drawSamples } from '../dist/draw-samples.js';
import { buildModel } from '../dist/model-spec.js';

const MNIST = { ...DEFAULTS.mnist, data: { kind: 'mnist', size: [28, 28, 1], classes: 10, mean: 0 } };
const SAMPLERS = ['ddim', 'ddpm', 'dpmpp-2m', 'euler', 'heun'];
const REPEATS = 5;
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

await wasm().load();
const model = buildModel(MNIST.model, key(0));
const labels = Int32Array.from({ length: 50 }, (_, i) => i % MNIST.data.classes);

console.log(`50 images, guidance ${MNIST.sampling.guidance}, ${MNIST.sampling.steps} steps (medians of ${REPEATS})`);
for (const sampler of SAMPLERS) {
  const runs = [];
  for (let i = 0; i < REPEATS + 1; i++) {
    let inside = 0;
    const network = {
      ...model.network,
      apply(...inputs) {
        const started = performance.now();
        const output = model.network.apply(...inputs);
        inside += performance.now() - started;
        return output;
      },
    };
    const started = performance.now();
    await drawSamples({ ...model, network }, MNIST, { ...MNIST.sampling, sampler }, labels, 0);
    const total = performance.now() - started;
    if (i > 0) runs.push({ total, outside: (total - inside) / total });
  }
  console.log(
    `${sampler.padEnd(10)} ${median(runs.map(({ total }) => total))
      .toFixed(0)
      .padStart(6)} ms, outside the network ${(100 * median(runs.map(({ outside }) => outside))).toFixed(1)} %`,
  );
}
