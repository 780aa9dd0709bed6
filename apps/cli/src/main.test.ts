import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const bin = join(import.meta.dirname, '../bin/tweedie.js');
const folder = mkdtempSync(join(tmpdir(), 'tweedie-cli-'));

function tweedie(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], { cwd: folder, encoding: 'utf8' });
  return { status, stdout, stderr };
}

describe('bad input: exit code 2, one clear line, nothing written', () => {
  it.each([
    [['sample', 'nowhere'], 'tweedie: nowhere/run.json does not exist'],
    [
      ['sample', 'nowhere', '--n', '0'],
      "error: option '--n <count>' argument '0' is invalid. must be an integer from 1 to 100000, got 0",
    ],
    [['train', '--steps', '0'], "argument '0' is invalid. must be an integer from 1"],
    [['train', '--steps', '1.5'], "argument '1.5' is invalid. must be an integer from 1"],
    [['train', '--lr', '-1'], "argument '-1' is invalid. must be a positive number"],
    [['train', '--sead', '1'], "error: unknown option '--sead'\n(Did you mean --seed?)"],
    [['train', '--schedule', 'cosin'], 'tweedie: `--schedule` has no cosin; did you mean cosine? `tweedie parts` lists all\n'],
    [['train', '--schedule', 'shifted(cosine(), -1)'], 'tweedie: `s` must be positive and finite, got -1'],
    [['train', '--schedule', 'shifted(cosine)'], 'tweedie: `s` must be positive and finite, got undefined'],
    [['train', '--schedule', 'karras'], 'tweedie: `--schedule` must be a schedule, but karras is something else'],
    [['train', '--schedule', 'cosine('], 'tweedie: `--schedule` must be a name or a call, as in TypeScript, got cosine(: '],
    [['train', '--grid', 'karras({ row: 7 })'], 'tweedie: `--grid`: karras has no option row; it has rho, sigmaMax, sigmaMin'],
    [['train', '--engine', 'magic'], 'Allowed choices are compiled, eager.'],
    [['train', '--engine', 'eager', '--threads', '2'], '`--threads` is for --engine compiled'],
    [['export', 'nowhere', '--onnx', 'x.pb'], 'tweedie: `--onnx` must end in .onnx, got x.pb'],
    [['trian'], "error: unknown command 'trian'\n(Did you mean train?)"],
  ])('%j', (args, message) => {
    const { status, stderr } = tweedie(...args);
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(status).toBe(2);
    expect(readdirSync(folder).filter((name) => name !== 'broken')).toEqual([]);
  });

  it('names what is wrong with a run.json', () => {
    const broken = join(folder, 'broken');
    mkdirSync(broken);
    writeFileSync(join(broken, 'run.json'), '{"format": "tweedie-run", "version": 1}');
    const { status, stderr } = tweedie('sample', 'broken');
    expect(stderr).toMatch(/^tweedie: broken\/run\.json cannot be used: version: .*\n$/);
    expect(status).toBe(2);
  });
});

it('--help shows every option with its default, and an example that parses', () => {
  for (const command of ['train', 'sample', 'edit', 'export']) {
    const { status, stdout } = tweedie(command, '--help');
    expect(status).toBe(0);
    const options = stdout
      .slice(stdout.indexOf('Options:'), stdout.search(/Examples?:|A part is/))
      .split(/\n {2}(?=-)/)
      .slice(1);
    for (const option of options) if (!/^(-h|--fresh)/.test(option)) expect(option).toMatch(/default:\s/);
    expect(stdout).toMatch(/Examples?:/);
  }
});

it('neither takes up nor writes over files that are not a run', () => {
  const used = join(folder, 'used');
  mkdirSync(used);
  writeFileSync(join(used, 'report.html'), 'mine');
  const { status, stderr } = tweedie('train', '--out', 'used', '--steps', '1');
  expect(stderr).toMatch(/^tweedie: used must be empty or hold a run, but it has report\.html .*--fresh\n$/);
  expect(status).toBe(2);
  expect(readdirSync(used)).toEqual(['report.html']);
});
