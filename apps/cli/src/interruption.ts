/**
 * First Ctrl-C, termination or hang-up: stop after the step, with a checkpoint. Second: leave now; but not for another hang-up, as a terminal
 * and its shell send one each when they are closed.
 */
export function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(name, () => {
      if (controller.signal.aborted && name !== 'SIGHUP') process.exit(130);
      controller.abort(stopped('Stopped.'));
    });
  return controller.signal;
}

/** What an interrupted command ends with, and its last line. */
export function stopped(line: string): DOMException {
  return new DOMException(line, 'AbortError');
}
