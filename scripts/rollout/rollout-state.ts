/** The state of a rollout, from what the swarm reports. Pure. */
import type { ServiceLine, ServiceState, TaskState } from "../docker/inspected.ts";

/** A service that did not come up: how the rollout ended, and when it began. */
export interface Failure {
  readonly name: string;
  readonly why: string;
  readonly since?: string;
}

export type Rollout =
  | { readonly kind: "done" }
  | { readonly kind: "rolling"; readonly waitingFor: readonly string[] }
  /** The swarm gave up on these services; nothing moves any more. */
  | { readonly kind: "failed"; readonly services: readonly Failure[] };

/** The start of each service's last update before this rollout, which tells an older update from this one. */
export type Before = ReadonlyMap<string, string | undefined>;

export const updatesOf = (services: readonly ServiceState[]): Before =>
  new Map(services.map(({ Spec, UpdateStatus }) => [Spec.Name, UpdateStatus?.StartedAt]));

const ends: Readonly<Record<string, string>> = {
  rollback_completed: "rolled back: the previous release runs again",
  rollback_paused: "the rollback failed: the previous release did not come up again",
};

/**
 * `docker service update` exits with 0 even when it rolled back: only `completed` is success.
 * https://docs.docker.com/reference/cli/docker/service/update/
 */
export function rollout(services: readonly ServiceState[], lines: readonly ServiceLine[], before: Before): Rollout {
  const updates = services.flatMap(({ Spec: { Name: name }, UpdateStatus: update }) =>
    update && update.StartedAt !== before.get(name) ? [{ name, ...update }] : [],
  );
  const moving = updates.filter(({ State }) => State === "updating" || State === "rollback_started");
  const failed = updates.filter(({ State }) => /rollback|paused/u.test(State));
  if (failed.length > 0 && moving.length === 0)
    return {
      kind: "failed",
      services: failed.map(({ name, State, Message, StartedAt }) => ({
        name,
        why: ends[State] ?? `${State}: ${Message ?? ""}`,
        ...(StartedAt === undefined ? {} : { since: StartedAt }),
      })),
    };
  const waitingFor = new Set([
    ...moving.map(({ name }) => name),
    // When a service has failed, a job of the same release may never complete.
    ...(failed.length > 0 ? [] : services.map(({ Spec }) => Spec.Name).filter((name) => !full(name, lines))),
  ]);
  return waitingFor.size > 0 ? { kind: "rolling", waitingFor: [...waitingFor] } : { kind: "done" };
}

/** The failed tasks of a service since the rollout began, the newest first. */
export const failedTasks = (tasks: readonly TaskState[], { since }: Pick<Failure, "since">): readonly TaskState[] =>
  tasks
    .filter((task) => failed(task) && (since === undefined || at(task.CreatedAt) >= at(since)))
    .toSorted((a, b) => at(b.CreatedAt) - at(a.CreatedAt));

/** A task that serves never completes; the swarm also reports `complete` for an unhealthy task that it stopped and that exited with 0. */
const failed = ({ Status: { State, Err }, JobIteration }: TaskState): boolean =>
  Boolean(Err) || (State === "complete" && JobIteration === undefined);

const at = Date.parse;

/**
 * Whether the engine itself failed to start a task, independently of the image: it writes a task's secrets and remounts
 * them read-only, which the kernel refuses while a process that the engine forks at that moment holds the file.
 * https://github.com/moby/moby/issues/48783
 */
export const isEngineFault = ({ Status }: TaskState): boolean =>
  /unable to remount dir as readonly: .*device or resource busy/u.test(Status.Err ?? "");

/** Whether all replicas of a service run, or all tasks of a job have completed. */
function full(name: string, lines: readonly ServiceLine[]): boolean {
  const replicas = lines.find((line) => line.Name === name)?.Replicas ?? "";
  const [, done, wanted] = /(\d+)\/(\d+) completed/u.exec(replicas) ?? /^(\d+)\/(\d+)$/u.exec(replicas) ?? [];
  return done !== undefined && done === wanted;
}

/** The digest that a service's image reference names. */
export const digestIn = (reference: string): string | undefined => /@(sha256:[0-9a-f]{64})$/u.exec(reference)?.[1];
