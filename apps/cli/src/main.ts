/** The command `tweedie`. */
import { Command, Option } from 'commander';
import { doctorLine } from './command-lines/doctor.js';
import { editLine } from './command-lines/edit.js';
import { evaluateLine } from './command-lines/evaluate.js';
import { exportLine } from './command-lines/export.js';
import { infoLine } from './command-lines/info.js';
import { partsLine } from './command-lines/parts.js';
import { pluginLine } from './command-lines/plugin.js';
import { sampleLine } from './command-lines/sample.js';
import { trainLine } from './command-lines/train.js';
import { failure } from './failure.js';
import { say } from './say.js';

const startedAt = Number(process.env.TWEEDIE_STARTED_AT ?? performance.timeOrigin);

const program = new Command('tweedie')
  .description('Train diffusion models and sample from them.')
  .addOption(new Option('--verbose', 'with an error, show where it came from (default: its line alone)'))
  .configureHelp({ showGlobalOptions: true })
  .configureOutput({ outputError: () => {} })
  .exitOverride();

for (const line of [
  trainLine(startedAt),
  sampleLine(),
  editLine(),
  evaluateLine(),
  infoLine(),
  exportLine(),
  partsLine(),
  pluginLine(),
  doctorLine(),
]) {
  program.addCommand(line.copyInheritedSettings(program));
  for (const inner of line.commands) inner.copyInheritedSettings(line);
}

process.stderr.on('error', () => {}); // a terminal that was closed stops no training: its hang-up does, with a checkpoint
process.on('uncaughtException', (error) => {
  fail(error);
  process.exit();
});
try {
  await program.parseAsync();
} catch (error) {
  fail(error);
}

function fail(error: unknown): void {
  const { text, exitCode } = failure(error, program.opts().verbose === true);
  if (text !== undefined) say(text);
  process.exitCode = exitCode;
}
