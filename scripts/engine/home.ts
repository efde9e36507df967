/** Where an engine of ours keeps what. Two homes share nothing. Pure. */
import { createHash } from "node:crypto";
import { delimiter } from "node:path";

export type Home = ReturnType<typeof homeAt>;

export function homeAt(folder: string) {
  const id = createHash("sha256").update(folder).digest("hex").slice(0, 8);
  const run = `/run/wmd-engine/${id}`;
  return {
    folder,
    /** Unpacked packages; `bin` is what users get on PATH, `sbin` what the daemon gets. */
    packages: `${folder}/packages`,
    bin: `${folder}/bin`,
    sbin: `${folder}/sbin`,
    apt: `${folder}/apt`,
    data: `${folder}/data`,
    bases: `${folder}/bases`,
    log: `${folder}/dockerd.log`,
    config: `${folder}/daemon.json`,
    /** The client's own folder: the one way to show it plugins that are not in a system folder. */
    client: `${folder}/client`,
    /** Exists once everything is unpacked. */
    installed: `${folder}/installed.json`,
    /** The name of the lock under which it is installed, started and stopped. */
    lock: `wmd-engine-${id}`,
    run,
    socket: `${run}/docker.sock`,
    host: `unix://${run}/docker.sock`,
    pid: `${run}/dockerd.pid`,
    exec: `${run}/exec`,
    /** What the machine was like before the daemon changed it. */
    before: `${run}/before.json`,
    /** An interface's name has at most 15 characters. */
    bridge: `wmd-${id}`,
    /** A bridge without an address of its own takes one of its ports', and changes it, unheard by its containers, when they come and go. */
    bridgeAddress: ["02:42", ...(id.match(/../gu) ?? [])].join(":"),
  } as const;
}

/** What a process needs to reach the engine of a home. */
export const clientEnv = (home: Home, path: string): Record<string, string> => ({
  DOCKER_HOST: home.host,
  DOCKER_CONFIG: home.client,
  PATH: [home.bin, ...path.split(delimiter).filter((folder) => folder !== home.bin)].join(delimiter),
});
