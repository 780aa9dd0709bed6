/** CUDA and native CPU, as far as they differ. */
import { driverProbes } from './driver-probes.js';
import type { Kind } from './kind.js';
import { cudaLibraries, cudnn, libraryProbe } from './libraries.js';

export const cudaKind: Kind = {
  name: 'cuda',
  package: '@tensorflow/tfjs-node-gpu',
  gpu: true,
  platforms: ['linux-x64', 'win32-x64'],
  probes: (machine) => [...driverProbes(machine), libraryProbe(cudaLibraries, machine), libraryProbe(cudnn, machine)],
};

export const nativeCpuKind: Kind = {
  name: 'native-cpu',
  package: '@tensorflow/tfjs-node',
  gpu: false,
  // As the install script has them; it takes older versions of libtensorflow for arm.
  platforms: ['linux-x64', 'linux-arm64', 'linux-arm', 'darwin-x64', 'darwin-arm64', 'win32-x64'],
  probes: () => [],
};
