import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { openable } from './loader.js';
import { thisMachine } from './machine.js';

const folder = mkdtempSync(join(tmpdir(), 'machine-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('this machine', () => {
  const machine = thisMachine();

  it('is Node', () => {
    expect(machine.runtime).toEqual({ name: 'node', version: process.versions.node });
    expect(machine.napi).toBeGreaterThanOrEqual(9);
  });

  it('runs commands and tells how they ended', async () => {
    const node = (script: string, seconds?: number) => machine.run(machine.node, ['-e', script], { GREETING: 'hello' }, seconds);
    expect(await node('console.log(process.env.GREETING); console.error(1)')).toEqual({
      code: 0,
      signal: undefined,
      output: 'hello\n',
      errors: '1\n',
    });
    expect(await node('process.exit(3)')).toMatchObject({ code: 3, signal: undefined });
    expect(await node("process.kill(process.pid, 'SIGTERM'); setTimeout(() => {}, 1e4)")).toMatchObject({ signal: 'SIGTERM' });
    expect(await node('setTimeout(() => {}, 1e4)', 0.2)).toMatchObject({ code: undefined, signal: 'timeout' });
    expect(await machine.run('no-such-command', [])).toMatchObject({ code: undefined, signal: undefined, output: '' });
  });

  it('answers for what is not there', () => {
    expect(machine.exists(folder)).toBe(true);
    const absent = join(folder, 'absent');
    expect([machine.exists(absent), machine.read(absent), machine.list(absent), machine.real(absent)]).toEqual([
      false,
      undefined,
      [],
      absent,
    ]);
    expect(machine.resolve('absent', folder)).toBeUndefined();
    expect(machine.resolve('./absent', new URL(import.meta.url))).toBeUndefined();
  });
});

it.each([
  [
    { node: '24.3.0', bun: '1.3.0' },
    { name: 'bun', version: '1.3.0' },
  ],
  [
    { node: '24.2.0', deno: '2.5.0' },
    { name: 'deno', version: '2.5.0' },
  ],
  [undefined, { name: 'browser', version: '' }],
])('a runtime with versions %j has nothing but its name', async (versions, runtime) => {
  vi.stubGlobal('process', versions && { ...process, versions });
  const machine = thisMachine();
  vi.unstubAllGlobals();
  expect(machine.runtime).toEqual(runtime);
  expect([machine.resolve('typescript', '.'), machine.read('package.json'), machine.load('.'), machine.real('a')]).toEqual([
    undefined,
    undefined,
    undefined,
    'a',
  ]);
  expect([machine.exists('.'), machine.list('.')]).toEqual([false, []]);
  expect(await machine.run('node', [])).toMatchObject({ code: undefined });
});

it('tells a loader that answers from one that cannot be asked', async () => {
  expect(await openable(['libof-no-system.so.0'], thisMachine())).toEqual(
    new Map([['libof-no-system.so.0', expect.stringMatching(/./)]]),
  );
  expect(await openable(['libm.so.6'], { ...thisMachine(), node: 'no-such-command' })).toEqual(new Map());
});
