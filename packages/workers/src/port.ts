/** Workers and message ports of browsers and of Node under one roof. */

/** A browser's `Worker`, `MessagePort` or worker scope, as far as it is used here. */
interface WebPort {
  postMessage(message: unknown, transfer: Transferable[]): void;
  addEventListener(type: string, listener: (event: PortEvent) => void): void;
  start?(): void;
  close?(): void;
  terminate?(): void;
}

interface PortEvent {
  readonly type: string;
  readonly data?: unknown;
  readonly message?: unknown;
}

/** A `Worker` or `MessagePort` of `node:worker_threads`. */
interface NodePort {
  postMessage(message: unknown, transfer: ArrayBuffer[]): void;
  on(event: string, listener: (value: unknown) => void): unknown;
  ref?(): void;
  unref?(): void;
  close?(): void;
  terminate?(): Promise<unknown>;
}

/** A worker as seen from outside, or a `MessagePort`: of a browser or of Node. */
export type Port = WebPort | NodePort;
