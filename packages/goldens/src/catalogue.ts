/** Reads the whole of `data/` from disk, in Node. */
import { readdirSync, readFileSync } from 'node:fs';
import { casesOf, fingerprint, type GoldenFile, hasNumbers } from './golden-file.js';

/** A file of goldens with its path below `data/`. */
export interface Entry {
  readonly path: string;
  readonly fingerprint: string;
  /** `path#case` for each case with numbers. */
  readonly ids: readonly string[];
}

/** All files of goldens. */
export function catalogue(): readonly Entry[] {
  const root = new URL('../data/', import.meta.url);
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.json'))
    .map((path) => path.replaceAll('\\', '/'))
    .sort()
    .map((path) => {
      const file: GoldenFile = JSON.parse(readFileSync(new URL(path, root), 'utf8'));
      return {
        path,
        fingerprint: fingerprint(file),
        ids: casesOf(file)
          .filter(hasNumbers)
          .map(({ name }) => `${path}#${name}`),
      };
    });
}
