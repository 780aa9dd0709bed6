/** The files of a folder whose sub-folders are classes, in an order that is the same on every system. */
import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { invalid } from '@tweedie/core';
import { byCodePoint } from './internal/by-code-point.js';
import { type LeftOut, reasonOf } from './left-out.js';

/** A file below a folder. */
export interface FolderFile {
  /** For the system. */
  readonly file: string;
  /** Below the folder, with `/` between names. */
  readonly path: string;
  /** The folder's own folder that the file is in, however deep; undefined if it is in none. */
  readonly className?: string;
}

/** What a folder holds. */
export interface FolderFiles {
  readonly files: readonly FolderFile[];
  /** Names of the sub-folders, by code point. */
  readonly classNames: readonly string[];
  readonly leftOut: readonly LeftOut[];
}

/** What systems and tools leave behind, and nobody means as data. */
const IGNORED = /^(\.|__MACOSX$|Thumbs\.db$|desktop\.ini$)/i;

/**
 * All files below a folder, sorted by code point. Names are compared and returned composed (NFC), since systems differ in how they store
 * "é"; links are followed. Hidden files and those of file managers are passed over.
 * @throws Error (`folder-missing`, `folder-unreadable`) if the folder itself cannot be read
 */
export async function folderFiles(folder: string): Promise<FolderFiles> {
  const files: FolderFile[] = [];
  const leftOut: LeftOut[] = [];
  const classNames = new Set<string>();

  async function walk(at: string, names: readonly string[], above: readonly string[]): Promise<void> {
    const here = await realpath(at);
    if (above.includes(here)) throw new Error('a link back to a folder that it is in');
    for (const entry of await readdir(at)) {
      if (IGNORED.test(entry)) continue;
      const file = join(at, entry);
      const below = [...names, entry.normalize('NFC')];
      const path = below.join('/');
      const [className] = below;
      try {
        const found = await stat(file);
        if (found.isDirectory()) {
          await walk(file, below, [...above, here]);
          if (names.length === 0 && className !== undefined) classNames.add(className);
        } else if (!found.isFile()) leftOut.push({ path, reason: 'not a file' });
        else files.push({ file, path, ...(names.length > 0 && className !== undefined && { className }) });
      } catch (error) {
        leftOut.push({ path, reason: reasonOf(error) });
      }
    }
  }

  try {
    await walk(folder, [], []);
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    throw invalid(
      missing ? 'folder-missing' : 'folder-unreadable',
      `cannot read the folder ${folder}: ${reasonOf(error)}; give a folder of images`,
      Error,
    );
  }
  return {
    files: files.sort((a, b) => byCodePoint(a.path, b.path) || byCodePoint(a.file, b.file)),
    classNames: [...classNames].sort(byCodePoint),
    leftOut,
  };
}
