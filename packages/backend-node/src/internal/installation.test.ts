import { afterEach, describe, expect, it } from 'vitest';
import { linux, project, removeFakes } from '../../test/fake.js';
import { installation } from './installation.js';
import { nativeCpuKind } from './kinds.js';
import type { Machine } from './machine.js';
import { packageProbes } from './package-probes.js';

const name = '@tensorflow/tfjs-node';

afterEach(removeFakes);

describe('where the package is looked for', () => {
  it('is the folder or file in `from`, as path or URL, and nowhere else', () => {
    const root = project(name);
    const found = (from: string | URL) => installation(name, from, linux({ program: root, folder: root }));
    expect(found(root)).toMatchObject({ folder: `${root}/node_modules/${name}`, version: '4.22.0' });
    for (const from of [`${root}/main.js`, new URL(`file://${root}/main.js`), `file://${root}/`])
      expect(found(from)).toEqual(found(root));
    expect(found(`${root}/..`)).toBeUndefined();
  });

  it('is the program, then its working directory, where no peer was installed', () => {
    const [program, folder, empty] = [project(name), project(name), project('@tensorflow/tfjs-node-gpu')];
    const found = (machine: Partial<Machine>) => installation(name, undefined, linux(machine))?.folder;
    expect(found({ program: `${program}/main.js`, folder })).toContain(program);
    expect(found({ program: `${empty}/main.js`, folder })).toContain(folder);
    expect(found({ program: undefined, folder })).toContain(folder);
    expect(found({ program: undefined, folder: empty })).toBeUndefined();
  });

  it('has the addon for the newest Node-API that both know', () => {
    const root = project(name);
    const binding = (napi: number) => installation(name, root, linux({ napi }))?.binding;
    expect([6, 8, 10].map(binding).map((path) => path?.replace(`${root}/node_modules/${name}`, ''))).toEqual([
      '/lib/napi-v6/tfjs_binding.node',
      '/lib/napi-v8/tfjs_binding.node',
      '/lib/napi-v8/tfjs_binding.node',
    ]);
  });
});

it('pnpm is told to build what it has blocked', async () => {
  const here = linux();
  const resolve: Machine['resolve'] = (wanted, from) =>
    here.resolve(wanted, from)?.replace('node_modules/@tensorflow/', 'node_modules/.pnpm/some/node_modules/@tensorflow/');
  const machine = linux({ resolve });
  const installed = installation(name, project(name, { addonFolder: '' }), machine);
  const probe = packageProbes(nativeCpuKind, installed, machine).find((each) => each.name === 'native addon');
  const { remedy } = (await probe?.find()) ?? {};
  expect(remedy).toContain('`pnpm approve-builds`, or `pnpm rebuild @tensorflow/tfjs-node`');
});
