/** Where a job runs: the runner, a container, and services beside it. Pure. */
import { Mistake } from "./mistake.ts";
import type { images } from "../../contract/base-images.ts";
import { Expr } from "./expressions.ts";
import { interpolated, runner } from "./library.ts";
import type { LibraryJob } from "./library.ts";

/** GitHub's own runners. The label of a self-hosted one is the name of the owner's. */
export type Runner =
  | ("ubuntu-24.04" | "ubuntu-22.04" | "ubuntu-24.04-arm" | "ubuntu-22.04-arm")
  | ("windows-2025" | "windows-2022" | "macos-15" | "macos-14")
  | { readonly selfHosted: readonly [string, ...string[]] };

/** An image of the table, or one by its digest: any other tag can become another image between two runs. */
type Image = (typeof images)[keyof typeof images] | `${string}@sha256:${string}`;

export interface Container {
  readonly image: Image;
  readonly env?: Readonly<Record<string, string>>;
  readonly volumes?: readonly [string, ...string[]];
}

/** A container that runs beside the steps of a job, which reach it under its key or on the ports. */
export interface Service {
  readonly image: Image;
  readonly env?: Readonly<Record<string, string>>;
  readonly ports?: readonly [number, ...number[]];
  /** The steps begin when this command succeeds inside of the container. */
  readonly healthy?: string;
}

export interface PlaceOptions {
  readonly runner?: Runner | Expr<string | number>;
  readonly container?: Container;
  readonly services?: Readonly<Record<string, Service>>;
}

export const placeOf = ({ runner: chosen = runner, container, services }: PlaceOptions) => ({
  "runs-on": runsOn(chosen),
  ...(container
    ? {
        container: {
          image: container.image,
          ...(container.env ? { env: { ...container.env } } : {}),
          ...(container.volumes ? { volumes: [...container.volumes] as [string, ...string[]] } : {}),
        },
      }
    : {}),
  ...(services
    ? { services: Object.fromEntries(Object.entries(services).map(([key, service]) => [key, serviceOf(service)])) }
    : {}),
});

function runsOn(chosen: Runner | Expr<string | number>): LibraryJob["runs-on"] {
  if (chosen instanceof Expr) return interpolated(chosen.text);
  return typeof chosen === "string" ? chosen : (["self-hosted", ...chosen.selfHosted] as [string, ...string[]]);
}

const serviceOf = ({ image, env, ports, healthy }: Service) => ({
  image,
  ...(env ? { env: { ...env } } : {}),
  ...(ports ? { ports: ports.map((port) => `${port}:${port}`) as [string, ...string[]] } : {}),
  ...(healthy === undefined
    ? {}
    : { options: `--health-cmd ${JSON.stringify(healthy)} --health-interval 2s --health-retries 30` }),
});

/** @throws Mistake when GitHub's runners cannot run the job there */
export function checkPlace(job: string, { runner: chosen = runner, container, services }: PlaceOptions): void {
  const linux = typeof chosen !== "string" || chosen.startsWith("ubuntu");
  if (!linux && (container || services))
    throw new Mistake(
      "containers-on-linux",
      `The job ${job} has containers on ${chosen}, and they run on Linux only`,
      "Use a runner of Ubuntu",
    );
}
