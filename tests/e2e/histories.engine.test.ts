/** After each history of a real repository, a real registry has the images of the head of main: the stages plan and publish. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { appNames } from "../../apps/catalog.ts";
import { createEffects } from "../../scripts/core/effects.ts";
import { type TestRegistry, testRegistry } from "../registry.ts";
import { type Repository, createRepository, others, shop } from "./repository.ts";

const fx = createEffects({ env: process.env, terminal: process.stderr });

let registry: TestRegistry;
let repository: Repository;
beforeAll(async () => void (registry = await testRegistry(fx, "open")));
afterAll(() => registry?.stop());
beforeEach(async () => void (repository = await createRepository(registry, fx)));
afterEach(() => repository.remove());

const carriesOthers = { build: [shop], carried: Object.fromEntries(others.map((app) => [app, expect.any(String)])) };
const carriesAll = { build: [], integrate: false, publish: true };

async function expectReleased(commit: string): Promise<void> {
  expect(await repository.latest()).toEqual(await repository.imagesOf(commit));
}

test("a push that failed, then documentation: the code is published", async () => {
  const { commit, first, push, run } = repository;
  expect(await push(1, first)).toMatchObject({ build: appNames });
  const code = await commit(first, "code");
  await run(2, code).plan(); // Its build fails.
  const documentation = await commit(code);
  expect(await push(3, documentation)).toMatchObject(carriesOthers);
  await expectReleased(documentation);
  expect(await push(4, await commit(documentation))).toMatchObject(carriesAll);
});

test("a push with [skip ci], then documentation: the code is published", async () => {
  const { commit, first, push } = repository;
  await push(1, first);
  const documentation = await commit(await commit(first, "code"));
  expect(await push(2, documentation)).toMatchObject(carriesOthers);
  await expectReleased(documentation);
});

test("a force push that drops code, and one to another history: each is published", async () => {
  const { commit, first, push } = repository;
  await push(1, first);
  await push(2, await commit(first, "code"));
  expect(await push(3, first)).toMatchObject(carriesAll);
  await expectReleased(first);
  const other = await commit(first, "other");
  expect(await push(4, other)).toMatchObject(carriesOthers);
  await expectReleased(other);
});

test("a revert finds the earlier image proven", async () => {
  const { commit, first, push } = repository;
  const one = await commit(first, "one");
  await push(1, one);
  const two = await commit(one, "two");
  await push(2, two);
  const revert = await commit(two, "one");
  expect(await push(3, revert)).toMatchObject(carriesAll);
  await expectReleased(revert);
});

test("of two runs that finish in the wrong order, the newer one is published", async () => {
  const { commit, first, run } = repository;
  const second = await commit(first, "second");
  const [early, late] = [run(1, first), run(2, second)];
  await early.plan();
  await late.plan();
  expect(await late.publish()).toBe(true);
  expect(await early.publish()).toBe(false);
  await expectReleased(second);
});

test("a merge queue publishes nothing, and the merge is built by the push", async () => {
  const { commit, first, push, run } = repository;
  await push(1, first);
  const merged = await commit(first, "merged");
  const group = run(2, merged, "merge_group", "refs/heads/gh-readonly-queue/main/pr-7-0123456789ab");
  expect(await group.plan()).toMatchObject({ ...carriesOthers, publish: false, deploy: false });
  expect(await group.publish()).toBe(false);
  await expectReleased(first);
  expect(await push(3, merged)).toMatchObject({ ...carriesOthers, integrate: true, publish: true });
  await expectReleased(merged);
});
