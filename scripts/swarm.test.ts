import { describe, expect, test } from "vitest";
import { type ServiceState, digestIn, rollout, updatesOf } from "./swarm.ts";

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
      name: "rolled back",
      services: [service("a", { State: "rollback_completed", StartedAt: "2", Message: "update rolled back" })],
      lines: [line("a", "5/5")],
      is: { kind: "failed", services: [{ name: "a", why: "rollback_completed: update rolled back" }] },
    },
    {
      name: "rolling back",
      services: [service("a", { State: "rollback_started", StartedAt: "2" })],
      lines: [line("a", "5/5")],
      is: { kind: "failed", services: [{ name: "a", why: "rollback_started: " }] },
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

test.each([
  { reference: `127.0.0.1:5050/wmd/shop@sha256:${"a".repeat(64)}`, is: `sha256:${"a".repeat(64)}` },
  { reference: "nginx:1.30-alpine", is: undefined },
])("the digest in $reference", ({ reference, is }) => expect(digestIn(reference)).toBe(is));
