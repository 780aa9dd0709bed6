/** The adapter of both packages: probes, explains, loads. */
import { getBackend, ready, removeBackend, setBackend, Tensor } from '@tensorflow/tfjs-core';
import { type CodedError, invalid, registerGradients } from '@tweedie/core';
import type { Check, DiagnosedBackend, NodeBackendOptions } from '../diagnosed-backend.js';
import { type Installation, installation } from './installation.js';
import type { Kind } from './kind.js';
import type { Machine } from './machine.js';
import { packageProbes, rebuild } from './package-probes.js';
import { checks, firstFailure, message, type Probe } from './probe.js';
import { restoreRemovedFunctions } from './removed-functions.js';
import { BACKEND, processProbe, running } from './running.js';
import { runtimeProbes } from './runtime-probes.js';
import { started, startProbe } from './start-probe.js';
import { startVariables } from './start-variables.js';

export function nodeBackend(kind: Kind, { from }: NodeBackendOptions, machine: Machine): DiagnosedBackend {
  const find = () => installation(kind.package, from, machine);
  const probes = () => {
    const installed = find();
    const before = [...installationProbes(kind, installed, machine), ...kind.probes(machine)];
    const names = before.map(({ name }) => name);
    return [...before, startProbe(kind, installed, names, machine)];
  };
  return {
    name: kind.name,
    unavailable: () => firstFailure(probes()),
    async diagnose() {
      const made: Check[] = [];
      for await (const check of checks(probes())) made.push(check);
      return made;
    },
    async load() {
      const installed = find();
      const obstacle = await firstFailure(installationProbes(kind, installed, machine));
      if (installed === undefined) throw invalid('backend-not-installed', obstacle ?? `no ${kind.package}`, Error);
      if (obstacle !== undefined) throw failed(obstacle);
      await start(kind, installed, machine);
      await setBackend(BACKEND);
      await ready();
      registerGradients();
    },
  };
}

/** What can be known before anything runs. */
function installationProbes(kind: Kind, installed: Installation | undefined, machine: Machine): readonly Probe[] {
  return [...runtimeProbes(kind, machine), ...packageProbes(kind, installed, machine), processProbe(kind)];
}

/** Imports the package, which registers and sets its backend; takes that back where it does not run on what it should. */
async function start(kind: Kind, installed: Installation, machine: Machine): Promise<void> {
  const first = running() === undefined;
  const before = getBackend();
  Object.assign(machine.environment, startVariables(machine.environment));
  restoreRemovedFunctions();
  try {
    machine.load(installed.folder);
  } catch (error) {
    throw failed(`${kind.package} does not load (${message(error)}): ${rebuild(kind, installed)}`);
  }
  if (!sharesCore(installed, machine))
    throw failed(`${kind.package} has its own copy of tfjs-core, ${installed.core}: do not bundle tfjs-core into your program`);
  const backend = running();
  if (backend === undefined)
    throw failed(`the backend of ${kind.package} was removed from this process, where it registers only once: start a new one`);
  const { found, remedy } = started(kind, backend.gpu, '');
  if (remedy === undefined) return;
  if (first) removeBackend(BACKEND);
  if (first && before) await setBackend(before);
  throw failed((await firstFailure([...runtimeProbes(kind, machine), ...kind.probes(machine)])) ?? `${found}: ${remedy}`);
}

/** Paths do not tell that a bundler has put a copy into the program. */
function sharesCore({ core }: Installation, machine: Machine): boolean {
  const theirs = core === undefined ? undefined : machine.load(core);
  return typeof theirs === 'object' && theirs !== null && 'Tensor' in theirs && theirs.Tensor === Tensor;
}

function failed(text: string): CodedError {
  return invalid('backend-failed', text, Error);
}
