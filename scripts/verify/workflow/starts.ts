/** The events that start a workflow, with the branches and tags that they can be about. Pure. */
import type { Expr } from "@actions/expressions";
import { type Mapping, list } from "./document.ts";
import { below, literalsIn } from "./expressions.ts";
import { type Known, events, exampleOf, matchesPattern, typesOf } from "./values.ts";
import type { Workflow } from "./workflow.ts";

/** The known properties of each way in which a run of the workflow can start, as far as they can decide the expressions. */
export function startsOf({ on }: Workflow, trees: readonly Expr[]): readonly Known[] {
  const literals = trees
    .flatMap(below)
    .flatMap(literalsIn)
    .filter((literal) => typeof literal === "string");
  // A called workflow sees the event of its caller.
  const named = Object.keys(on);
  const started = named.includes("workflow_call") ? [...new Set([...named, ...events])] : named;
  return started.flatMap((event) => {
    const refs = refsOf(event, on[event] ?? {}, literals);
    const actions = typesOf(event, on[event] ?? {}) ?? [undefined];
    return refs.flatMap((ref) =>
      actions.map((action) => ({
        "github.event_name": event,
        ...ref,
        ...(action === undefined ? {} : { "github.event.action": action }),
      })),
    );
  });
}

function refsOf(event: string, settings: Mapping, literals: readonly string[]): readonly Known[] {
  const named = literals.map((literal) => literal.replace(/^refs\/(?:heads|tags)\//u, "")).filter(Boolean);
  if (event.startsWith("pull_request") || event === "merge_group") {
    const bases = named.filter((name) => passes(name, settings, "branches"));
    const examples = [
      ...list(settings["branches"])
        .map(String)
        .filter((pattern) => !pattern.startsWith("!"))
        .map(exampleOf),
      ...bases,
    ];
    const ref = event === "pull_request_target" ? undefined : "refs/pull/1/merge";
    return (examples.length > 0 ? examples : ["other"]).map((base) => ({
      ...(event === "merge_group"
        ? {}
        : {
            "github.base_ref": base,
            "github.ref": ref ?? `refs/heads/${base}`,
            "github.ref_name": ref ? "1/merge" : base,
          }),
      "github.ref_type": "branch",
    }));
  }
  const filtered = event === "push";
  const hasBranches = !filtered || settings["branches"] !== undefined || settings["branches-ignore"] !== undefined;
  const hasTags = !filtered || settings["tags"] !== undefined || settings["tags-ignore"] !== undefined;
  const unfiltered = !hasBranches && !hasTags;
  const names = (kind: "branches" | "tags"): readonly string[] => [
    ...named.filter((name) => !filtered || passes(name, settings, kind)),
    ...list(settings[kind])
      .map(String)
      .filter((pattern) => filtered && !pattern.startsWith("!"))
      .map(exampleOf),
    ...(!filtered || settings[kind] === undefined ? ["other"] : []),
  ];
  return [
    ...(event !== "release" && (hasBranches || unfiltered)
      ? names("branches").map((name) => refOf("heads", name))
      : []),
    ...(event !== "schedule" && (hasTags || unfiltered) ? names("tags").map((name) => refOf("tags", name)) : []),
  ];
}

const refOf = (kind: "heads" | "tags", name: string): Known => ({
  "github.ref": `refs/${kind}/${name}`,
  "github.ref_name": name,
  "github.ref_type": kind === "heads" ? "branch" : "tag",
  "github.base_ref": "",
  "github.head_ref": "",
});

function passes(name: string, settings: Mapping, kind: "branches" | "tags"): boolean {
  const ignored = list(settings[`${kind}-ignore`]).map(String);
  if (ignored.some((pattern) => matchesPattern(pattern, name))) return false;
  if (settings[kind] === undefined) return true;
  // The last pattern that matches decides; `!` excludes.
  const last = list(settings[kind])
    .map(String)
    .findLast((pattern) => matchesPattern(pattern.replace(/^!/u, ""), name));
  return last !== undefined && !last.startsWith("!");
}
