/** After each history of a real repository, a real registry has the images of the head of main: the stages plan and publish. */
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { appNames } from "../../apps/catalog.ts";
import { createEffects } from "../../scripts/core/effects.ts";
import type { Plan } from "../../scripts/stages/plan.ts";
import { type TestRegistry, testRegistry } from "../registry.ts";
import { type Repository, createRepository, others, shop } from "./repository.ts";

const fx = createEffects({ env: process.env, terminal: process.stderr });

let registry: TestRegistry;
let repository: Repository;
let firstPlan: Plan;
beforeAll(async () => {
  registry = await testRegistry(fx, "open");
  repository = await createRepository(registry, fx);
  firstPlan = await repository.push(repository.first);
});
afterAll(async () => {
  repository?.remove();
  await registry?.stop();
});
/** Each history begins with the release of the first commit, and has contents of its own. */
beforeEach(async () => void (await repository.push(repository.first)));

const carriesOthers = { build: [shop], carried: Object.fromEntries(others.map((app) => [app, expect.any(String)])) };
const carriesAll = { build: [], integrate: false, publish: true };

async function expectReleased(commit: string): Promise<void> {
  expect(await repository.latest()).toEqual(await repository.imagesOf(commit));
}

test("the first release builds every application", async () => {
  expect(firstPlan).toMatchObject({ build: appNames, carried: {}, integrate: true });
  await expectReleased(repository.first);
});

test("a push that failed, then documentation: the code is published", async () => {
  const { commit, first, push, run } = repository;
  const code = await commit(first, "fails first");
  await run(code).plan(); // Its build fails.
  const documentation = await commit(code);
  expect(await push(documentation)).toMatchObject(carriesOthers);
  await expectReleased(documentation);
  expect(await push(await commit(documentation))).toMatchObject(carriesAll);
});

test("a push with [skip ci], then documentation: the code is published", async () => {
  const { commit, first, push } = repository;
  const documentation = await commit(await commit(first, "skipped first"));
  expect(await push(documentation)).toMatchObject(carriesOthers);
  await expectReleased(documentation);
});

test("a force push that drops code, and one to another history: each is published", async () => {
  const { commit, first, push } = repository;
  await push(await commit(first, "dropped"));
  expect(await push(first)).toMatchObject(carriesAll);
  await expectReleased(first);
  const other = await commit(first, "other");
  expect(await push(other)).toMatchObject(carriesOthers);
  await expectReleased(other);
});

test("a revert finds the earlier image proven", async () => {
  const { commit, first, push } = repository;
  const one = await commit(first, "one");
  await push(one);
  const two = await commit(one, "two");
  await push(two);
  const revert = await commit(two, "one");
  expect(await push(revert)).toMatchObject(carriesAll);
  await expectReleased(revert);
});

test("of two runs that finish in the wrong order, the newer one is published", async () => {
  const { commit, first, run } = repository;
  const second = await commit(first, "second");
  const [early, late] = [run(first), run(second)];
  await early.plan();
  await late.plan();
  expect(await late.publish()).toBe(true);
  expect(await early.publish()).toBe(false);
  await expectReleased(second);
});

test("a merge queue publishes nothing, and the merge is built by the push", async () => {
  const { commit, first, push, run } = repository;
  const merged = await commit(first, "merged");
  const group = run(merged, "merge_group", "refs/heads/gh-readonly-queue/main/pr-7-0123456789ab");
  expect(await group.plan()).toMatchObject({ ...carriesOthers, publish: false, deploy: false });
  expect(await group.publish()).toBe(false);
  await expectReleased(first);
  expect(await push(merged)).toMatchObject({ ...carriesOthers, integrate: true, publish: true });
  await expectReleased(merged);
});
