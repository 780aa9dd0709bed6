/** An ONNX model as plain data, as far as this package uses the format (https://onnx.ai, IR version 8). */

/** Element types that models here have. */
export type OnnxType = 'float32' | 'int32' | 'int64' | 'bool';

/** Values of an initializer, by element type: bool as bytes 0 and 1. */
export type OnnxData = Float32Array | Int32Array | BigInt64Array | Uint8Array;

/** A tensor whose values are part of the model. */
export interface OnnxTensor {
  readonly type: OnnxType;
  readonly shape: readonly number[];
  readonly data: OnnxData;
}

/** The tag says how ONNX stores it, which a JavaScript number does not. */
export type OnnxAttribute =
  | { readonly int: number }
  | { readonly ints: readonly number[] }
  | { readonly float: number }
  | { readonly string: string }
  | { readonly tensor: OnnxTensor };

/** One operation. An empty input name leaves an optional input out. */
export interface OnnxNode {
  readonly op: string;
  /** Default the ONNX standard's own. */
  readonly domain?: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, OnnxAttribute>>;
}

/** A named input or output; a string is a length that is not fixed. */
export interface OnnxPort {
  readonly name: string;
  readonly type: OnnxType;
  readonly shape: readonly (number | string)[];
}

/** A model: nodes in the order of their data flow. */
export interface OnnxModel {
  readonly nodes: readonly OnnxNode[];
  readonly initializers: ReadonlyMap<string, OnnxTensor>;
  readonly inputs: readonly OnnxPort[];
  readonly outputs: readonly OnnxPort[];
  /** Versions of the operator sets by domain; the standard's own is ''. */
  readonly opsets: Readonly<Record<string, number>>;
  /** What else is to be known of the model, by name. */
  readonly metadata?: Readonly<Record<string, string>>;
}
