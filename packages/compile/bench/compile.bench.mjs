/**
 * The compiled engine against PyTorch and against tfjs's wasm backend: a training step (x_t from data and noise, loss, gradients, Adam) and a forward pass
 * with baked weights. Each round times all of them in turn; the figures are medians and quartiles over the rounds, ratios taken within a round.
 * PyTorch is timed where Debian's `python3-torch` is installed (`apt-get install python3-torch libopenblas0-pthread`), else left out by name.
 */
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { dispose, tidy } from '@tensorflow/tfjs-core';
import { wasm } from '@tweedie/backend-wasm';
import { compiled, compiledNetwork } from '@tweedie/compile';
import { onnxRuntimes } from '@tweedie/compile/node';
import { disposeAll, key, normal } from '@tweedie/core';
import { variancePreserving } from '@tweedie/forward-process';
import { diffusionLoss, noisyInputs } from '@tweedie/losses';
import { mlp, unet } from '@tweedie/networks';
import { epsilon } from '@tweedie/parameterizations';
import { clamped, cosine } from '@tweedie/schedules';
import { adamW, eager, sharded } from '@tweedie/training';

const ROUNDS = Number(process.env.ROUNDS ?? 15);
const PYTHON = '/usr/bin/python3';
const hasTorch = spawnSync(PYTHON, ['-c', 'import torch']).status === 0;

const cases = [
  {
    name: 'reference U-Net, batch 32, training step, 2 threads',
    net: 'unet',
    mode: 'step',
    batch: 32,
    threads: 2,
    wasmRounds: 3,
  },
  {
    name: 'reference U-Net, batch 32, forward with baked weights, 2 threads',
    net: 'unet',
    mode: 'forward',
    batch: 32,
    threads: 2,
    wasmRounds: 3,
  },
  {
    name: 'reference MLP, batch 512, training step, 1 thread',
    net: 'mlp',
    mode: 'step',
    batch: 512,
    threads: 1,
    wasmRounds: ROUNDS,
  },
  {
    name: 'reference MLP, batch 512, forward with baked weights, 1 thread',
    net: 'mlp',
    mode: 'forward',
    batch: 512,
    threads: 1,
    wasmRounds: ROUNDS,
  },
];

await wasm().load();
if (!hasTorch) console.log('PyTorch is not installed: compared with wasm only');
for (const each of cases) await measure(each);

async function measure({ name, net, mode, batch, threads, wasmRounds }) {
  const engines = await onnxRuntimes({ count: threads });
  const ours =
    mode === 'step'
      ? trainingStep(net, batch, sharded(engines.map(compiled)))
      : forward(net, batch, (network) => compiledNetwork(network, engines));
  const theirs = mode === 'step' ? trainingStep(net, batch, eager) : forward(net, batch, (network) => network);
  const peer = hasTorch ? await torch(net, mode, batch, threads) : undefined;
  const times = { ours: [], torch: [], wasm: [] };
  for (let round = -2; round < ROUNDS; round++) {
    const taken = { ours: await timed(ours) };
    if (peer) taken.torch = await peer.call();
    if (round < wasmRounds) taken.wasm = await timed(theirs);
    if (round >= 0) for (const [who, time] of Object.entries(taken)) times[who].push(time);
  }
  peer?.close();
  await Promise.all(engines.map((engine) => engine.close()));
  console.log(`\n${name}: ${figures(times.ours, 'ms')} compiled`);
  if (peer)
    console.log(
      `  PyTorch ${figures(times.torch, 'ms')}; compiled / PyTorch ${figures(times.ours.map((time, i) => time / times.torch[i]))} over ${times.torch.length} pairs`,
    );
  if (times.wasm.length > 0)
    console.log(
      `  wasm ${figures(times.wasm, 'ms')}; wasm / compiled ${figures(times.wasm.map((time, i) => time / times.ours[i]))}`,
    );
}

function networkOf(net) {
  return net === 'unet' ? unet({ key: key(0) }) : mlp({ key: key(0) });
}

function inputsOf(net, batch) {
  const shape = net === 'unet' ? [batch, 32, 32, 1] : [batch, 2];
  const process = variancePreserving(clamped(cosine(), { min: -10, max: 10 }));
  return {
    process,
    parameterization: epsilon(),
    x0: normal(key(1), shape),
    noise: normal(key(2), shape),
    levels: Array.from({ length: batch }, (_, i) => process.at(0.02 + (0.88 * i) / batch)),
  };
}

function trainingStep(net, batch, differentiate) {
  const network = networkOf(net);
  const { x0, noise, levels, ...training } = inputsOf(net, batch);
  const evaluate = differentiate(diffusionLoss({ network, ...training }));
  const optimizer = adamW();
  const state = optimizer.state(network.parameters);
  let step = 0;
  return async () => {
    const inputs = noisyInputs(training, x0, noise, levels);
    const result = await evaluate({ ...inputs, condition: undefined });
    optimizer.update(network.parameters, result.gradients, state, { learningRate: 1e-3, step: ++step });
    result.loss.dataSync();
    disposeAll(inputs, result);
  };
}

function forward(net, batch, wrap) {
  const network = wrap(networkOf(net));
  const { x0, noise, levels, ...training } = inputsOf(net, batch);
  const { x, noise: told } = noisyInputs(training, x0, noise, levels);
  return async () => {
    const y = tidy(() => network.apply(x, told));
    y.dataSync();
    dispose(y);
  };
}

async function timed(call) {
  const start = performance.now();
  await call();
  return performance.now() - start;
}

/** A process that makes one call for each line. */
async function torch(net, mode, batch, threads) {
  const modern = process.platform === 'linux' && /avx512f/.test(readFileSync('/proc/cpuinfo', 'utf8'));
  // Debian's OpenBLAS takes newer Xeons for much older processors.
  const env = { ...process.env, OPENBLAS_CORETYPE: modern ? 'SkylakeX' : 'Haswell' };
  const child = spawn(PYTHON, [fileURLToPath(new URL('torch_peer.py', import.meta.url)), net, mode, batch, threads], {
    env,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  await lines.next();
  return {
    call: async () => {
      child.stdin.write('\n');
      return Number((await lines.next()).value);
    },
    close: () => child.stdin.end(),
  };
}

function figures(values, unit) {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share) => sorted[Math.min(Math.floor(share * sorted.length), sorted.length - 1)];
  const digits = at(0.5) < 10 ? 2 : 0;
  const [low, middle, high] = [at(0.25), at(0.5), at(0.75)].map((value) => value.toFixed(digits));
  return `${middle}${unit ? ` ${unit}` : ''} (${low}–${high})`;
}
