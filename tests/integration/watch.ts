/**
 * Asks every door while services are stopped and started, until it is told to end; then waits until every door answers
 * rightly again, and prints one line of JSON: `Watched` of `scripts/chaos/verdicts.ts`.
 */
import { request } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { type Door, doors, proxy } from "./doors.ts";
import { ready, report, told } from "./observer.ts";

const pause = 50;
const patience = 10_000;
const most = { requests: 6000, milliseconds: 300_000, recovery: 90_000 };

/** `behind`: the proxy answers there whoever is down, and it never goes down. */
interface Target {
  readonly url: string;
  readonly expected: string;
  readonly behind: boolean;
}

const landing: Target = { url: `${proxy}/`, expected: "reverse-proxy", behind: true };
const targets: readonly Target[] = [
  ...doors.map(({ app, origin, prefix }: Door) => ({
    url: `${origin}${prefix}/healthz`,
    expected: app,
    behind: origin.startsWith(proxy),
  })),
  { url: `${proxy}/healthz`, expected: "reverse-proxy", behind: true },
  landing,
];

type Said = { readonly app: string } | { readonly status: number } | { readonly failure: string };

const ask = async ({ url }: Target): Promise<Said> =>
  new Promise((resolve) => {
    const sent = request(url, { agent: false, timeout: patience }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => (text += chunk));
      response.on("error", (error) => resolve({ failure: error.message }));
      response.on("end", () => {
        const app = response.statusCode === 200 ? nameIn(text) : undefined;
        resolve(app === undefined ? { status: response.statusCode ?? 0 } : { app });
      });
    });
    sent.on("timeout", () => sent.destroy(new Error(`no answer in ${patience / 1000} s`)));
    sent.on("error", (error) => resolve({ failure: error.message }));
    sent.end();
  });

/** A health check names its application in JSON, a page in its head. */
function nameIn(text: string): string | undefined {
  try {
    return String((JSON.parse(text) as { readonly app?: unknown }).app);
  } catch {
    return /<meta name="application-name" content="([^"]*)">/u.exec(text)?.[1];
  }
}

const seen = {
  requests: 0,
  wrong: [] as { url: string; expected: string; got: string }[],
  unexpected: [] as { url: string; status: string }[],
};
const right = new Map<string, boolean>();

/** The proxy says that nobody is there, or a container that publishes a port itself is not. */
const nobody = ({ expected, behind }: Target, said: Said): boolean =>
  expected !== "reverse-proxy" &&
  (("status" in said && [502, 504].includes(said.status)) || ("failure" in said && !behind));

async function judge(target: Target): Promise<void> {
  seen.requests += 1;
  const { url, expected } = target;
  const said = await ask(target);
  right.set(url, "app" in said && said.app === expected);
  if ("app" in said) {
    if (said.app !== expected) seen.wrong.push({ url, expected, got: said.app });
  } else if (!nobody(target, said))
    seen.unexpected.push({ url, status: "status" in said ? String(said.status) : said.failure });
}

const ending = told();
ready();
const start = performance.now();
const underway = new Set<Promise<void>>();
for (
  let turn = 0;
  !ending.aborted && seen.requests < most.requests && performance.now() - start < most.milliseconds;
  turn += 1
) {
  const asking = judge(targets[turn % targets.length] ?? landing);
  underway.add(asking);
  void asking.finally(() => underway.delete(asking));
  await wait(pause);
}
await Promise.all(underway);

const until = performance.now() + most.recovery;
do {
  right.clear();
  await Promise.all(targets.map(judge));
  if ([...right.values()].every(Boolean)) break;
  await wait(pause * targets.length);
} while (performance.now() < until);

const down = targets.map(({ url }) => url).filter((url) => !right.get(url));
report({ ...seen, down });
