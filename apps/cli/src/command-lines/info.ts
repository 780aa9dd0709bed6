/** How `tweedie info` is asked for. */
import { Command, Option } from 'commander';
import type { InfoFlags } from '../commands/info.js';

export function infoLine(): Command {
  return new Command('info')
    .description('say what a run is: its network and what it costs, its noise, training, sampling and files')
    .argument('<run>', 'folder of the run, finished or not')
    .addOption(new Option('--json', 'for programs').default(false))
    .addHelpText('after', '\nExample:\n  tweedie info runs/mnist')
    .action(async (run: string, flags: InfoFlags) => {
      const { infoCommand } = await import('../commands/info.js');
      await infoCommand(run, flags);
    });
}
