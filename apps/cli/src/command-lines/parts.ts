/** How `tweedie parts` is asked for. */
import { Command } from 'commander';

export function partsLine(): Command {
  return new Command('parts')
    .description('list what the flags for parts may name, all that their packages export')
    .argument('[flag]', 'one of them, as sampler (default: all)')
    .addHelpText('after', '\nExample:\n  tweedie parts sampler')
    .action(async (flag: string | undefined) => {
      const { partsCommand } = await import('../commands/parts.js');
      partsCommand(flag);
    });
}
