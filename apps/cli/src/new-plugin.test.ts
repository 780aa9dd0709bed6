import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../../..');
const folder = mkdtempSync(join(tmpdir(), 'tweedie-new-'));
const modules = join(root, 'node_modules');
symlinkSync(modules, join(folder, 'node_modules')); // in place of `npm install`

function run(program: string, args: readonly string[], cwd: string = folder) {
  const env = { ...process.env, PATH: `${join(modules, '.bin')}${delimiter}${process.env.PATH}`, NO_COLOR: '1' };
  const { status, stdout, stderr } = spawnSync(program, args, {
    cwd,
    env,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  return { status, stdout, stderr };
}

function plugin(...args: string[]) {
  return run(process.execPath, [join(root, 'apps/cli/bin/tweedie.js'), 'plugin', 'new', ...args]);
}

const KINDS = ['sampler', 'schedule', 'grid', 'weighting'];

describe('tweedie plugin new', () => {
  it.each(KINDS)('writes the package of a %s', (kind) => {
    const { status, stdout, stderr } = plugin(`my-${kind}`, '--kind', kind);
    expect(stdout).toBe(`${join(`my-${kind}`, 'index.js')}\n`);
    expect(stderr).toMatch(/^Next: cd my-/);
    expect(status).toBe(0);
    const files = readdirSync(join(folder, `my-${kind}`)).toSorted();
    expect(files).toEqual(['LICENSE', 'README.md', 'index.d.ts', 'index.js', 'index.test.js', 'package.json']);
    for (const file of files)
      expect(readFileSync(join(folder, `my-${kind}`, file), 'utf8')).not.toMatch(/plugin-?name|plugin-kind|core-version/i);
  });

  it('with a test that fails until the line that it points to is written, and passes then', () => {
    const test = () => run('vitest', ['run', '--reporter=json', '--root', folder, ...KINDS.map((kind) => `my-${kind}`)]);
    const first = JSON.parse(test().stdout);
    const failed = first.testResults.filter(({ status }: { status: string }) => status === 'failed');
    expect(failed).toHaveLength(KINDS.length);
    for (const kind of KINDS) {
      const file = join(folder, `my-${kind}/index.js`);
      const source = readFileSync(file, 'utf8');
      // what the comment says, in place of what the next line has
      const repaired = source.replace(/( *)\/\/ TODO: .*`(.*)`\n(.*(?:=> |= ))[^=>\n]*?([,;]\n)/, '$3$2$4');
      expect(repaired).not.toBe(source);
      writeFileSync(file, repaired);
    }
    const second = JSON.parse(test().stdout);
    expect(second).toMatchObject({ success: true, numFailedTests: 0 });
    expect(second.numPassedTests).toBe(first.numTotalTests);
  });

  it('and publishes as it is', () => {
    for (const kind of KINDS) {
      const cwd = join(folder, `my-${kind}`);
      const lint = run('publint', ['run', '--strict', '--pack', 'false', '.'], cwd);
      expect(lint.stdout + lint.stderr).toContain('All good!');
      expect(lint.status).toBe(0);
    }
    const pack = run('npm', ['pack', '--dry-run', '--json'], join(folder, 'my-sampler'));
    const [{ files }] = JSON.parse(pack.stdout);
    const names = files.map(({ path }: { path: string }) => path).toSorted();
    expect(names).toEqual(['LICENSE', 'README.md', 'index.d.ts', 'index.js', 'package.json']);
  });

  it('a sampler that the command can use at once', () => {
    const args = ['train', '--data', 'moons', '--steps', '3', '--out', 'run', '--sampler', './my-sampler/index.js'];
    const { status, stderr } = run(process.execPath, [join(root, 'apps/cli/bin/tweedie.js'), ...args]);
    expect(stderr).not.toContain('tweedie:');
    expect(status).toBe(0);
  });

  it.each([
    [['my-sampler'], 'tweedie: my-sampler is there already: choose another name, or remove it [folder-used]\n'],
    [['My_Sampler'], 'tweedie: the name must be as npm and JavaScript allow'],
    [['../away'], 'tweedie: the name must be as npm and JavaScript allow'],
    [['default'], 'tweedie: the name must be as npm and JavaScript allow'],
    [['mine', '--kind', 'network'], '`--kind` must be one of sampler, schedule, grid, weighting, got network'],
  ])('%j is refused in one line', (args, message) => {
    const before = readdirSync(folder);
    const { status, stderr } = plugin(...args);
    expect(stderr).toContain(message);
    expect(status).toBe(2);
    expect(readdirSync(folder)).toEqual(before);
  });
});
