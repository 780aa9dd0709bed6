/** Vulkan without a GPU: SwiftShader, which Debian's and Ubuntu's `chromium` and Google's Chrome bring along. */
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';

const folders = ['/usr/lib/chromium', '/usr/lib/chromium-browser', '/opt/google/chrome'];
const driver = 'vk_swiftshader_icd.json';
const loader = 'libvulkan.so.1';
/** Keeps the library after a failed load; the same number in glibc and musl. */
const RTLD_NODELETE = 0x1000;

/** The folder of SwiftShader and a Vulkan loader, or undefined. */
export function softwareVulkan(): string | undefined {
  return folders.find((folder) => existsSync(join(folder, driver)) && existsSync(join(folder, loader)));
}

/** The variables that a Node process needs from its start to find it. A driver that the environment names already is kept. */
export function softwareVulkanEnvironment(): Readonly<Record<string, string>> {
  const folder = softwareVulkan();
  if (folder === undefined || namesDriver()) return {};
  return {
    VK_ICD_FILENAMES: join(folder, driver),
    LD_LIBRARY_PATH: [folder, process.env.LD_LIBRARY_PATH].filter(Boolean).join(':'),
  };
}

/**
 * Lets this process use it, where it is too late for variables: the loader is loaded by its path, and found by its name from then
 * on. Not in worker threads, whose environment is a copy. Gives the reason if there is none.
 */
export function useSoftwareVulkan(): string | undefined {
  if (namesDriver()) return undefined;
  const folder = softwareVulkan();
  if (folder === undefined) return `there is no SwiftShader in ${folders.join(', ')} (Debian, Ubuntu: apt-get install chromium)`;
  process.env.VK_ICD_FILENAMES = join(folder, driver);
  try {
    process.dlopen({ exports: {} }, join(folder, loader), constants.dlopen.RTLD_NOW | RTLD_NODELETE);
  } catch {
    // Always: it is no module of Node. It stays loaded.
  }
  return undefined;
}

function namesDriver(): boolean {
  return (process.env.VK_DRIVER_FILES ?? process.env.VK_ICD_FILENAMES) !== undefined;
}
