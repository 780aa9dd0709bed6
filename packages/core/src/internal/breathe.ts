/** Lets timers, input and abort signals run between two steps; a promise alone would not give up the thread. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof setImmediate === 'function') setImmediate(resolve);
    else {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        port1.close();
        resolve();
      };
      port2.postMessage(undefined);
    }
  });
}

declare const setImmediate: ((callback: () => void) => void) | undefined;
