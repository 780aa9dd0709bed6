/** How `tweedie edit` is asked for. */
import { Command, Option } from 'commander';
import type { EditFlags } from '../commands/edit.js';
import { engine, guides, integer, MOST_IMAGES, MOST_STEPS, modelParts, part, positive } from './options.js';

export function editLine(): Command {
  const [guidance, guide] = guides();
  const line = new Command('edit')
    .description('make new images from one of yours by a finished run: fill in a part, enlarge, or vary')
    .argument('<run>', 'folder of the run')
    .addOption(new Option('--inpaint <image>', 'fill in what --mask shows (default: none)'))
    .addOption(new Option('--mask <image>', 'white where to fill in, black what to keep; as large as the image (default: none)'))
    .addOption(new Option('--upscale <image>', 'enlarge by --factor, to the size of the images of the run (default: none)'))
    .addOption(new Option('--factor <n>', 'of --upscale (default: 4)').argParser(integer(1, 1000)))
    .addOption(new Option('--from <image>', 'begin with it, noised, and not with noise (default: none)'))
    .addOption(
      new Option(
        '--strength <share>',
        'of --from: share of the steps, up to 1, which forgets the image (default: 0.8)',
      ).argParser(positive),
    )
    .addOption(
      part(
        'method',
        'how --inpaint and --upscale hold samples to the image: pseudoinverseGuided, consistent, posteriorSampling; --inpaint also replaced, repainting',
        'pseudoinverseGuided',
      ),
    )
    .addOption(new Option('--class <name>', 'class of all results, by its name or its number from 0 (default: none)'))
    .addOption(new Option('--n <count>', 'number of results').argParser(integer(1, MOST_IMAGES)).default(8))
    .addOption(new Option('--seed <n>', 'what the noise is drawn from').argParser(integer(0)).default(0))
    .addOption(part('sampler', 'solver', 'ddpm'))
    .addOption(new Option('--steps <n>', 'steps of the solver (default: 100)').argParser(integer(1, MOST_STEPS)))
    .addOption(part('grid', 'where the solver stops along the way', 'as in the run, uniformAngle({ power: 1.75 })'))
    .addOption(guidance)
    .addOption(guide)
    .addOption(engine())
    .addOption(
      new Option('--out <file>', '.png: what was given, then the results; .npy: the values of the results').default('edited.png'),
    )
    .addOption(new Option('--json', 'for programs: what was done, and how far the results are from the image').default(false))
    .addHelpText(
      'after',
      [
        '',
        'Images are PNG, JPEG or WebP; their middle is scaled to the size that is needed, in the colours of the run.',
        '',
        'Examples:',
        '  tweedie edit runs/mnist --inpaint digit.png --mask mask.png --n 16',
        '  tweedie edit runs/mnist --upscale small.png --class 3 --out large.png',
        '  tweedie edit runs/mnist --from digit.png --strength 0.6 --class 8',
      ].join('\n'),
    )
    .action(async (run: string, flags: EditFlags) => {
      const { editCommand } = await import('../commands/edit.js');
      await editCommand(run, flags);
    });
  return modelParts().reduce((all, option) => all.addOption(option), line);
}
