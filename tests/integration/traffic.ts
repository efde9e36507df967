/**
 * Visitors of each application who read and write while the database goes away and comes back; what they saw is one line of
 * JSON: `Traffic` of `scripts/chaos/verdicts.ts`.
 */
import { setTimeout as wait } from "node:timers/promises";
import { type AppName, appNames } from "../../apps/catalog.ts";
import { type Written, applications } from "./applications.ts";
import { type Door, doors } from "./doors.ts";
import { applicationName } from "./html.ts";
import { type Answer, type Visitor, visitor } from "./http.ts";
import { ready, report, told } from "./observer.ts";

const pause = 250;
const most = { requests: 10_000, milliseconds: 240_000, recovery: 60_000 };

interface Seen {
  requests: number;
  /** Answers of 503 that are the application's own, as a page and as JSON. */
  refused: { page: number; json: number };
  unexpected: string[];
  acknowledged: number;
  lost: string[];
  /** Milliseconds from when we were told that the database is started, until each visitor had read or written again. */
  recovery: number;
  /** Those who never did. */
  stuck: string[];
}

const seen = Object.fromEntries(
  appNames.map((app) => [
    app,
    { requests: 0, refused: { page: 0, json: 0 }, unexpected: [], acknowledged: 0, lost: [], recovery: 0, stuck: [] },
  ]),
) as unknown as Readonly<Record<AppName, Seen>>;

const done = told();
const began = performance.now();
let toldAt = Number.POSITIVE_INFINITY;
done.addEventListener("abort", () => (toldAt = performance.now()));

/** Notes every answer that is neither a good one nor a refusal by the application itself. */
function judge({ app }: Door, answer: Answer): void {
  const { refused, unexpected } = seen[app];
  if (answer.status < 400) return;
  if (answer.status === 503 && ownJson(answer)) refused.json += 1;
  else if (answer.status === 503 && applicationName(answer.text) === app) refused.page += 1;
  else unexpected.push(`${answer.url} gave ${answer.status}: ${answer.text.slice(0, 200)}`);
}

function ownJson({ headers, text }: Answer): boolean {
  if (!String(headers["content-type"]).startsWith("application/json")) return false;
  JSON.parse(text);
  return true;
}

interface Watched extends Visitor {
  /** How often they were refused. */
  readonly refusals: () => number;
}

/** A visitor whose answers are all looked at. */
function watched(door: Door): Watched {
  const someone = visitor(door);
  let refusals = 0;
  const looked =
    <Given extends readonly unknown[]>(ask: (...given: Given) => Promise<Answer>) =>
    async (...given: Given): Promise<Answer> => {
      seen[door.app].requests += 1;
      const answer = await ask(...given);
      judge(door, answer);
      if (answer.status === 503) refusals += 1;
      return answer;
    };
  return {
    cookies: someone.cookies,
    get: looked(someone.get),
    follow: looked(someone.follow),
    send: looked(someone.send),
    sendJson: looked(someone.sendJson),
    refusals: () => refusals,
  };
}

/** Requests so far, of all. */
const requests = (): number => appNames.reduce((sum, app) => sum + seen[app].requests, 0);

/** Does something again and again, until it went well once after we were told; a refusal is no failure of it. */
async function repeat(name: string, app: AppName, step: () => Promise<void>, refusals: () => number): Promise<void> {
  for (;;) {
    const before = refusals();
    const startedAt = performance.now();
    try {
      await step();
      if (startedAt > toldAt) {
        seen[app].recovery = Math.max(seen[app].recovery, Math.round(performance.now() - toldAt));
        return;
      }
    } catch (error) {
      if (refusals() === before) seen[app].unexpected.push(String(error));
    }
    const now = performance.now();
    if (requests() > most.requests || now - began > most.milliseconds || now - toldAt > most.recovery) {
      seen[app].stuck.push(name);
      return;
    }
    await wait(pause);
  }
}

interface Kept {
  readonly door: Door;
  readonly someone: Visitor;
  readonly written: Written;
}
const kept: Kept[] = [];

/** Who needs no account is somebody else each time. */
async function write(door: Door): Promise<void> {
  const { enter, write: writeAt } = applications[door.app];
  let someone = watched(door);
  let before = 0;
  await enter?.(someone);
  const once = async (): Promise<void> => {
    const written = await writeAt(someone);
    kept.push({ door, someone, written });
    seen[door.app].acknowledged += 1;
    if (enter) return;
    before += someone.refusals();
    someone = watched(door);
  };
  await once();
  begun();
  await repeat(`${door.name} writes`, door.app, once, () => before + someone.refusals());
}

async function read(door: Door, path: string): Promise<void> {
  const someone = watched(door);
  await repeat(
    `${door.name} reads ${path}`,
    door.app,
    async () => {
      const { status } = await someone.get(path);
      if (status !== 200) throw new Error(`${path} gave ${status}`);
    },
    someone.refusals,
  );
}

let beginning = doors.length;
/** The database may go once everybody has written. */
function begun(): void {
  beginning -= 1;
  if (beginning === 0) ready();
}

await Promise.all([
  ...doors.map(write),
  ...doors.map(async (door) => read(door, "/")),
  ...doors.flatMap((door) => {
    const { api } = applications[door.app];
    return api === undefined ? [] : [read(door, api)];
  }),
]);

for (const { door, someone, written } of kept) {
  const { status, text } = await someone.get(written.path);
  if (status !== 200 || !text.includes(written.text)) seen[door.app].lost.push(`${written.path}: ${written.text}`);
}
report(seen);
