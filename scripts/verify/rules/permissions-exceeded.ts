import { type Mapping, mapping } from "../workflow/document.ts";
import { type Rule, type Workflow, findingAt } from "../workflow/workflow.ts";

const levels = ["none", "read", "write"];
const levelOf = (value: unknown): number => Math.max(0, levels.indexOf(String(value)));

/** A function from a scope to its level; absent where nothing is stated, so that the repository's setting decides. */
type Granted = ((scope: string) => number) | undefined;

function statedBy(
  permissions: unknown,
): { readonly scopes: readonly string[]; readonly level: (scope: string) => number } | undefined {
  if (permissions === undefined || permissions === null) return undefined;
  if (permissions === "write-all" || permissions === "read-all") {
    const level = permissions === "write-all" ? 2 : 1;
    return { scopes: ["all"], level: () => level };
  }
  const scopes: Mapping = mapping(permissions);
  return { scopes: Object.keys(scopes), level: (scope) => levelOf(scopes[scope]) };
}

/** GitHub refuses to start a workflow that calls another one with less than that one asks for. */
export const permissionsExceeded: Rule = (workflow, called) =>
  workflow.jobs.flatMap((job) => {
    const callee = called(job.uses);
    if (!callee) return [];
    const granted = statedBy(job.value["permissions"] ?? workflow.value["permissions"])?.level;
    return exceeding(callee, granted, called, [job.uses]).map((message) =>
      findingAt(workflow, [...job.path, "uses"], "permissions-exceeded", message),
    );
  });

function exceeding(
  callee: Workflow,
  granted: Granted,
  called: Parameters<Rule>[1],
  through: readonly string[],
): readonly string[] {
  return callee.jobs.flatMap((job) => {
    const asked = statedBy(job.value["permissions"] ?? callee.value["permissions"]);
    const own = (asked?.scopes ?? []).filter((scope) => asked!.level(scope) > allowed(granted, scope));
    const messages = own.map(
      (scope) =>
        `the job ${job.id} of ${through.join(" → ")} asks for ${nameOf(scope, asked!.level(scope))}, but is granted ${nameOf(scope, allowed(granted, scope))}`,
    );
    const inner = called(job.uses);
    if (!inner || through.includes(job.uses)) return messages;
    return [...messages, ...exceeding(inner, asked?.level ?? granted, called, [...through, job.uses])];
  });
}

/** No setting of a repository grants a token of OpenID Connect; the other scopes may all be granted. */
const allowed = (granted: Granted, scope: string): number => granted?.(scope) ?? (scope === "id-token" ? 0 : 2);

const nameOf = (scope: string, level: number): string => `${scope}: ${levels[level]}`;
