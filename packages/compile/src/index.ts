export * from './engine.js';
export * from './graph.js';
export * from './lower.js';
export * from './onnx.js';
export * from './trace.js';
