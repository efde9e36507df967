/** Runs a piece of work once it is its turn: of those that wait, the one with the lowest rank comes first. */
export type Turn = <Result>(work: () => Promise<Result>, rank?: number) => Promise<Result>;

export interface Turns {
  readonly take: Turn;
  /** No work begins any more: its turn fails with this reason. */
  readonly end: (reason: unknown) => void;
}

/** So many pieces of work at once; of the same rank, in the order in which they ask for their turn. A failure of one ends all turns. */
export function turns(limit: number): Turns {
  const waiting: { readonly rank: number; readonly begin: () => void }[] = [];
  let running = 0;
  let ended: { readonly reason: unknown } | undefined;
  const end = (reason: unknown): void => void (ended ??= { reason });
  return {
    end,
    async take(work, rank = 0) {
      if (running < limit) running += 1;
      else
        await new Promise<void>((begin) => {
          waiting.push({ rank, begin });
          waiting.sort((one, other) => one.rank - other.rank);
        });
      try {
        if (ended) throw ended.reason;
        return await work();
      } catch (failure) {
        end(failure);
        throw failure;
      } finally {
        // The turn is handed over, so that nothing that asks meanwhile comes first.
        const next = waiting.shift();
        if (next) next.begin();
        else running -= 1;
      }
    },
  };
}

/**
 * Works on so many items at once; the results have the order of the items.
 * After a failure no other item is begun; those under way come to their end before the failure is thrown.
 */
export async function pool<Item, Result>(
  limit: number,
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const { take } = turns(limit);
  return allEnded(items.map((item) => take(() => work(item))));
}

/** The results of all promises, once each has ended. @throws the failure of the first of them that failed */
export async function allEnded<Result>(promises: readonly Promise<Result>[]): Promise<readonly Result[]> {
  const ends = await Promise.allSettled(promises);
  return ends.map((end) => {
    if (end.status === "rejected") throw end.reason;
    return end.value;
  });
}
