/** How `tweedie evaluate` is asked for. */
import { Command, Option } from 'commander';
import type { EvaluateFlags } from '../commands/evaluate.js';
import { any, engine, integer, MOST_IMAGES, MOST_STEPS, modelParts, part } from './options.js';

const LEAST = 20; // for the standard errors
const MOST_JUDGE_STEPS = 1_000_000;

export function evaluateLine(): Command {
  const line = new Command('evaluate')
    .description("how good a finished run's samples are: classes, distance from real ones, copies")
    .argument('<run>', 'folder of the run')
    .addOption(new Option('--n <count>', 'number of samples').argParser(integer(LEAST, MOST_IMAGES)).default(1000))
    .addOption(part('sampler', 'solver', 'as in the run'))
    .addOption(new Option('--steps <n>', 'steps of the solver (default: as in the run)').argParser(integer(1, MOST_STEPS)))
    .addOption(part('grid', 'where the solver stops along the way', 'as in the run'))
    .addOption(part('control', 'lengths of the steps between the stops', 'as in the run'))
    .addOption(part('noise', 'where the noise of the steps comes from', 'independentNoise'))
    .addOption(new Option('--guidance <scale>', 'classifier-free guidance, 1 is none (default: as in the run)').argParser(any))
    .addOption(new Option('--seed <n>', 'what the noise is drawn from').argParser(integer(0)).default(0))
    .addOption(
      new Option(
        '--judge-steps <n>',
        'updates of the classifier that judges, which is trained once and kept as judge.safetensors (default: 2000)',
      ).argParser(integer(1, MOST_JUDGE_STEPS)),
    )
    .addOption(engine())
    .addOption(new Option('--json', 'one JSON object on standard output').default(false))
    .addHelpText('after', '\nExample:\n  tweedie evaluate runs/mnist --n 1000 --guidance 2')
    .action(async (run: string, flags: EvaluateFlags) => {
      const { evaluateCommand } = await import('../commands/evaluate.js');
      await evaluateCommand(run, flags);
    });
  return modelParts().reduce((all, option) => all.addOption(option), line);
}
