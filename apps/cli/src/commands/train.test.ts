import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runFolder } from '../run-file.js';
import { locked } from '../training-lock.js';
import { trainCommand } from './train.js';

const base = mkdtempSync(join(tmpdir(), 'tweedie-train-'));
const out = join(base, 'run');
const train = (flags: object) => trainCommand({ out, fresh: false, ...flags }, 0, new AbortController().signal);

it('with --resume needs a run, and begins none', async () => {
  await expect(train({ resume: true })).rejects.toMatchObject({
    code: 'run-missing',
    message: `\`--resume\` needs a run, but ${join(out, 'run.json')} does not exist: leave it out to begin one`,
  });
  await expect(train({ resume: true, fresh: true })).rejects.toMatchObject({ code: 'flags-differ' });
  expect(readdirSync(base)).toEqual([]);
});

it('leaves a folder alone that another process trains in, also with --fresh', async () => {
  const folder = runFolder(out);
  await locked(folder, async () => {
    for (const flags of [{}, { fresh: true }]) await expect(train(flags)).rejects.toMatchObject({ code: 'run-locked' });
    expect(readdirSync(out)).toEqual(['train.lock']);
  });
});
