import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { catalogue } from './catalogue.js';
import { census } from './census.js';
import { matcher, parseParity } from './parity.js';

const all = ['a/x.json#one/n10', 'a/x.json#one/n20', 'a/x.json#two', 'b.json#three'];
const page = `# A page
| cases | status | why |
|---|---|---|
| \`a/x.json#one/{n10,n20}\` | not yet | a family |
| \`b.json#*\` | differs | the peer is wrong (a source) |
`;

test('books that balance', () => {
  expect(census(all, new Set(['a/x.json#two']), parseParity(page))).toEqual([]);
});

test('each way in which they do not', () => {
  const problems = census(all, new Set(['b.json#three']), [
    ...parseParity(page),
    { pattern: 'a/x.json#one/n20', status: 'not yet', reason: 'again' },
    { pattern: 'gone.json#*', status: 'not yet', reason: 'stale' },
  ]);
  expect(problems).toEqual([
    'a/x.json#one/n20 is listed 2 times',
    'a/x.json#two is neither run nor listed',
    'b.json#three is run, but listed as `b.json#*`',
    '`gone.json#*` names no case',
  ]);
});

test('a row needs a status that we know and a reason', () => {
  expect(() => parseParity('| `a.json#*` | skipped | because |')).toThrow('must be "not yet" or "differs", got "skipped"');
  expect(() => parseParity('| `a.json#*` | not yet | |')).toThrow('without a reason');
});

test('a pattern is literal but for stars and braces', () => {
  const names = matcher('x.json#dpmsolver++/{a,b.c}-*');
  expect(names('x.json#dpmsolver++/b.c-n10/deep')).toBe(true);
  expect(names('x.json#dpmsolver++/bxc-n10')).toBe(false);
  expect(names('xxjson#dpmsolver++/a-n10')).toBe(false);
});

test('every file and case has one name, and every row of the page names a case', () => {
  const entries = catalogue();
  const ids = entries.flatMap((entry) => entry.ids);
  expect(entries.length).toBeGreaterThanOrEqual(47);
  expect(new Set(entries.map(({ fingerprint }) => fingerprint)).size).toBe(entries.length);
  expect(new Set(ids).size).toBe(ids.length);
  const rows = parseParity(readFileSync(new URL('../../../docs/parity.md', import.meta.url), 'utf8'));
  expect(rows.filter(({ pattern }) => !ids.some(matcher(pattern)))).toEqual([]);
});
