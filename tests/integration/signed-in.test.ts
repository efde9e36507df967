import { afterAll, expect, test } from "vitest";
import { appNames } from "../../apps/catalog.ts";
import { closeBrowser, onMachine, withPage } from "./browser.ts";
import { type Door, at, doors, doorsOf, named, spec } from "./doors.ts";
import { people, seeOwn } from "./people.ts";

const visitorsDoors = doors.map(onMachine);
const entrances = (["first", "last"] as const).map((which) => ({
  name: which === "first" ? "its route" : "its port",
  doors: appNames.map((app) => onMachine(doorsOf(app).at(which === "first" ? 0 : -1) as Door)),
}));

/** More than enough for a proxy that takes turns. */
const mostPages = 60;

afterAll(closeBrowser);

test.for(named(entrances))(
  "who signs in to all five in one browser, to each at %s, stays signed in at every route and port",
  async ([, entrance]) => {
    await withPage({}, async (page) => {
      for (const door of entrance.doors) await people[door.app].signIn(page, door);
      for (const door of visitorsDoors) await seeOwn(page, door);
      // What is written at one must not cost the session of another.
      for (const door of visitorsDoors) await people[door.app].work(page, door);
      for (const door of visitorsDoors) await seeOwn(page, door);
      const sessions = (await page.context().cookies()).filter(({ name }) => name.endsWith("-session"));
      expect(sessions.map(({ name }) => name).toSorted()).toEqual(appNames.map((app) => `${app}-session`).toSorted());
    });
  },
);

const isElsewhere = (seenAt: ReadonlySet<string | undefined>, signedInAt: string | undefined): boolean =>
  [...seenAt].some((name) => name !== signedInAt);

const replicated = doors.filter(({ app }) => spec(app).replicas > 1);

test.for(named(replicated))("%s: who signs in at one replica is known to another", async ([, door]) => {
  await withPage({}, async (page) => {
    let signedInAt: string | undefined;
    page.on("response", (response) => {
      if (response.request().method() === "POST") signedInAt = response.headers()["x-replica"];
    });
    await people[door.app].signIn(page, door);
    const { own } = people[door.app];
    const seenAt = new Set<string | undefined>();
    for (let pages = 0; pages < mostPages && !isElsewhere(seenAt, signedInAt); pages += 1) {
      const answer = await page.goto(at(door, own));
      expect(page.url()).toBe(at(door, own));
      expect(answer?.status()).toBe(200);
      seenAt.add(answer?.headers()["x-replica"]);
    }
    expect(signedInAt).toMatch(/^[0-9a-f]{12}$/u);
    expect(isElsewhere(seenAt, signedInAt), `${String(signedInAt)} signed in, and nobody else answered`).toBe(true);
  });
});
