/** A rollout as swarm tells of it. Pure: what was observed in, what it means out. */

/** Of `docker service inspect`, what is read here. */
export interface ServiceState {
  readonly Spec: {
    readonly Name: string;
    readonly Mode: { readonly Replicated?: { readonly Replicas: number }; readonly ReplicatedJob?: object };
    readonly TaskTemplate: { readonly ContainerSpec: { readonly Image: string } };
  };
  readonly UpdateStatus?: { readonly State: string; readonly StartedAt?: string; readonly Message?: string };
}

/** Of `docker service ls`: `5/5`, or of a job `0/1 (1/1 completed)`. */
export interface ServiceLine {
  readonly Name: string;
  readonly Replicas: string;
}

export type Rollout =
  | { readonly kind: "done" }
  | { readonly kind: "rolling"; readonly waitingFor: readonly string[] }
  /** Swarm gave up on these, and has put back what ran before where it could. */
  | { readonly kind: "failed"; readonly services: readonly { readonly name: string; readonly why: string }[] };

/** When each service was last updated before this rollout: an older update says nothing of this one. */
export type Before = ReadonlyMap<string, string | undefined>;

export const updatesOf = (services: readonly ServiceState[]): Before =>
  new Map(services.map(({ Spec, UpdateStatus }) => [Spec.Name, UpdateStatus?.StartedAt]));

/**
 * `docker service update` exits with 0 even when it rolled back: only `completed` is success.
 * https://docs.docker.com/reference/cli/docker/service/update/
 */
export function rollout(services: readonly ServiceState[], lines: readonly ServiceLine[], before: Before): Rollout {
  const failed = services.flatMap(({ Spec: { Name: name }, UpdateStatus: update }) =>
    update && update.StartedAt !== before.get(name) && /rollback|paused/u.test(update.State)
      ? [{ name, why: `${update.State}: ${update.Message ?? ""}` }]
      : [],
  );
  if (failed.length > 0) return { kind: "failed", services: failed };
  const waitingFor = services
    .filter(({ Spec: { Name: name }, UpdateStatus: update }) => {
      const updating = update !== undefined && update.StartedAt !== before.get(name) && update.State !== "completed";
      return updating || !full(lines.find((line) => line.Name === name)?.Replicas ?? "");
    })
    .map(({ Spec }) => Spec.Name);
  return waitingFor.length > 0 ? { kind: "rolling", waitingFor } : { kind: "done" };
}

/** Whether as many run, or of a job completed, as should. */
function full(replicas: string): boolean {
  const [, done, wanted] = /(\d+)\/(\d+) completed/u.exec(replicas) ?? /^(\d+)\/(\d+)$/u.exec(replicas) ?? [];
  return done !== undefined && done === wanted;
}

/** The digest that a service's image reference names. */
export const digestIn = (reference: string): string | undefined => /@(sha256:[0-9a-f]{64})$/u.exec(reference)?.[1];
