import { describe, expect, test } from "vitest";
import { drivers } from "./drivers/drivers.ts";
import { replicasOf } from "./http/changed.ts";
import { endpoints } from "./http/endpoints.ts";
import { replicaOf } from "./http/request.ts";
import { createVisitor } from "./http/visitor.ts";
import { byName } from "./rows.ts";

/** The proxy takes the replicas in turn, so this is far more than needed. */
const maxReads = 60;

describe.each(byName(endpoints))("%s", (_, endpoint) => {
  test("what one replica writes, another replica reads", async () => {
    const visitor = createVisitor(endpoint);
    const { signIn, write } = drivers[endpoint.app].http;
    await signIn?.(visitor);
    const { response, path, text } = await write(visitor);
    const writer = replicaOf(response);
    const readers = new Set<string>();
    const isEnough = (): boolean =>
      replicasOf(endpoint.app) > 1 ? [...readers].some((name) => name !== writer) : readers.size > 0;
    for (let reads = 0; reads < maxReads && !isEnough(); reads += 1) {
      const page = await visitor.get(path);
      expect(page.status, page.url).toBe(200);
      expect(page.text, `written by ${writer}, read from ${replicaOf(page)}`).toContain(text);
      readers.add(replicaOf(page));
    }
    expect(isEnough(), `${writer} wrote, ${[...readers].join()} answered`).toBe(true);
  });

  test("a form without its CSRF token is refused", async () => {
    const refused = await drivers[endpoint.app].http.writeWithoutToken(createVisitor(endpoint));
    expect(refused.status).toBe(403);
  });
});
