/** Whether the package can be loaded: it and its native half are there, and it shares its tfjs-core with Tweedie. */
import { type Installation, ourCore } from './installation.js';
import { type Kind, VERSION } from './kind.js';
import type { Machine } from './machine.js';
import type { Finding, Probe } from './probe.js';

export function packageProbes(kind: Kind, installed: Installation | undefined, machine: Machine): readonly Probe[] {
  const find = (look: (found: Installation) => Finding) => () => (installed ? look(installed) : absent(kind));
  const addon = 'the addon that its install script makes';
  return [
    {
      name: 'package',
      needed: `${kind.package} ${VERSION}`,
      after: ['runtime'],
      find: find(({ version, folder }) => ({ found: `${version} in ${folder}` })),
    },
    {
      name: 'tfjs-core',
      needed: 'one copy, which Tweedie uses too',
      after: ['package'],
      find: find((found) => core(kind, found, machine)),
    },
    {
      name: 'native addon',
      needed: addon,
      after: ['platform', 'package'],
      find: find((found) => binding(kind, found, machine)),
    },
  ];
}

function absent({ package: name }: Kind): Finding {
  const pnpm = `pnpm add --allow-build=${name} ${name}@${VERSION}`;
  return { found: `${name} is not installed`, remedy: `\`npm install ${name}@${VERSION}\`, with pnpm \`${pnpm}\`` };
}

function core({ package: name }: Kind, { core: theirs }: Installation, machine: Machine): Finding {
  const ours = ourCore(machine);
  if (theirs === undefined)
    return { found: `${name} lacks its dependency @tensorflow/tfjs`, remedy: `\`npm install ${name}@${VERSION}\`` };
  if (ours === undefined || ours === theirs) return { found: theirs };
  return {
    found: `two copies of tfjs-core, ${ours} and for ${name} ${theirs}`,
    remedy: `let your package.json name @tensorflow/tfjs-core ${VERSION}, then \`npm dedupe\` (with pnpm \`pnpm dedupe\`)`,
  };
}

/** The commands that make the native half again. */
export function rebuild({ package: name }: Kind, { folder }: Installation): string {
  const npm = `\`npm rebuild ${name} --build-addon-from-source\``;
  const pnpm = `\`pnpm approve-builds\`, or \`pnpm rebuild ${name}\` where it is approved,`;
  return `${/[\\/]\.pnpm[\\/]/.test(folder) ? pnpm : npm} runs its install script, which downloads from storage.googleapis.com`;
}

function binding(kind: Kind, installed: Installation, { platform, exists, list }: Machine): Finding {
  const { folder, binding, bindingFolder } = installed;
  if (!exists(binding)) {
    const others = list(`${folder}/lib`).filter((name) => name.startsWith('napi-'));
    const instead = others.length > 0 ? `, only with one in ${others.join(', ')}` : '';
    return { found: `${kind.package} is installed without ${binding}${instead}`, remedy: rebuild(kind, installed) };
  }
  const [library, staged] = [`${folder}/deps/lib/tensorflow.dll`, `${bindingFolder}/tensorflow.dll`];
  if (platform !== 'win32' || exists(staged)) return { found: binding };
  // The install script puts it into a folder named after Node's newest Node-API, which tfjs-node may not know.
  if (exists(library)) return { found: `tensorflow.dll is not in ${bindingFolder}`, remedy: `copy ${library} there` };
  return { found: `${kind.package} is installed without tensorflow.dll`, remedy: rebuild(kind, installed) };
}
