/** How `tweedie train` is asked for. */
import { Command, Option } from 'commander';
import { interruption } from '../interruption.js';
import type { TrainFlags } from '../train-flags.js';
import { configured } from './config.js';
import { engine, integer, part, positive, probability } from './options.js';

export function trainLine(startedAt: number): Command {
  return options()
    .addOption(new Option('--config <file>', 'JSON of these options, which the command line goes before (default: none)'))
    .action(async (_: unknown, command: Command) => {
      const signal = interruption();
      const flags = await configured<TrainFlags>(command, options());
      const { trainCommand } = await import('../commands/train.js');
      await trainCommand(flags, startedAt, signal);
    });
}

function options(): Command {
  return new Command('train')
    .description('train a model; goes on where the folder left off')
    .addOption(
      new Option(
        '--data <name>',
        'what to train on: mnist; a folder of PNG, JPEG or WebP images, or of sub-folders of them, one for each class; or points of the plane such as moons or "eightGaussians({ deviation: 0.1 })" (default: mnist)',
      ),
    )
    .addOption(
      new Option('--size <pixels>', 'height and width that the images of a folder are scaled to (default: 32)').argParser(
        integer(1, 1024),
      ),
    )
    .addOption(new Option('--out <folder>', 'where the run lives').default('runs/mnist'))
    .addOption(new Option('--steps <n>', 'training steps (default: as many as fit into --minutes)').argParser(integer(1)))
    .addOption(
      new Option(
        '--minutes <m>',
        'time for everything, if --steps is not given (default: 10, for a folder 20, for points 1)',
      ).argParser(positive),
    )
    .addOption(
      part(
        'network',
        'its options in the size of the data, as "compactUnet({ widths: [32, 64] })"; also unet, mlp',
        'by the data',
      ),
    )
    .addOption(part('schedule', 'log-SNR by time', 'clamped(shifted(cosine(), 0.5), { min: -10, max: 10 })'))
    .addOption(part('process', 'the scale of signal and noise over the schedule', 'variancePreserving'))
    .addOption(new Option('--prediction, --parameterization <expression>', 'what the network predicts (default: v)'))
    .addOption(part('objective', 'what is minimised', 'diffusionLoss'))
    .addOption(part('weighting', 'the weight of each noise level', 'unweighted(parameterization)'))
    .addOption(part('times', 'how training times are drawn', 'stratified'))
    .addOption(part('sampler', 'solver of the samples', 'angular'))
    .addOption(part('grid', 'where the solver stops along the way', 'uniformAngle({ power: 1.75 })'))
    .addOption(
      part('control', 'lengths of the solver\'s steps between the stops, as "pid()" for dpmAdaptive()', 'none: a step each'),
    )
    .addOption(new Option('--batch <n>', 'examples per step (default: 32, of points 256)').argParser(integer(1, 60_000)))
    .addOption(
      new Option('--accumulate <n>', 'parts of a batch, one after the other in the memory of one (default: 1)').argParser(
        integer(1),
      ),
    )
    .addOption(
      new Option('--lr <rate>', 'peak learning rate (default: 0.004, for a folder 0.003, for points 0.005)').argParser(positive),
    )
    .addOption(part('rate', 'how the learning rate rises and falls', 'cosineRate'))
    .addOption(new Option('--warm-up <steps>', 'steps until the peak (default: 50, or a tenth of all)').argParser(integer(0)))
    .addOption(new Option('--clip <norm>', 'largest norm of the gradients (default: 1)').argParser(positive))
    .addOption(
      new Option(
        '--ema, --averaging <fraction>',
        "half-life of the weights' average, by the steps so far (default: 0.03)",
      ).argParser(positive),
    )
    .addOption(
      new Option('--condition-dropout <p>', 'how often the class is left out in training, for guidance (default: 0.1)').argParser(
        probability,
      ),
    )
    .addOption(new Option('--keep <n>', 'how many checkpoints are kept (default: 3)').argParser(integer(1)))
    .addOption(new Option('--seed <n>', 'what all chance is drawn from (default: 0)').argParser(integer(0)))
    .addOption(engine())
    .addOption(new Option('--threads <n>', 'threads of --engine compiled (default: physical cores)').argParser(integer(1, 1000)))
    .addOption(
      new Option(
        '--shards <n>',
        'with --engine eager, parts of a batch, computed on as many threads as there are cores (default: 2)',
      ).argParser(integer(1, 1000)),
    )
    .addOption(new Option('--resume', 'only go on with a run that is there (default: go on, or begin)'))
    .addOption(new Option('--fresh', 'start over, in place of what the folder holds').default(false))
    .addHelpText(
      'after',
      [
        '',
        "An expression is a name that the part's package exports (`tweedie parts` lists them), or a call of it as in TypeScript, and may refer to",
        'schedule, process, parameterization and data. In place of a name may stand a module of your own: ./mine.mjs#bent, or a package.',
        '',
        'Examples:',
        '  tweedie train --data mnist --out runs/mnist --minutes 10 --seed 1',
        '  tweedie train --data photos --size 32 --out runs/photos',
        '  tweedie train --data moons --out runs/moons --process linearInterpolant --schedule "clamped(rectifiedFlow(), { min: -10, max: 10 })" --parameterization velocity',
      ].join('\n'),
    );
}
