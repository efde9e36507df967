/**
 * Somebody who is signed in to each application, in a browser, while replicas of it are killed and started again. They read
 * until they are told that it is done, then change something, again and again. Where one replica is left, a crowd reads beside
 * them. What all of them saw is one line of JSON: `Worked` of `scripts/chaos/verdicts.ts`.
 */
import { type AppName, appNames } from "../../apps/catalog.ts";
import { setTimeout as wait } from "node:timers/promises";
import { errors } from "playwright-core";
import { closeBrowser, withPage } from "./browser.ts";
import { type Door, at, doorsOf, spec } from "./doors.ts";
import { ask } from "./http.ts";
import { ready, report, told } from "./observer.ts";
import { people, seeOwn } from "./people.ts";

const roundsAfterwards = 4;
/** Milliseconds in which a replica that was the only one is there again, and between two tries. */
const patience = 90_000;
const pause = 250;
/** Milliseconds until a person asks anew: a browser that waits for an address that nobody holds asks ever more seldom by itself. */
const unanswered = 10_000;
/** At each door: so many that some wait for the killed replica when the proxy hears that it is gone. */
const crowd = { readers: 4, pause: 60 };

const done = told();
const entered = new Set<AppName>();

interface Seen {
  /** Times that something was changed, and the person was still signed in, after the replica was killed. */
  rounds: number;
  /** Nobody was there: what happens where the only replica is killed. */
  absences: number;
  errors: string[];
}

async function readAmongOthers(door: Door, seen: Seen): Promise<void> {
  const url = at(door, "/healthz");
  while (!done.aborted) {
    const said = await ask(url).then(
      ({ status }) => (status === 200 ? undefined : `${url} gave ${status}`),
      (error: unknown) => `${url}: ${String(error)}`,
    );
    if (said !== undefined) seen.errors.push(said);
    await wait(crowd.pause);
  }
}

async function visit(app: AppName): Promise<Seen> {
  const [door] = doorsOf(app);
  if (door === undefined) throw new Error(`${app} has no door`);
  const seen: Seen = { rounds: 0, absences: 0, errors: [] };
  const alone = spec(app).replicas === 1;
  const { signIn, work } = people[app];
  await withPage({}, async (first) => {
    let page = first;
    await signIn(page, door);
    await work(page, door);
    let failures: { readonly text: string; readonly absent: boolean }[] = [];
    const context = page.context();
    if (alone) context.setDefaultNavigationTimeout(unanswered);
    context.on("response", (response) => {
      const status = response.status();
      if (status >= 400)
        failures.push({ text: `${response.url()} gave ${status}`, absent: [502, 504].includes(status) });
    });
    context.on("requestfailed", (request) => {
      const text = request.failure()?.errorText ?? "";
      // A page that is left drops what it was still asking for.
      if (text !== "net::ERR_ABORTED") failures.push({ text: `${request.url()}: ${text}`, absent: true });
    });
    /** Whether it went well; what did not is noted. */
    const attempt = async (step: () => Promise<void>): Promise<boolean> => {
      failures = [];
      try {
        await step();
      } catch (error) {
        if (failures.length === 0) failures.push({ text: String(error), absent: error instanceof errors.TimeoutError });
        // Where nobody was, the browser may try again by itself, in the way of what comes next.
        await page.close();
        page = await context.newPage();
      }
      if (failures.some(({ absent }) => absent && alone)) seen.absences += 1;
      seen.errors.push(...failures.filter(({ absent }) => !(absent && alone)).map(({ text }) => text));
      return failures.length === 0;
    };
    entered.add(app);
    if (entered.size === appNames.length) ready();
    const readers = alone
      ? []
      : doorsOf(app).flatMap((way) => Array.from({ length: crowd.readers }, async () => readAmongOthers(way, seen)));
    while (!done.aborted) if (!(await attempt(async () => seeOwn(page, door)))) await wait(pause);
    await Promise.all(readers);
    const until = performance.now() + patience;
    while (seen.rounds < roundsAfterwards && seen.errors.length === 0 && performance.now() < until) {
      const well = await attempt(async () => {
        await work(page, door);
        await seeOwn(page, door);
      });
      if (well) seen.rounds += 1;
      else await wait(pause);
    }
  });
  return seen;
}

const seen = await Promise.all(appNames.map(async (app) => [app, await visit(app)] as const));
await closeBrowser();
report(Object.fromEntries(seen));
