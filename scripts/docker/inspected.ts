/** The parts that we read of the JSON which docker prints. Pure. */
import * as v from "valibot";
import { parseJson, parseJsonLines } from "../../contract/json.ts";

/** `.Swarm` of `docker info`. */
const swarmState = v.object({
  LocalNodeState: v.string(),
  ControlAvailable: v.optional(v.boolean()),
  Nodes: v.optional(v.number()),
});
export type SwarmState = v.InferOutput<typeof swarmState>;

/** A line of `docker service ls`; the replicas are `5/5`, or for a job `0/1 (1/1 completed)`. */
const serviceLine = v.object({ Name: v.string(), Replicas: v.string() });
export type ServiceLine = v.InferOutput<typeof serviceLine>;

/** A service in `docker service inspect`. */
const serviceState = v.object({
  Spec: v.object({
    Name: v.string(),
    Mode: v.object({
      Replicated: v.optional(v.object({ Replicas: v.number() })),
      ReplicatedJob: v.optional(v.object({})),
    }),
    TaskTemplate: v.object({ ContainerSpec: v.object({ Image: v.string() }) }),
  }),
  UpdateStatus: v.optional(
    v.object({ State: v.string(), StartedAt: v.optional(v.string()), Message: v.optional(v.string()) }),
  ),
});
export type ServiceState = v.InferOutput<typeof serviceState>;

/** A task in `docker inspect --type task`. */
const taskState = v.object({
  Slot: v.optional(v.number()),
  CreatedAt: v.string(),
  /** Present for the task of a job only. */
  JobIteration: v.optional(v.object({})),
  Status: v.object({ State: v.string(), Err: v.optional(v.string()) }),
});
export type TaskState = v.InferOutput<typeof taskState>;

/** A container in `docker inspect`: its image, its labels, its environment and its ports on the host. */
const container = v.object({
  Config: v.object({
    Image: v.string(),
    Labels: v.record(v.string(), v.string()),
    Env: v.nullish(v.array(v.string())),
  }),
  HostConfig: v.object({
    PortBindings: v.nullish(v.record(v.string(), v.array(v.object({ HostPort: v.string() })))),
  }),
});
export type InspectedContainer = v.InferOutput<typeof container>;

export const parseSwarmState = (text: string): SwarmState => parseJson(swarmState, text, "docker info");
export const parseServiceLines = (text: string): readonly ServiceLine[] =>
  parseJsonLines(serviceLine, text, "docker service ls");
export const parseServices = (text: string): readonly ServiceState[] =>
  parseJson(v.array(serviceState), text, "docker service inspect");
export const parseTasks = (text: string): readonly TaskState[] =>
  parseJson(v.array(taskState), text, "docker inspect --type task");
export const parseContainers = (text: string): readonly InspectedContainer[] =>
  parseJsonLines(container, text, "docker inspect");
export const parseCommand = (text: string): readonly string[] =>
  parseJson(v.array(v.string()), text, "docker image inspect");
