/**
 * The pairing of a batch with the least sum of squared distances. Its flow is straighter, its targets vary less, and over large
 * batches it tends to the optimal transport between data and source. Tong et al. 2023 (arXiv 2302.00482), section 3.3; Pooladian
 * et al. 2023 (arXiv 2304.14772).
 */
import type { Coupling } from './coupling.js';
import { linearAssignment } from './linear-assignment.js';
import { type TransportOptions, transportCosts } from './transport-costs.js';

/** Optimal transport within each batch: exact, every source used once. Reads the batch back. */
export function minibatchOptimalTransport<Condition = unknown>(options: TransportOptions<Condition> = {}): Coupling<Condition> {
  return async (batch) => linearAssignment(await transportCosts(batch, options), batch.data.shape[0] ?? 0).columns;
}
