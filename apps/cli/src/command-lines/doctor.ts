/** How `tweedie doctor` is asked for. */
import { Command, Option } from 'commander';
import type { DoctorFlags } from '../commands/doctor.js';

export function doctorLine(): Command {
  return new Command('doctor')
    .description('say what this machine can run, what will be chosen and why, and what to install for the rest')
    .addOption(new Option('--json', 'for programs, with all that was looked at').default(false))
    .addHelpText('after', '\nExample:\n  tweedie doctor --json')
    .action(async (flags: DoctorFlags) => {
      const { doctorCommand } = await import('../commands/doctor.js');
      await doctorCommand(flags);
    });
}
