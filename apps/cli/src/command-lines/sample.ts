/** How `tweedie sample` is asked for. */
import { Command, Option } from 'commander';
import type { SampleFlags } from '../commands/sample.js';
import { interruption } from '../interruption.js';
import { type Shown, TRAJECTORIES } from '../trajectory-kinds.js';
import { engine, guides, integer, MOST_IMAGES, MOST_STEPS, modelParts, part, seeds } from './options.js';

export function sampleLine(): Command {
  const [guidance, guide] = guides();
  const line = new Command('sample')
    .description('draw samples from a finished run')
    .argument('<run>', 'folder of the run')
    .addOption(
      new Option('--n <count>', 'number of samples (default: 64; with several seeds, one each)').argParser(
        integer(1, MOST_IMAGES),
      ),
    )
    .addOption(
      new Option(
        '--class <names>',
        'classes that the samples take turns in, as "3" or "3,5", each by its name or its number from 0 (default: all)',
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
    .addOption(guidance)
    .addOption(guide)
    .addOption(
      new Option(
        '--seed <n>',
        'what the noise is drawn from; or one for each sample, as 3,7,100-131: the sample that --n 1 draws from that seed',
      )
        .argParser(seeds)
        .default(0),
    )
    .addOption(
      new Option(
        '--interpolate <count>',
        'as many samples on the way from each seed to the next, a row for each pair: --interpolate 8 --seed 1,2,3 (default: none)',
      ).argParser(integer(2, MOST_IMAGES)),
    )
    .addOption(engine())
    .addOption(
      new Option(
        '--out <path>',
        'a picture (.png, .webp, .jpg; of points also .svg), a .npy of the values with classes beside it in .labels.npy, or a folder (with / at its end) for a PNG of each image and samples.json',
      ).default('samples.png'),
    )
    .addOption(
      new Option(
        '--trajectory <file>',
        'how the samples came to be: an animated .gif, or a .png with a column for each step (default: none)',
      ),
    )
    .addOption(
      new Option('--trajectory-of <what>', "each step's estimate of the samples, or what it left, noise and all")
        .choices(TRAJECTORIES)
        .default('noisy' satisfies Shown),
    )
    .addOption(
      new Option('--json', 'for programs: files, settings, engine, seconds, and seed and class of each sample').default(false),
    )
    .addHelpText(
      'after',
      [
        '',
        'Examples:',
        '  tweedie sample runs/mnist --n 64 --class 3 --sampler dpmpp-2m --steps 20 --grid karras --guidance 2 --seed 1 --out grid.png',
        '  tweedie sample runs/mnist --class 3,5 --interpolate 8 --seed 1,2,3 --out between.png --trajectory between.gif',
      ].join('\n'),
    )
    .action(async (run: string, flags: SampleFlags) => {
      const { sampleCommand } = await import('../commands/sample.js');
      await sampleCommand(run, flags, interruption());
    });
  return modelParts().reduce((all, option) => all.addOption(option), line);
}
