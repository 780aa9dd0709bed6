import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';

const bin = join(import.meta.dirname, '../bin/tweedie.js');
const folder = mkdtempSync(join(tmpdir(), 'tweedie plugins ü-'));

function tweedie(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], { cwd: folder, encoding: 'utf8' });
  return { status, stdout, stderr };
}

/** Trains for a few steps on points. */
function train(out: string, ...args: string[]) {
  return tweedie('train', '--data', 'moons', '--out', out, '--steps', '4', '--batch', '16', ...args);
}

const MINE = `
import { appendFileSync } from 'node:fs';
appendFileSync('executed', 'x');
export function bent(power = 1) {
  return {
    logSnr: (t) => 10 - 20 * t ** power,
    time: (logSnr) => Math.min(1, Math.max(0, (10 - logSnr) / 20)) ** (1 / power),
    slope: (t) => -20 * power * t ** (power - 1),
  };
}
export const evenly = () => (process, steps) =>
  Array.from({ length: steps + 1 }, (_, i) => process.level(-10 + (20 * i) / steps));
export const heavier = ({ by = 2 } = {}) => ({ t }, process) => (by * -process.schedule.slope(t)) / 2;
const step = ({ from, to, denoise, combine }, x) => {
  const denoised = denoise(x, from);
  const ratio = to.sigma / from.sigma;
  return { x: combine([ratio, x], [to.alpha - from.alpha * ratio, denoised]), denoised };
};
export class Euler { step(context, x) { return step(context, x); } }
export const euler = () => new Euler();
export const halfway = () => ({ step(context, x) { if (context.index > 2) throw new TypeError('too far\\nfor me'); return step(context, x); } });
export const broken = () => ({ step: (context, x) => ({ ...step(context, x), x: context.combine([1e30, context.combine([1e30, x])]) }) });
`;

beforeAll(() => {
  writeFileSync(join(folder, 'mine.mjs'), MINE);
  writeFileSync(join(folder, 'throws.mjs'), 'throw new Error("not\\ntoday")');
  const installed = join(folder, 'node_modules/their-package');
  mkdirSync(installed, { recursive: true });
  const manifest = { name: 'their-package', type: 'module', exports: { '.': { import: './index.js' } } };
  writeFileSync(join(installed, 'package.json'), JSON.stringify(manifest));
  writeFileSync(
    join(installed, 'index.js'),
    MINE.replaceAll('executed', 'theirs').replace('euler =', 'theirs = 3; export default'),
  );
});

describe('a module that will not do: exit code 2, one line that names it, nothing written', () => {
  it.each([
    [
      ['--schedule', './none.mjs#bent'],
      /^tweedie: `--schedule` \.\/none\.mjs#bent: there is no file .*none\.mjs \[plugin-missing\]\n$/,
    ],
    [
      ['--schedule', './mine.mjs#bend'],
      '`--schedule` ./mine.mjs#bend: there is no export bend; did you mean ./mine.mjs#bent? [plugin-export]\n',
    ],
    [
      ['--sampler', 'not-installed'],
      '`--sampler` has no not-installed; nor is there a package of that name; `tweedie parts` lists all [name-unknown]\n',
    ],
    [['--sampler', '@not/installed'], '`--sampler` @not/installed: no such package is installed here'],
    [['--sampler', './throws.mjs'], '`--sampler` ./throws.mjs cannot be imported: not [plugin-failed]\n'],
    [['--sampler', './mine.mjs#halfway'], '`--sampler` ./mine.mjs#halfway, step, failed: TypeError: too far [plugin-failed]\n'],
    [
      ['--sampler', './mine.mjs#broken'],
      '`--sampler` ./mine.mjs#broken, step, gave an x with NaN or infinite numbers [plugin-failed]\n',
    ],
  ])('%j', (args, message) => {
    const { status, stderr } = train('refused', ...args);
    if (typeof message === 'string') expect(stderr).toContain(`tweedie: ${message}`);
    else expect(stderr).toMatch(message);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(status).toBe(2);
    expect(existsSync(join(folder, 'refused'))).toBe(false);
  });
});

describe('a run with parts from modules', () => {
  const parts = [
    '--schedule',
    'clamped(./mine.mjs#bent(1), { min: -9, max: 9 })',
    '--weighting',
    './mine.mjs#heavier({ by: 3 })',
  ];

  it('trains, on gradient workers too, and records what was used', () => {
    const { status, stderr } = train(
      'run',
      ...parts,
      '--sampler',
      './mine.mjs#euler',
      '--grid',
      'their-package#evenly',
      '--shards',
      '2',
    );
    expect(stderr).not.toContain('tweedie:');
    expect(status).toBe(0);
    const { model, plugins, sampling } = JSON.parse(readFileSync(join(folder, 'run/run.json'), 'utf8'));
    expect([model.schedule, sampling.sampler]).toEqual([parts[1], './mine.mjs#euler']);
    expect(Object.keys(plugins).toSorted()).toEqual([
      './mine.mjs#bent',
      './mine.mjs#euler',
      './mine.mjs#heavier',
      'their-package#evenly',
    ]);
    for (const sha256 of Object.values(plugins)) expect(sha256).toMatch(/^[\da-f]{64}$/);
  });

  it('is not opened without its modules on the command line, and nothing of them is executed', () => {
    const before = readFileSync(join(folder, 'executed'), 'utf8');
    const files = readdirSync(folder);
    const named = 'a module, and none is imported because a run names it: if you trust it, give the same';
    const schedule = JSON.stringify(parts[1]);
    for (const args of [
      ['sample', 'run'],
      ['export', 'run'],
      ['train', '--out', 'run'],
    ]) {
      const { status, stderr } = tweedie(...args);
      expect(stderr).toBe(`tweedie: \`--schedule\` of run is ${schedule}, ${named} --schedule again [plugin-not-named]\n`);
      expect(status).toBe(2);
    }
    const sampler = tweedie('sample', 'run', '--schedule', parts[1] ?? '', '--grid', 'karras');
    expect(sampler.stderr).toBe(
      `tweedie: \`--sampler\` of run is "./mine.mjs#euler", ${named} --sampler again [plugin-not-named]\n`,
    );
    const other = tweedie('sample', 'run', '--schedule', './mine.mjs#bent');
    expect(other.stderr).toBe(
      `tweedie: \`--schedule\` is ./mine.mjs#bent, but run has ${schedule}: leave it out, or give the same [run-differs]\n`,
    );
    expect(readFileSync(join(folder, 'executed'), 'utf8').length).toBe(before.length + 2); // by the two that named it
    expect(readdirSync(folder)).toEqual(files);
  });

  it('is sampled with them, and with a package that is only for import', () => {
    const sample = (sampler: string, out: string) => {
      const drawn = ['sample', 'run', '--n', '8', '--schedule', parts[1] ?? '', '--grid', 'karras'];
      const { status, stderr } = tweedie(...drawn, '--sampler', sampler, '--out', out);
      return { status, stderr };
    };
    expect(sample('their-package', 'a.npy')).toEqual({ status: 0, stderr: '' });
    expect(sample('ddim', 'b.npy').status).toBe(0);
    expect(readFileSync(join(folder, 'a.npy')).equals(readFileSync(join(folder, 'b.npy')))).toBe(true); // each is DDIM
  });

  it('says that a module has changed', () => {
    appendFileSync(join(folder, 'mine.mjs'), '// more\n');
    const { status, stderr } = tweedie(
      'sample',
      'run',
      '--n',
      '8',
      '--schedule',
      parts[1] ?? '',
      '--sampler',
      'ddim',
      '--grid',
      'karras',
      '--out',
      'c.npy',
    );
    expect(stderr).toBe('./mine.mjs#bent has changed since run was begun: it is used as it is now.\n');
    expect(status).toBe(0);
  });

  it('whoever wrote it: a package named in it is not imported either', () => {
    const path = join(folder, 'run/run.json');
    const run = JSON.parse(readFileSync(path, 'utf8'));
    const theirs = existsSync(join(folder, 'theirs')) ? readFileSync(join(folder, 'theirs'), 'utf8') : '';
    for (const [model, data] of [
      [{ schedule: 'their-package' }, {}],
      [{ schedule: 'cosine' }, { source: 'their-package' }],
      [{ process: './mine.mjs#\u001b[2J' }, {}],
    ]) {
      writeFileSync(path, JSON.stringify({ ...run, model: { ...run.model, ...model }, data: { ...run.data, ...data } }));
      const { status, stderr } = tweedie('train', '--out', 'run');
      expect(stderr).toMatch(/^tweedie: .*\n$/);
      expect(stderr).not.toContain('\u001b');
      expect(status).toBe(2);
    }
    expect(readFileSync(join(folder, 'theirs'), 'utf8')).toBe(theirs);
  });
});

it('tweedie parts lists what flags may name', () => {
  const { status, stdout } = tweedie('parts', 'sampler');
  expect(stdout).toMatch(/^--sampler\n {2}\w/);
  expect(stdout).toMatch(/\bdpmpp2m\b/);
  expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  expect(status).toBe(0);
  expect(tweedie('parts', 'samplr').status).toBe(2);
});
