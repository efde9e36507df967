/** The committed compose files and the stack file, for tests. */
import { readFileSync } from "node:fs";
import { parse } from "yaml";

export interface Service {
  readonly image: string;
  readonly user?: string;
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly privileged?: boolean;
  readonly networks?: readonly string[];
  readonly network_mode?: string;
  readonly ports?: readonly (string | { readonly target: number; readonly published: string; readonly mode: string })[];
  readonly restart?: string;
  readonly command?: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly volumes?: readonly (string | object)[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly secrets?: readonly { readonly source: string }[];
  readonly healthcheck?: object;
  readonly depends_on?: readonly string[] | Readonly<Record<string, { readonly condition: string }>>;
  readonly profiles?: readonly string[];
  readonly tmpfs?: readonly string[];
  readonly ulimits?: Readonly<Record<string, { readonly soft: number; readonly hard: number }>>;
  readonly logging?: { readonly driver: string; readonly options?: Readonly<Record<string, string>> };
  readonly deploy?: {
    readonly mode?: string;
    readonly replicas?: number;
    readonly resources?: { readonly limits?: { readonly memory?: string; readonly pids?: number } };
    readonly endpoint_mode?: string;
    readonly update_config?: { readonly order: string; readonly failure_action: string };
    readonly rollback_config?: { readonly order: string; readonly failure_action: string };
  };
}
export interface StackFile {
  readonly services: Readonly<Record<string, Service>>;
  readonly name?: string;
  readonly networks: Readonly<Record<string, { readonly name?: string; readonly internal?: boolean }>>;
  readonly volumes: Readonly<Record<string, { readonly name?: string } | null>>;
  readonly secrets?: Readonly<Record<string, { readonly external?: boolean }>>;
  readonly configs?: Readonly<Record<string, { readonly name: string }>>;
}
const read = (path: string): StackFile => parse(readFileSync(path, "utf8")) as StackFile;
export const live = read("docker-compose.yml");
export const tests = read("docker-compose.test.yml");
export const stack = read("stack.yml");
