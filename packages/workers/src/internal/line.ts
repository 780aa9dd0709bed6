/** What is done with a port, whichever kind it is. */
import type { Port } from '../port.js';
import { type Greeting, opened, type Reply, type Request, sealed } from './message.js';

/** Calls `message` with what arrives, and `gone` with the reason when nothing can arrive any more. */
export function listen(port: Port, message: (value: unknown) => void, gone: (reason: unknown) => void): void {
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
  port.start?.();
}

/**
 * A port on which nothing is lost: the given one, or a channel of its own to a browser's `Worker`, which drops what is sent while its
 * module still awaits.
 */
export function lasting(port: Port): Port {
  if ('on' in port || port.start !== undefined) return port;
  const { port1, port2 } = new MessageChannel();
  let told = false;
  const ready = (envelope: unknown) => {
    if (opened<Reply>(envelope)?.kind !== 'ready' || told) return;
    told = true;
    post(port, { kind: 'line', port: port2 }, [port2]);
  };
  port.addEventListener('message', ({ data }) => ready(data));
  post(port, { kind: 'hello' });
  return port1;
}

/** Lets the port keep a Node program alive, or not. */
export function hold(port: Port, alive: boolean): void {
  if ('on' in port) (alive ? port.ref : port.unref)?.call(port);
}

/** Ends a worker, closes a port. */
export async function end(port: Port): Promise<void> {
  if (port.terminate !== undefined) await port.terminate();
  else port.close?.();
}

/** Sends to a port of either kind. */
export function post(port: Port, message: Request | Reply | Greeting, transfer: readonly Transferable[] = []): void {
  // The type libraries of browsers and of Node name different things that can be handed over; either port takes its own.
  port.postMessage(sealed(message), [...transfer] as ArrayBuffer[]);
}
