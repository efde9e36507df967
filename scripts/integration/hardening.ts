/** Checks the restrictions that the kernel enforces on a container's process, whatever the engine was asked for. Pure. */
import { type Finding, finding } from "../core/finding.ts";

const capabilitySets = ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"];

/** @param proc the text of /proc/1/status, followed by that of /proc/self/mounts, from inside the container */
export function hardeningFindings(proc: string): readonly Finding[] {
  const field = (name: string): string => new RegExp(`^${name}:\\s*(.+)$`, "mu").exec(proc)?.[1] ?? "unknown";
  const rootMounts = [...proc.matchAll(/^\S+ \/ \S+ (\S+) /gmu)].map(([, options = ""]) => options.split(","));
  // The real, effective, saved and file-system user: none may be root.
  const uids = field("Uid").trim().split(/\s+/u);
  return [
    ...(uids.length === 4 && uids.every((uid) => /^[1-9]\d*$/u.test(uid))
      ? []
      : [finding("user", `runs as user ${uids.join(", ")}, and must not be able to become root`)]),
    ...capabilitySets
      .filter((set) => !/^0+$/u.test(field(set)))
      .map((set) => finding(set, `has capabilities: ${set} is ${field(set)}`)),
    ...(field("NoNewPrivs") === "1" ? [] : [finding("NoNewPrivs", "may gain privileges through setuid programs")]),
    ...(rootMounts.length > 0 && rootMounts.every((options) => options.includes("ro"))
      ? []
      : [finding("writable-root", "has a writable root file system")]),
  ];
}
