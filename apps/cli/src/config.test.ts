import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, CommanderError, Option } from 'commander';
import { expect, it } from 'vitest';
import { configured } from './command-lines/config.js';
import { integer, positive } from './command-lines/options.js';

const path = join(mkdtempSync(join(tmpdir(), 'tweedie-config-')), 'options.json');

const options = () =>
  new Command('train')
    .addOption(new Option('--prediction, --parameterization <text>'))
    .addOption(new Option('--warm-up <n>').argParser(integer(0)))
    .addOption(new Option('--lr <rate>').argParser(positive))
    .addOption(new Option('--out <folder>').default('here'))
    .addOption(new Option('--fresh').default(false))
    .configureOutput({ outputError: () => {} })
    .exitOverride();

async function flags(content: string, ...args: string[]): Promise<unknown> {
  writeFileSync(path, content);
  const command = options()
    .addOption(new Option('--config <file>'))
    .parse(['--config', path, ...args], { from: 'user' });
  return configured(command, options());
}

it('reads a file as if it stood on the command line, which goes before it', async () => {
  const file = JSON.stringify({ prediction: 'x0', warmUp: 7, lr: 0.5, fresh: true });
  const read = { parameterization: 'x0', warmUp: 7, lr: 0.5, fresh: true, out: 'here' };
  expect(await flags(file)).toEqual(read);
  expect(await flags(file, '--lr', '2', '--out', 'there')).toEqual({ ...read, lr: 2, out: 'there' });
  expect(await flags('{"warm-up": 3, "fresh": false}')).toEqual({ warmUp: 3, out: 'here', fresh: false });
});

it.each([
  ['{"sead": 1}', "unknown option '--sead'"],
  ['{"warmup": 1}', "unknown option '--warmup'\n(Did you mean --warm-up?)"],
  ['{"lr": -1}', "option '--lr <rate>' argument '-1' is invalid. must be a positive number, got -1"],
  ['{"config": "other.json"}', "unknown option '--config'"],
])('%s: names the file and the option', async (content, message) => {
  const refused = flags(content);
  await expect(refused).rejects.toBeInstanceOf(CommanderError);
  await expect(refused).rejects.toThrow(`${path}: ${message}`);
});

it.each(['', '[]', '3', '{"lr": [1]}', '{"lr": null}', '{'])('%j is refused', async (content) => {
  await expect(flags(content)).rejects.toMatchObject({ code: 'config-invalid', message: expect.stringContaining(path) });
});

it('says that there is no such file', async () => {
  const command = options().addOption(new Option('--config <file>')).parse(['--config', 'nowhere.json'], { from: 'user' });
  await expect(configured(command, options())).rejects.toMatchObject({ code: 'config-missing' });
});
