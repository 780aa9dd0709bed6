/** What stops a training from outside, on the built command: signals, a second training, damaged files, a full disk. */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Outcome, tweedie } from '../test/command.js';

const base = mkdtempSync(join(tmpdir(), 'tweedie-stops-'));
afterAll(() => rmSync(base, { recursive: true }));
const at = (name: string) => join(base, name);
const SMALL = ['--batch', '32', '--network', 'mlp({ width: 16, layers: 2 })', '--engine', 'eager', '--shards', '1'];
const train = (out: string, steps: number) => ['train', '--data', 'moons', '--out', at(out), '--steps', String(steps), ...SMALL];
const AS_BEGUN = 'my run'; // a space, so that the line to go on by must be quoted

/** Bad news is one line and exit code 2. */
function expectOneLine({ status, stderr }: Outcome, message: string): void {
  expect(stderr.replaceAll(/^(step|Resuming) .*\n/gm, '')).toMatch(/^tweedie: .*\n$/);
  expect(stderr).toContain(message);
  expect(status).toBe(2);
}

/** An unfinished run: Ctrl-C after some steps. */
let stopped: Outcome;
beforeAll(async () => {
  let sent = false;
  stopped = await tweedie(train(AS_BEGUN, 100_000), {
    watch: (child, stderr) => {
      if (sent || !stderr.includes('step 10/')) return;
      sent = true;
      child.kill('SIGINT');
    },
  });
});

describe('Ctrl-C', () => {
  it('once: a checkpoint, a report that no longer loads itself, one line how to go on, exit code 130', () => {
    expect(stopped).toMatchObject({ status: 130, stdout: '' });
    expect(stopped.stderr.trimEnd().split('\n').at(-1)).toBe(`Stopped. To go on: npx tweedie train --out "${at(AS_BEGUN)}"`);
    const names = readdirSync(at(AS_BEGUN)).sort();
    expect(names).toEqual([expect.stringMatching(/^checkpoint-\d+/), 'log.jsonl', 'loss.svg', 'report.html', 'run.json']);
    const page = readFileSync(join(at(AS_BEGUN), 'report.html'), 'utf8');
    expect(page).toMatch(/stopped, step \d+ of 100000/);
    expect(page).not.toContain('http-equiv');
  });

  it('while it finds out how many steps fit: nothing is written', async () => {
    const slow = ['--batch', '1024', '--network', 'mlp({ width: 256, layers: 6 })', '--engine', 'eager', '--shards', '1'];
    const args = ['train', '--data', 'moons', '--out', at('none'), ...slow];
    let sent = false;
    const outcome = await tweedie(args, {
      watch: (child, stderr) => {
        if (sent || !stderr.startsWith('Timing')) return;
        sent = child.kill('SIGTERM');
      },
    });
    expect(outcome.stderr.split('\n')[1]).toBe('Stopped before the first step; nothing was written.');
    expect(outcome.status).toBe(130);
    expect(readdirSync(at('none'))).toEqual([]);
  });

  it('and a terminal that is closed: a checkpoint too, though no line can be written', async () => {
    const { status } = await tweedie(train('closed', 100_000), {
      watch: (child, stderr) => {
        if (!stderr.includes('step 10/') || child.stderr?.destroyed) return;
        child.stderr?.destroy();
        child.kill('SIGHUP');
        setTimeout(() => child.kill('SIGHUP'), 2);
      },
    });
    expect(status).toBe(130);
    expect(readdirSync(at('closed'))).toContainEqual(expect.stringMatching(/^checkpoint-\d+/));
  });

  it('twice: leaves at once', async () => {
    cpSync(at(AS_BEGUN), at('twice'), { recursive: true });
    const outcome = await tweedie(['train', '--out', at('twice')], {
      watch: (child, stderr) => {
        if (stderr.includes('Resuming')) for (const signal of ['SIGINT', 'SIGTERM'] as const) child.kill(signal);
      },
    });
    expect(outcome.status).toBe(130);
    expect(readdirSync(at('twice'))).not.toContain('train.lock');
  });
});

it('a second training in the folder is refused', async () => {
  cpSync(at(AS_BEGUN), at('two'), { recursive: true });
  let second: Promise<Outcome> | undefined;
  const first = await tweedie(['train', '--out', at('two')], {
    watch: (child, stderr) => {
      if (!stderr.includes('Resuming') || second !== undefined) return;
      second = tweedie(['train', '--out', at('two'), '--fresh']).finally(() => child.kill('SIGINT'));
    },
  });
  expect(first.status).toBe(130);
  expectOneLine((await second) ?? first, 'is being trained by process ');
});

describe('checkpoints', () => {
  it.each([0, 7, 100, 5000, -1])('one that is cut at byte %d, with no other, is refused', async (length) => {
    const name = `cut ${length}`;
    cpSync(at(AS_BEGUN), at(name), { recursive: true });
    const file = join(at(name), readdirSync(at(name)).sort()[0] ?? '');
    const bytes = readFileSync(file);
    truncateSync(file, length < 0 ? bytes.length - 1 : length);
    const before = readdirSync(at(name));
    expectOneLine(await tweedie(['train', '--out', at(name)]), `${file}: the checkpoint cannot be used: `);
    expect(readdirSync(at(name))).toEqual(before);
  });

  it('of another configuration are not gone on from; all that differs is shown', async () => {
    const outcome = await tweedie(['train', '--out', at(AS_BEGUN), '--lr', '0.1', '--seed', '3', '--prediction', 'x0']);
    expectOneLine(
      outcome,
      '`--parameterization` is x0 and was v; `--lr` is 0.1 and was 0.005; `--seed` is 3 and was 0: leave them out',
    );
  });
});

describe('a disk that is full', () => {
  it.each([
    ['checkpoint-', 3],
    ['report', 3],
    ['model', 1],
  ])('while %s is written: one line, and all before it stays', async (file, nth) => {
    const name = `full ${file}`;
    const args = train(name, 50);
    expectOneLine(await tweedie(args, { fault: { kind: 'full', file: `^${file}`, nth } }), 'the disk is full');
    const left = readdirSync(at(name));
    expect(left.filter((some) => /\.tmp$|lock/.test(some))).toEqual([]);
    expect(left).toContain('run.json');
    expect(await tweedie(args)).toMatchObject({ status: 0, stderr: expect.stringContaining('Resuming') });
  });

  it('has left weights that are whole, and `sample` refuses them once they are cut', async () => {
    const file = join(at('full model'), 'model.safetensors');
    const [sample, picture] = [['sample', at('full model'), '--n', '2', '--out'], at('points.svg')];
    expect(await tweedie([...sample, picture])).toMatchObject({ status: 0 });
    truncateSync(file, 900);
    rmSync(picture);
    expectOneLine(await tweedie([...sample, picture]), `${file}: `);
    expect(readdirSync(base)).not.toContain('points.svg');
  });

  it('or a folder below a file: one line before any work', async () => {
    writeFileSync(at('regular'), 'kept');
    expectOneLine(await tweedie(train('regular/run', 50)), 'a file is where a folder should be');
    expect(readFileSync(at('regular'), 'utf8')).toBe('kept');
  });
});
