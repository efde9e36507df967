import type { ServiceState, TaskState } from "../docker/inspected.ts";
import { describe, expect, test } from "vitest";
import { digestIn, failedTasks, isEngineFault, rollout, updatesOf } from "./rollout-state.ts";

const service = (name: string, update?: ServiceState["UpdateStatus"]): ServiceState => ({
  Spec: { Name: name, Mode: { Replicated: { Replicas: 5 } }, TaskTemplate: { ContainerSpec: { Image: "x" } } },
  ...(update ? { UpdateStatus: update } : {}),
});
const line = (Name: string, Replicas: string) => ({ Name, Replicas });
const before = updatesOf([service("a", { State: "rollback_completed", StartedAt: "1" })]);

describe("a rollout", () => {
  test.each([
    { name: "the first, complete", services: [service("b")], lines: [line("b", "5/5")], is: { kind: "done" } },
    {
      name: "the first, on its way",
      services: [service("b")],
      lines: [line("b", "3/5")],
      is: { kind: "rolling", waitingFor: ["b"] },
    },
    {
      name: "completed",
      services: [service("a", { State: "completed", StartedAt: "2" })],
      lines: [line("a", "5/5")],
      is: { kind: "done" },
    },
    {
      name: "updating, though as many run as should",
      services: [service("a", { State: "updating", StartedAt: "2" })],
      lines: [line("a", "5/5")],
      is: { kind: "rolling", waitingFor: ["a"] },
    },
    {
      name: "rolling back",
      services: [service("a", { State: "rollback_started", StartedAt: "2" })],
      lines: [line("a", "5/5")],
      is: { kind: "rolling", waitingFor: ["a"] },
    },
    {
      name: "rolled back",
      services: [service("a", { State: "rollback_completed", StartedAt: "2", Message: "rollback completed" })],
      lines: [line("a", "5/5")],
      is: {
        kind: "failed",
        services: [{ name: "a", why: "rolled back: the previous release runs again", since: "2" }],
      },
    },
    {
      name: "rolled back, while another service still rolls",
      services: [
        service("a", { State: "rollback_completed", StartedAt: "2" }),
        service("b", { State: "updating", StartedAt: "2" }),
      ],
      lines: [line("a", "5/5"), line("b", "5/5")],
      is: { kind: "rolling", waitingFor: ["b"] },
    },
    {
      name: "rolled back, beside a job that does not complete",
      services: [service("a", { State: "rollback_completed", StartedAt: "2" }), service("j")],
      lines: [line("a", "5/5"), line("j", "1/1 (0/1 completed)")],
      is: {
        kind: "failed",
        services: [{ name: "a", why: "rolled back: the previous release runs again", since: "2" }],
      },
    },
    {
      name: "not even rolled back",
      services: [service("a", { State: "rollback_paused", StartedAt: "2" })],
      lines: [line("a", "4/5")],
      is: {
        kind: "failed",
        services: [{ name: "a", why: "the rollback failed: the previous release did not come up again", since: "2" }],
      },
    },
    {
      name: "paused by hand",
      services: [service("a", { State: "paused", Message: "update paused" })],
      lines: [line("a", "5/5")],
      is: { kind: "failed", services: [{ name: "a", why: "paused: update paused" }] },
    },
    {
      name: "unchanged since an older rollback",
      services: [service("a", { State: "rollback_completed", StartedAt: "1" })],
      lines: [line("a", "5/5")],
      is: { kind: "done" },
    },
    {
      name: "a job, complete",
      services: [service("j")],
      lines: [line("j", "0/1 (1/1 completed)")],
      is: { kind: "done" },
    },
    {
      name: "a job, running",
      services: [service("j")],
      lines: [line("j", "1/1 (0/1 completed)")],
      is: { kind: "rolling", waitingFor: ["j"] },
    },
    {
      name: "a service that nothing is known of",
      services: [service("b")],
      lines: [],
      is: { kind: "rolling", waitingFor: ["b"] },
    },
  ])("$name", ({ services, lines, is }) => expect(rollout(services, lines, before)).toEqual(is));
});

describe("the tasks that failed", () => {
  const task = (CreatedAt: string, Err?: string): TaskState => ({
    CreatedAt: `2026-01-01T00:00:0${CreatedAt}Z`,
    Status: Err === undefined ? { State: "running" } : { State: "failed", Err },
  });
  const [old, first, second] = [task("1.5", "exit 3"), task("2.05", "exit 1"), task("2.5", "exit 2")];
  const tasks = [old, task("2.1"), second, first, task("3", "")];

  test("are those of this release, the newest first", () =>
    expect(failedTasks(tasks, { since: "2026-01-01T00:00:02.050000001Z" })).toEqual([second, first]));
  test("are all, when no release is known", () => expect(failedTasks(tasks, {})).toEqual([second, first, old]));
  test("are those that completed, unless their service is a job", () => {
    const completed: TaskState = { CreatedAt: "2026-01-01T00:00:01Z", Status: { State: "complete" } };
    expect(failedTasks([completed, { ...completed, JobIteration: {} }], {})).toEqual([completed]);
  });
});

test.each([
  {
    error:
      "starting container failed: unable to remount dir as readonly: mount tmpfs:/data/containers/c1/mounts/secrets, flags: 0x21, data: uid=0,gid=0: device or resource busy",
    is: true,
  },
  { error: "starting container failed: unable to remount dir as readonly: no space left on device", is: false },
  { error: "starting container failed: device or resource busy", is: false },
  { error: "task: non-zero exit (1)", is: false },
  { error: undefined, is: false },
])("whether the engine failed, and not the release: $error", ({ error, is }) =>
  expect(isEngineFault({ CreatedAt: "", Status: { State: "failed", ...(error ? { Err: error } : {}) } })).toBe(is),
);

test.each([
  { reference: `127.0.0.1:5050/wmd/shop@sha256:${"a".repeat(64)}`, is: `sha256:${"a".repeat(64)}` },
  { reference: "nginx:1.30-alpine", is: undefined },
])("the digest in $reference", ({ reference, is }) => expect(digestIn(reference)).toBe(is));
