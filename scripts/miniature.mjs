/** The main job in small: trains on MNIST for a few steps, is killed, resumes to the same bits, samples, and checks that what is written can be read. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { run } from './bootstrap.mjs';
import { root } from './workspace.mjs';

const STEPS = 20;
const folder = mkdtempSync(join(tmpdir(), 'tweedie-miniature-'));
const bin = join(root, 'apps', 'cli', 'bin', 'tweedie.js');

try {
  for (const engine of ['eager', 'compiled']) await resumesExactly(engine);

  const out = join(folder, 'compiled');
  for (const file of ['samples.png', 'loss.svg', 'model.safetensors', 'run.json', 'report.html'])
    assert.ok(existsSync(join(out, file)), `${file} is missing`);
  const text = (name) => readFileSync(join(out, name), 'utf8');
  isPng(join(out, 'samples.png'));
  isSafetensors(join(out, 'model.safetensors'));
  assert.match(text('loss.svg'), /^<svg[\s\S]*<\/svg>\s*$/);
  assert.match(text('report.html'), /<\/html>\s*$/);
  assert.doesNotMatch(text('report.html'), /(src|href)="https?:/, 'report.html needs the network');
  JSON.parse(text('run.json'));

  const finished = await tweedie(...train('compiled', out));
  assert.match(finished, /finished|complete/i, 'a finished run must say so');

  const grid = join(folder, 'grid.png');
  await tweedie(
    'sample',
    out,
    '--n',
    '4',
    '--class',
    '3',
    '--sampler',
    'dpmpp-2m',
    '--steps',
    '4',
    '--grid',
    'karras',
    '--out',
    grid,
  );
  isPng(grid);
  const array = join(folder, 'x.npy');
  await tweedie('sample', out, '--n', '12', '--steps', '4', '--seed', '1', '--out', array);
  assert.match(readFileSync(array).subarray(0, 128).toString('latin1'), /^\x93NUMPY.*'<f4'.*\(12, 28, 28, 1\)/s);
  assert.match(readFileSync(join(folder, 'x.labels.npy')).subarray(0, 128).toString('latin1'), /^\x93NUMPY.*'<i4'.*\(12,\)/s);
  const model = join(folder, 'model.onnx');
  assert.match(await tweedie('export', out, '--onnx', model), /model\.onnx/);
  await otherParts(join(folder, 'moons'));
  console.log(
    `The main job in small: ${STEPS} steps on each engine, killed and resumed to the same bits, sampled, exported, and a run of other parts; every file is valid.`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Runs the command; gives what it printed. */
async function tweedie(...args) {
  const { code, output } = await run(process.execPath, [bin, ...args]);
  assert.equal(code, 0, `tweedie ${args.join(' ')}\n${output}`);
  return output;
}

function train(engine, out) {
  const options = { data: 'mnist', out, steps: STEPS, batch: 16, seed: 1, engine };
  return ['train', ...Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)])];
}

/** Points of the plane, with every part another than the default one. */
async function otherParts(out) {
  const parts = {
    data: 'moons',
    schedule: 'clamped(laplace({ scale: 1.5 }), { min: -10, max: 10 })',
    process: 'subVariancePreserving',
    parameterization: 'edm({ sigmaData: 0.8 })',
    objective: 'learnedVarianceLoss({ steps: 100 })',
    weighting: 'sigmoid({ bias: -1 })',
    times: 'importance({ history: 3 })',
    sampler: 'heun',
    grid: 'polyexponential({ rho: 2 })',
  };
  await tweedie(
    'train',
    ...Object.entries({ ...parts, steps: STEPS, out }).flatMap(([name, value]) => [`--${name}`, `${value}`]),
  );
  isSafetensors(join(out, 'model.safetensors'));
  assert.match(readFileSync(join(out, 'samples.svg'), 'utf8'), /^<svg[\s\S]*<\/svg>\s*$/);
  const array = join(folder, 'points.npy');
  await tweedie('sample', out, '--n', '12', '--out', array);
  assert.match(readFileSync(array).subarray(0, 128).toString('latin1'), /'<f4'.*\(12, 2\)/s);
}

/** A run that is killed and resumed ends in the bits of one that is not. */
async function resumesExactly(engine) {
  const [out, whole] = [join(folder, engine), join(folder, `${engine}-whole`)];
  await killOnceSaved(engine, out);
  assert.match(await tweedie(...train(engine, out)), /^Resuming /, 'a killed run must go on from its checkpoint');
  await tweedie(...train(engine, whole));
  const weights = (path) => readFileSync(join(path, 'model.safetensors'));
  assert.ok(
    weights(whole).equals(weights(out)),
    `${engine}: a run that was killed and resumed must end in the weights of one that was not`,
  );
}

/** Starts the training and kills it, as a crash would, when the first checkpoint is there. */
async function killOnceSaved(engine, out) {
  const child = spawn(process.execPath, [bin, ...train(engine, out)], { stdio: 'ignore' });
  const ended = once(child, 'close');
  const saved = () => existsSync(out) && readdirSync(out).some((name) => name.startsWith('checkpoint-'));
  while (child.exitCode === null && !saved()) await sleep(20);
  child.kill('SIGKILL');
  await ended;
  assert.ok(!existsSync(join(out, 'model.safetensors')), 'the run ended before it could be killed');
}

function isPng(path) {
  const bytes = readFileSync(path);
  assert.equal(bytes.subarray(1, 4).toString('latin1'), 'PNG', `${path} is not a PNG`);
  assert.equal(bytes.subarray(-8, -4).toString('latin1'), 'IEND', `${path} is cut short`);
}

/** Reads the header and checks that the tensors fill the file exactly, with finite numbers. */
function isSafetensors(path) {
  const bytes = readFileSync(path);
  const start = 8 + Number(bytes.readBigUInt64LE(0));
  const { __metadata__, ...tensors } = JSON.parse(bytes.subarray(8, start).toString('utf8'));
  const ends = Object.values(tensors).map(({ data_offsets: [, end] }) => end);
  assert.ok(ends.length > 0, 'model.safetensors holds no tensor');
  assert.equal(start + Math.max(...ends), bytes.length, 'model.safetensors has the wrong length');
  const values = new Float32Array(bytes.buffer.slice(bytes.byteOffset + start, bytes.byteOffset + bytes.length));
  assert.ok(values.every(Number.isFinite), 'model.safetensors holds NaN or infinity');
}
