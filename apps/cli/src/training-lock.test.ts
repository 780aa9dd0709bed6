import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { type RunFolder, runFolder } from './run-file.js';
import { expectUnlocked, locked } from './training-lock.js';

let folder: RunFolder;
let path: string;
beforeEach(() => {
  folder = runFolder(join(mkdtempSync(join(tmpdir(), 'tweedie-lock-')), 'run'));
  path = folder.file('train.lock');
});
const write = (owner: object) => writeFileSync(path, JSON.stringify(owner));

it('lets one in at a time, and leaves nothing behind', async () => {
  await expectUnlocked(folder);
  await locked(folder, async () => {
    await expect(locked(folder, async () => {})).rejects.toMatchObject({
      code: 'run-locked',
      message: expect.stringContaining(`${folder.path} is being trained by process ${process.pid}: wait for it`),
    });
    await expect(expectUnlocked(folder)).rejects.toMatchObject({ code: 'run-locked' });
  });
  await expect(locked(folder, () => Promise.reject(new Error('it failed')))).rejects.toThrow('it failed');
  expect(readdirSync(folder.path)).toEqual([]);
});

it('is taken over from a process that was killed', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e3)']);
  await locked(folder, async () => {}); // makes the folder
  write({ pid: child.pid, host: hostname(), ...(process.platform === 'linux' && { started: startOf(child.pid) }) });
  await expect(locked(folder, async () => {})).rejects.toMatchObject({ code: 'run-locked' });
  child.kill('SIGKILL');
  await once(child, 'close');
  expect(await locked(folder, async () => existsSync(path))).toBe(true);
  expect(readdirSync(folder.path)).toEqual([]);
});

it.runIf(process.platform === 'linux')('is taken over where the number is that of another process by now', async () => {
  await locked(folder, async () => {});
  write({ pid: process.pid, started: '1', host: hostname() });
  await locked(folder, async () => {});
});

it('is taken over where a kill has cut it short, and not from another machine', async () => {
  await locked(folder, async () => {});
  writeFileSync(path, '{"pid":');
  await locked(folder, async () => {});
  write({ pid: 1, host: 'elsewhere' });
  await expect(locked(folder, async () => {})).rejects.toThrow('on elsewhere');
});

it('goes to one of many that find it stale', async () => {
  await locked(folder, async () => {});
  writeFileSync(path, '');
  let within = 0;
  const tries = Array.from({ length: 20 }, () =>
    locked(folder, async () => {
      expect(++within).toBe(1);
      await new Promise((done) => setTimeout(done, 100));
      within--;
    }),
  );
  const won = (await Promise.allSettled(tries)).filter(({ status }) => status === 'fulfilled');
  expect(won).toHaveLength(1);
});

function startOf(pid = 0): string | undefined {
  return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[19];
}
