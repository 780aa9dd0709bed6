import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type {} from '../fixtures/faulty.js'; // for the types, to be checked with the tests'

/** The conformance tests that fail for each plugin of `fixtures/faulty.ts`, in a vitest of its own. */
async function failures(): Promise<ReadonlyMap<string, readonly string[]>> {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const vitest = fileURLToPath(new URL('./vitest.mjs', import.meta.resolve('vitest/package.json')));
  const { VITEST: _, TWEEDIE_CENSUS: __, ...env } = process.env;
  const report = await new Promise<string>((resolve) => {
    const args = [vitest, 'run', '--root', root, '--config', 'fixtures/vitest.config.ts', '--reporter', 'json'];
    execFile(process.execPath, args, { env, maxBuffer: 2 ** 26 }, (__error, stdout) => resolve(stdout));
  });
  const { testResults } = JSON.parse(report.slice(report.indexOf('{'))) as {
    testResults: { assertionResults: { ancestorTitles: string[]; title: string; status: string }[] }[];
  };
  const failed = new Map<string, string[]>();
  for (const { ancestorTitles, title, status } of testResults.flatMap(({ assertionResults }) => assertionResults)) {
    const [plugin = ''] = ancestorTitles[0]?.split(',') ?? [];
    const titles = failed.get(plugin) ?? [];
    failed.set(plugin, status === 'failed' ? [...titles, title] : titles);
  }
  return failed;
}

/** For each plugin, a test that must fail; an empty string for a plugin that must pass everything. */
const expected: Readonly<Record<string, string>> = {
  'no fault': '',
  'order overstated': 'is of order 2',
  'stale excuse': 'does not claim that it reaches data of one point exactly',
  'undeclared evaluation': 'calls the denoiser as often as declared',
  biased: 'reaches data of one point exactly',
  'right for alpha = 1 only': 'is the same under every form of the process',
  'infinite at the end': 'to clean data',
  'hidden memory': 'is pure',
  'undeclared noise': 'is of order 1',
  leaking: 'leaves its inputs alone and no tensor behind',
  'schedule without fault': '',
  'schedule that stalls': 'falls strictly',
  'schedule with another inverse': '`time` undoes `logSnr`',
  'schedule with another slope': '`slope` is the derivative',
  'schedule without clamp': '`time` is clamped',
  'process without fault': '',
  'process with another drift': 'drift is the derivative',
  'process with another diffusion': 'transitions along the SDE compose',
  'process with half log-SNR': '`at` and `level` agree',
  'v without fault': '',
  'v of the other sign': 'the perfect network gives the data back',
  'v that tells infinities': 'what the network is given and told is finite',
  'v declared undefined': 'the clean end is exact, or declared as undefined',
  'grid without fault': '',
  'grid one short': 'has one level more than steps',
  'grid that repeats': 'loses noise at every step',
  'grid off the process': 'visits levels of the process',
  'guidance that does nothing': 'at work, it changes something',
  'guidance that drops the moment': 'forwards the moment and the level',
  'guidance that doubles the notes': 'forwards the moment and the level',
  'guidance that is always on': 'switched off, it changes nothing',
};

test('each fault is found by the test that is there for it, and nothing is found where there is none', async () => {
  const found = await failures();
  const verdicts = Object.fromEntries(
    Object.entries(expected).map(([plugin, title]) => {
      const titles = found.get(plugin) ?? ['the plugin was not tested'];
      const right = title === '' ? titles.length === 0 : titles.some((each) => each.startsWith(title));
      return [plugin, right ? 'as expected' : titles];
    }),
  );
  expect(verdicts).toEqual(Object.fromEntries(Object.keys(expected).map((plugin) => [plugin, 'as expected'])));
  expect([...found.keys()].sort()).toEqual(Object.keys(expected).sort());
});
