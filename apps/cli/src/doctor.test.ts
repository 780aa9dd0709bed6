import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Diagnosis, Finding } from './doctor.js';
import { doctorText } from './doctor-text.js';

const bin = join(import.meta.dirname, '../bin/tweedie.js');

function doctor(...args: string[]) {
  const { status, stdout } = spawnSync(process.execPath, [bin, 'doctor', ...args], { encoding: 'utf8' });
  expect(status).toBe(0);
  return stdout;
}

it('looks at every engine and every backend, and tells what would add those that are absent', () => {
  const { system, engines, backends, chosen }: Diagnosis = JSON.parse(doctor('--json'));
  expect(system.node).toBe(process.versions.node);
  expect(engines.map(({ name }) => name)).toEqual(['compiled', 'eager']);
  expect(backends.map(({ name }) => name)).toEqual(['cuda', 'native-cpu', 'webgpu', 'wasm', 'cpu']);
  expect(backends.find(({ name }) => name === 'wasm')?.usable).toBe(true);
  expect(backends.find(({ name }) => name === 'cuda')?.checks?.length).toBeGreaterThan(5);
  expect(chosen.backend).toBe(backends.find(({ usable }) => usable)?.name);
  expect(chosen.engine).toBe(engines.find(({ usable }) => usable)?.name);
  for (const { usable, problems } of [...engines, ...backends]) {
    expect(problems.length > 0).toBe(!usable);
    if (!usable) expect(problems.join()).toMatch(/`[^`]+`|https:/);
  }
});

it('says the same in words', () => {
  const text = doctor();
  expect(text).toMatch(/✓ wasm +WebAssembly/);
  expect(text).toMatch(/takes (cuda|native-cpu|webgpu|wasm)\.\n$/);
  expect(text).not.toContain('undefined');
});

const fine = (name: string): Finding => ({ name, usable: true, what: 'it works', problems: [] });
const absent = (name: string, problem: string): Finding => ({ name, usable: false, what: 'it would work', problems: [problem] });

it('reads at 80 columns, and breaks no command', () => {
  const command = '`conda install -c conda-forge cudatoolkit=11.2 cudnn=8.1 and whatever else there is to install`';
  const long = `some words that go on and on, as they do where a machine lacks this or that or all of it: ${command} and more`;
  const text = doctorText({
    system: { node: '20.19.0', platform: 'linux x64', cores: 2 },
    engines: [absent('compiled', `ONNX Runtime is not installed; ${'`npm install onnxruntime-node`'} adds it`), fine('eager')],
    backends: [absent('cuda', long), fine('wasm')],
    chosen: { engine: 'eager', backend: 'wasm' },
  });
  const wide = text.split('\n').filter((line) => line.length > 80);
  expect(wide.map((line) => line.trim())).toEqual([command]);
  expect(text.replace(/\s+/g, ' ')).toContain(
    'Both take eager unless --engine says otherwise, since ONNX Runtime is not installed;',
  );
  expect(text).toMatch(/✗ cuda +it would work\n +- some words/);
});

it('says so where nothing can run', () => {
  const none = [absent('wasm', 'this runtime has no WebAssembly')];
  const system = { node: '20.19.0', platform: 'linux x64', cores: 2 };
  expect(doctorText({ system, engines: none, backends: none, chosen: { engine: 'eager', backend: undefined } })).toMatch(
    /takes none\.\n$/,
  );
});
