/**
 * Runs the checks of this repository: `node scripts/check.mjs [step …]`, all of them by default. Needs the pinned pnpm on
 * the PATH, so start it by `npm test` or `pnpm exec`. Two steps run at a time; the first failure ends the run, unless
 * `--keep-going` is among the arguments.
 */
import { join } from 'node:path';
import { run } from './bootstrap.mjs';
import { root } from './workspace.mjs';

const node = (script, ...args) => [process.execPath, [join(root, 'scripts', script), ...args]];

/** In this order, as far as `after` allows. A `heavy` step keeps both cores busy and runs alone. */
const steps = [
  { name: 'build', command: node('build.mjs') },
  { name: 'lint', command: ['biome', ['check', '--error-on-warnings', '--diagnostic-level=warn', '.']] },
  { name: 'types', after: ['build'], command: ['tsc', ['-p', 'tsconfig.tests.json']] },
  { name: 'boundaries', after: ['build'], command: ['depcruise', ['packages', 'apps', '--config', '.dependency-cruiser.mjs']] },
  { name: 'unit', after: ['build'], heavy: true, command: ['vitest', ['run']], env: { TWEEDIE_CENSUS: '1' } },
  { name: 'examples', after: ['build'], command: node('examples.mjs') },
  { name: 'pack', after: ['build'], command: node('pack.mjs') },
  { name: 'publint', after: ['pack'], command: node('lint-tarballs.mjs', 'publint') },
  { name: 'attw', after: ['pack'], command: node('lint-tarballs.mjs', 'attw') },
  { name: 'miniature', after: ['build'], command: node('miniature.mjs') },
  { name: 'sizes', after: ['build'], command: ['size-limit', ['--hide-passed']] },
  { name: 'knip', after: ['build'], command: ['knip', ['--no-config-hints']] },
  { name: 'docs', after: ['build'], command: ['typedoc', []] },
  { name: 'rehearse', after: ['pack'], command: node('rehearse.mjs') },
];

const keepGoing = process.argv.includes('--keep-going');
const wanted = process.argv.slice(2).filter((argument) => argument !== '--keep-going');
const unknown = wanted.filter((name) => !steps.some((step) => step.name === name));
if (unknown.length > 0) {
  console.error(`No step is named ${unknown.join(', ')}; the steps are ${steps.map(({ name }) => name).join(', ')}.`);
  process.exit(1);
}

const chosen = new Set(wanted.length > 0 ? wanted : steps.map(({ name }) => name));
const results = await runAll(steps.filter(({ name }) => chosen.has(name)));
summarise(results);

/** Runs what is ready, two at a time, and starts nothing more once a step has failed. */
async function runAll(all) {
  const waiting = [...all];
  const done = [];
  const running = new Map();
  for (;;) {
    const failed = !keepGoing && done.some(({ code }) => code !== 0);
    while (!failed) {
      const next = waiting.findIndex((step) => ready(step, waiting, running));
      if (next < 0) break;
      const [step] = waiting.splice(next, 1);
      running.set(
        step,
        runStep(step).then((result) => ({ step, result })),
      );
    }
    if (running.size === 0) return done;
    const { step, result } = await Promise.race(running.values());
    running.delete(step);
    done.push(result);
  }
}

function ready({ heavy, after = [] }, waiting, running) {
  if (heavy ? running.size > 0 : running.size > 1 || [...running.keys()].some((step) => step.heavy)) return false;
  return after.every((name) => ![...waiting, ...running.keys()].some((step) => step.name === name));
}

async function runStep({ name, command: [program, args], env }) {
  const started = Date.now();
  console.log(`▶ ${name}`);
  const { code, output } = await run(program, args, { env: { ...env, NO_COLOR: '1' } });
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  console.log(`${code === 0 ? '✓' : '✗'} ${name} (${seconds} s)`);
  if (code !== 0) console.log(output.trimEnd());
  return { name, code, seconds, output };
}

/** Times, what this machine could not check, and last the closing lines of the unit tests. */
function summarise(done) {
  const passed = done.filter(({ code }) => code === 0);
  const failed = done.filter(({ code }) => code !== 0);
  console.log(
    `\nSteps: ${done.map(({ name, code, seconds }) => `${name} ${code === 0 ? '' : 'FAILED '}${seconds} s`).join(', ')}`,
  );
  for (const { name, output } of done)
    for (const line of output.match(/^Not checked here:.*$/gm) ?? []) console.log(`${line} (${name})`);
  const unit = done.find(({ name }) => name === 'unit');
  if (unit !== undefined) console.log(unit.output.slice(unit.output.search(/^\s*Test Files /m)).trimEnd());
  if (failed.length > 0) console.log(`Failed: ${failed.map(({ name }) => name).join(', ')}`);
  if (chosen.size > done.length)
    console.log(`Not run: ${[...chosen].filter((name) => !done.some((step) => step.name === name)).join(', ')}`);
  console.log(`checks: ${passed.length} passed, ${failed.length} failed`);
  process.exitCode = failed.length > 0 ? 1 : 0;
}
