import { describe, expect, test } from "vitest";
import { applications } from "./applications.ts";
import { doors, named, spec } from "./doors.ts";
import { replicaOf, visitor } from "./http.ts";

/** Reads until another replica answered; more than enough for a proxy that takes turns. */
const mostReads = 60;

describe.each(named(doors))("%s", (_, door) => {
  test("what one replica wrote, another one shows", async () => {
    const someone = visitor(door);
    const { enter, write } = applications[door.app];
    await enter?.(someone);
    const { answer, path, text } = await write(someone);
    const writer = replicaOf(answer);
    const readers = new Set<string>();
    const isEnough = (): boolean =>
      spec(door.app).replicas > 1 ? [...readers].some((name) => name !== writer) : readers.size > 0;
    for (let reads = 0; reads < mostReads && !isEnough(); reads += 1) {
      const page = await someone.get(path);
      expect(page.status, page.url).toBe(200);
      expect(page.text, `${replicaOf(page)} shows what ${writer} wrote`).toContain(text);
      readers.add(replicaOf(page));
    }
    expect(isEnough(), `${writer} wrote, ${[...readers].join()} read`).toBe(true);
  });

  test("a form without its token is refused", async () => {
    const refused = await applications[door.app].forge(visitor(door));
    expect(refused.status).toBe(403);
  });
});
