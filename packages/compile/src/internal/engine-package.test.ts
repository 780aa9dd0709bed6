import { describe, expect, it } from 'vitest';
import { runtimePackage, supported } from './engine-package.js';

const versioned = (version: string) => async () => ({ env: { versions: { node: version } } });
const failing = (error: unknown) => () => Promise.reject(error);

describe('runtimePackage', () => {
  it('takes the versions that the package is pinned to', async () => {
    for (const version of ['1.27.0', '1.28.3', '1.30.0', '1.30.99', '1.28.0-dev.20260624-ba45260eed']) {
      expect(await runtimePackage(versioned(version))).toEqual({ version });
    }
  });

  it('names the version that it does not take, and the command', async () => {
    for (const version of ['1.26.9', '1.3.0', '1.31.0', '1.100.0', '0.30.0', '2.28.0', 'latest', '']) {
      expect(supported(version)).toBe(false);
      const state = await runtimePackage(versioned(version));
      expect(state).toEqual({ unavailable: expect.stringContaining(`got ${version};`) });
      expect(state).toEqual({ unavailable: expect.stringContaining('`npm install onnxruntime-node@1.30`') });
    }
    expect(await runtimePackage(async () => ({ env: { versions: {} } }))).toEqual({
      unavailable: expect.stringContaining('unknown version'),
    });
  });

  it('tells a missing package from one that does not load, in one line', async () => {
    const absent = Object.assign(new Error("Cannot find package 'onnxruntime-node'"), { code: 'ERR_MODULE_NOT_FOUND' });
    expect(await runtimePackage(failing(absent))).toEqual({
      unavailable: expect.stringMatching(/^ONNX Runtime is not installed; .*npm install.*$/),
    });
    const broken = Object.assign(new Error('libonnxruntime.so.1: cannot open\nRequire stack:'), { code: 'ERR_DLOPEN_FAILED' });
    const state = await runtimePackage(failing(broken));
    expect(state).toEqual({
      unavailable: expect.stringMatching(/does not load.*\(libonnxruntime\.so\.1: cannot open\).*npm install[^\n]*$/),
    });
    expect(await runtimePackage(failing('no'))).toEqual({ unavailable: expect.stringContaining('(no)') });
  });
});
