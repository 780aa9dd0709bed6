/** One of the two packages, as it is installed: where it lies, and where its native half must lie. */
import type { Machine } from './machine.js';

/** This file; a program that a bundler has made may not know. */
const HERE: string | undefined = import.meta.url;

export type PackageName = '@tensorflow/tfjs-node-gpu' | '@tensorflow/tfjs-node';

export interface Installation {
  readonly folder: string;
  readonly version: string;
  /** The native addon, and the folder of it: one for each version of Node-API. */
  readonly binding: string;
  readonly bindingFolder: string;
  /** tfjs-core as this package gets it, through the umbrella package `@tensorflow/tfjs`; `undefined` if it gets none. */
  readonly core: string | undefined;
}

/**
 * Looks from `from` only, if given. Otherwise from where this package lies, where an optional peer is what its user installed for
 * it and which then has the same tfjs-core; then from the program, and from the folder in which it was started, which may be
 * another project.
 */
export function installation(name: PackageName, from: string | URL | undefined, machine: Machine): Installation | undefined {
  const places = from === undefined ? [HERE, machine.program, machine.folder] : [from];
  for (const place of places) {
    const manifest = place === undefined ? undefined : machine.resolve(`${name}/package.json`, place);
    if (manifest !== undefined) return read(manifest, machine);
  }
  return undefined;
}

/** tfjs-core as the packages of Tweedie get it. */
export function ourCore(machine: Machine): string | undefined {
  return HERE === undefined ? undefined : machine.resolve('@tensorflow/tfjs-core', HERE);
}

interface Manifest {
  readonly version?: string;
  readonly binary?: { readonly module_name?: string; readonly module_path?: string; readonly napi_versions?: readonly number[] };
}

function read(manifest: string, machine: Machine): Installation {
  const folder = manifest.replace(/[\\/]package\.json$/, '');
  const { version = 'of unknown version', binary = {} }: Manifest = JSON.parse(machine.read(manifest) ?? '{}');
  const { module_name = 'tfjs_binding', module_path = './lib/napi-v{napi_build_version}', napi_versions = [8] } = binary;
  // As node-pre-gyp chooses: the newest that both know. Node 20 and later know more than the 8 that tfjs-node does.
  const napi = Math.max(...napi_versions.filter((version) => version <= machine.napi));
  const bindingFolder = `${folder}/${module_path.replace(/^\.\//, '').replace('{napi_build_version}', String(napi))}`;
  const umbrella = machine.resolve('@tensorflow/tfjs/package.json', manifest);
  const core = umbrella === undefined ? undefined : machine.resolve('@tensorflow/tfjs-core', umbrella);
  return { folder, version, bindingFolder, binding: `${bindingFolder}/${module_name}.node`, core };
}
