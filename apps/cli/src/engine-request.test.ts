import { expect, it } from 'vitest';
import { engineRequest } from './engine-request.js';

it('leaves to the machine what the flags do not say', () => {
  expect(engineRequest({})).toEqual({});
  expect(engineRequest({ engine: 'eager' })).toEqual({ kind: 'eager' });
  expect(engineRequest({ shards: 4 })).toEqual({ kind: 'eager', shards: 4 });
  expect(engineRequest({ threads: 1 })).toEqual({ kind: 'compiled', threads: 1 });
});

it.each([
  { engine: 'eager', threads: 2 },
  { engine: 'compiled', shards: 2 },
  { threads: 2, shards: 2 },
] as const)('refuses %j', (flags) => {
  expect(() => engineRequest(flags)).toThrow(expect.objectContaining({ code: 'engine-flags-differ' }));
});
