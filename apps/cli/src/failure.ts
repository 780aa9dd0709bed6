/** How a command fails: one line on standard error, `tweedie: what is wrong and what to do [code]`, and an exit code. */
import { inspect } from 'node:util';
import { CommanderError } from 'commander';

/** What to say, if anything, and the exit code: 2 for bad input, 1 for what cannot run here or is a bug, 130 for an interruption. */
export interface Failure {
  readonly text?: string;
  readonly exitCode: number;
}

/** Codes of what is wrong with a command line, by those of commander. */
export const LINE_CODES: Readonly<Record<string, string>> = {
  'commander.excessArguments': 'argument-excess',
  'commander.invalidArgument': 'flag-invalid',
  'commander.missingArgument': 'argument-missing',
  'commander.optionMissingArgument': 'flag-without-value',
  'commander.unknownCommand': 'command-unknown',
  'commander.unknownOption': 'flag-unknown',
};

const OUT_OF_MEMORY = /^(out of memory|array buffer allocation failed|invalid (typed )?array length)/i;
const MOST = 2000; // characters of a line: what a file holds may be part of it

/**
 * What is said of an error.
 * @param verbose with where it came from, below the line
 */
export function failure(error: unknown, verbose: boolean): Failure {
  const said = (message: string, code: string, exitCode: number): Failure => ({
    text: [`tweedie: ${oneLine(message)} [${code}]`, ...(verbose ? [inspect(error)] : [])].join('\n'),
    exitCode,
  });
  if (error instanceof CommanderError) return ofCommandLine(error, said);
  const { name, message } = error instanceof Error ? error : { name: 'Error', message: String(error) };
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (name === 'AbortError') return { text: message, exitCode: 130 };
  if (OUT_OF_MEMORY.test(message)) return said(`${message}; choose a smaller --batch`, 'out-of-memory', 2);
  if (code === 'EPIPE') return { exitCode: 1 }; // who read has left
  if (code === 'engine-unavailable') return said(message, code, 1);
  if (/^[a-z]+(-[a-z0-9]+)+$/.test(code) || isOfSystem(error)) return said(message, code, 2);
  const next = verbose ? 'report it with what follows' : 'the same command with --verbose shows where, for a report';
  return said(`a bug of tweedie, ${name}: ${message}: ${next}`, 'unforeseen', 1);
}

/** Nothing is said with help that was asked for, nor below the help that stands in for a missing command. */
function ofCommandLine(
  { code, exitCode, message }: CommanderError,
  said: (message: string, code: string, exitCode: number) => Failure,
) {
  if (exitCode === 0 || code === 'commander.help') return { exitCode: exitCode === 0 ? 0 : 2 };
  const text = message
    .replace(/^error: |\.$/g, '')
    .replace(/option '(?:-\w, )?(--[\w-]+)[^']*' argument '(.*)' is invalid\. (.*)$/s, (_, flag, value, rule: string) => {
      const [, choices] = /^Allowed choices are (.*)$/.exec(rule) ?? [];
      return `\`${flag}\` ${choices === undefined ? rule : `must be one of ${choices}, got ${value}`}`;
    })
    .replace(/\s+\(Did you mean (.*)\?\)$/, '; did you mean $1?');
  const helped = code === 'commander.invalidArgument' || text.endsWith('?');
  return said(helped ? text : `${text}; --help shows what there is`, LINE_CODES[code] ?? 'line-invalid', 2);
}

/** What files and expressions of others bring along must neither break the line nor command the terminal. */
function oneLine(message: string): string {
  const line = message
    .trim()
    .replace(/\s*[\n\r]\s*/g, ' ')
    .replace(/\p{Cc}/gu, '\ufffd');
  return line.length > MOST ? `${line.slice(0, MOST)}…` : line;
}

/** Errors of files and pipes, which nobody has put into other words. */
function isOfSystem(error: unknown): boolean {
  return error instanceof Error && 'code' in error && 'syscall' in error;
}
