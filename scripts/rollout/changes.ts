/** The digests of each application before and after a rollout, as a table for the job's summary. Pure. */
import { appNames } from "../../apps/catalog.ts";
import { shortDigest } from "../../contract/digests.ts";
import { markdownTable } from "../reports/markdown.ts";
import type { RunningDigests } from "./services.ts";

export const changes = (title: string, before: RunningDigests, after: RunningDigests): string =>
  [
    `## ${title}`,
    "",
    markdownTable([
      ["application", "before", "after"],
      ...appNames.map((app) => [app, short(before[app]), short(after[app])]),
    ]),
    "",
  ].join("\n");

const short = (digest: string | undefined): string => (digest === undefined ? "–" : `\`${shortDigest(digest)}\``);
