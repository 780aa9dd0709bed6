/**
 * `train.lock`: who trains in a folder. It names the process by number, start and machine, so that a lock left behind by a kill, also
 * where another process has that number by now, is told from one that holds.
 */
import { readFileSync, unlinkSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { invalid } from '@tweedie/core';
import { z } from 'zod';
import { isMissing, readingText, writing } from './files.js';
import type { RunFolder } from './run-file.js';

const NAME = 'train.lock';

const ownerSchema = z.object({ pid: z.int().positive(), started: z.string().optional(), host: z.string() });

/** @throws Error (`run-locked`) if another process trains in the folder */
export async function expectUnlocked(folder: RunFolder): Promise<void> {
  expectStale(folder, await readingText(folder.file(NAME)));
}

/**
 * Works while no other process can. The lock goes with the process, or is known as stale after it.
 * @throws Error (`run-locked`); what `work` throws
 */
export async function locked<T>(folder: RunFolder, work: () => Promise<T>): Promise<T> {
  const path = folder.file(NAME);
  const own = JSON.stringify({ pid: process.pid, started: startOf(process.pid), host: hostname() });
  await writing(path, async () => {
    const stale = await readingText(path);
    expectStale(folder, stale);
    if (stale !== undefined) await moveAway(folder, path, stale);
    try {
      await writeFile(path, own, { flag: 'wx' });
    } catch (error) {
      await expectUnlocked(folder); // somebody was faster
      throw error;
    }
  });
  const release = () => {
    try {
      if (readFileSync(path, 'utf8') === own) unlinkSync(path);
    } catch {} // it is gone or out of reach, and there is nothing to say
  };
  process.once('exit', release);
  try {
    return await work();
  } finally {
    process.off('exit', release);
    release();
  }
}

/** Removes a stale lock, and not one that somebody has put in its place since. */
async function moveAway(folder: RunFolder, path: string, stale: string): Promise<void> {
  const moved = `${path}.${process.pid}`;
  try {
    await rename(path, moved);
  } catch (error) {
    if (isMissing(error)) return;
    throw error;
  }
  const text = await readingText(moved);
  if (text !== stale) {
    await rename(moved, path);
    expectStale(folder, text);
  }
  await rm(moved, { force: true });
}

function expectStale(folder: RunFolder, text: string | undefined): void {
  const owner = text === undefined ? undefined : ownerIn(text);
  if (owner === undefined) return;
  const here = owner.host === hostname();
  if (here && !(isAlive(owner.pid) && owner.started === startOf(owner.pid))) return;
  throw invalid(
    'run-locked',
    `${folder.path} is being trained by process ${owner.pid}${here ? '' : ` on ${owner.host}`}: wait for it, or choose another --out; if there is no such process, delete ${folder.file(NAME)}`,
    Error,
  );
}

/** Who it names; undefined for one that a kill has cut short. */
function ownerIn(text: string): z.infer<typeof ownerSchema> | undefined {
  try {
    return ownerSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** When a process was started, in ticks since the machine was; only Linux says so. */
function startOf(pid: number): string | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[19]; // the name before may hold anything
  } catch {
    return undefined;
  }
}
