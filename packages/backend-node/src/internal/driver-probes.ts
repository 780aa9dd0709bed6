/**
 * Whether there is a GPU that libtensorflow 2.9.1 can use: CUDA 11 runs on drivers from 450.80.02 on, on Windows from 452.39 on
 * (https://docs.nvidia.com/deploy/cuda-compatibility); the library holds kernels for compute capabilities 3.5 to 7.5, and for 8.0
 * the code from which a newer GPU's driver compiles them (`TF_CUDA_COMPUTE_CAPABILITIES` of its build).
 */
import { graphics, older } from './graphics.js';
import { openable } from './loader.js';
import type { Machine } from './machine.js';
import type { Finding, Probe } from './probe.js';

const SOURCE = 'https://www.nvidia.com/drivers';
const oldest = ({ platform }: Machine) => (platform === 'win32' ? '452.39' : '450.80.02');

export function driverProbes(machine: Machine): readonly Probe[] {
  let asked: ReturnType<typeof graphics> | undefined;
  const gpus = () => {
    asked ??= graphics(machine);
    return asked;
  };
  return [
    {
      name: 'visible GPUs',
      needed: 'a CUDA_VISIBLE_DEVICES that hides none, or none',
      after: ['platform'],
      find: () => visible(machine),
    },
    {
      name: 'driver',
      needed: `an NVIDIA driver from ${oldest(machine)} on`,
      after: ['platform'],
      find: async () => driver(await gpus(), machine),
    },
    {
      name: 'compute capability',
      needed: 'a GPU of 3.5 or newer',
      after: ['driver'],
      find: async () => capability(await gpus()),
    },
  ];
}

type Gpus = Awaited<ReturnType<typeof graphics>>;

function visible({ environment: { CUDA_VISIBLE_DEVICES: devices } }: Machine): Finding {
  if (devices === undefined) return { found: 'CUDA_VISIBLE_DEVICES is not set' };
  const found = `CUDA_VISIBLE_DEVICES is '${devices}'`;
  return /^\s*(\d|GPU-|MIG-)/.test(devices) ? { found } : { found: `${found}, which hides every GPU`, remedy: 'unset it' };
}

async function driver(gpus: Gpus, machine: Machine): Promise<Finding> {
  if (gpus === undefined) return withoutCommand(machine);
  if (typeof gpus === 'string')
    return { found: `nvidia-smi says: ${gpus}`, remedy: `install the driver anew from ${SOURCE} and restart the machine` };
  const [first] = gpus;
  if (first === undefined)
    return { found: 'nvidia-smi lists no GPU', remedy: 'see that one is plugged in and that its driver is loaded' };
  const found = `driver ${first.driver} of ${gpus.map(({ name }) => name).join(', ')}`;
  return older(first.driver, oldest(machine)) ? { found, remedy: `install a newer one from ${SOURCE}` } : { found };
}

/** Containers may have the driver's library without its command. */
async function withoutCommand(machine: Machine): Promise<Finding> {
  const library = machine.platform === 'win32' ? 'nvcuda.dll' : 'libcuda.so.1';
  if ((await openable([library], machine)).get(library) === '') return { found: `${library}, without nvidia-smi` };
  return {
    found: `no NVIDIA driver (neither nvidia-smi nor ${library})`,
    remedy: `install one from ${SOURCE}; start a container with \`docker run --gpus all\``,
  };
}

function capability(gpus: Gpus): Finding {
  if (typeof gpus !== 'object') return { found: 'unknown without nvidia-smi' };
  const found = gpus.map(({ name, capability }) => `${name}: ${capability ?? 'unknown'}`).join(', ');
  const known = gpus.map(({ capability }) => capability ?? '3.5');
  if (known.every((each) => older(each, '3.5'))) return { found, remedy: 'use a newer GPU, or another backend' };
  const compiles = known.some((each) => !older(each, '8.0'));
  return { found: compiles ? `${found}, so that kernels are compiled when they first run, for minutes` : found };
}
