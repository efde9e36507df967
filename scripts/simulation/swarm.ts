/** A swarm of one, and the stack that it runs. */
import { parse } from "yaml";
import { stackName } from "../../contract/names.ts";
import type { ServiceState, TaskState } from "../docker/inspected.ts";
import type { Files } from "../core/files.ts";
import { type Handler, type Service, type State, begins, imageIn, lines } from "./state.ts";

const engineFault = "unable to remount dir as readonly: device or resource busy";

export const swarm = (state: State): Handler => {
  const { services, secrets, rollouts } = state;
  let updates = 0;
  return (command, { env, files }) => {
    if (begins(command, "docker", "info", "--format", "{{json .Swarm}}"))
      return lines([
        JSON.stringify(
          state.swarm
            ? { LocalNodeState: "active", ControlAvailable: true, Nodes: 1 }
            : { LocalNodeState: "inactive", ControlAvailable: false },
        ),
      ]);
    if (begins(command, "docker", "swarm")) {
      state.swarm = command[2] === "init";
      return {};
    }
    if (begins(command, "docker", "secret")) return handleSecret(command, secrets);
    if (begins(command, "docker", "stack", "rm")) {
      services.clear();
      return {};
    }
    if (begins(command, "docker", "stack", "deploy")) {
      const end = rollouts.shift() ?? "completed";
      for (const [service, { deploy }] of Object.entries(stackIn(files).services)) {
        const before = services.get(`${stackName}_${service}`);
        const app = service.replace(/-prepare$/u, "");
        services.set(`${stackName}_${service}`, {
          image: end === "completed" || before === undefined ? imageIn(env, app) : before.image,
          replicas: deploy.replicas ?? 1,
          job: deploy.mode === "replicated-job",
          end: deploy.mode === "replicated-job" ? "completed" : end,
          updated: before && new Date(++updates * 1000).toISOString(),
        });
      }
      return {};
    }
    if (begins(command, "docker", "service", "ls"))
      return lines(
        [...services]
          .toSorted(([one], [other]) => (one < other ? -1 : 1))
          .map(([name, service]) => JSON.stringify({ Name: name, Replicas: replicas(service) })),
      );
    if (begins(command, "docker", "service", "inspect"))
      return { stdout: JSON.stringify(command.slice(3).map((name) => serviceState(name, services.get(name)))) };
    if (begins(command, "docker", "service", "ps")) return lines([`task of ${command.at(-1)}`]);
    if (begins(command, "docker", "inspect", "--type", "task"))
      return {
        stdout: JSON.stringify(
          command.slice(4).map((id) => task(services.get(id.replace("task of ", ""))?.end ?? "completed")),
        ),
      };
    if (begins(command, "docker", "ps") && command.includes(`label=com.docker.stack.namespace=${stackName}`))
      return lines(command.at(-1) === "{{.Ports}}" ? [] : [...services.keys()].map((name) => `${name}.1`));
    return undefined;
  };
};

function handleSecret(command: readonly string[], secrets: Set<string>): ReturnType<Handler> {
  const [, , verb, name = ""] = command;
  if (verb === "ls") return lines(secrets);
  if (verb === "create") secrets.add(name);
  else secrets.delete(name);
  return {};
}

const replicas = ({ job, replicas: count }: Service): string => (job ? "0/1 (1/1 completed)" : `${count}/${count}`);

interface StackFile {
  readonly services: Readonly<
    Record<string, { readonly deploy: { readonly mode?: string; readonly replicas?: number } }>
  >;
}

/** Most machines of the tests deploy the same stack, and parsing its text takes longer than all the rest of a deployment. */
const known = new Map<string, StackFile>();

function stackIn(files: Files): StackFile {
  const text = files.read("stack.yml");
  const stack = known.get(text) ?? (parse(text) as StackFile);
  known.set(text, stack);
  return stack;
}

const serviceState = (name: string, service: Service | undefined): ServiceState => ({
  Spec: {
    Name: name,
    Mode: service?.job ? { ReplicatedJob: {} } : { Replicated: { Replicas: service?.replicas ?? 1 } },
    TaskTemplate: { ContainerSpec: { Image: service?.image ?? "" } },
  },
  ...(service?.updated === undefined
    ? {}
    : {
        UpdateStatus: {
          State: service.end === "completed" ? "completed" : "rollback_completed",
          StartedAt: service.updated,
        },
      }),
});

const task = (end: Service["end"]): TaskState => ({
  Slot: 1,
  // After the begin of every update.
  CreatedAt: "2100-01-01T00:00:00Z",
  Status:
    end === "engine fault"
      ? { State: "failed", Err: engineFault }
      : { State: end === "completed" ? "running" : "failed", ...(end === "completed" ? {} : { Err: "unhealthy" }) },
});
