import { expect, it } from 'vitest';
import { withPlaceholders } from './module-reference.js';

const known = (name: string) => ['clamped', 'cosine', 'dpmpp2m', 'told', 'edm'].includes(name);

it.each([
  ['./mine.mjs#bent', '$0', './mine.mjs#bent'],
  ['./mine.mjs', '$0', './mine.mjs'],
  ['../my plug-ins/grüße.mjs#bent({ power: 2 })', '$0({ power: 2 })', '../my plug-ins/grüße.mjs#bent'],
  ['C:\\plugins\\mine.mjs#bent(2)', '$0(2)', 'C:\\plugins\\mine.mjs#bent'],
  ['.\\mine.mjs#bent', '$0', '.\\mine.mjs#bent'],
  ['file:///home/me/mine.mjs#bent', '$0', 'file:///home/me/mine.mjs#bent'],
  ['clamped(./mine.mjs#bent(2), { min: -10 })', 'clamped($0(2), { min: -10 })', './mine.mjs#bent'],
  ['clamped( /a/b.mjs )', 'clamped( $0)', '/a/b.mjs'],
  ['told(edm(), their-package#noise)', 'told(edm(), $0)', 'their-package#noise'],
  ['clamped(@they/bent(2))', 'clamped($0(2))', '@they/bent'],
  ['their-package({ eta: 1 })', '$0({ eta: 1 })', 'their-package'],
  ['@they/bent/sub#bent', '$0', '@they/bent/sub#bent'],
])('finds the module in %s', (text, source, module) => {
  const found = withPlaceholders(text, known);
  expect(found.source).toBe(source);
  expect(Object.values(found.modules).map((each) => each.text)).toEqual([module]);
});

it.each([
  ['cosine', 'cosine'],
  ['dpmpp-2m', 'dpmpp2m'],
  ['dpmpp-2m({ eta: 1 })', 'dpmpp2m({ eta: 1 })'],
  ['clamped(cosine(), { min: -10, max: 1 / 2 })', 'clamped(cosine(), { min: -10, max: 1 / 2 })'],
  ['told("./a.mjs#x", \'@they/bent\', 1/edm())', 'told("./a.mjs#x", \'@they/bent\', 1/edm())'],
])('finds none in %s', (text, source) => {
  expect(withPlaceholders(text, known)).toEqual({ source, modules: {} });
});
