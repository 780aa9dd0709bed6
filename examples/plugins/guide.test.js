/** docs/plugins.md shows these files as they are, and its commands do what it says. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';

const here = import.meta.dirname;
const page = readFileSync(join(here, '../../docs/plugins.md'), 'utf8');
const blocks = (language) =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(([, text]) => text);
const folders = ['gradient-estimation', 'cauchy-schedule'];

test('each piece of code on the page stands in a file', () => {
  const files = folders.flatMap((folder) => readdirSync(join(here, folder)).map((name) => join(folder, name)));
  const texts = [...files, 'sample.mjs'].map((file) => readFileSync(join(here, file), 'utf8'));
  expect(blocks('js').length).toBeGreaterThan(3);
  for (const block of blocks('js'))
    expect(
      texts.some((text) => text.includes(block)),
      block,
    ).toBe(true);
});

test('a plugin loads nothing: it works where nothing is installed', async () => {
  for (const folder of folders) {
    const alone = join(mkdtempSync(join(tmpdir(), 'tweedie-alone-')), 'index.mjs');
    copyFileSync(join(here, folder, 'index.js'), alone);
    expect(Object.keys(await import(pathToFileURL(alone).href))).toHaveLength(1);
  }
});

test('through the API, samples of a Gaussian have its mean and deviation', () => {
  const { stdout, stderr } = spawnSync(process.execPath, [join(here, 'sample.mjs')], { encoding: 'utf8' });
  expect(stderr).toBe('');
  const [mean, deviation] = stdout.split(' ').map(Number);
  expect(Math.abs(mean - 3)).toBeLessThan(0.05);
  expect(Math.abs(deviation - 0.5)).toBeLessThan(0.05);
});

test('through the command, as on the page, but for fewer steps', () => {
  const runs = join(mkdtempSync(join(tmpdir(), 'tweedie-guide-')), 'run');
  const bin = join(here, '../../apps/cli/bin/tweedie.js');
  const [commands = ''] = blocks('sh');
  const lines = commands.replaceAll('\\\n', ' ').trim().split('\n');
  expect(lines).toHaveLength(2);
  for (const line of lines) {
    const text = line
      .replace('npx tweedie ', '')
      .replaceAll('runs/cauchy', runs)
      .replace('2000', '20')
      .replace('points.svg', `${runs}.svg`);
    const args = [...text.matchAll(/"([^"]*)"|\S+/g)].map(([word, quoted]) => quoted ?? word);
    const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], { cwd: here, encoding: 'utf8' });
    expect(stderr).not.toContain('tweedie:');
    expect(stdout).toContain('.svg\n');
    expect(status).toBe(0);
  }
});
