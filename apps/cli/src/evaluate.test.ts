/** `tweedie evaluate`, on the built command. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { foldIn, key, uniform } from '@tweedie/core';
import { encode } from 'fast-png';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Outcome, tweedie } from '../test/command.js';

const base = mkdtempSync(join(tmpdir(), 'tweedie-evaluate-'));
afterAll(() => rmSync(base, { recursive: true }));
const at = (name: string) => join(base, name);
const train = (data: string, out: string, network: string, ...more: string[]) =>
  tweedie(['train', '--data', data, '--out', at(out), '--network', network, '--steps', '2', '--batch', '8', ...more]);

const PATIENCE = 300_000; // on a machine at work
const SIDE = 16;
const EACH = 150;

/** Noisy pictures, each class in its own colour. */
function writeImages(): void {
  for (const [k, name] of ['red', 'green', 'blue'].entries()) {
    mkdirSync(at(`images/${name}`), { recursive: true });
    for (let i = 0; i < EACH; i++) {
      const data = Uint8Array.from(uniform(foldIn(key(k), i), SIDE * SIDE * 3), (u, j) => (j % 3 === k ? 200 : 50) + 50 * u);
      writeFileSync(at(`images/${name}/${i}.png`), encode({ width: SIDE, height: SIDE, channels: 3, data }));
    }
  }
}

beforeAll(async () => {
  writeImages();
  const network = 'compactUnet({ widths: [8, 8], blocks: [0, 1, 1], groups: 4, embedding: 16 })';
  const trained = await train(at('images'), 'colours', network, '--size', String(SIDE));
  expect(trained.stderr).not.toContain('tweedie:');
  await train('eightGaussians', 'points', 'mlp({ width: 8, layers: 1 })');
}, PATIENCE);

const evaluate = (...args: string[]) => tweedie(['evaluate', ...args]);

describe('of a run of images', () => {
  const judged = ['--n', '40', '--steps', '2', '--judge-steps', '40'];
  let first: Outcome;
  beforeAll(async () => {
    first = await evaluate(at('colours'), ...judged, '--json');
  }, PATIENCE);

  it('trains a judge once, and measures noise as noise: wrong classes, far from real images, no copies', () => {
    expect(first.stderr).toMatch(/^Evaluating 40 .*\nTraining a judge .*\n… .* held-out images\.\n$/);
    const { accuracy, distances, copies } = JSON.parse(first.stdout);
    expect(accuracy.judge).toBeGreaterThan(0.5);
    expect(accuracy.low).toBeLessThan(0.3);
    expect(distances).toMatchObject({ compared: 22, reference: 23 });
    const [samples, real] = [distances.samples.frechet, distances.real.frechet];
    expect(samples.value - 5 * samples.standardError).toBeGreaterThan(real.value + 5 * real.standardError);
    expect(copies.training).toBe(405);
    expect(copies.pixels.near).toMatchObject({ count: 0, of: 40 });
  });

  it('says the same again in a table of 80 columns, by the judge that is kept', async () => {
    const kept = statSync(at('colours/judge.safetensors')).mtimeMs;
    const { status, stdout, stderr } = await evaluate(at('colours'), ...judged);
    expect(status).toBe(0);
    expect(stderr).toMatch(/^Evaluating .*\n$/);
    expect(statSync(at('colours/judge.safetensors')).mtimeMs).toBe(kept);
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    const { accuracy, distances } = JSON.parse(first.stdout);
    expect(stdout).toContain(`${((100 * accuracy.count) / 40).toFixed(1)} %`);
    expect(stdout).toContain(distances.samples.frechet.value.toPrecision(3));
  });

  it('names a judge that is damaged, and trains the same again', async () => {
    truncateSync(at('colours/judge.safetensors'), 5000);
    const { stdout, stderr } = await evaluate(at('colours'), ...judged, '--json');
    expect(stderr).toContain('judge.safetensors cannot be used');
    expect(JSON.parse(stdout)).toEqual(JSON.parse(first.stdout));
  });
});

it('of points compares coordinates, and has neither classes nor copies', async () => {
  const { status, stdout } = await evaluate(at('points'), '--n', '200', '--json');
  const told = JSON.parse(stdout);
  expect(status).toBe(0);
  expect(told).toMatchObject({ n: 200, distances: { features: 'coordinates', compared: 200, reference: 5000 } });
  expect(told).not.toHaveProperty('accuracy');
  expect(told).not.toHaveProperty('copies');
  expect(told.distances.samples.kernel.value).toBeGreaterThan(told.distances.real.kernel.value);
  expect(readdirSync(at('points'))).not.toContain('judge.safetensors');
});

describe('errors are one line and exit code 2', () => {
  const refused = async (message: string, ...args: string[]) => {
    const { status, stdout, stderr } = await evaluate(...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(message);
    return stderr;
  };

  it('where there is no run, too few samples, or other images than it was trained on', async () => {
    expect(await refused('run.json does not exist', at('nothing'))).toMatch(/^tweedie: .*\n$/);
    expect(existsSync(at('nothing'))).toBe(false);
    await refused('must be an integer from 20', at('points'), '--n', '19');
    writeFileSync(at('images/red/more.png'), encode({ width: 1, height: 1, channels: 3, data: Uint8Array.of(1, 2, 3) }));
    await refused('451 in place of the 450 images', at('colours'), '--n', '20');
  });
});
