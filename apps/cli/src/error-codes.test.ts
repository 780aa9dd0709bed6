/** `docs/errors.md` against the source: each code of the command is explained, and none that is not there. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { LINE_CODES } from './failure.js';

const root = join(import.meta.dirname, '../../..');

/** The sources below a folder, as one text. */
function sourcesOf(folder: string): string {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => readFileSync(join(root, folder, name), 'utf8'))
    .join('\n');
}

const command = sourcesOf('apps/cli/src');
const thrown = [...command.matchAll(/\binvalid\(\s*'([\w-]+)'/g)].map(([, code]) => code);
const documented = [...readFileSync(join(root, 'docs/errors.md'), 'utf8').matchAll(/^\| (`[a-z-]+`(?:, `[a-z-]+`)*) \|/gm)]
  .flatMap(([, cell = '']) => cell.split(', '))
  .map((code) => code.replaceAll('`', ''));

it('explains each code of the command', () => {
  expect(thrown.length).toBeGreaterThan(30);
  const codes = new Set([...thrown, ...Object.values(LINE_CODES)]);
  expect([...codes].filter((code = '') => !documented.includes(code))).toEqual([]);
});

it('explains none that there is not, and none twice', () => {
  const sources = command + sourcesOf('packages/data/src');
  expect(documented.filter((code) => !sources.includes(`'${code}'`))).toEqual([]);
  expect(new Set(documented).size).toBe(documented.length);
});
