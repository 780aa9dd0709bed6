/**
 * `pnpm capabilities`: runs every kernel and gradient of `@tweedie/testing/capabilities` on each backend that is here, and writes the
 * table into docs/backends.md. No figure is in it that differs from run to run.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { chromiumMissing, inChromium, inNodeWebgpu } from '@tweedie/backend-suite';
import { root } from './workspace.mjs';

const NAMES = {
  cpu: '`cpu()`',
  wasm: '`wasm()`',
  webgpu: '`webgpu()` in Node',
  chromium: '`webgpu()` in Chromium',
  'native-cpu': '`nativeCpu()`',
  cuda: '`cuda()`',
};
const page = join(root, 'docs', 'backends.md');
const [start, end] = ['<!-- capabilities: written by `pnpm capabilities` -->', '<!-- /capabilities -->'];
const module = (name) => new URL(`../packages/backend-suite/test/${name}.ts`, import.meta.url);

const columns = [];
const absent = [];
for (const name of Object.keys(NAMES)) {
  const measured = await measure(name);
  console.log(`${name}: ${measured.reason ?? `${measured.capabilities.length} kernels`}`);
  if (measured.reason === undefined) columns.push({ name, ...measured });
  else absent.push(name);
}

const text = readFileSync(page, 'utf8');
const [before, rest] = text.split(start);
const after = rest?.split(end)[1];
if (after === undefined) throw new Error(`${page} lacks the lines ${start} and ${end}`);
writeFileSync(page, [before, start, '\n', table(), '\n', end, after].join(''));
const wrong = columns.flatMap(({ capabilities }) =>
  capabilities.flatMap(({ forward, gradient }) =>
    [forward, gradient].filter((outcome) => outcome?.state === 'wrong' || outcome?.state === 'missing'),
  ),
);
console.log(`docs/backends.md: ${wrong.length} wrong or missing`);

async function measure(name) {
  if (name !== 'chromium') {
    const { result } = await inNodeWebgpu(module('process'), {
      argument: { backend: name, wanted: 'capabilities' },
      timeout: 300_000,
    });
    return result;
  }
  const reason = chromiumMissing();
  if (reason !== undefined) return { reason };
  return (await inChromium(module('page'), { argument: 'capabilities', timeout: 300_000 })).result;
}

function table() {
  const kernels = columns[0].capabilities.map(({ kernel }) => kernel);
  const row = (cells) => `| ${cells.join(' | ')} |`;
  return [
    `${[`TensorFlow.js ${version('@tensorflow/tfjs-core')}`, ...columns.flatMap(adapter)].join('; ')}.`,
    ...(absent.length > 0 ? [`Not run on ${absent.map((name) => NAMES[name]).join(' and ')}: absent where this was made.`] : []),
    '',
    row(['kernel', ...columns.map(({ name }) => NAMES[name])]),
    row(['---', ...columns.map(() => '---')]),
    ...kernels.map((kernel) =>
      row([`\`${kernel}\``, ...columns.map(({ capabilities }) => cell(capabilities.find((each) => each.kernel === kernel)))]),
    ),
  ].join('\n');
}

function cell({ forward, gradient }) {
  return [outcome(forward), ...(gradient ? [`∂ ${outcome(gradient)}`] : [])].join(', ');
}

function outcome({ state, deviation, reason }) {
  if (state === 'works') return '✓';
  if (state === 'wrong') return `**wrong** by ${deviation.toPrecision(1)}`;
  return state === 'missing' ? `**missing**: ${reason.replaceAll('|', '\\|')}` : state;
}

function adapter({ name, adapter: report }) {
  if (!report) return [];
  const where =
    name === 'chromium'
      ? execFileSync('/usr/bin/chromium', ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).match(
          /Chromium \d+/,
        )[0]
      : `Node with webgpu ${version('webgpu')}`;
  const device = [report.vendor, report.architecture, report.device].filter(Boolean).join(' ');
  return [
    `${where} on ${device}${report.software ? ' (software)' : ''}, ${report.limits.maxStorageBuffersPerShaderStage} buffers a shader`,
  ];
}

function version(name) {
  return createRequire(import.meta.url)(`${name}/package.json`).version;
}
