/** A diagnosis as text of at most 80 columns, but for what is longer in itself: a command stays whole, so that it can be copied. */
import type { Diagnosis, Finding } from './doctor.js';
import { wrapped } from './wrapped.js';

export function doctorText({ system, engines, backends, chosen }: Diagnosis): string {
  const { node, platform, cores } = system;
  const order = 'useBackend(cuda(), nativeCpu(), webgpu(), wasm(), cpu())';
  const [first = ''] = engines.map(({ name }) => name);
  const why = engines.find(({ name }) => name === first)?.problems[0];
  return [
    `Node ${node}, ${platform}, physical cores: ${cores}`,
    '',
    'Engines of `tweedie train` and `tweedie sample`',
    ...engines.flatMap((each) => lines(each)),
    ...wrapped(
      `Both take ${chosen.engine} unless --engine says otherwise${chosen.engine === first ? '' : `, since ${why}`}.`,
      '',
    ),
    '',
    'Backends of TensorFlow.js, for programs of your own',
    ...backends.flatMap((each) => lines(each)),
    `${order} takes ${chosen.backend ?? 'none'}.`,
    '',
  ].join('\n');
}

function lines({ name, usable, what, problems }: Finding): string[] {
  const head = `  ${usable ? '✓' : '✗'} ${name.padEnd(10)} `;
  const indent = ' '.repeat(head.length);
  const [first = '', ...rest] = wrapped(what, indent);
  return [head + first.trimStart(), ...rest, ...problems.flatMap((problem) => wrapped(`- ${problem}`, indent))];
}
