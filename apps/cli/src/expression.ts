/**
 * Expressions as one would write them in TypeScript, `clamped(shifted(cosine(), 0.5), { min: -10, max: 10 })`, so that whatever a
 * package exports can be asked for in a flag or a file: names in scope and what they hold, calls, numbers, strings, lists, records,
 * arithmetic, and nothing else of the language. A bare name is a call without arguments, and may be written with hyphens: `uniform-log-snr`.
 * In place of a name may stand a module that the command line has named, `./mine.mjs#bent`.
 */
import { invalid } from '@tweedie/core';
import { type Expression, type PrivateIdentifier, parseExpressionAt, type SpreadElement } from 'acorn';
import { attempt, guarded } from './guarded.js';
import { isWord, type ModuleReference, withPlaceholders } from './module-reference.js';
import { nearest } from './nearest.js';
import { type Plugin, pluginOf } from './plugins.js';
import { expectAsked, type Watched, watched } from './watched.js';

/** How to read an expression. */
export interface Reading {
  /** What the expression is for, as messages name it: `--schedule`. */
  readonly what: string;
  /** What names stand for, factories or values. */
  readonly scope: Readonly<Record<string, unknown>>;
  /** Completes the arguments of the outermost call. */
  readonly supply?: (given: readonly unknown[]) => readonly unknown[];
}

interface Context extends Reading {
  readonly modules: Readonly<Record<string, ModuleReference>>;
  readonly refused: (reason: string) => Error;
  /** Every record in the expression, with the factory that it was given to. */
  readonly records: Map<unknown, Watched & { owner: string }>;
}

/**
 * The value of an expression.
 * @throws SyntaxError (`expression-invalid`); RangeError (`name-unknown`, `option-unknown`); Error (`plugin-not-named`, `plugin-failed`);
 * whatever a factory throws
 */
export function evaluate(text: string, reading: Reading): unknown {
  const { what, supply = (given) => given } = reading;
  const refused = (reason: string) =>
    invalid('expression-invalid', `\`${what}\` must be a name or a call, as in TypeScript, got ${text}: ${reason}`, SyntaxError);
  const { source, modules } = withPlaceholders(text, (name) => name === 'Infinity' || Object.hasOwn(reading.scope, name));
  const context: Context = { ...reading, refused, modules, records: new Map() };
  const node = parsed(source, refused);
  const value = outermost(node, supply, context);
  for (const { options, owner, asked } of context.records.values()) expectAsked(what, owner, Object.keys(options), asked());
  return value;
}

function parsed(source: string, refused: Context['refused']): Expression {
  try {
    const node = parseExpressionAt(source, 0, { ecmaVersion: 2022 });
    const rest = source.slice(node.end).trim();
    if (rest === '') return node;
    throw new SyntaxError(`${rest} is left over`);
  } catch (error) {
    throw refused(error instanceof Error ? error.message : String(error));
  }
}

function outermost(node: Expression, supply: NonNullable<Reading['supply']>, context: Context): unknown {
  if (node.type === 'CallExpression' && node.callee.type === 'Identifier')
    return called(node.callee.name, supply(values(node.arguments, context)), context, context.what);
  if (node.type === 'Identifier' && typeof named(node.name, context) === 'function')
    return called(node.name, supply([]), context, context.what);
  return evaluated(node, context);
}

function evaluated(node: Expression, context: Context): unknown {
  const { refused } = context;
  switch (node.type) {
    case 'Identifier':
      return named(node.name, context);
    case 'Literal':
      return node.value;
    case 'ArrayExpression':
      return values(node.elements, context);
    case 'ObjectExpression': {
      const entries = node.properties.map((property) => {
        if (property.type === 'SpreadElement' || property.computed || property.key.type !== 'Identifier')
          throw refused('a record may hold name: value only');
        return [property.key.name, evaluated(property.value, context)] as const;
      });
      const record = watched(Object.fromEntries(entries));
      context.records.set(record.options, { ...record, owner: 'it' });
      return record.options;
    }
    case 'CallExpression':
      if (node.callee.type !== 'Identifier') throw refused('only names can be called');
      return called(node.callee.name, values(node.arguments, context), context);
    case 'MemberExpression': {
      if (node.object.type === 'Super' || node.property.type !== 'Identifier' || node.computed)
        throw refused('it may hold values only');
      const owner = evaluated(node.object, context);
      const { name } = node.property;
      if (typeof owner === 'object' && owner !== null && Object.hasOwn(owner, name)) return Reflect.get(owner, name);
      throw refused(`there is no ${name}`);
    }
    case 'UnaryExpression': {
      const value = evaluated(node.argument, context);
      if (node.operator === '-' && typeof value === 'number') return -value;
      throw refused(`${node.operator} is not for this`);
    }
    case 'BinaryExpression': {
      const operate = ARITHMETIC[node.operator];
      const [a, b] = values([node.left, node.right], context);
      if (operate === undefined || typeof a !== 'number' || typeof b !== 'number')
        throw refused(`${node.operator} is not for this`);
      return operate(a, b);
    }
    default:
      throw refused(`${node.type} has no place in it`);
  }
}

const ARITHMETIC: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '**': (a, b) => a ** b,
};

function values(nodes: readonly (Expression | SpreadElement | PrivateIdentifier | null)[], context: Context): unknown[] {
  return nodes.map((node) => {
    if (node === null || node.type === 'SpreadElement' || node.type === 'PrivateIdentifier')
      throw context.refused('it may hold values only');
    return evaluated(node, context);
  });
}

function named(name: string, context: Context): unknown {
  const { what, scope, modules } = context;
  if (name === 'Infinity') return Infinity;
  const reference = modules[name];
  if (reference !== undefined) return guarded(plugin(reference, context).value, { what, module: reference.text });
  if (Object.hasOwn(scope, name)) return scope[name];
  throw unknown(name, context);
}

function plugin(reference: ModuleReference, context: Context): Plugin {
  const found = pluginOf(reference);
  if (found !== undefined) return found;
  const { what } = context;
  if (isWord(reference)) throw unknown(reference.text, context);
  throw invalid(
    'plugin-not-named',
    `\`${what}\` needs the module ${reference.text}, which is imported only if the command line names it`,
    Error,
  );
}

const FEW = 6; // names that fit into a message

function unknown(name: string, { what, scope }: Context): Error {
  const names = Object.keys(scope).toSorted();
  if (names.length <= FEW) return invalid('name-unknown', `\`${what}\` has no ${name}; it has ${names.join(', ')}`);
  const like = nearest(name.replaceAll('-', ''), names);
  const hint = like.length === 0 ? 'nor is there a package of that name' : `did you mean ${like.join(' or ')}?`;
  return invalid('name-unknown', `\`${what}\` has no ${name}; ${hint}; \`tweedie parts\` lists all`.replace('?;', '?'));
}

/** @param rule flag by whose rule the result is judged, if it comes from a module */
function called(name: string, given: readonly unknown[], context: Context, rule?: string): unknown {
  const { what, modules } = context;
  const reference = modules[name];
  const factory = reference === undefined ? named(name, context) : plugin(reference, context).value;
  if (typeof factory !== 'function') throw context.refused(`${reference?.text ?? name} is no function`);
  for (const argument of given) {
    const record = context.records.get(argument);
    if (record !== undefined) record.owner = reference?.text ?? name;
  }
  if (reference !== undefined) {
    const owner = { what, module: reference.text };
    return guarded(
      attempt((...all) => Reflect.apply(factory, undefined, all), given, owner),
      owner,
      rule,
    );
  }
  try {
    return factory(...given);
  } catch (error) {
    if (!(error instanceof Error) || 'code' in error) throw error;
    throw context.refused(`${name} cannot be made of that (${error.message})`);
  }
}
