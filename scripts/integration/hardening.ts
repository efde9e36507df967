/** The rights of a replica's process as the kernel reports them, not as the engine was asked for them. Pure. */

const capabilitySets = ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"];

/**
 * @param proc /proc/1/status and /proc/self/mounts of a container, one after the other
 * @returns one phrase for each right that the process should not have
 */
export function hardeningFindings(proc: string): readonly string[] {
  const field = (name: string): string => new RegExp(`^${name}:\\s*(.+)$`, "mu").exec(proc)?.[1] ?? "unknown";
  const roots = [...proc.matchAll(/^\S+ \/ \S+ (\S+) /gmu)].map(([, options = ""]) => options.split(","));
  return [
    ...(/^(?:[1-9]\d*\s*){4}$/u.test(field("Uid")) ? [] : [`runs as ${field("Uid").split(/\s/u)[0]}`]),
    ...capabilitySets.filter((name) => !/^0+$/u.test(field(name))).map((name) => `holds ${name} ${field(name)}`),
    ...(field("NoNewPrivs") === "1" ? [] : ["may gain privileges"]),
    ...(roots.length > 0 && roots.every((options) => options.includes("ro")) ? [] : ["may write to its root"]),
  ];
}
