import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkpointFile } from './node.js';

const script = fileURLToPath(new URL('../fixtures/run.mjs', import.meta.url));
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'training-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Runs the script, and kills it without warning when it has made `killAt` steps. Gives the steps it made. */
async function run(path: string, steps: number, killAt?: number): Promise<number[]> {
  const child = spawn(process.execPath, [script, path, String(steps)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const made: number[] = [];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    made.push(...text.trim().split('\n').map(Number));
    if (killAt !== undefined && (made.at(-1) ?? 0) >= killAt) child.kill('SIGKILL');
  });
  await once(child, 'close');
  return made;
}

describe('a run that is killed', () => {
  test('goes on and ends in the same bits as one that was not', async () => {
    const steps = 300;
    const [whole, killed] = [join(folder, 'whole.safetensors'), join(folder, 'killed.safetensors')];
    await run(whole, steps);
    const first = await run(killed, steps, 60);
    const second = await run(killed, steps, 170);
    await run(killed, steps);
    expect(first.at(-1)).toBeLessThan(steps); // it did not end by itself
    expect(second[0]).toBeGreaterThan(1); // and did not start over
    expect(Buffer.compare(await readFile(killed), await readFile(whole))).toBe(0);
    const { history = [] } = (await checkpointFile(killed).load()) ?? {};
    expect(history.map(({ step }) => step)).toEqual([
      ...Array.from({ length: Math.floor(steps / 7) }, (_, i) => 7 * (i + 1)),
      steps,
    ]);
  });
});

describe('checkpointFile', () => {
  test('a missing file is no checkpoint, a damaged one an error by name', async () => {
    const path = join(folder, 'x.safetensors');
    const file = checkpointFile(path);
    expect(await file.load()).toBeUndefined();
    await writeFile(path, 'garbage that is no checkpoint');
    await expect(file.load()).rejects.toMatchObject({ code: 'checkpoint-corrupt' });
    await file.save({ step: 1, key: [0, 0], tensors: new Map(), history: [], pending: { count: 0, sums: {} } });
    expect((await file.load())?.step).toBe(1);
    expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });
});
