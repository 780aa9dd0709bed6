/** As `Promise.all(items.map(make))`, with at most `count` at once. */
export async function mapConcurrently<Item, Result>(
  items: readonly Item[],
  count: number,
  make: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const queue = items.entries();
  const worker = async () => {
    for (const [i, item] of queue) results[i] = await make(item);
  };
  await Promise.all(Array.from({ length: count }, worker));
  return results;
}
