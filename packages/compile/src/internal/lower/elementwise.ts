/** Element by element: whatever the layout, as long as all operands share it. */
import type { DType } from '../../graph.js';
import { BINARY, UNARY } from '../elementwise.js';
import { at, type Rule, type Rules } from '../rule.js';
import { siluGradient } from '../silu-gradient.js';

const ONNX: Readonly<Record<DType, number>> = { float32: 1, int32: 6, bool: 9 };

const unary: Rule = ({ op }, [x], emitter) => {
  if (x === undefined) return [];
  return { ...x, name: emitter.node(op, [x.name]) };
};

const binary: Rule = ({ op, outputs }, inputs, emitter) => {
  const { names, dims, layout } = emitter.aligned(inputs, at(outputs, 0).shape);
  return { name: emitter.node(op, names), dims, layout };
};

export const elementwiseRules: Rules = {
  ...Object.fromEntries(Object.keys(UNARY).map((op) => [op, unary])),
  ...Object.fromEntries(Object.keys(BINARY).map((op) => [op, binary])),
  Where: binary,
  Cast: ({ attributes }, inputs, emitter) => {
    const x = at(inputs, 0);
    return { ...x, name: emitter.node('Cast', [x.name], { to: { int: ONNX[attributes.to as DType] } }) };
  },
  SiLU: (_, inputs, emitter) => {
    const x = at(inputs, 0);
    return { ...x, name: emitter.silu(x.name) };
  },
  SiLUGrad: ({ outputs }, inputs, emitter) => {
    const { names, dims, layout } = emitter.aligned(inputs, at(outputs, 0).shape);
    return { ...siluGradient(emitter, { name: at(names, 0), dims }, at(names, 1)), layout };
  },
};
