/**
 * The libraries of CUDA 11 and of cuDNN 8 that libtensorflow 2.9.1 opens by name when it starts; without one of them it uses no
 * GPU (TensorFlow 2.9, `stream_executor/platform/default/dlopen_checker.cc`).
 */
import { openable } from './loader.js';
import type { Machine } from './machine.js';
import type { Finding, Probe } from './probe.js';

export interface LibrarySet {
  readonly name: string;
  readonly needed: string;
  readonly linux: readonly string[];
  readonly windows: readonly string[];
  /** Files of other versions, to tell a wrong version from none. */
  readonly wrong: { readonly linux: readonly string[]; readonly windows: readonly string[] };
  /** A full file name on Linux that tells of a version which will not do. */
  readonly refused?: RegExp;
  /** conda's package of it. */
  readonly conda: string;
}

export const cudaLibraries: LibrarySet = {
  name: 'CUDA libraries',
  needed: 'those of CUDA 11.2 (others of 11 have the same names)',
  linux: 'cudart.so.11.0 cublas.so.11 cublasLt.so.11 cufft.so.10 curand.so.10 cusolver.so.11 cusparse.so.11'
    .split(' ')
    .map((name) => `lib${name}`),
  windows: 'cudart64_110 cublas64_11 cublasLt64_11 cufft64_10 curand64_10 cusolver64_11 cusparse64_11'
    .split(' ')
    .map((name) => `${name}.dll`),
  wrong: {
    linux: ['13', '12', '10.2', '10.1', '10.0'].map((version) => `libcudart.so.${version}`),
    windows: ['13', '12', '102', '101', '100'].map((version) => `cudart64_${version}.dll`),
  },
  conda: 'cudatoolkit=11.2',
};

export const cudnn: LibrarySet = {
  name: 'cuDNN',
  needed: 'cuDNN 8 from 8.1 on, for CUDA 11',
  linux: ['libcudnn.so.8'],
  windows: ['cudnn64_8.dll'],
  wrong: { linux: ['libcudnn.so.9', 'libcudnn.so.7'], windows: ['cudnn64_9.dll', 'cudnn64_7.dll'] },
  // The loader opens it, and libtensorflow refuses it at the first convolution.
  refused: /libcudnn\.so\.8\.0\b.*$/,
  conda: 'cudnn=8.1',
};

/** Whether the loader finds a set of libraries, and whether their version is right as far as file names tell. */
export function libraryProbe(set: LibrarySet, machine: Machine): Probe {
  return { name: set.name, needed: set.needed, after: ['platform'], find: () => find(set, machine) };
}

async function find(set: LibrarySet, machine: Machine): Promise<Finding> {
  const system = machine.platform === 'win32' ? 'windows' : 'linux';
  const [names, others] = [set[system], set.wrong[system]];
  const answers = await openable([...names, ...others], machine);
  if (answers.size === 0) return { found: 'unknown, as the loader could not be asked' };
  const missing = names.filter((name) => answers.get(name) !== '');
  const [refused] = missing.length > 0 ? [] : refusedFiles(set, machine);
  if (refused !== undefined) return { found: `${refused}, which is too old`, remedy: install(set, machine) };
  if (missing.length === 0) return { found: names.join(', ') };

  const unsearched = foldersOf(missing, machine);
  if (unsearched.length > 0)
    return {
      found: `${missing.join(', ')} where the loader does not look, in ${unsearched.join(' and ')}`,
      remedy: `before Node starts, \`export LD_LIBRARY_PATH=${unsearched.join(':')}:$LD_LIBRARY_PATH\``,
    };
  const complaints = missing.map((name) => complaint(name, answers.get(name) ?? '')).join(', ');
  // Those are other versions of the first.
  const wrong = missing[0] === names[0] ? others.filter((name) => answers.get(name) === '') : [];
  return { found: `no ${complaints}${wrong.length > 0 ? `, but ${wrong.join(', ')}` : ''}`, remedy: install(set, machine) };
}

/** The loader's words where it says more than that there is no such file. */
function complaint(name: string, said: string): string {
  const absent = said.startsWith(`${name}: cannot open shared object`) || said.startsWith('The specified module');
  return absent ? name : `${name} that opens (${said})`;
}

function install({ conda, name }: LibrarySet, { platform }: Machine): string {
  if (platform === 'win32') return `install ${name} and put its bin folder on PATH`;
  return `\`conda install -c conda-forge ${conda}\` and, before Node starts, \`export LD_LIBRARY_PATH=$CONDA_PREFIX/lib\``;
}

/** Where installers put such libraries, whether or not the loader looks there. */
function usualFolders({ environment: { CUDA_HOME, CUDA_PATH, CONDA_PREFIX }, list }: Machine): readonly string[] {
  const local = list('/usr/local').filter((name) => name.startsWith('cuda'));
  const roots = [CUDA_HOME, CUDA_PATH, '/opt/cuda', ...local.map((name) => `/usr/local/${name}`)];
  return [...roots.flatMap((root) => (root ? [`${root}/lib64`] : [])), ...(CONDA_PREFIX ? [`${CONDA_PREFIX}/lib`] : [])];
}

/** Folders in which all of the names lie, none if one lies nowhere. */
function foldersOf(names: readonly string[], machine: Machine): readonly string[] {
  const places = names.map((name) => usualFolders(machine).find((folder) => machine.exists(`${folder}/${name}`)));
  return places.includes(undefined) ? [] : [...new Set(places.flatMap((place) => place ?? []))];
}

function refusedFiles({ refused, linux }: LibrarySet, machine: Machine): readonly string[] {
  if (refused === undefined) return [];
  const told = (machine.environment.LD_LIBRARY_PATH ?? '').split(':').filter((folder) => folder !== '');
  const folders = [...told, '/usr/lib/x86_64-linux-gnu', ...usualFolders(machine)];
  const files = linux.flatMap((name) => folders.map((folder) => `${folder}/${name}`).find(machine.exists) ?? []);
  return files.map((file) => refused.exec(machine.real(file))?.[0]).filter((file) => file !== undefined);
}
