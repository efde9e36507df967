/** The reports of the observers in `tests/integration/observers/`: each prints its report as one line of JSON. Pure. */
import * as v from "valibot";

export const routingReport = v.object({
  requests: v.number(),
  /** Responses of one application at an endpoint of another. */
  misrouted: v.array(v.object({ url: v.string(), expected: v.string(), actual: v.string() })),
  /** Failures that a stopped application does not explain; a 502 or 504 of the proxy is explained by it. */
  unexpected: v.array(v.object({ url: v.string(), outcome: v.string() })),
  /** The endpoints whose last response was not that of their application. */
  unrecovered: v.array(v.string()),
});
export type RoutingReport = v.InferOutput<typeof routingReport>;

/** The observations of the signed-in user of one application. */
const sessionReport = v.object({
  /** How often the user wrote something after the replicas were back, and was still signed in. */
  rounds: v.number(),
  /** How many clients made requests at the same time. */
  clients: v.number(),
  /** How many steps got no response from any replica. */
  unanswered: v.number(),
  /** How many responses ended within, because the replica that sent them was killed. */
  cut: v.number(),
  errors: v.array(v.string()),
});
export type SessionReport = v.InferOutput<typeof sessionReport>;

/** By application. */
export const sessionReports = v.record(v.string(), sessionReport);

/** The observations of the readers and writers of one application. */
const outageReport = v.object({
  requests: v.number(),
  /** How often the application itself answered 503, as a page and as JSON. */
  unavailable: v.object({ page: v.number(), json: v.number() }),
  /** Every other response that was not a success. */
  unexpected: v.array(v.string()),
  /** How many writes the application confirmed. */
  acknowledged: v.number(),
  /** The confirmed writes that were not found afterwards. */
  lost: v.array(v.string()),
  /** From the start of the database until the last reader or writer succeeded again. */
  recoveryMs: v.number(),
  /** The readers and writers that did not succeed again. */
  unrecovered: v.array(v.string()),
});
export type OutageReport = v.InferOutput<typeof outageReport>;

/** By application. */
export const outageReports = v.record(v.string(), outageReport);

/** How visitors were answered while slow or silent clients attacked the endpoints, by attack. */
export const slowClientsReport = v.array(
  v.object({
    attack: v.string(),
    /** At all attacked endpoints together. */
    connections: v.number(),
    /** How many of these connections got 413, or were closed before all was sent. */
    refused: v.number(),
    mustBeRefused: v.boolean(),
    /** How many requests of visitors were answered by their page. */
    answered: v.number(),
    /** How often a visitor was told to come back, since the application was too busy. */
    busy: v.number(),
    /** The requests of visitors that got anything else, or nothing. */
    failures: v.array(v.string()),
    p99Ms: v.number(),
    maxMs: v.number(),
  }),
);
export type SlowClientsReport = v.InferOutput<typeof slowClientsReport>;
