import { type Mapping, mapping, written } from "../workflow/document.ts";
import { parseExpression, propertiesIn } from "../workflow/expressions.ts";
import { canRun } from "../workflow/possible.ts";
import type { Known } from "../workflow/values.ts";
import { type Job, type Rule, type Step, type Workflow, findingAt } from "../workflow/workflow.ts";

/** Events that anybody can cause, and whose runs have the secrets and the token of the repository. */
const open = ["pull_request_target", "workflow_run", "issue_comment", "issues", "discussion", "discussion_comment"];

/** What a pull request or a comment of a stranger looks like. */
const stranger: Known = {
  "github.repository": "owner/repository",
  "github.repository_owner": "owner",
  "github.event.repository.full_name": "owner/repository",
  "github.actor": "stranger",
  "github.triggering_actor": "stranger",
  "github.event.sender.login": "stranger",
  "github.event.pull_request.user.login": "stranger",
  "github.event.pull_request.head.user.login": "stranger",
  "github.event.pull_request.head.repo.full_name": "stranger/repository",
  "github.event.pull_request.head.repo.owner.login": "stranger",
  "github.event.pull_request.head.repo.fork": true,
  "github.event.pull_request.author_association": "NONE",
  "github.event.comment.author_association": "NONE",
  "github.event.comment.user.login": "stranger",
  "github.event.issue.user.login": "stranger",
  "github.event.issue.author_association": "NONE",
  "github.event.workflow_run.event": "pull_request",
  "github.event.workflow_run.head_repository.full_name": "stranger/repository",
  "github.event.workflow_run.head_repository.owner.login": "stranger",
  "github.event.workflow_run.head_repository.fork": true,
  "github.event.workflow_run.actor.login": "stranger",
};

/** A job that runs the code of a fork while it holds a secret, or a token that can write. */
export const forkSecret: Rule = (workflow) => {
  const events = open.filter((event) => event in workflow.on);
  if (events.length === 0) return [];
  const guarded = { ...workflow, on: Object.fromEntries(events.map((event) => [event, workflow.on[event]!])) };
  return workflow.jobs.flatMap((job) => {
    const step = job.steps.find(checksOutHead);
    const reach = withinReach(workflow, job);
    if (
      !step ||
      reach === undefined ||
      canRun(guarded, { needs: job.needs, tree: parseExpression(job.condition) }, { known: known(guarded) }) ===
        "impossible"
    )
      return [];
    return [
      findingAt(
        workflow,
        step.path,
        "fork-secret",
        `the job ${job.id} checks out the code of a fork on ${events.join(", ")}, and ${reach}. Split it: a job on pull_request runs the code, without secrets`,
      ),
    ];
  });
};

/** A property that no condition reads does not have to be known. */
const known = ({ expressions }: Workflow): Known => {
  const read = new Set(
    expressions.flatMap(({ tree }) => (tree ? propertiesIn(tree) : [])).map((property) => property.join(".")),
  );
  return Object.fromEntries(Object.entries(stranger).filter(([name]) => read.has(name)));
};

const head =
  /github\.head_ref|pull_request\.head\.|pull_request\.merge_commit_sha|refs\/pull\/|pull\/.*\/(?:head|merge)|workflow_run\.(?:head_|pull_requests)|\bhead_sha\b|\bhead_ref\b/u;

function checksOutHead({ action, with: inputs, run, env }: Step): boolean {
  if (action === "actions/checkout")
    return (
      head.test(`${written(inputs["ref"])} ${written(inputs["repository"])}`) ||
      /steps\.[\w-]*(?:pr|head|pull)[\w-]*\.outputs/iu.test(written(inputs["ref"]))
    );
  if (/\bgh pr checkout\b|\bhub pr checkout\b/u.test(run)) return true;
  return (
    /\bgit (?:fetch|checkout|pull|clone|switch)\b/u.test(run) && head.test(`${run} ${Object.values(env).join(" ")}`)
  );
}

/** What the code of a fork could take; absent where there is nothing. */
function withinReach(workflow: Workflow, job: Job): string | undefined {
  const shared = workflow.expressions.filter(({ path }) => path[0] === "env");
  const secrets = [...shared, ...job.expressions]
    .flatMap(({ tree }) => (tree ? propertiesIn(tree) : []))
    .filter(([context, secret]) => context === "secrets" && secret !== "github_token");
  if (secrets.length > 0)
    return `it reads ${secrets[0]!.join(".").replace(/\.(.*)/u, (_, secret: string) => `.${secret.toUpperCase()}`)}`;
  const permissions = job.value["permissions"] ?? workflow.value["permissions"];
  if (permissions === undefined) return "its token has the permissions that the repository's setting grants";
  const writes = permissions === "write-all" ? ["every scope"] : writable(mapping(permissions));
  return writes.length > 0 ? `its token can write: ${writes.join(", ")}` : undefined;
}

const writable = (permissions: Mapping): readonly string[] =>
  Object.entries(permissions).flatMap(([scope, level]) => (level === "write" ? [scope] : []));
