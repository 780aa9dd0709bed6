/** A TensorFlow.js backend that computes nothing: its kernels write down what was asked of them. */
import {
  type BackendValues,
  type DataId,
  type DataType,
  engine,
  findBackend,
  getBackend,
  KernelBackend,
  registerBackend,
  registerKernel,
  setBackend,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import { invalid } from '@tweedie/core';
import type { ConstantData, DType, Value } from '../graph.js';
import type { Builder } from './builder.js';
import { callSite, unsupported } from './call-site.js';
import { traceKernels } from './kernels/index.js';

/** What is traced just now. */
export interface Recording {
  readonly builder: Builder;
  /** Values of tensors by their data; also of variables that live on other backends. */
  readonly values: WeakMap<DataId, Value>;
}

let recording: Recording | undefined;
/** The backend of this copy of the package, once it is registered. */
let registered: string | undefined;

class TraceBackend extends KernelBackend {
  override write(values: BackendValues, shape: number[], dtype: DataType): DataId {
    const { builder, values: known } = current();
    const id = {};
    const value = builder.constant(constantData(values, dtype), shape, checkedType(dtype));
    known.set(id, value);
    return id;
  }

  override readSync(): BackendValues {
    throw readAttempt();
  }

  override read(): Promise<BackendValues> {
    throw readAttempt();
  }

  override move(): void {
    throw invalid(
      'tensor-escaped',
      'a tensor was moved to the backend that traces; make tensors before or inside the traced function',
      Error,
    );
  }

  override disposeData(): boolean {
    return true;
  }

  override incRef(): void {}

  override refCount(): number {
    return 1;
  }

  override numDataIds(): number {
    return 0;
  }

  override memory(): { unreliable: boolean } {
    return { unreliable: true };
  }

  override floatPrecision(): 32 {
    return 32;
  }

  override epsilon(): number {
    return 1e-7;
  }

  override dispose(): void {}
}

/** Runs a function with tensors that only record; the backend in use before is put back. */
export function recorded<T>(what: Recording, run: () => T): T {
  if (recording !== undefined) throw invalid('trace-nested', 'a function is already being traced', Error);
  const backend = register();
  const before = getBackend();
  recording = what;
  switchTo(backend);
  try {
    return run();
  } catch (error) {
    const missing = error instanceof Error && /^Kernel '(.+)' not registered for backend/.exec(error.message);
    throw missing ? unsupported(`the operation ${missing[1]}`, error.stack) : error;
  } finally {
    recording = undefined;
    if (before) switchTo(before);
  }
}

/** The value of a tensor while it is alive; data from other backends are constants of the graph. */
export function tracedValue(tensor: TensorInfo): Value {
  const { builder, values } = current();
  let value = values.get(tensor.dataId);
  if (value === undefined) {
    const info: { backend: KernelBackend } | undefined = engine().state.tensorInfo.get(tensor.dataId);
    if (info === undefined)
      throw invalid('tensor-disposed', `a disposed tensor of shape [${tensor.shape}] is used at ${callSite()}`, Error);
    const data = constantData(info.backend.readSync(tensor.dataId), tensor.dtype);
    value = builder.constant(data, tensor.shape, checkedType(tensor.dtype));
    values.set(tensor.dataId, value);
  }
  // The same data may be seen in another shape.
  return builder.reshape(value, tensor.shape);
}

/** A tensor that stands for a value. */
export function tracedInfo(value: Value): TensorInfo {
  const dataId = {};
  current().values.set(dataId, value);
  return { dataId, shape: [...value.shape], dtype: value.dtype };
}

function current(): Recording {
  if (recording === undefined)
    throw invalid(
      'tensor-escaped',
      'a tensor of a traced function is used outside of it: return values instead of keeping them',
      Error,
    );
  return recording;
}

function readAttempt(): Error {
  return invalid(
    'traced-tensor-read',
    `a tensor's values were asked for at ${callSite()}, but a traced tensor has none: its shape or a number must not depend on them`,
    Error,
  );
}

function register(): string {
  if (registered !== undefined) return registered;
  let backendName = 'tweedie-trace';
  while (findBackend(backendName)) backendName += '+'; // another copy's
  registerBackend(backendName, () => new TraceBackend(), 0);
  for (const { name, trace } of traceKernels) {
    registerKernel({
      kernelName: name,
      backendName,
      kernelFunc: ({ inputs, attrs }) => {
        const values: Record<string, Value> = {};
        for (const [key, input] of Object.entries(inputs)) if (input != null) values[key] = tracedValue(input as TensorInfo);
        const result = trace(current().builder, values, attrs ?? {});
        return isValue(result) ? tracedInfo(result) : result.map(tracedInfo);
      },
    });
  }
  registered = backendName;
  return backendName;
}

/** Both backends are there already, so the switch is done when this returns, although tfjs gives a promise. */
function switchTo(name: string): void {
  void setBackend(name);
  if (getBackend() !== name) throw invalid('backend-failed', `tfjs did not switch to the backend ${name}`, Error);
}

function isValue(result: Value | readonly Value[]): result is Value {
  return 'id' in result;
}

/** The element type, if graphs have it. */
export function checkedType(dtype: DataType): DType {
  if (dtype === 'float32' || dtype === 'int32' || dtype === 'bool') return dtype;
  throw unsupported(`a tensor of ${dtype}`);
}

function constantData(values: BackendValues, dtype: DataType): ConstantData {
  const numbers = values as ArrayLike<number>;
  if (dtype === 'float32') return Float32Array.from(numbers);
  return dtype === 'int32' ? Int32Array.from(numbers) : Uint8Array.from(numbers);
}
