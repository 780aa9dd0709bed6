/** Files, with one line that names the file and says what to do where the system, or what the file holds, stands in the way. */
import { access, constants, mkdir, readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { invalid } from '@tweedie/core';

/** The system's words by its codes; for others it speaks itself. */
const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'no permission',
  EDQUOT: 'the quota is used up',
  EEXIST: 'a file is where a folder should be',
  EFBIG: 'it would be larger than is allowed',
  EISDIR: 'a folder is where a file should be',
  ENAMETOOLONG: 'the name is too long',
  ENOENT: 'it does not exist',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'a file is where a folder should be',
  EPERM: 'no permission',
  EROFS: 'the file system is read-only',
};

/**
 * Reads a file by `read`.
 * @throws Error (`file-unreadable`) if the system refuses, RangeError (`file-damaged`) if `read` does
 */
export async function reading<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    const reason = systemReason(error);
    if (reason !== undefined)
      throw invalid('file-unreadable', `cannot read ${path}: ${reason}; restore it, or choose another folder`, Error);
    if (error instanceof Error && 'code' in error)
      throw invalid('file-damaged', `${path}: ${error.message}; restore it, or start over with --fresh`);
    throw error;
  }
}

/** The text of a file, or undefined if there is none; throws as {@link reading}. */
export async function readingText(path: string): Promise<string | undefined> {
  return (await readingBytes(path))?.toString('utf8');
}

/** As {@link readingText}, the bytes. */
export function readingBytes(path: string): Promise<Buffer | undefined> {
  return reading(path, async () => {
    try {
      return await readFile(path);
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  });
}

/**
 * Writes a file by `write`, in a folder that is made if there is none.
 * @throws Error (`file-unwritable`) if the system refuses
 */
export async function writing(path: string, write: () => Promise<void>): Promise<void> {
  try {
    await makeFolder(dirname(path));
    await write();
  } catch (error) {
    const reason = isMissing(error) ? 'no folder can be made there' : systemReason(error);
    if (reason === undefined) throw error;
    throw invalid('file-unwritable', `cannot write ${path}: ${reason}; change that, or choose another place`, Error);
  }
}

/** Finds out before a long computation that its result could not be written; throws as {@link writing}. */
export async function expectWritable(path: string): Promise<void> {
  await writing(path, async () => {
    await access(dirname(path), constants.W_OK);
    const there = await stat(path).catch(() => undefined);
    if (there?.isDirectory()) throw Object.assign(new Error(), { code: 'EISDIR', syscall: 'open' });
  });
}

/** Whether the system says that the file is not there. */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

/** As `mkdir` with `recursive`, which never ends where a file system makes no folders (`/proc`). */
async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    const there = await stat(path).catch(() => undefined);
    if (there?.isDirectory()) return;
    const parent = dirname(path);
    if (!isMissing(error) || (await stat(parent).catch(() => undefined))?.isDirectory()) throw error;
    await makeFolder(parent);
    await mkdir(path);
  }
}

function systemReason(error: unknown): string | undefined {
  if (!(error instanceof Error && 'code' in error && 'syscall' in error)) return undefined;
  return REASONS[String(error.code)] ?? error.message;
}
