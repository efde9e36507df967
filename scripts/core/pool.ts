/**
 * Works on so many items at once; the results have the order of the items.
 * After a failure no other item is begun; those under way come to their end before the failure is thrown.
 */
export async function pool<Item, Result>(
  limit: number,
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  const queue = [...items.entries()];
  const worker = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const [index, item] = next;
      results[index] = await work(item);
    }
  };
  const stopping = () =>
    worker().catch((failure: unknown) => {
      queue.length = 0;
      throw failure;
    });
  const ends = await Promise.allSettled(Array.from({ length: limit }, stopping));
  for (const end of ends) if (end.status === "rejected") throw end.reason;
  return results;
}
