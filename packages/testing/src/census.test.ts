/** No schedule, grid, parameterisation, process or sampler is published that the conformance suites have not seen. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';

const packages = fileURLToPath(new URL('../../', import.meta.url));

/** What a factory of each contract gives, and the suite that must have been run on it. */
const suites = {
  NoiseSchedule: 'describeSchedule',
  Grid: 'describeGrid',
  Parameterization: 'describeParameterization',
  ForwardProcess: 'describeProcess',
  Sampler: 'describeSampler',
} as const;

/** What no suite can examine, and why. */
const exempt: Readonly<Record<string, string>> = {
  sequence: 'has as many steps as samplers, of which `dpmFast` makes one',
};

/** The sources of the packages that publish parts, parsed. `isolatedDeclarations` sees to it that exports say what they return. */
const sources = ['schedules', 'forward-process', 'parameterizations', 'samplers'].flatMap((name) =>
  readdirSync(join(packages, name, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => ({
      path: `${name}/${path}`,
      file: ts.createSourceFile(path, readFileSync(join(packages, name, 'src', path), 'utf8'), ts.ScriptTarget.Latest, true),
    })),
);
const tests = sources.filter(({ path }) => path.endsWith('.test.ts'));
const published = sources.filter(({ path }) => !path.endsWith('.test.ts') && !path.includes('/internal/'));

function* below(node: ts.Node): Generator<ts.Node> {
  yield node;
  const children: ts.Node[] = [];
  ts.forEachChild(node, (child) => void children.push(child));
  for (const child of children) yield* below(child);
}

/** The type that a function gives in the end: what makes wrappers gives what its wrappers give. */
function given(type: ts.TypeNode | undefined): string | undefined {
  if (type !== undefined && ts.isFunctionTypeNode(type)) return given(type.type);
  return type !== undefined && ts.isTypeReferenceNode(type) ? type.typeName.getText() : undefined;
}

/** What a statement exports, each with the type that it says: of its result, for a function. */
function exported(statement: ts.Statement): readonly (readonly [name: string | undefined, type: ts.TypeNode | undefined])[] {
  const modifiers = ts.canHaveModifiers(statement) ? ts.getModifiers(statement) : undefined;
  if (!modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)) return [];
  if (ts.isFunctionDeclaration(statement)) return [[statement.name?.text, statement.type]];
  if (!ts.isVariableStatement(statement)) return [];
  return statement.declarationList.declarations.map(({ name, type, initializer }) => {
    const arrow = initializer !== undefined && ts.isArrowFunction(initializer) ? initializer.type : undefined;
    return [name.getText(), type ?? arrow];
  });
}

/** All that is published of a contract. */
function factories(contract: string): readonly { readonly name: string; readonly path: string }[] {
  return published.flatMap(({ path, file }) =>
    file.statements
      .flatMap(exported)
      .filter(([, type]) => given(type) === contract)
      .map(([name = 'default']) => ({ name, path })),
  );
}

/** The names in the calls of a suite, in the tests of one package. */
function examined(suite: string, owner: string): ReadonlySet<string> {
  const calls = tests
    .filter(({ path }) => path.startsWith(`${owner}/`))
    .flatMap(({ file }) => [...below(file)])
    .filter((node): node is ts.CallExpression => ts.isCallExpression(node) && node.expression.getText() === suite);
  const names = calls.flatMap(({ arguments: [, subject] }) => (subject === undefined ? [] : [...below(subject)]));
  return new Set(names.filter(ts.isIdentifier).map((name) => name.text));
}

describe.each(Object.entries(suites))('every %s', (contract, suite) => {
  const all = factories(contract);

  test('there are some', () => expect(all.length).toBeGreaterThan(4));

  test(`was given to ${suite}`, () => {
    const missing = all.filter(({ name, path }) => !examined(suite, path.split('/')[0] ?? '').has(name) && !(name in exempt));
    expect(missing).toEqual([]);
  });
});
