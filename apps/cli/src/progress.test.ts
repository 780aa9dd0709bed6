import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { barOptions } from './progress.js';

const LONGEST = { value: 1_000_000, total: 1_000_000, loss: '0.1234', rate: 123_456, left: '12:34:56' };

it.each([35, 40, 72, 73, 80, 120, 300])('fits into %d columns', (columns) => {
  const { format, barsize } = barOptions(columns);
  const line = format.replace('{bar}', '█'.repeat(barsize)).replaceAll(/\{(\w+)\}/g, (_, name) => {
    const value = Object.entries(LONGEST).find(([key]) => key === name)?.[1];
    return String(value);
  });
  expect(line).not.toContain('undefined');
  expect(line.length).toBeLessThanOrEqual(Math.max(columns, 44));
  expect(line.includes('█')).toBe(columns >= 73);
});

/** What a line of ten steps leaves on a terminal of util-linux's `script`, and elsewhere. */
function shown(terminal: boolean, environment: Readonly<Record<string, string>> = {}, end = 'line.stop();'): string {
  const module = pathToFileURL(join(import.meta.dirname, '../dist/progress.js')).href;
  const code = `import { progressLine } from '${module}'; const line = progressLine(10, 0, 4);
    for (let i = 1; i <= 10; i++) { line.update(i, 0.5, 100); await new Promise((done) => setTimeout(done, 20)); } ${end}`;
  const command = `"${process.execPath}" --input-type=module -e "$CODE"`;
  const [program, args] = terminal
    ? ['script', ['-qec', `stty cols 80; ${command}`, '/dev/null']]
    : ['sh', ['-c', `${command} 2>&1`]];
  const env = { ...process.env, TERM: 'xterm', CODE: code, ...environment };
  return spawnSync(program, args, { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).stdout;
}

const hasScript = spawnSync('script', ['-qec', 'true', '/dev/null']).status === 0;

it('writes plain lines to a file', () => {
  const text = shown(false);
  expect(text).not.toContain('\u001b');
  expect(text).not.toContain('\r');
  expect(text.trimEnd().split('\n')).toHaveLength(10);
});

it.runIf(hasScript)('(needs script of util-linux) writes plain lines to a terminal that knows no more, and else one line', () => {
  expect(shown(true, { TERM: 'dumb' })).not.toContain('\u001b');
  const text = shown(true);
  expect(text.split('\n')).toHaveLength(2);
  expect(text).toContain('step 10/10  loss 0.5000  100 examples/s  0:00 left');
});

it.runIf(hasScript)('(needs script of util-linux) gives the cursor back, also where the process is left in between', () => {
  for (const end of ['line.stop();', 'process.exit(130);']) {
    const text = shown(true, {}, end);
    expect(text).toContain('\u001b[?25l');
    expect(text.lastIndexOf('\u001b[?25h')).toBeGreaterThan(text.lastIndexOf('\u001b[?25l'));
  }
});
