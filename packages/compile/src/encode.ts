/**
 * An ONNX model as the bytes of a `.onnx` file: protocol buffers, field numbers from
 * https://github.com/onnx/onnx/blob/main/onnx/onnx.proto. The values of tensors are raw little-endian bytes, as every machine
 * that runs JavaScript has them in memory.
 */
import { PbfWriter } from 'pbf';
import type { OnnxAttribute, OnnxModel, OnnxNode, OnnxPort, OnnxTensor, OnnxType } from './onnx.js';

/** The last version whose files also older readers know; with operator set 17 it is what runtimes of the last years read. */
const IR_VERSION = 8;
const PRODUCER = 'tweedie';

const MODEL = { irVersion: 1, producerName: 2, graph: 7, opsetImport: 8, metadata: 14 };
const OPSET = { domain: 1, version: 2 };
const ENTRY = { key: 1, value: 2 };
const GRAPH = { node: 1, name: 2, initializer: 5, input: 11, output: 12 };
const NODE = { input: 1, output: 2, opType: 4, attribute: 5, domain: 7 };
const ATTRIBUTE = { name: 1, float: 2, int: 3, string: 4, tensor: 5, ints: 8, type: 20 };
const ATTRIBUTE_TYPE = { float: 1, int: 2, string: 3, tensor: 4, ints: 7 };
const TENSOR = { dims: 1, dataType: 2, name: 8, rawData: 9 };
const ELEMENT_TYPE: Readonly<Record<OnnxType, number>> = { float32: 1, int32: 6, int64: 7, bool: 9 };
const VALUE_INFO = { name: 1, type: 2 };
const TYPE = { tensorType: 1 };
const TENSOR_TYPE = { elementType: 1, shape: 2 };
const SHAPE = { dimension: 1 };
const DIMENSION = { value: 1, parameter: 2 };

/**
 * The model as the bytes of a `.onnx` file, IR version 8.
 * @param model its initializers together must stay below 2 GiB, the limit of the format
 */
export function encodeOnnx(model: OnnxModel): Uint8Array {
  // Room for the weights from the start: growing by doubling would copy them again and again.
  const weights = [...model.initializers.values()].reduce((sum, { data }) => sum + data.byteLength, 0);
  const pbf = new PbfWriter(new Uint8Array(weights + 65_536));
  pbf.writeVarintField(MODEL.irVersion, IR_VERSION);
  pbf.writeStringField(MODEL.producerName, PRODUCER);
  for (const opset of Object.entries(model.opsets)) pbf.writeMessage(MODEL.opsetImport, writeOpset, opset);
  pbf.writeMessage(MODEL.graph, writeGraph, model);
  for (const entry of Object.entries(model.metadata ?? {})) pbf.writeMessage(MODEL.metadata, writeEntry, entry);
  return pbf.finish();
}

function writeOpset([domain, version]: readonly [string, number], pbf: PbfWriter): void {
  pbf.writeStringField(OPSET.domain, domain);
  pbf.writeVarintField(OPSET.version, version);
}

function writeEntry([key, value]: readonly [string, string], pbf: PbfWriter): void {
  pbf.writeStringField(ENTRY.key, key);
  pbf.writeStringField(ENTRY.value, value);
}

function writeGraph(model: OnnxModel, pbf: PbfWriter): void {
  for (const node of model.nodes) pbf.writeMessage(GRAPH.node, writeNode, node);
  pbf.writeStringField(GRAPH.name, PRODUCER);
  for (const entry of model.initializers) pbf.writeMessage(GRAPH.initializer, writeInitializer, entry);
  for (const port of model.inputs) pbf.writeMessage(GRAPH.input, writePort, port);
  for (const port of model.outputs) pbf.writeMessage(GRAPH.output, writePort, port);
}

function writeNode(node: OnnxNode, pbf: PbfWriter): void {
  for (const input of node.inputs) pbf.writeStringField(NODE.input, input);
  for (const output of node.outputs) pbf.writeStringField(NODE.output, output);
  pbf.writeStringField(NODE.opType, node.op);
  for (const entry of Object.entries(node.attributes ?? {})) pbf.writeMessage(NODE.attribute, writeAttribute, entry);
  if (node.domain !== undefined) pbf.writeStringField(NODE.domain, node.domain);
}

function writeAttribute([name, value]: readonly [string, OnnxAttribute], pbf: PbfWriter): void {
  pbf.writeStringField(ATTRIBUTE.name, name);
  pbf.writeVarintField(ATTRIBUTE.type, writeValue(value, pbf));
}

/** Writes the value and returns its type. */
function writeValue(value: OnnxAttribute, pbf: PbfWriter): number {
  if ('int' in value) {
    pbf.writeVarintField(ATTRIBUTE.int, value.int);
    return ATTRIBUTE_TYPE.int;
  }
  if ('ints' in value) {
    pbf.writePackedVarint(ATTRIBUTE.ints, [...value.ints]);
    return ATTRIBUTE_TYPE.ints;
  }
  if ('float' in value) {
    pbf.writeFloatField(ATTRIBUTE.float, value.float);
    return ATTRIBUTE_TYPE.float;
  }
  if ('string' in value) {
    pbf.writeStringField(ATTRIBUTE.string, value.string);
    return ATTRIBUTE_TYPE.string;
  }
  pbf.writeMessage(ATTRIBUTE.tensor, writeTensor, value.tensor);
  return ATTRIBUTE_TYPE.tensor;
}

function writeInitializer([name, tensor]: readonly [string, OnnxTensor], pbf: PbfWriter): void {
  pbf.writeStringField(TENSOR.name, name);
  writeTensor(tensor, pbf);
}

function writeTensor({ type, shape, data }: OnnxTensor, pbf: PbfWriter): void {
  pbf.writePackedVarint(TENSOR.dims, [...shape]);
  pbf.writeVarintField(TENSOR.dataType, ELEMENT_TYPE[type]);
  pbf.writeBytesField(TENSOR.rawData, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
}

function writePort({ name, type, shape }: OnnxPort, pbf: PbfWriter): void {
  pbf.writeStringField(VALUE_INFO.name, name);
  pbf.writeMessage(VALUE_INFO.type, writeType, { type, shape });
}

function writeType(port: Pick<OnnxPort, 'type' | 'shape'>, pbf: PbfWriter): void {
  pbf.writeMessage(TYPE.tensorType, writeTensorType, port);
}

function writeTensorType({ type, shape }: Pick<OnnxPort, 'type' | 'shape'>, pbf: PbfWriter): void {
  pbf.writeVarintField(TENSOR_TYPE.elementType, ELEMENT_TYPE[type]);
  pbf.writeMessage(TENSOR_TYPE.shape, writeShape, shape);
}

function writeShape(shape: OnnxPort['shape'], pbf: PbfWriter): void {
  for (const length of shape) pbf.writeMessage(SHAPE.dimension, writeDimension, length);
}

function writeDimension(length: number | string, pbf: PbfWriter): void {
  if (typeof length === 'string') pbf.writeStringField(DIMENSION.parameter, length);
  else pbf.writeVarintField(DIMENSION.value, length);
}
