/** Whether libtensorflow starts, and on what. Its native addon is asked, alone and in a process of its own, as it may crash. */
import type { Installation } from './installation.js';
import type { Kind } from './kind.js';
import type { Machine, Outcome } from './machine.js';
import { rebuild } from './package-probes.js';
import { type Finding, firstLine, lastJson, type Probe } from './probe.js';
import { running } from './running.js';
import { startVariables } from './start-variables.js';

/** @param after names of the probes that must have passed */
export function startProbe(kind: Kind, installed: Installation | undefined, after: readonly string[], machine: Machine): Probe {
  const needed = kind.gpu ? 'libtensorflow on a GPU' : 'libtensorflow';
  const find = () => (installed ? start(kind, installed, machine) : { found: 'nothing to start' });
  return { name: 'start', needed, after, find };
}

const SCRIPT = `
let answer;
try { answer = { gpu: require(process.argv[1]).isUsingGpuDevice() }; } catch ({ message }) { answer = { error: message }; }
console.log(JSON.stringify(answer));`;

/** To create the context of a GPU takes long when a machine does so for the first time. */
const SECONDS = 300;

async function start(kind: Kind, installed: Installation, machine: Machine): Promise<Finding> {
  const already = running();
  if (already !== undefined) return started(kind, already.gpu, '');
  const variables = { ...startVariables(machine.environment), TF_CPP_MIN_LOG_LEVEL: '1' };
  const outcome = await machine.run(machine.node, ['-e', SCRIPT, installed.binding], variables, SECONDS);
  const { gpu, error } = lastJson(outcome.output);
  if (typeof gpu === 'boolean') return started(kind, gpu, outcome.errors);
  const found = typeof error === 'string' ? `the native addon does not load (${firstLine(error)})` : crashed(outcome);
  return { found, remedy: rebuild(kind, installed) };
}

function crashed({ signal, code }: Outcome): string {
  if (signal === 'timeout') return `libtensorflow did not start within ${SECONDS} seconds`;
  return `libtensorflow ends the process (${signal ?? `exit code ${code}`})`;
}

/** What there is to say of a libtensorflow that runs, with its log if there is one. */
export function started(kind: Kind, gpu: boolean, log: string): Finding {
  if (gpu || !kind.gpu) return { found: kind.gpu ? 'libtensorflow on a GPU' : 'libtensorflow' };
  const [reason] =
    /Could not load dynamic library '[^']*'|failed call to cuInit: .*|Ignoring visible gpu device .*/.exec(log) ?? [];
  return {
    found: `libtensorflow starts, but uses no GPU${reason === undefined ? '' : ` (${reason.trim()})`}`,
    remedy: 'set LD_LIBRARY_PATH before Node starts, and TF_CPP_MIN_LOG_LEVEL=0 to be told why',
  };
}
