/** Which applications this run tests in full. The others get the tests that show that they work behind this proxy. */
import * as v from "valibot";
import { type AppName, appNames } from "../../../apps/catalog.ts";
import { type Endpoint, endpoints } from "./endpoints.ts";
import { parseJson } from "./json.ts";

/** The compose file hands `CHANGED` on, empty where nobody set it: then all applications are tested in full. */
const written = process.env["CHANGED"] ?? "";

/** The applications whose images no earlier run has tested, in the order of the catalog. */
export const changed: readonly AppName[] =
  written === "" ? appNames : parseJson(v.array(v.picklist(appNames)), written);

export const isChanged = ({ app }: Pick<Endpoint, "app">): boolean => changed.includes(app);

export const changedEndpoints: readonly Endpoint[] = endpoints.filter(isChanged);
