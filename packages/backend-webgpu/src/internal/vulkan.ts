/** What Dawn needs on Linux. It is looked for before Dawn is asked, since Dawn prints to stderr what it misses. */
import type * as Fs from 'node:fs';

const manifests = 'vulkan/icd.d';

/** What is missing for Vulkan and how to install it, or undefined; undefined also where Dawn needs no Vulkan. */
export function missingVulkan(): string | undefined {
  const { process } = globalThis;
  if (process.platform !== 'linux') return undefined;
  try {
    process.dlopen({ exports: {} }, 'libvulkan.so.1');
  } catch (error) {
    // A library that is there is refused for not being a module of Node: the right answer to this question.
    if (!String(error).includes('self-register'))
      return 'this system has no Vulkan loader, libvulkan.so.1 (Debian, Ubuntu: `apt-get install libvulkan1`)';
  }
  return drivers()
    ? undefined
    : 'Vulkan has no driver here (NVIDIA: its own driver; others, Debian, Ubuntu: `apt-get install mesa-vulkan-drivers`)';
}

/**
 * Whether the loader would find a manifest of a driver:
 * https://vulkan.lunarg.com/doc/sdk/latest/linux/LoaderDriverInterface.html
 */
function drivers(): boolean {
  const { env, getBuiltinModule } = globalThis.process;
  const { existsSync, readdirSync }: typeof Fs = getBuiltinModule('node:fs');
  const named = env.VK_DRIVER_FILES ?? env.VK_ICD_FILENAMES;
  if (named !== undefined) return named.split(':').some((path) => existsSync(path));
  if (env.VK_ADD_DRIVER_FILES !== undefined) return true;
  const home = env.HOME ?? '';
  const roots = [
    env.XDG_CONFIG_HOME ?? `${home}/.config`,
    ...(env.XDG_CONFIG_DIRS ?? '/etc/xdg').split(':'),
    '/etc',
    env.XDG_DATA_HOME ?? `${home}/.local/share`,
    ...(env.XDG_DATA_DIRS ?? '/usr/local/share:/usr/share').split(':'),
  ];
  return roots.some(
    (root) => existsSync(`${root}/${manifests}`) && readdirSync(`${root}/${manifests}`).some((name) => name.endsWith('.json')),
  );
}
