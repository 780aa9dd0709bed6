/** Choosing where tensors live. */
import type { Backend } from './contracts.js';
import { invalid } from './error.js';

/** What {@link useBackend} chose, and why it passed over the ones before. */
export interface BackendChoice {
  readonly name: string;
  readonly passedOver: readonly { readonly name: string; readonly reason: string }[];
}

/**
 * Loads the first of the given backends that can run here. Nothing is tried that was not asked for.
 * @throws Error (`no-backend`) naming each backend and its reason, if none can run
 */
export async function useBackend(...backends: readonly Backend[]): Promise<BackendChoice> {
  const passedOver: { name: string; reason: string }[] = [];
  for (const backend of backends) {
    const reason = await backend.unavailable();
    if (reason === undefined) {
      await backend.load();
      return { name: backend.name, passedOver };
    }
    passedOver.push({ name: backend.name, reason });
  }
  const reasons = passedOver.map(({ name, reason }) => `${name}: ${reason}`).join('; ');
  throw invalid('no-backend', `none of the backends can run here (${reasons || 'none was given'})`, Error);
}
