/** Which applications this run tests in full. The others get the tests that show that they work behind this proxy. */
import * as v from "valibot";
import { type AppName, appNames } from "../../../apps/catalog.ts";
import { type Endpoint, endpoints, specOf } from "./endpoints.ts";
import { parseJson } from "./json.ts";

/** @param written a JSON list of applications; empty where nobody named any: then all applications are tested in full */
export const parseChanged = (written: string): readonly AppName[] =>
  written === "" ? appNames : parseJson(v.array(v.picklist(appNames)), written);

/** The applications whose images no earlier run has tested. */
export const changed = parseChanged(process.env["CHANGED"] ?? "");

export const changedEndpoints: readonly Endpoint[] = endpoints.filter(({ app }) => changed.includes(app));

/** The number of replicas that run: an application that is not tested in full has one. */
export const replicasOf = (app: AppName): number => (changed.includes(app) ? specOf(app).replicas : 1);
