/** Message ports of browsers and of Node under one roof. */

/** A browser's `Worker`, `MessagePort` or worker scope, as far as it is used here. */
interface WebPort {
  postMessage(message: unknown, transfer: ArrayBuffer[]): void;
  addEventListener(type: string, listener: (event: PortEvent) => void): void;
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
}

/** Anything with `postMessage` that tells of messages. */
export type Port = WebPort | NodePort;

/** Calls `message` with what arrives, and `gone` with the reason when nothing can arrive any more. */
export function listen(port: Port, message: (value: unknown) => void, gone: (reason: unknown) => void = () => undefined): void {
  if ('on' in port) {
    port.on('message', message);
    port.on('error', gone);
    port.on('messageerror', gone);
    port.on('exit', (code) => gone(`it exited with code ${code}`));
    port.on('close', () => gone('its port was closed'));
    return;
  }
  port.addEventListener('message', ({ data }) => message(data));
  port.addEventListener('error', (event) => gone(event.message ?? 'it failed to load'));
  port.addEventListener('messageerror', () => gone('a message could not be read'));
  port.addEventListener('close', () => gone('its port was closed'));
  if ('start' in port && typeof port.start === 'function') port.start();
}
