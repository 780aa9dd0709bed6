/** How `tweedie sample` is asked for. */
import { Command, Option } from 'commander';
import type { SampleFlags } from '../commands/sample.js';
import { any, engine, integer, MOST_IMAGES, MOST_STEPS, modelParts, part } from './options.js';

export function sampleLine(): Command {
  const line = new Command('sample')
    .description('draw samples from a finished run')
    .argument('<run>', 'folder of the run')
    .addOption(new Option('--n <count>', 'number of samples').argParser(integer(1, MOST_IMAGES)).default(64))
    .addOption(
      new Option(
        '--class <name>',
        'class of all samples, by its name or its number from 0 (default: cycles through all classes)',
      ),
    )
    .addOption(part('sampler', 'solver', 'as in the run, angular'))
    .addOption(
      new Option(
        '--steps <n>',
        'steps of the solver, or with --control its stops (default: as in the run, 20; with --control 1)',
      ).argParser(integer(1, MOST_STEPS)),
    )
    .addOption(part('grid', 'where the solver stops along the way', 'as in the run, uniformAngle({ power: 1.75 })'))
    .addOption(
      part('control', 'lengths of the steps between the stops, as "pid()" for --sampler "dpmAdaptive()"', 'as in the run, none'),
    )
    .addOption(part('noise', 'brownianTree gives each sample one path, whatever the steps', 'independentNoise'))
    .addOption(
      new Option('--guidance <scale>', 'classifier-free guidance, 1 is none (default: as in the run, 1.6)').argParser(any),
    )
    .addOption(new Option('--seed <n>', 'what the noise is drawn from').argParser(integer(0)).default(0))
    .addOption(engine())
    .addOption(
      new Option(
        '--out <file>',
        'a picture, .png of images or .svg of points; or a .npy of their values, with .labels.npy beside it if there are classes',
      ).default('samples.png'),
    )
    .addHelpText(
      'after',
      '\nExample:\n  tweedie sample runs/mnist --n 64 --class 3 --sampler dpmpp-2m --steps 20 --grid karras --guidance 2 --seed 1 --out grid.png',
    )
    .action(async (run: string, flags: SampleFlags) => {
      const { sampleCommand } = await import('../commands/sample.js');
      await sampleCommand(run, flags);
    });
  return modelParts().reduce((all, option) => all.addOption(option), line);
}
