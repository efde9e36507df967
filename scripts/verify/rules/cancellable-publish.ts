import type { Expr } from "@actions/expressions";
import { mapping, text, written } from "../workflow/document.ts";
import { parseExpression, propertiesIn, templates } from "../workflow/expressions.ts";
import { type Question, canRun, isEnumerable, isTruthy } from "../workflow/possible.ts";
import { type Job, type Rule, type Step, type Workflow, findingAt } from "../workflow/workflow.ts";

const name = "cancellable-publish";

const publishingActions =
  /^(?:pypa\/gh-action-pypi-publish|softprops\/action-gh-release|ncipollo\/release-action|actions\/deploy-pages|peaceiris\/actions-gh-pages|jamesives\/github-pages-deploy-action|js-devtools\/npm-publish|changesets\/action|goreleaser\/goreleaser-action|cloudflare\/(?:wrangler|pages)-action|appleboy\/ssh-action|azure\/webapps-deploy|google-github-actions\/deploy-.*|aws-actions\/amazon-ecs-deploy-task-definition|hashicorp\/.*deploy.*|nwtgck\/actions-netlify|amondnet\/vercel-action)$/u;
const publishingCommands =
  /\b(?:docker\s+(?:image\s+)?push|docker\s+buildx\s+build\b[^\n]*--push|docker\s+stack\s+deploy|skopeo\s+copy|crane\s+push|(?:npm|yarn(?:\s+npm)?|pnpm(?:\s+-r)?|cargo|poetry|uv|flit|hatch|lerna)\s+publish|twine\s+upload|gem\s+push|dotnet\s+nuget\s+push|mvn\b[^\n]*\bdeploy|gradlew?\b[^\n]*\bpublish|gh\s+release\s+(?:create|upload)|helm\s+(?:upgrade|push|install)|kubectl\s+(?:apply|rollout|set\s+image)|terraform\s+apply|pulumi\s+up|serverless\s+deploy|firebase\s+deploy|wrangler\s+(?:deploy|publish)|aws\s+s3\s+sync|ansible-playbook|stage\s+--\s+(?:publish|deploy|redeploy))\b/u;

/** A job that can be ended while it publishes: a part of the release is out then, and a part is not. */
export const cancellablePublish: Rule = (workflow, called) =>
  workflow.jobs
    .filter((job) => jobPublishes(job, called, []))
    .flatMap((job) => {
      const strategy = mapping(job.value["strategy"]);
      return [
        ...([["concurrency"], [...job.path, "concurrency"]] as const).flatMap((path) => {
          const concurrency = path.length === 1 ? workflow.value["concurrency"] : job.value["concurrency"];
          return isCancelled(workflow, job, mapping(concurrency))
            ? [
                findingAt(
                  workflow,
                  [...path, "cancel-in-progress"],
                  name,
                  `a newer run cancels the job ${job.id} while it publishes. Set cancel-in-progress to false for the runs that publish`,
                ),
              ]
            : [];
        }),
        ...(strategy["matrix"] !== undefined && strategy["fail-fast"] !== false && text(strategy["fail-fast"]) === ""
          ? [
              findingAt(
                workflow,
                [...job.path, "strategy"],
                name,
                `the failure of one job of the matrix cancels the others of ${job.id} while they publish. Set fail-fast to false`,
              ),
            ]
          : []),
      ];
    });

/** Whether the job publishes, or the workflow that it calls. */
const jobPublishes = ({ steps, uses }: Job, called: Parameters<Rule>[1], through: readonly string[]): boolean =>
  steps.some(publishes) ||
  (!through.includes(uses) && (called(uses)?.jobs ?? []).some((job) => jobPublishes(job, called, [...through, uses])));

function publishes({ action, with: inputs, run }: Step): boolean {
  if (action === "docker/build-push-action" || action === "docker/bake-action")
    return inputs["push"] !== undefined && written(inputs["push"]) !== "false";
  return publishingActions.test(action) || publishingCommands.test(reallyRun(run));
}

/** The commands of a script, without those that only show what they would do. */
const reallyRun = (script: string): string =>
  script.replaceAll(/\\\n/gu, " ").replaceAll(/^.*--dry-run(?!=(?:false|none)).*$/gmu, "");

/** Whether a second run of the same kind is in the same group, and cancels the first. */
function isCancelled(workflow: Workflow, job: Job, concurrency: Readonly<Record<string, unknown>>): boolean {
  const cancels = concurrency["cancel-in-progress"];
  if (cancels === undefined || cancels === false || cancels === "false") return false;
  const conditions = typeof cancels === "string" ? treesIn(cancels).filter(isEnumerable) : [];
  const group = treesIn(written(concurrency["group"]));
  const computed = group.filter((tree) => !isEnumerable(tree));
  if (computed.flatMap(propertiesIn).some((property) => property.join(".") in unique)) return false;
  const parts = group.filter(isEnumerable);
  const condition = parseExpression(job.condition);
  // A condition that cannot be decided counts as true.
  const tree = condition && isEnumerable(condition) ? condition : undefined;
  const question: Question = {
    known: unique,
    trees: [...conditions, ...parts],
    holds: (evaluate) =>
      conditions.every((one) => isTruthy(evaluate(one))) &&
      !parts.some((one) => evaluate(one).coerceString() === ofThisRun),
  };
  return canRun(workflow, { needs: job.needs, tree }, question) === "possible";
}

const treesIn = (value: string): readonly Expr[] => templates(value).flatMap((source) => parseExpression(source) ?? []);

/** What differs between two runs: a group that contains it has no other run. */
const ofThisRun = "a value of this run";
const unique = { "github.run_id": ofThisRun, "github.run_number": ofThisRun, "github.sha": ofThisRun };
