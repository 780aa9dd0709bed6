import { invalid } from './invalid.js';

/** Checks the number of moves of a Markov chain at each level. */
export function mustMove(moves: number): void {
  if (!Number.isInteger(moves) || moves < 1)
    throw invalid('moves-not-positive', `\`moves\` must be a positive integer, got ${moves}`);
}

/** Moves on from `x`, at least once; what the last move gave. */
export function moved<X, Moved extends { readonly x: X }>(x: X, moves: number, move: (x: X) => Moved): Moved {
  let last = move(x);
  for (let i = 1; i < moves; i++) last = move(last.x);
  return last;
}
