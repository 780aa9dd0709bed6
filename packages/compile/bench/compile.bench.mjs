/**
 * The compiled engine against PyTorch and against tfjs's wasm backend: a training step (x_t from data and noise, loss, gradients,
 * Adam), a forward pass with baked weights, and one with its gradient by the input, which PyTorch is not asked for. Each round times
 * all of them in turn, some calls each; the figures are medians and quartiles over the rounds, ratios taken within a round. PyTorch
 * is timed where Debian's `python3-torch` is installed (`apt-get install python3-torch libopenblas0-pthread`), else left out by name.
 */
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { add, dispose, mean, mul, square, sub, tensor, tensor1d, tidy, valueAndGrad } from '@tensorflow/tfjs-core';
import { wasm } from '@tweedie/backend-wasm';
import { compiled, compiledNetwork } from '@tweedie/compile';
import { onnxRuntimes } from '@tweedie/compile/node';
import { disposeAll, key, normal } from '@tweedie/core';
import { compactUnet, mlp, unet } from '@tweedie/networks';
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
    calls: 2,
  },
  {
    name: 'reference U-Net, batch 32, forward with baked weights, 2 threads',
    net: 'unet',
    mode: 'forward',
    batch: 32,
    threads: 2,
    wasmRounds: 3,
    calls: 2,
  },
  {
    name: 'reference MLP, batch 512, training step, 1 thread',
    net: 'mlp',
    mode: 'step',
    batch: 512,
    threads: 1,
    wasmRounds: ROUNDS,
    calls: 20,
  },
  {
    name: 'reference MLP, batch 512, forward with baked weights, 1 thread',
    net: 'mlp',
    mode: 'forward',
    batch: 512,
    threads: 1,
    wasmRounds: ROUNDS,
    calls: 20,
  },
  {
    name: 'network of the digits, batch 16, forward and gradient by x, 2 threads',
    net: 'digits',
    mode: 'gradient',
    batch: 16,
    threads: 2,
    wasmRounds: ROUNDS,
    calls: 5,
  },
];

await wasm().load();
if (!hasTorch) console.log('PyTorch is not installed: compared with wasm only');
for (const each of cases) if (each.name.includes(process.env.CASE ?? '')) await measure(each);

async function measure({ name, net, mode, batch, threads, wasmRounds, calls }) {
  const engines = await onnxRuntimes({ count: threads });
  const use = mode === 'gradient' ? gradient : forward;
  const ours =
    mode === 'step'
      ? trainingStep(net, batch, engines.length === 1 ? compiled(engines[0]) : sharded(engines.map(compiled)))
      : use(net, batch, (network) => compiledNetwork(network, engines));
  const theirs = mode === 'step' ? trainingStep(net, batch, eager) : use(net, batch, (network) => network);
  const peer = hasTorch && mode !== 'gradient' ? await torch(net, mode, batch, threads) : undefined;
  const times = { ours: [], torch: [], wasm: [] };
  for (let round = -2; round < ROUNDS; round++) {
    const taken = { ours: await timed(ours, calls) };
    if (peer) taken.torch = await peer.call(calls);
    if (round < wasmRounds) taken.wasm = await timed(theirs, calls);
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
  if (net === 'digits')
    return compactUnet({
      key: key(0),
      image: [28, 28, 1],
      widths: [48, 96],
      blocks: [0, 2, 1],
      patch: 2,
      groups: 8,
      embedding: 128,
    });
  return net === 'unet' ? unet({ key: key(0) }) : mlp({ key: key(0) });
}

/** As the peer has them: data, noise, and how much of each at which time. */
function inputsOf(net, batch) {
  const shape = [batch, ...{ unet: [32, 32, 1], digits: [28, 28, 1], mlp: [2] }[net]];
  const perExample = [batch, ...shape.slice(1).map(() => 1)];
  const times = Float32Array.from({ length: batch }, (_, i) => (20 + (880 * i) / (batch - 1)) / 1000);
  const [alpha, sigma] = [Math.cos, Math.sin].map((wave) =>
    tensor(
      times.map((t) => wave((t * Math.PI) / 2)),
      perExample,
    ),
  );
  return { x0: normal(key(1), shape), epsilon: normal(key(2), shape), alpha, sigma, times: tensor1d(times) };
}

function trainingStep(net, batch, differentiate) {
  const network = networkOf(net);
  const inputs = inputsOf(net, batch);
  const { parameters } = network;
  const evaluate = differentiate({
    parameters,
    evaluate: ({ x0, epsilon, alpha, sigma, times }) => ({
      loss: tidy(() => mean(square(sub(network.apply(add(mul(alpha, x0), mul(sigma, epsilon)), times), epsilon)))),
    }),
  });
  const optimizer = adamW();
  const state = optimizer.state(parameters);
  let step = 0;
  return async () => {
    const result = await evaluate(inputs);
    optimizer.update(parameters, result.gradients, state, { learningRate: 1e-3, step: ++step });
    result.loss.dataSync();
    disposeAll(result);
  };
}

function forward(net, batch, wrap) {
  const network = wrap(networkOf(net));
  const { x0, times } = inputsOf(net, batch);
  return async () => {
    const y = tidy(() => network.apply(x0, times));
    y.dataSync();
    dispose(y);
  };
}

function gradient(net, batch, wrap) {
  const network = wrap(networkOf(net));
  const { x0, epsilon, times } = inputsOf(net, batch);
  const derivative = valueAndGrad((x) => network.apply(x, times));
  return async () => {
    const { value, grad } = derivative(x0, epsilon);
    grad.dataSync();
    dispose([value, grad]);
  };
}

/** The median of some calls in a row. */
async function timed(call, count) {
  const times = [];
  for (let i = 0; i < count; i++) {
    const start = performance.now();
    await call();
    times.push(performance.now() - start);
  }
  return times.toSorted((a, b) => a - b)[count >> 1];
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
    call: async (count) => {
      const times = [];
      for (let i = 0; i < count; i++) {
        child.stdin.write('\n');
        times.push(Number((await lines.next()).value));
      }
      return times.toSorted((a, b) => a - b)[count >> 1];
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
