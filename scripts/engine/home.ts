/** The paths and names that one engine uses. Engines in different home folders share none of them. Pure. */
import { createHash } from "node:crypto";
import { delimiter } from "node:path";

export type Home = ReturnType<typeof homeAt>;

export function homeAt(folder: string) {
  const id = createHash("sha256").update(folder).digest("hex").slice(0, 8);
  const run = `/run/wmd-engine/${id}`;
  return {
    folder,
    /** The unpacked Debian packages. */
    packages: `${folder}/packages`,
    /** The commands that are put on the PATH of users. */
    bin: `${folder}/bin`,
    /** The commands that are put on the PATH of the daemon. */
    sbin: `${folder}/sbin`,
    /** The folder of the private apt. */
    apt: `${folder}/apt`,
    data: `${folder}/data`,
    /** The build context of the stand-ins. */
    bases: `${folder}/bases`,
    log: `${folder}/dockerd.log`,
    config: `${folder}/daemon.json`,
    /** The client's DOCKER_CONFIG: the client finds plugins outside the system folders only there. */
    client: `${folder}/client`,
    /** Exists when the installation is complete. */
    installed: `${folder}/installed.json`,
    /** The name of the lock under which it is installed, started and stopped. */
    lock: `wmd-engine-${id}`,
    run,
    socket: `${run}/docker.sock`,
    host: `unix://${run}/docker.sock`,
    pid: `${run}/dockerd.pid`,
    exec: `${run}/exec`,
    /** The network settings of the machine before the daemon changed them. */
    networkBefore: `${run}/before.json`,
    /** The name of the daemon's bridge. Linux limits interface names to 15 characters. */
    bridge: `wmd-${id}`,
    /**
     * The MAC address of the bridge. Without one, Linux gives the bridge the address of one of its ports and changes it when
     * ports come and go; running containers then keep sending to the old address.
     */
    bridgeAddress: ["02:42", ...(id.match(/../gu) ?? [])].join(":"),
  } as const;
}

/** The environment variables with which a process reaches the engine of a home. */
export const clientEnv = (home: Home, path: string): Record<string, string> => ({
  DOCKER_HOST: home.host,
  DOCKER_CONFIG: home.client,
  PATH: [home.bin, ...path.split(delimiter).filter((folder) => folder !== home.bin)].join(delimiter),
});
