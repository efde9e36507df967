/** After each history of a repository the release is the head of main, in whatever order its runs end. */
import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { appNames } from "../../apps/catalog.ts";
import { type Commit, history, others, shop } from "./testing/history.ts";

let replayed: ReturnType<typeof history>;
let first: Commit;
beforeEach(async () => {
  replayed = history();
  first = replayed.commit(undefined);
});

describe("a history in order", () => {
  test("the first release builds everything", async () => {
    const run = await replayed.push(1, first);
    expect(run.planned).toMatchObject({ build: appNames, carried: {}, integrate: true, publish: true });
    expect(await replayed.released()).toEqual(await replayed.releaseOf(first));
  });

  test("a push of code that failed, then one of documentation: the code is published", async () => {
    await replayed.push(1, first);
    const code = replayed.commit(first, "code");
    await replayed.run(2, code).plan(); // Its build fails.
    const docs = replayed.commit(code);
    const { planned } = await replayed.push(3, docs);
    expect(planned).toMatchObject({ build: [shop], integrate: true, changed: [shop] });
    expect(Object.keys(planned!.carried).toSorted()).toEqual(others.toSorted());
    expect(await replayed.released()).toEqual(await replayed.releaseOf(docs));
  });

  test("a push that said [skip ci], then one of documentation: the code is published", async () => {
    await replayed.push(1, first);
    const docs = replayed.commit(replayed.commit(first, "code"));
    expect((await replayed.push(2, docs)).planned).toMatchObject({ build: [shop] });
    expect(await replayed.released()).toEqual(await replayed.releaseOf(docs));
  });

  test("documentation alone: nothing is built or tested, and its tag names every image", async () => {
    await replayed.push(1, first);
    const docs = replayed.commit(first);
    expect((await replayed.push(2, docs)).planned).toMatchObject({ build: [], integrate: false, publish: true });
    expect(await replayed.released()).toEqual(await replayed.releaseOf(docs));
  });

  test("a force push that drops code: the drop is published, and nothing is built", async () => {
    await replayed.push(1, first);
    await replayed.push(2, replayed.commit(first, "code"));
    expect((await replayed.push(3, first)).planned).toMatchObject({ build: [], integrate: false });
    expect(await replayed.released()).toEqual(await replayed.releaseOf(first));
  });

  test("a force push to another history: its code is published", async () => {
    await replayed.push(1, replayed.commit(first, "one"));
    const other = replayed.commit(first, "other");
    await replayed.push(2, other);
    expect(await replayed.released()).toEqual(await replayed.releaseOf(other));
  });

  test("a revert finds the proof of the earlier image, and nothing is built", async () => {
    await replayed.push(1, first);
    const code = replayed.commit(first, "code");
    await replayed.push(2, code);
    const revert = replayed.commit(code, "first");
    expect((await replayed.push(3, revert)).planned).toMatchObject({ build: [], integrate: false });
    expect(await replayed.released()).toEqual(await replayed.releaseOf(revert));
  });

  test("a run that is repeated publishes its own release again", async () => {
    await replayed.push(1, first);
    await replayed.push(1, first);
    expect(await replayed.released()).toEqual(await replayed.releaseOf(first));
  });
});

describe("runs that overlap", () => {
  test("the later run publishes first: the earlier one publishes nothing, and that is no failure", async () => {
    const second = replayed.commit(first, "second");
    const [early, late] = [replayed.run(1, first), replayed.run(2, second)];
    await early.plan();
    await late.plan();
    await late.release();
    expect(await early.release()).toEqual({ published: {}, current: false });
    expect(await replayed.released()).toEqual(await replayed.releaseOf(second));
  });

  test("a revert that changes no image publishes before the change that it reverts", async () => {
    await replayed.push(1, first);
    const code = replayed.commit(first, "code");
    const revert = replayed.commit(code, "first");
    const slow = replayed.run(2, code);
    await slow.plan();
    await replayed.push(3, revert);
    await slow.release();
    expect(await replayed.released()).toEqual(await replayed.releaseOf(revert));
  });

  test("a release that was published while an earlier one waited for its deployment is not replaced", async () => {
    const second = replayed.commit(first, "second");
    const early = await replayed.push(1, first);
    const { images } = await replayed.document();
    await replayed.push(2, second);
    await early.deploy(Object.fromEntries(Object.entries(images).map(([app, { digest }]) => [app, digest])));
    expect(await replayed.released()).toEqual(await replayed.releaseOf(second));
  });

  test("in whatever order three runs plan and publish, the last one stays, also after a force push", async () => {
    const order = fc.shuffledSubarray([0, 0, 1, 1, 2, 2], { minLength: 6 });
    await fc.assert(
      fc.asyncProperty(order, fc.boolean(), async (steps, forced) => {
        const { commit, run, released, releaseOf } = history();
        const one = commit(undefined);
        const two = commit(one, "two");
        const runs = [one, two, forced ? one : commit(two, "three")].map((head, index) => run(index + 1, head));
        for (const index of steps) await (runs[index]!.planned ? runs[index]!.release() : runs[index]!.plan());
        expect(await released()).toEqual(await releaseOf(runs[2]!.commit));
      }),
      { numRuns: 12 },
    );
  });
});

describe("a run that is not of main", () => {
  test.each([
    ["pull_request", "refs/pull/7/merge"],
    ["merge_group", "refs/heads/gh-readonly-queue/main/pr-7-0123456789ab"],
    ["workflow_dispatch", "refs/heads/x"],
  ])("%s carries what is released, publishes nothing, and proves nothing for main", async (event, ref) => {
    await replayed.push(1, first);
    const merged = replayed.commit(first, "code");
    const run = replayed.run(2, merged, event, ref);
    expect(await run.plan()).toMatchObject({ build: [shop], publish: false, deploy: false });
    expect(await run.release()).toBeUndefined();
    expect(await replayed.released()).toEqual(await replayed.releaseOf(first));
    expect((await replayed.push(3, merged)).planned).toMatchObject({ build: [shop], integrate: true, publish: true });
    expect(await replayed.released()).toEqual(await replayed.releaseOf(merged));
  });

  test("the weekly run believes nothing, and publishes nothing", async () => {
    await replayed.push(1, first);
    const planned = await replayed.run(2, first, "schedule").plan({ fresh: true });
    expect(planned).toMatchObject({ build: appNames, carried: {}, integrate: true, publish: false });
  });
});
