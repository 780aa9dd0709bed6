/**
 * WGSL of matrix products `C[m, n] = Σₖ A[m, k]·B[k, n]` whose factors are read by code: no matrix need exist. A workgroup of 64 threads
 * computes 32 × 32 results, 4 × 4 in each thread's registers, from 32 numbers `k` at a time, which it holds in memory of its own.
 */
import type { Shader } from './shader.js';

/** Results of a workgroup along `m` and `n`, and numbers `k` at a time. */
export const tile = 32;

/** A product to write down. Code sees `uniforms.rows`, `uniforms.columns` and `uniforms.steps`, the number of tiles along `k`. */
export interface Product {
  readonly name: string;
  readonly inputs: readonly string[];
  readonly vectors: readonly string[];
  readonly integers: readonly string[];
  /**
   * What is worth computing once, each as a `vec4<i32>`: `fn rowOf(row: i32, part: i32)`, `fn columnOf(column: i32, part: i32)`,
   * `fn innerOf(k: i32, part: i32)`; then what makes reads of it, `fn readA(row: vec4<i32>, inner: vec4<i32>, part: i32) -> vec4<f32>` and
   * `fn readB(column: …, inner: …, part: i32)`, zero outside.
   */
  readonly reads: string;
  /** Where in `result` the value of `row`, `column` and `part` belongs, negative for nowhere: an expression. */
  readonly place: string;
}

/** What the two kinds differ in. */
interface Kind {
  /** Vectors of a tile from one line to the next. */
  readonly stride: number;
  /** What is computed before the tiles, and for each. */
  readonly prepare: string;
  readonly load: string;
  readonly multiply: string;
  /** Row and column of the thread's result. */
  readonly write: string;
}

/** Written out, so that arrays can stay in registers. */
const four = (line: (i: number) => string): string => [0, 1, 2, 3].map(line).join('\n');

const shader = (product: Product, { stride, prepare, load, multiply, write }: Kind): Shader => ({
  name: product.name,
  inputs: product.inputs,
  vectors: product.vectors,
  integers: ['rows', 'columns', 'steps', 'parts', ...product.integers],
  threads: 64,
  code: `
    var<workgroup> tileA: array<vec4<f32>, ${tile * stride}>;
    var<workgroup> tileB: array<vec4<f32>, ${tile * stride}>;
    ${product.reads}
    fn store(row: i32, column: i32, part: i32, value: f32) {
      if (row >= uniforms.rows || column >= uniforms.columns || part >= uniforms.parts) { return; }
      let place = ${product.place};
      if (place >= 0) { result[place] = value; }
    }
    fn main(index: i32) {
      let columnTiles = (uniforms.columns + ${tile - 1}) / ${tile};
      let rowTiles = (uniforms.rows + ${tile - 1}) / ${tile};
      let workgroup = index / 64;
      let part = workgroup / (columnTiles * rowTiles);
      let row = workgroup / columnTiles % rowTiles * ${tile};
      let column = workgroup % columnTiles * ${tile};
      // Of the 8 × 8 threads.
      let high = i32(localIndex) / 8;
      let low = i32(localIndex) % 8;
      ${prepare}
      var sums: array<vec4<f32>, 4>;
      for (var step = 0; step < uniforms.steps; step++) {
        let k = step * ${tile};
        ${load}
        workgroupBarrier();
        ${multiply}
        workgroupBarrier();
      }
      for (var i = 0; i < 4; i++) {
        for (var j = 0; j < 4; j++) { store(${write}, part, sums[i][j]); }
      }
    }`,
});

/** A product whose reads give four rows, or four columns, of one `k`: from `rowOf(row)` and `columnOf(column)` of the first. */
export function outerProduct(product: Product): Shader {
  return shader(product, {
    stride: 8,
    prepare: `
      let rowPart = rowOf(row + 4 * low, part);
      let columnPart = columnOf(column + 4 * low, part);`,
    load: `
        for (var i = 0; i < 4; i++) {
          let inner = innerOf(k + 8 * i + high, part);
          tileA[64 * i + 8 * high + low] = readA(rowPart, inner, part);
          tileB[64 * i + 8 * high + low] = readB(columnPart, inner, part);
        }`,
    multiply: `for (var at = 0; at < ${8 * tile}; at += 8) {
      let a = tileA[at + high];
      let b = tileB[at + low];
      ${four((i) => `sums[${i}] += a[${i}] * b;`)}
    }`,
    write: 'row + 4 * high + i, column + 4 * low + j',
  });
}

/** A product whose reads give one row, or one column, at four `k`: from `innerOf(k)` of the first. */
export function innerProduct(product: Product): Shader {
  return shader(product, {
    // One more than is filled, so that threads that read different lines read different banks.
    stride: 9,
    prepare: `
      var rowParts: array<vec4<i32>, 4>;
      var columnParts: array<vec4<i32>, 4>;
      for (var i = 0; i < 4; i++) {
        rowParts[i] = rowOf(row + 8 * i + high, part);
        columnParts[i] = columnOf(column + 8 * i + high, part);
      }`,
    load: `
        let inner = innerOf(k + 4 * low, part);
        for (var i = 0; i < 4; i++) {
          tileA[(8 * i + high) * 9 + low] = readA(rowParts[i], inner, part);
          tileB[(8 * i + high) * 9 + low] = readB(columnParts[i], inner, part);
        }`,
    multiply: `for (var at = 0; at < 8; at++) {
      ${four((j) => `let b${j} = tileB[(low + ${8 * j}) * 9 + at];`)}
      ${four(
        (i) => `let a${i} = tileA[(high + ${8 * i}) * 9 + at];
      sums[${i}] += vec4<f32>(dot(a${i}, b0), dot(a${i}, b1), dot(a${i}, b2), dot(a${i}, b3));`,
      )}
    }`,
    write: 'row + high + 8 * i, column + low + 8 * j',
  });
}

/** WGSL that returns four reads of one number, at `i` from 0, as one. A loop: written out, the reads would take several times as long to compile. */
export function fourScalars(read: string): string {
  return `var value: vec4<f32>;
        for (var i = 0; i < 4; i++) { value[i] = ${read}; }
        return value;`;
}

/** Workgroups for a product in `parts`. */
export function productWorkgroups(rows: number, columns: number, parts: number): number {
  return Math.ceil(rows / tile) * Math.ceil(columns / tile) * parts;
}
