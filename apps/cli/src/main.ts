/** The command `tweedie`. */
import { Command, CommanderError } from 'commander';
import { doctorLine } from './command-lines/doctor.js';
import { exportLine } from './command-lines/export.js';
import { infoLine } from './command-lines/info.js';
import { partsLine } from './command-lines/parts.js';
import { pluginLine } from './command-lines/plugin.js';
import { sampleLine } from './command-lines/sample.js';
import { trainLine } from './command-lines/train.js';
import { say } from './say.js';

const startedAt = Number(process.env.TWEEDIE_STARTED_AT ?? performance.timeOrigin);

const program = new Command('tweedie')
  .description('Train diffusion models and sample from them.')
  .showHelpAfterError('Add --help for all options.')
  .exitOverride();

for (const line of [trainLine(startedAt), sampleLine(), infoLine(), exportLine(), partsLine(), pluginLine(), doctorLine()]) {
  program.addCommand(line.copyInheritedSettings(program));
  for (const inner of line.commands) inner.copyInheritedSettings(line);
}

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = exitCodeOf(error);
}

/** Bad input is one line and exit code 2, an engine that cannot run here 1, an interruption 130; what nobody foresaw keeps its stack. */
function exitCodeOf(error: unknown): number {
  if (!(error instanceof Error)) throw error;
  const { code } = error as { readonly code?: unknown };
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error.name === 'AbortError') {
    say(error.message);
    return 130;
  }
  if (/^out of memory/i.test(error.message)) {
    say(`tweedie: ${error.message}; choose a smaller --batch`);
    return 2;
  }
  const foreseen = typeof code === 'string';
  say(foreseen ? `tweedie: ${error.message}` : (error.stack ?? error.message));
  return foreseen && code !== 'engine-unavailable' ? 2 : 1;
}
