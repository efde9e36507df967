import { expect, test } from "vitest";
import { pool, turns } from "./pool.ts";

test("results are in the order of the items, and never more items are worked on than the limit", async () => {
  let [running, max] = [0, 0];
  const results = await pool(2, [0, 1, 2, 3, 4], async (item) => {
    max = Math.max(max, ++running);
    await new Promise((done) => setImmediate(done));
    running--;
    return item * 10;
  });
  expect({ results, max }).toEqual({ results: [0, 10, 20, 30, 40], max: 2 });
});

test("after a failure nothing new begins, and what was under way ends before the failure is thrown", async () => {
  const [begun, ended]: [string[], string[]] = [[], []];
  const work = async (item: string) => {
    begun.push(item);
    await new Promise((done) => setImmediate(done));
    if (item === "fails") throw new Error("first");
    await new Promise((done) => setImmediate(done));
    ended.push(item);
  };
  await expect(pool(2, ["fails", "slow", "never"], work)).rejects.toThrow("first");
  expect({ begun, ended }).toEqual({ begun: ["fails", "slow"], ended: ["slow"] });
});

test("turns are taken in the order in which they are asked for", async () => {
  const { take } = turns(1);
  const begun: string[] = [];
  const work = (name: string) => take(async () => void begun.push(name));
  const first = take(async () => {
    await new Promise((done) => setImmediate(done));
    void work("last");
  });
  await Promise.all([first, work("second"), work("third")]);
  await work("after");
  expect(begun).toEqual(["second", "third", "last", "after"]);
});

test("of those that wait, the one with the lowest rank comes first", async () => {
  const { take } = turns(1);
  const begun: string[] = [];
  const work = (name: string, rank: number) => take(async () => void begun.push(name), rank);
  await Promise.all([work("first", 9), work("fourth", 3), work("second", 1), work("third", 1)]);
  expect(begun).toEqual(["first", "second", "third", "fourth"]);
});

test("when turns are ended, what waits for one fails with the reason", async () => {
  const { take, end } = turns(1);
  const first = take(async () => void (await new Promise((done) => setImmediate(done))));
  const second = take(async () => "begun");
  end(new Error("the other part failed"));
  await first;
  await expect(second).rejects.toThrow("the other part failed");
});
