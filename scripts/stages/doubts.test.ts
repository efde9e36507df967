/** What is not believed: proofs that jobs hand on, and releases that cannot be read. */
import { beforeEach, describe, expect, test } from "vitest";
import { appNames } from "../../apps/catalog.ts";
import type { Proof } from "../../contract/proof.ts";
import type { Effects } from "../core/effects.ts";
import { type Commit, hash, history, inputsIn, others, shop } from "./testing/history.ts";

let replayed: ReturnType<typeof history>;
let first: Commit;
beforeEach(() => {
  replayed = history();
  first = replayed.commit(undefined);
});

describe("a proof that a job hands on is not kept", () => {
  test.each<[string, Partial<Proof>]>([
    ["for another commit, such as that of a pull request", { commit: "f".repeat(40) }],
    ["for other inputs than those of this commit", { inputs: hash("others") }],
    ["for another application", { work: others[0]! }],
    ["for another image than the published one", { images: { [shop]: hash("forged") } }],
    ["from the future", { at: new Date(Date.now() + 86_400_000).toISOString() }],
    ["without a test", { passed: 0 }],
    ["of another version", { version: 2 as 1 }],
  ])("%s", async (_, changed) => {
    const run = replayed.run(1, first);
    await run.plan();
    const built = await run.build();
    const file = `${built.proofs[shop]}/proof.json`;
    run.fx.files.write(file, JSON.stringify({ ...(JSON.parse(run.fx.files.read(file)) as Proof), ...changed }));
    await run.release(built);
    const { proofs } = await replayed.document();
    expect(proofs.map(({ work }) => work).toSorted()).toEqual([...others, "integration"].toSorted());
    expect(await replayed.run(2, first).plan()).toMatchObject({ build: [shop] });
  });

  test("cut short", async () => {
    const run = replayed.run(1, first);
    await run.plan();
    const built = await run.build();
    const file = `${built.proofs[shop]}/proof.json`;
    run.fx.files.write(file, run.fx.files.read(file).slice(0, -9));
    await run.release(built);
    expect(await replayed.run(2, first).plan()).toMatchObject({ build: [shop] });
  });
});

describe("everything is built", () => {
  const html = { headers: { "content-type": "text/html" } };
  test.each<[string, (request: Request) => Response | undefined]>([
    [
      "without a network",
      () => {
        throw new TypeError("fetch failed");
      },
    ],
    [
      "where the repository is private",
      () => new Response("", { status: 401, headers: { "www-authenticate": 'Basic realm="r"' } }),
    ],
    ["where the registry fails", () => new Response("", { status: 503 })],
    ["where the registry allows no more requests", () => new Response("", { status: 429 })],
    [
      "where the document is no document",
      ({ url }) => (url.endsWith("/latest") ? new Response("<html>", html) : undefined),
    ],
  ])("%s", async (_, respond) => {
    await replayed.push(1, first);
    const run = replayed.run(2, first);
    const faulty: Effects = {
      ...run.fx,
      fetch: async (url, init) => respond(new Request(url, init)) ?? run.fx.fetch(url, init),
    };
    expect(await run.plan({ fx: faulty })).toMatchObject({ build: appNames, carried: {}, integrate: true });
  });

  test("for another repository on GitHub that publishes to the same account", async () => {
    await replayed.push(1, first);
    const run = replayed.run(2, first);
    const planned = await run.plan({ fx: run.fx.withEnv({ GITHUB_REPOSITORY: "other/apps" }) });
    expect(planned).toMatchObject({ build: appNames, carried: {} });
  });

  test("where the inputs cannot be determined", async () => {
    await replayed.push(1, first);
    const unknown = { ...inputsIn(first), digestOf: async () => undefined };
    const planned = await replayed.run(2, first).plan({ current: unknown });
    expect(planned).toMatchObject({ build: appNames, carried: {}, integrate: true });
  });
});

test("an image that is gone from the registry is built again", async () => {
  await replayed.push(1, first);
  const { images } = await replayed.document();
  const run = replayed.run(2, first);
  const fx: Effects = {
    ...run.fx,
    fetch: async (url, init) =>
      new Request(url, init).url.endsWith(String(images[shop]?.digest))
        ? new Response("", { status: 404 })
        : run.fx.fetch(url, init),
  };
  expect(await run.plan({ fx })).toMatchObject({ build: [shop], integrate: true });
});
