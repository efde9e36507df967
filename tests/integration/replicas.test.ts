import { describe, expect, test } from "vitest";
import { at, doors, named, spec } from "./doors.ts";
import { ask, replicaOf } from "./http.ts";

/** More than enough for a proxy that takes turns, also when another test asks between two of ours. */
const requestsEach = 40;

describe.each(named(doors))("%s", (_, door) => {
  test("is answered by each of its replicas", async ({ task }) => {
    const { replicas } = spec(door.app);
    const names = new Set<string>();
    for (let asked = 0; asked < replicas * requestsEach && names.size < replicas; asked += 1) {
      const answer = await ask(at(door, "/healthz"));
      expect(answer.status).toBe(200);
      names.add(replicaOf(answer));
    }
    task.meta.replicas = { app: door.app, names: [...names] };
    expect(names.size, [...names].join(", ")).toBe(replicas);
  });
});
