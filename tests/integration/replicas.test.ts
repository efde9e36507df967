import { describe, expect, test } from "vitest";
import { replicasOf } from "./http/changed.ts";
import { endpoints, urlAt } from "./http/endpoints.ts";
import { replicaOf, request } from "./http/request.ts";
import { byName } from "./rows.ts";

/** The proxy takes the replicas in turn. Other tests take turns too, so one request for each replica would not be enough. */
const maxRequestsPerReplica = 40;

describe.each(byName(endpoints))("%s", (_, endpoint) => {
  test("is answered by each of its replicas", async ({ task }) => {
    const replicas = replicasOf(endpoint.app);
    const names = new Set<string>();
    for (let sent = 0; sent < replicas * maxRequestsPerReplica && names.size < replicas; sent += 1) {
      const response = await request(urlAt(endpoint, "/healthz"));
      expect(response.status).toBe(200);
      names.add(replicaOf(response));
    }
    task.meta.replicas = { app: endpoint.app, names: [...names] };
    expect(names.size, [...names].join(", ")).toBe(replicas);
  });
});
