import { copyFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { cudaFiles, folder, libraries, linux, removeFakes, withCuda } from '../../test/fake.js';
import { cudaLibraries, cudnn, type LibrarySet, libraryProbe } from './libraries.js';
import { openable } from './loader.js';
import { thisMachine } from './machine.js';

const find = (set: LibrarySet) => libraryProbe(set, linux()).find();

const onLinux = process.platform === 'linux';
if (!onLinux) console.log('Not checked here: how CUDA libraries are found, as this is no Linux');
const answers = await openable(cudaFiles, thisMachine());
const bare = onLinux && cudaFiles.every((name) => answers.get(name) !== '');
if (onLinux && !bare) console.log('Not checked here: missing CUDA libraries, as this machine has some');

afterEach(() => {
  removeFakes();
  vi.unstubAllEnvs();
});

describe.runIf(onLinux)('libraries', () => {
  it('are found where the loader looks', async () => {
    withCuda();
    expect(await find(cudaLibraries)).toEqual({ found: cudaLibraries.linux.join(', ') });
    expect(await find(cudnn)).toEqual({ found: 'libcudnn.so.8' });
  });

  it.runIf(bare)('may be missing, all or one', async () => {
    withCuda(cudnn.linux);
    const { found, remedy } = await find(cudaLibraries);
    expect(found).toMatch(/^no libcudart\.so\.11\.0, libcublas\.so\.11, .*libcusparse\.so\.11/);
    expect(remedy).toContain('conda install -c conda-forge cudatoolkit=11.2');
    withCuda(cudaLibraries.linux.filter((name) => name !== 'libcusolver.so.11'));
    expect(await find(cudaLibraries)).toMatchObject({ found: 'no libcusolver.so.11' });
    expect(await find(cudnn)).toMatchObject({ found: expect.stringMatching(/^no libcudnn\.so\.8/) });
  });

  it.runIf(bare)('may be of a wrong version', async () => {
    withCuda(['libcudart.so.12', 'libcublas.so.12', 'libcudnn.so.9']);
    expect(await find(cudaLibraries)).toMatchObject({
      found: expect.stringMatching(/^no libcudart\.so\.11\.0, .*, but .*libcudart\.so\.12/),
    });
    const { found, remedy } = await find(cudnn);
    expect(found).toMatch(/^no libcudnn\.so\.8, but libcudnn\.so\.9/);
    expect(remedy).toContain('cudnn=8.1');
  });

  it.runIf(bare)('may lie where the loader does not look', async () => {
    withCuda([]);
    const home = folder();
    renameSync(libraries(cudaLibraries.linux), join(home, 'lib64'));
    vi.stubEnv('CUDA_HOME', home);
    const { found, remedy } = await find(cudaLibraries);
    expect(found).toBe(`${cudaLibraries.linux.join(', ')} where the loader does not look, in ${home}/lib64`);
    expect(remedy).toContain(`export LD_LIBRARY_PATH=${home}/lib64:$LD_LIBRARY_PATH`);
  });

  it('may not open, in the words of the loader', async () => {
    withCuda([]);
    writeFileSync(join(process.env.LD_LIBRARY_PATH ?? '', 'libcudnn.so.8'), '');
    expect(await find(cudnn)).toMatchObject({
      found: expect.stringMatching(/^no libcudnn\.so\.8 that opens \(.*file too short\)/),
    });
  });

  it.each([
    ['libcudnn.so.8.0.5', false],
    ['libcudnn.so.8.1.1', true],
    ['libcudnn.so.8.9.7', true],
  ])('may be too old: %s is new enough: %s', async (file, enough) => {
    withCuda(['some.so']);
    const path = process.env.LD_LIBRARY_PATH ?? '';
    copyFileSync(join(path, 'some.so'), join(path, file));
    symlinkSync(join(path, file), join(path, 'libcudnn.so.8'));
    expect((await find(cudnn)).remedy === undefined).toBe(enough);
  });

  it('are unknown where the loader cannot be asked', async () => {
    const finding = await libraryProbe(cudnn, linux({ node: 'no-such-command' })).find();
    expect(finding).toEqual({ found: 'unknown, as the loader could not be asked' });
  });
});

it('have their names of Windows there', async () => {
  const asked: string[] = [];
  const run = async (_command: string, [, , ...names]: readonly string[]) => {
    asked.push(...names);
    const output = JSON.stringify(Object.fromEntries(names.map((name) => [name, 'The specified module could not be found.'])));
    return { code: 0, signal: undefined, output, errors: '' };
  };
  const { found, remedy } = await libraryProbe(cudnn, linux({ platform: 'win32', run })).find();
  expect(asked).toEqual(['cudnn64_8.dll', 'cudnn64_9.dll', 'cudnn64_7.dll']);
  expect([found, remedy]).toEqual(['no cudnn64_8.dll', 'install cuDNN and put its bin folder on PATH']);
});
