/** What programs saw that looked on while the test stack was disturbed, and what is wrong with it. Pure. */
import { type AppName, type AppSpec, appNames, catalog } from "../../apps/catalog.ts";

const firstFew = (texts: readonly string[]): readonly string[] => texts.slice(0, 5);

const spec = (app: AppName): AppSpec => catalog[app];

/** What `tests/integration/watch.ts` says at its end: it asked every door all the time. */
export interface Watched {
  readonly requests: number;
  /** An answer of one application at the door of another. */
  readonly wrong: readonly { readonly url: string; readonly expected: string; readonly got: string }[];
  /** The proxy itself did not answer, or an application failed: that nobody was there (502, 504) is no failure. */
  readonly unexpected: readonly { readonly url: string; readonly status: string }[];
  /** Doors whose last answer was not their application's. */
  readonly down: readonly string[];
}

const leastRequests = 200;

export const judgeWatch = ({ requests, wrong, unexpected, down }: Watched): readonly string[] => [
  ...(requests >= leastRequests
    ? []
    : [`only ${requests} requests were made; at least ${leastRequests} say something`]),
  ...firstFew(wrong.map(({ url, expected, got }) => `${url} of ${expected} was answered by ${got}`)),
  ...firstFew(unexpected.map(({ url, status }) => `${url} gave ${status}, which nobody's absence explains`)),
  ...down.map((url) => `${url} does not answer again`),
];

/** What `tests/integration/work.ts` says: of each application, what somebody saw who was signed in when a replica was killed. */
export type Worked = Readonly<Record<string, PersonSaw>>;

export interface PersonSaw {
  /** Times that they changed something afterwards, and were still signed in. */
  readonly rounds: number;
  /** Times that nobody was there: excusable only where the killed replica was the only one. */
  readonly absences: number;
  readonly errors: readonly string[];
}

const leastRounds = 3;

export const judgeWork = (worked: Worked): readonly string[] =>
  appNames.flatMap((app) => {
    const saw = worked[app];
    if (saw === undefined) return [`${app}: nobody worked there`];
    return [
      ...firstFew(saw.errors).map((error) => `${app}: the person saw an error: ${error}`),
      ...(spec(app).replicas > 1 && saw.absences > 0 ? [`${app}: nobody was there ${saw.absences} times`] : []),
      ...(saw.errors.length === 0 && saw.rounds < leastRounds
        ? [`${app}: the session did not go on: ${saw.rounds} of ${leastRounds} rounds were worked`]
        : []),
    ];
  });

/** What `tests/integration/traffic.ts` says: of each application, what its visitors saw while the database was away. */
export type Traffic = Readonly<Record<string, VisitorsSaw>>;

export interface VisitorsSaw {
  readonly requests: number;
  /** Answers of 503 that were the application's own. */
  readonly refused: { readonly page: number; readonly json: number };
  /** Every other answer that was not a good one. */
  readonly unexpected: readonly string[];
  /** Writes that were said to be done. */
  readonly acknowledged: number;
  /** Those that were not found afterwards. */
  readonly lost: readonly string[];
  /** Milliseconds from the start of the database to the last visitor's first success. */
  readonly recovery: number;
  readonly stuck: readonly string[];
}

export const judgeTraffic = (traffic: Traffic): readonly string[] =>
  appNames.flatMap((app) => {
    const saw = traffic[app];
    if (saw === undefined) return [`${app}: nobody was there`];
    return [
      ...(saw.refused.page === 0 ? [`${app}: nobody was shown its page for a database that is away`] : []),
      ...(saw.acknowledged < 2 ? [`${app}: only ${saw.acknowledged} writes were done`] : []),
      ...firstFew(saw.unexpected).map((answer) => `${app}: ${answer}`),
      ...firstFew(saw.lost).map((write) => `${app}: was said to be written, and is lost: ${write}`),
      ...saw.stuck.map((visitor) => `${app}: did not recover: ${visitor}`),
    ];
  });

/** How each container runs, by name, as `state` of `disturb.ts` reads it: what differs was started anew, or ended. */
export const judgeContainers = (before: readonly string[], after: readonly string[]): readonly string[] => {
  const now = new Set(after);
  return before.filter((line) => !now.has(line)).map((line) => `was restarted, or ended: ${line}`);
};
