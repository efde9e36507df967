/** Decides what is wrong with a report of an observer. Pure. */
import { type Finding, finding } from "../core/finding.ts";
import type { OutageReport, RoutingReport, SessionReport, SlowClientsReport } from "./reports.ts";

/** Enough to see what goes wrong; the rest of a list is usually the same failure again. */
const firstFew = <Item>(items: readonly Item[]): readonly Item[] => items.slice(0, 5);

/** The routing observer gets it as its argument, and makes as many, also where the scenario is over sooner. */
export const minRequests = 200;
const minRounds = 3;
const minWrites = 2;
/** During each attack, one visit of each endpoint is the least that shows something. */
const minVisits = 10;

export const judgeRouting = ({ requests, misrouted, unexpected, unrecovered }: RoutingReport): readonly Finding[] => [
  ...(requests >= minRequests
    ? []
    : [finding("too-few-requests", `the observer made ${requests} requests; at least ${minRequests} are needed`)]),
  ...firstFew(misrouted).map(({ url, expected, actual }) =>
    finding("misrouted", `${url} was answered by ${actual} instead of ${expected}`),
  ),
  ...firstFew(unexpected).map(({ url, outcome }) =>
    finding("unexpected", `${url} failed, and not because its application was stopped: ${outcome}`),
  ),
  ...unrecovered.map((url) => finding("unrecovered", `${url} did not recover`)),
];

/** @param replicas the replicas of each application that must have a report */
export const judgeSessions = (
  reports: Readonly<Record<string, SessionReport>>,
  replicas: Readonly<Record<string, number>>,
): readonly Finding[] =>
  Object.entries(replicas).flatMap(([app, count]) => {
    const report = reports[app];
    if (report === undefined) return [finding("no-report", `${app}: the observer reported nothing`)];
    const { rounds, clients, unanswered, cut, errors } = report;
    // Each kill can cut one response of each client.
    const maxCut = clients * count;
    return [
      ...firstFew(errors).map((error) => finding("error", `${app}: the signed-in user saw an error: ${error}`)),
      ...(count > 1 && unanswered > 0
        ? [finding("unanswered", `${app}: no replica answered ${unanswered} times, although others were running`)]
        : []),
      ...(cut > maxCut
        ? [finding("cut", `${app}: ${cut} responses were cut; the killed replicas explain ${maxCut}`)]
        : []),
      ...(errors.length === 0 && rounds < minRounds
        ? [finding("session-ended", `${app}: the session survived ${rounds} of ${minRounds} rounds of writing`)]
        : []),
    ];
  });

export const judgeOutage = (
  reports: Readonly<Record<string, OutageReport>>,
  apps: readonly string[],
): readonly Finding[] =>
  apps.flatMap((app) => {
    const report = reports[app];
    if (report === undefined) return [finding("no-report", `${app}: the observer reported nothing`)];
    const { unavailable, unexpected, acknowledged, lost, unrecovered } = report;
    return [
      ...(unavailable.page === 0
        ? [finding("no-503-page", `${app}: never answered with its own page of status 503 during the outage`)]
        : []),
      ...(acknowledged < minWrites
        ? [finding("too-few-writes", `${app}: confirmed ${acknowledged} writes; at least ${minWrites} are needed`)]
        : []),
      ...firstFew(unexpected).map((response) => finding("unexpected", `${app}: ${response}`)),
      ...firstFew(lost).map((write) => finding("lost-write", `${app}: a confirmed write was lost: ${write}`)),
      ...unrecovered.map((client) => finding("unrecovered", `${app}: did not recover for: ${client}`)),
    ];
  });

export const judgeSlowClients = (report: SlowClientsReport): readonly Finding[] => [
  ...(report.length === 0 ? [finding("no-report", "the observer reported no attack")] : []),
  ...report.flatMap(({ attack, connections, refused, mustBeRefused, answered, failures }) => [
    ...(answered < minVisits
      ? [finding("too-few-visits", `${attack}: ${answered} visitors were answered; at least ${minVisits} are needed`)]
      : []),
    ...firstFew(failures).map((failure) =>
      finding("not-answered", `${attack}: a visitor was not answered: ${failure}`),
    ),
    ...(mustBeRefused && refused < connections
      ? [finding("not-refused", `${attack}: ${refused} of ${connections} were refused`)]
      : []),
  ]),
];

/**
 * Compares the states of containers before and after a scenario in which none may restart.
 * @param before one line a container, with its name, its restarts and its start
 */
export function judgeContainers(before: readonly string[], after: readonly string[]): readonly Finding[] {
  const now = new Set(after);
  return before
    .filter((line) => !now.has(line))
    .map((line) => finding("restarted", `a container restarted or stopped; before the scenario it was: ${line}`));
}
