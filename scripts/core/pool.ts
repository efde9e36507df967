/** Runs so many at once, and gives the results in the order of the tasks. */
export async function concurrently<T>(tasks: readonly (() => Promise<T>)[], atOnce: number): Promise<readonly T[]> {
  const results: T[] = [];
  const entries = tasks.entries();
  const worker = async (): Promise<void> => {
    for (const [index, task] of entries) results[index] = await task();
  };
  const outcomes = await Promise.allSettled(Array.from({ length: atOnce }, worker));
  for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
  return results;
}
