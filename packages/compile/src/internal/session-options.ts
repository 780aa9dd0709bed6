/** How ONNX Runtime works for a session, whichever thread that runs on. */
import type { InferenceSession } from 'onnxruntime-node';

/**
 * @param threads for one run
 * @param denormals whether numbers below 1e-38, which cost seven times as much, are kept or count as zero. For the calling thread
 * ONNX Runtime obeys the first session of a process only, and then for good: for JavaScript's numbers too, if it is a thread that
 * has others
 */
export function sessionOptions(threads: number, denormals: 'kept' | 'zero'): InferenceSession.SessionOptions {
  return {
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    intraOpNumThreads: threads,
    logSeverityLevel: 4,
    extra: {
      session: {
        // Threads wait awake for 0.2 ms: as fast as the default within a run, where the default burns a core for 35 ms after each.
        intra_op: { allow_spinning: '1', spin_duration_us: '200' },
        set_denormal_as_zero: denormals === 'zero' ? '1' : '0',
      },
    },
  };
}
