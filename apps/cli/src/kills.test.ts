/** Runs that are killed without warning, also in the middle of writing a file, and resumed. `TWEEDIE_KILLS=100` kills more often. */
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { key, uniform } from '@tweedie/core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Outcome, tweedie } from '../test/command.js';

const KILLS = Number(process.env.TWEEDIE_KILLS ?? 3);
const EACH = 3; // kills of a run
const STEPS = 200;
/** Names, and how often a run writes them. */
const FILES: readonly (readonly [string, number])[] = [
  ['checkpoint-', 10],
  ['checkpoint-', 10],
  ['run\\.json', 10],
  ['log', 20],
  ['report', 10],
  ['loss', 10],
  ['\\d+\\.svg', 4],
  ['model', 1],
  ['samples', 1],
];

const folder = mkdtempSync(join(tmpdir(), 'tweedie-kills-'));
afterAll(() => rmSync(folder, { recursive: true }));
const train = (out: string) => [
  ...['train', '--data', 'moons', '--out', join(folder, out), '--steps', String(STEPS), '--batch', '32'],
  ...['--network', 'mlp({ width: 16, layers: 2 })', '--engine', 'eager', '--shards', '1'],
];
const CHANCE = uniform(key(8), 4 * (2 * KILLS + 20));

/** Kills a command by chance `i`: after a part of the time that it takes, or within a file that it writes. */
function killed(args: readonly string[], i: number, milliseconds: number): Promise<Outcome> {
  const [which = 0, when = 0, file = 0, nth = 0] = CHANCE.subarray(4 * i);
  const [name, times] = FILES[Math.floor(file * FILES.length)] ?? ['', 1];
  if (which < 0.5) return tweedie(args, { fault: { kind: 'kill', file: `^${name}`, nth: Math.ceil((nth * times) / 2) } });
  return tweedie(args, {
    watch: (child, stderr) => stderr === '' && setTimeout(() => child.kill('SIGKILL'), when * milliseconds),
  });
}

/** What must not depend on kills. */
function contents(out: string) {
  const read = (name: string) => readFileSync(join(folder, out, name));
  const hash = (name: string) => createHash('sha256').update(read(name)).digest('hex');
  return {
    names: readdirSync(join(folder, out), { recursive: true }).sort(),
    hashes: ['model.safetensors', `checkpoint-000${STEPS}.safetensors`].map(hash),
    steps: String(read('log.jsonl'))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).step),
  };
}

let milliseconds = 0;
beforeAll(async () => {
  const start = performance.now();
  expect(await tweedie(train('whole'))).toMatchObject({ status: 0 });
  milliseconds = performance.now() - start;
});

it(`${KILLS} kills leave nothing behind, and the same run to the bit`, { timeout: 60_000 + 20_000 * KILLS }, async () => {
  const whole = contents('whole');
  expect(whole.steps).toEqual(Array.from({ length: STEPS / 10 }, (_, i) => 10 * (i + 1)));
  let kills = 0;
  for (let run = 0, i = 0; kills < KILLS; run++) {
    const args = train(`run ${run}`);
    const until = kills + EACH;
    while (kills < Math.min(KILLS, until)) {
      const { signal, status, stderr } = await killed(args, i++, milliseconds);
      if (signal === 'SIGKILL') kills++;
      else {
        expect(status, stderr).toBe(0); // it was faster
        break;
      }
    }
    expect(await tweedie(args)).toMatchObject({ status: 0 });
    expect(contents(`run ${run}`)).toEqual(whole);
  }
});
