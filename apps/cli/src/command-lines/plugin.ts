/** How `tweedie plugin new` is asked for. */
import { Command, Option } from 'commander';
import { KINDS, type PluginFlags } from '../plugin-kinds.js';

export function pluginLine(): Command {
  const create = new Command('new')
    .description('write the package of a sampler, schedule, grid or weighting of your own, with a test that says what is missing')
    .argument('<name>', 'of the package and its folder, as my-sampler')
    .addOption(new Option('--kind <kind>', 'what it is').choices(KINDS).default('sampler'))
    .addHelpText('after', '\nExample:\n  tweedie plugin new my-schedule --kind schedule')
    .action(async (name: string, flags: PluginFlags) => {
      const { newPluginCommand } = await import('../commands/plugin.js');
      await newPluginCommand(name, flags);
    });
  return new Command('plugin').description('make a part of your own').addCommand(create);
}
