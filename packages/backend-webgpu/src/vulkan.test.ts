import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { missingVulkan } from './internal/vulkan.js';

const found = () => {
  throw new Error("Module did not self-register: 'libvulkan.so.1'.");
};
const absent = () => {
  throw new Error('libvulkan.so.1: cannot open shared object file: No such file or directory');
};
const empty = mkdtempSync(join(tmpdir(), 'vulkan-'));

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

describe.runIf(process.platform === 'linux')('what Dawn needs', () => {
  const environment = (variables: Readonly<Record<string, string | undefined>> = {}) => {
    const all = { VK_DRIVER_FILES: undefined, VK_ICD_FILENAMES: undefined, VK_ADD_DRIVER_FILES: undefined, ...variables };
    for (const [name, value] of Object.entries(all)) vi.stubEnv(name, value);
    for (const name of ['HOME', 'XDG_CONFIG_HOME', 'XDG_CONFIG_DIRS', 'XDG_DATA_HOME', 'XDG_DATA_DIRS']) vi.stubEnv(name, empty);
  };

  it('is a loader', () => {
    vi.spyOn(process, 'dlopen').mockImplementation(absent);
    expect(missingVulkan()).toContain('apt-get install libvulkan1');
  });

  it('is a driver: one that is named, or a manifest where the loader looks', () => {
    vi.spyOn(process, 'dlopen').mockImplementation(found);
    environment({ VK_ICD_FILENAMES: '/nowhere.json' });
    expect(missingVulkan()).toContain('no driver');
    environment({ VK_ICD_FILENAMES: `/nowhere.json:${process.execPath}` });
    expect(missingVulkan()).toBeUndefined();
    environment();
    mkdirSync(join(empty, 'vulkan/icd.d'), { recursive: true });
    writeFileSync(join(empty, 'vulkan/icd.d/some.json'), '{}');
    expect(missingVulkan()).toBeUndefined();
    rmSync(empty, { recursive: true });
  });

  it('is nothing of this on other systems', () => {
    vi.spyOn(process, 'platform', 'get').mockReturnValue('darwin');
    vi.spyOn(process, 'dlopen').mockImplementation(absent);
    expect(missingVulkan()).toBeUndefined();
  });
});
