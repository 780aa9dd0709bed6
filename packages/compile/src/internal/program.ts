/** One compiled graph with its memory: tensors go in and come out. */
import {
  engine,
  getBackend,
  type NamedTensorMap,
  type Tensor,
  type TensorInfo,
  tensor,
  type Variable,
} from '@tensorflow/tfjs-core';
import { invalid } from '@tweedie/core';
import type { Engine, PortMemory, Session } from '../engine.js';
import type { Graph } from '../graph.js';
import { lower } from '../lower.js';
import { type Traceable, trace } from '../trace.js';
import { checkedType } from './trace-backend.js';
import { isSmall } from './work.js';

/** Names of inputs and of variables are of different graphs' making, so they are kept apart by a prefix. */
const VARIABLE = 'variable:';

/** A function for one set of shapes. */
export class Program {
  readonly #graph: Graph;
  readonly #session: Session;
  readonly #variables: ReadonlyMap<string, Variable>;
  #last: Promise<unknown> = Promise.resolve();
  #busy = false;

  /** @param variables those that are read anew for each run; all others are constants */
  constructor(engine: Engine, inputs: NamedTensorMap, variables: ReadonlyMap<string, Variable>, fn: Traceable) {
    this.#variables = new Map([...variables].map(([name, variable]) => [VARIABLE + name, variable]));
    const specs = Object.entries(inputs).map(([name, { shape, dtype }]) => [name, { shape, dtype: checkedType(dtype) }] as const);
    this.#graph = trace({ inputs: Object.fromEntries(specs), variables: this.#variables }, fn);
    const model = lower(this.#graph, engine.dialect);
    this.#session = engine.load(model, { small: isSmall(this.#graph) });
  }

  /** The outputs, fresh tensors. Runs that are asked for at once take turns. */
  run(inputs: NamedTensorMap): Promise<NamedTensorMap> {
    const turn = async (): Promise<NamedTensorMap> => {
      this.#begin();
      try {
        return await this.#run(inputs);
      } finally {
        this.#busy = false;
      }
    };
    const result = this.#last.then(turn);
    this.#last = result.catch(() => undefined);
    return result;
  }

  async #run(inputs: NamedTensorMap): Promise<NamedTensorMap> {
    const waiting = this.#sources(inputs).filter(([name, source]) => !this.#writeFromHeap(name, source));
    await Promise.all(waiting.map(async ([name, source]) => this.#write(name, await source.data())));
    await this.#session.run();
    return this.#read();
  }

  /** Begins a run; the function given back waits for its end. */
  start(inputs: NamedTensorMap): () => NamedTensorMap {
    this.#begin();
    let wait: (() => void) | undefined;
    try {
      for (const [name, source] of this.#sources(inputs))
        if (!this.#writeFromHeap(name, source)) this.#write(name, source.dataSync());
      wait = this.#session.start();
    } finally {
      if (wait === undefined) this.#busy = false;
    }
    return () => {
      try {
        wait();
        return this.#read();
      } finally {
        this.#busy = false;
      }
    };
  }

  /** There is one memory: what is in it must be read before it is written again. */
  #begin(): void {
    if (this.#busy)
      throw invalid(
        'session-busy',
        'the function is running for these shapes; wait for its result before it is called again',
        Error,
      );
    this.#busy = true;
  }

  dispose(): void {
    this.#session.dispose();
  }

  #sources(inputs: NamedTensorMap): readonly (readonly [string, Tensor])[] {
    return [...Object.entries(inputs), ...this.#variables];
  }

  #write(name: string, values: PortMemory): void {
    this.#session.inputs[name]?.set(values);
  }

  /** Writes what lies in the memory of tfjs's wasm backend, without the copy that reading it would make first. */
  #writeFromHeap(name: string, source: Tensor): boolean {
    const info: { readonly backend: object } | undefined = engine().state.tensorInfo.get(source.dataId);
    if (info === undefined || !hasHeap(info.backend)) return false;
    this.#write(name, info.backend.typedArrayFromHeap(source));
    return true;
  }

  #read(): NamedTensorMap {
    const outputs: NamedTensorMap = {};
    for (const [name, { shape, dtype }] of this.#graph.outputs) {
      // A copy, since the next run writes over it; the wasm backend makes its own at once.
      const values = this.#session.outputs[name] as PortMemory;
      outputs[name] = tensor(getBackend() === 'wasm' ? values : values.slice(), [...shape], dtype);
    }
    return outputs;
  }
}

/** What tfjs's wasm backend has and no other. */
interface Heap {
  typedArrayFromHeap(tensor: TensorInfo): PortMemory;
}

function hasHeap(backend: object): backend is Heap {
  return 'typedArrayFromHeap' in backend && typeof backend.typedArrayFromHeap === 'function';
}
