/** The command `tweedie`. */
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import type { DoctorFlags } from './commands/doctor.js';
import type { ExportFlags } from './commands/export.js';
import type { SampleFlags } from './commands/sample.js';
import { ENGINES } from './engine-request.js';
import { say } from './say.js';
import type { TrainFlags } from './train-flags.js';

const startedAt = Number(process.env['TWEEDIE_STARTED_AT'] ?? performance.timeOrigin);

function integer(least: number, most: number = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!Number.isSafeInteger(value) || value < least || value > most || text.trim() === '')
      throw new InvalidArgumentError(`must be an integer from ${least} to ${most}, got ${text}`);
    return value;
  };
}

function number(accepts: (value: number) => boolean, rule: string): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!Number.isFinite(value) || !accepts(value) || text.trim() === '')
      throw new InvalidArgumentError(`must be ${rule}, got ${text}`);
    return value;
  };
}

const MOST_IMAGES = 100_000; // they are in memory together
const MOST_STEPS = 100_000;

const positive = number((value) => value > 0, 'a positive number');
const any = number(() => true, 'a number');

/** First Ctrl-C or termination: stop after the step, with a checkpoint. Second: leave now. */
function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(130);
      controller.abort();
    });
  return controller.signal;
}

function engine(): Option {
  const text = 'ONNX Runtime, or TensorFlow.js (default: compiled; where onnxruntime-node is not installed, eager)';
  return new Option('--engine <name>', text).choices(ENGINES);
}

/** An option for a part that is an expression. */
function part(name: string, what: string, byDefault: string): Option {
  return new Option(`--${name} <expression>`, `${what} (default: ${byDefault})`);
}

const program = new Command('tweedie')
  .description('Train diffusion models and sample from them.')
  .showHelpAfterError('Add --help for all options.')
  .exitOverride();

program
  .command('train')
  .description('train a model; goes on where the folder left off')
  .addOption(
    new Option(
      '--data <name>',
      'what to train on: mnist, or points of the plane such as moons or "eightGaussians({ deviation: 0.1 })" (default: mnist)',
    ),
  )
  .addOption(new Option('--out <folder>', 'where the run lives').default('runs/mnist'))
  .addOption(new Option('--steps <n>', 'training steps (default: as many as fit into --minutes)').argParser(integer(1)))
  .addOption(
    new Option('--minutes <m>', 'time for everything, if --steps is not given (default: 10, for points 1)').argParser(positive),
  )
  .addOption(part('schedule', 'log-SNR by time', 'clamped(shifted(cosine(), 0.5), { min: -10, max: 10 })'))
  .addOption(part('process', 'the scale of signal and noise over the schedule', 'variancePreserving'))
  .addOption(part('parameterization', 'what the network predicts', 'v'))
  .addOption(part('objective', 'what is minimised', 'diffusionLoss'))
  .addOption(part('weighting', 'the weight of each noise level', 'unweighted(parameterization)'))
  .addOption(part('times', 'how training times are drawn', 'stratified'))
  .addOption(part('sampler', 'solver of the samples', 'angular'))
  .addOption(part('grid', 'where the solver stops along the way', 'uniformAngle({ power: 1.75 })'))
  .addOption(
    part('control', 'lengths of the solver\'s steps between the stops, as "pid()" for dpmAdaptive()', 'none: a step each'),
  )
  .addOption(new Option('--batch <n>', 'examples per step (default: 32, of points 256)').argParser(integer(1, 60_000)))
  .addOption(new Option('--lr <rate>', 'peak learning rate (default: 0.004, for points 0.005)').argParser(positive))
  .addOption(new Option('--seed <n>', 'what all chance is drawn from (default: 0)').argParser(integer(0)))
  .addOption(engine())
  .addOption(new Option('--threads <n>', 'threads of --engine compiled (default: physical cores)').argParser(integer(1, 1000)))
  .addOption(
    new Option(
      '--shards <n>',
      'with --engine eager, parts of a batch, computed on as many threads as there are cores (default: 2)',
    ).argParser(integer(1, 1000)),
  )
  .addOption(new Option('--fresh', 'start over, in place of what the folder holds').default(false))
  .addHelpText(
    'after',
    [
      '',
      "An expression is a name that the part's package exports, or a call of it as in TypeScript; to an unknown name the answer is those that",
      'there are. It may refer to schedule, process, parameterization and data.',
      '',
      'Examples:',
      '  tweedie train --data mnist --out runs/mnist --minutes 10 --seed 1',
      '  tweedie train --data moons --out runs/moons --process linearInterpolant --schedule "clamped(rectifiedFlow(), { min: -10, max: 10 })" --parameterization velocity',
    ].join('\n'),
  )
  .action(async (flags: TrainFlags) => {
    const { trainCommand } = await import('./commands/train.js');
    await trainCommand(flags, startedAt, interruption());
  });

program
  .command('sample')
  .description('draw samples from a finished run')
  .argument('<run>', 'folder of the run')
  .addOption(new Option('--n <count>', 'number of samples').argParser(integer(1, MOST_IMAGES)).default(64))
  .addOption(new Option('--class <k>', 'class of all samples (default: cycles through all classes)').argParser(integer(0)))
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
  .addOption(new Option('--guidance <scale>', 'classifier-free guidance, 1 is none (default: as in the run, 1.6)').argParser(any))
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
    const { sampleCommand } = await import('./commands/sample.js');
    await sampleCommand(run, flags);
  });

program
  .command('export')
  .description('write the network of a finished run to a file for other programs')
  .argument('<run>', 'folder of the run')
  .addOption(new Option('--onnx <file>', 'an ONNX model: inputs x, noise and label, output prediction').default('model.onnx'))
  .addOption(new Option('--batch <n>', 'its batch size (default: any)').argParser(integer(1, MOST_IMAGES)))
  .addHelpText('after', '\nExample:\n  tweedie export runs/mnist --onnx model.onnx')
  .action(async (run: string, flags: ExportFlags) => {
    const { exportCommand } = await import('./commands/export.js');
    await exportCommand(run, flags);
  });

program
  .command('doctor')
  .description('say what this machine can run, what will be chosen and why, and what to install for the rest')
  .addOption(new Option('--json', 'for programs, with all that was looked at').default(false))
  .addHelpText('after', '\nExample:\n  tweedie doctor --json')
  .action(async (flags: DoctorFlags) => {
    const { doctorCommand } = await import('./commands/doctor.js');
    await doctorCommand(flags);
  });

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
    say('Stopped; the same command goes on from there.');
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
