import { invalid } from '@tweedie/core';
import { CommanderError } from 'commander';
import { expect, it } from 'vitest';
import { failure } from './failure.js';

const system = (code: string) => Object.assign(new Error(`${code}: it went wrong, write`), { code, syscall: 'write' });

it.each<[unknown, string | undefined, number]>([
  [invalid('run-missing', 'there is none'), 'tweedie: there is none [run-missing]', 2],
  [invalid('engine-unavailable', 'not here', Error), 'tweedie: not here [engine-unavailable]', 1],
  [new DOMException('Stopped.', 'AbortError'), 'Stopped.', 130],
  [new RangeError('Array buffer allocation failed'), expect.stringMatching(/^tweedie: Array .* \[out-of-memory\]$/), 2],
  [new Error('Out of memory: 3 GB'), expect.stringContaining('choose a smaller --batch'), 2],
  [system('EMFILE'), 'tweedie: EMFILE: it went wrong, write [EMFILE]', 2],
  [system('EPIPE'), undefined, 1],
  [new CommanderError(0, 'commander.helpDisplayed', '(outputHelp)'), undefined, 0],
  [new CommanderError(1, 'commander.help', '(outputHelp)'), undefined, 2],
  ...[new TypeError('x is undefined'), Object.assign(new TypeError('x is undefined'), { code: 'ERR_INVALID_ARG_TYPE' })].map(
    (bug): [unknown, string, number] => [
      bug,
      expect.stringMatching(/^tweedie: a bug of tweedie, TypeError: x .* \[unforeseen\]$/),
      1,
    ],
  ),
  ['thrown', expect.stringContaining('a bug of tweedie, Error: thrown'), 1],
])('%s', (error, text, exitCode) => {
  expect(failure(error, false)).toEqual({ exitCode, ...(text !== undefined && { text }) });
});

it('is one line that cannot command the terminal, whatever the message holds', () => {
  const { text } = failure(invalid('some-code', `a\r\n  b\u001b[31m\u009b2J\tc ${'x'.repeat(1e6)}`), false);
  expect(text).toMatch(/^tweedie: a b\ufffd\[31m\ufffd2J\ufffdc x+… \[some-code\]$/);
  expect(text?.length).toBeLessThan(2100);
});

it('shows where an error came from if that is asked for', () => {
  for (const error of [invalid('some-code', 'wrong'), new TypeError('a bug')])
    expect(failure(error, true).text).toMatch(/^tweedie: [^\n]*\n\w+Error: [\s\S]*failure\.test\.ts/);
});
