/** Options from a JSON file, `{ "data": "moons", "steps": 2000, "warmUp": 100 }`, read as if they stood on the command line. */
import { invalid } from '@tweedie/core';
import { type Command, CommanderError } from 'commander';
import { z } from 'zod';
import { readingText } from '../files.js';

const schema = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

/**
 * The flags of a command and of the file that its `--config` names; the command line goes before the file, and that before defaults.
 * Names are those of the options, also without hyphens as `warmUp`; paths are relative to where the command runs, as on its line.
 * @param command as parsed
 * @param line the same options afresh, without `--config`
 * @throws Error (`file-unreadable`); RangeError (`config-invalid`); CommanderError for an option that is unknown or wrong
 */
export async function configured<Flags>(command: Command, line: Command): Promise<Flags> {
  const path: unknown = command.getOptionValue('config');
  if (typeof path !== 'string') return command.opts();
  const args = argumentsOf(await readingText(path), path);
  line.copyInheritedSettings(command).allowExcessArguments(false);
  try {
    line.parse(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    throw new CommanderError(error.exitCode, error.code, `${path}: ${error.message.replace(/^error: /, '')}`);
  }
  const given = (from: Command) =>
    Object.entries(from.opts()).filter(([name]) => from.getOptionValueSource(name) === 'cli' && name !== 'config');
  return { ...line.opts(), ...Object.fromEntries(given(command)) };
}

function argumentsOf(text: string | undefined, path: string): string[] {
  if (text === undefined) throw invalid('config-missing', `\`--config\` must name a JSON file, but ${path} does not exist`);
  const { success, data } = schema.safeParse(json(text));
  if (!success)
    throw invalid('config-invalid', `${path} must be JSON of options, as { "steps": 2000, "schedule": "cosine" }, and is not`);
  return Object.entries(data).flatMap(([name, value]) => {
    const option = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    return value === true ? [option] : value === false ? [] : [option, String(value)];
  });
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
