/** A swarm manager over SSH, its host key pinned; nothing of the user's own SSH settings is read or changed. */
import { delimiter, join } from "node:path";
import type { Command } from "../core/command.ts";
import type { Effects } from "../core/effects.ts";
import { docker } from "../docker/docker.ts";
import { UserError } from "../../contract/user-error.ts";

export interface Target {
  readonly user: string;
  readonly host: string;
  readonly port: number;
}

/** Throws UserError when it is not `user@host` or `user@host:port`. */
export function parseTarget(written: string): Target {
  const [, user, host, port] = /^([A-Za-z_][\w.-]*)@([\w.-]+|\[[0-9a-f:]+\])(?::(\d{1,5}))?$/u.exec(written) ?? [];
  if (user === undefined || host === undefined)
    throw new UserError(`DEPLOY_HOST is ${JSON.stringify(written)}`, "Write it as user@host or user@host:port");
  return { user, host, port: port === undefined ? 22 : Number(port) };
}

const hostKeyPattern = /^(?:ssh-ed25519|ecdsa-sha2-nistp\d+|ssh-rsa) [A-Za-z0-9+/=]+$/u;

interface Access {
  readonly target: Target;
  /** As in known_hosts, without the host. */
  readonly hostKey: string;
  readonly privateKey: string;
}

/** Works with effects whose docker commands reach the engine of that machine. */
export async function overSsh<T>(access: Access, fx: Effects, work: (remote: Effects) => Promise<T>): Promise<T> {
  const folder = fx.files.makeTemporaryFolder("wmd-ssh-");
  const config = join(folder, "config");
  try {
    fx.files.write(join(folder, "known_hosts"), knownHosts(access));
    fx.files.write(join(folder, "key"), `${access.privateKey.trim()}\n`, { mode: 0o600 });
    fx.files.write(config, sshConfig(folder));
    // Docker runs the `ssh` on its PATH and passes no options: this one reads our configuration only.
    const ssh = (await fx.output(["sh", "-c", "command -v ssh"])).trim();
    fx.files.write(join(folder, "ssh"), `#!/bin/sh\nexec ${ssh} -F ${config} "$@"\n`, { mode: 0o700 });
    const { user, host, port } = access.target;
    const remote = fx.withEnv({
      DOCKER_HOST: `ssh://${user}@${host}:${port}`,
      PATH: `${folder}${delimiter}${fx.env["PATH"] ?? ""}`,
    });
    const reached = await remote.tryRun(docker.serverVersion);
    if (reached.code !== 0) throw unreachable(access.target, reached.stderr);
    return await work(remote);
  } finally {
    await fx.cleanUp(closeConnection(config, access.target));
    fx.files.remove(folder);
  }
}

function knownHosts({ target: { host, port }, hostKey }: Access): string {
  if (!hostKeyPattern.test(hostKey.trim()))
    throw new UserError(
      "DEPLOY_HOST_KEY is not a public host key",
      "Set it to what `ssh-keyscan -t ed25519 HOST` prints after the host's name",
    );
  return `${port === 22 ? host : `[${host}]:${port}`} ${hostKey.trim()}\n`;
}

const sshConfig = (folder: string): string => `Host *
  UserKnownHostsFile ${folder}/known_hosts
  GlobalKnownHostsFile /dev/null
  StrictHostKeyChecking yes
  IdentityFile ${folder}/key
  IdentitiesOnly yes
  IdentityAgent none
  BatchMode yes
  ConnectTimeout 15
  ServerAliveInterval 15
  ControlMaster auto
  ControlPath ${folder}/control
  ControlPersist 60
`;

const closeConnection = (config: string, { user, host }: Target): Command => [
  "ssh",
  "-F",
  config,
  "-O",
  "exit",
  `${user}@${host}`,
];

function unreachable({ user, host, port }: Target, said: string): UserError {
  const remedy = /host key verification failed|REMOTE HOST IDENTIFICATION/iu.test(said)
    ? "The machine's host key is not DEPLOY_HOST_KEY: make sure that it is the right machine, then set its key"
    : /permission denied/iu.test(said)
      ? "The machine refuses DEPLOY_SSH_KEY: add its public half to authorized_keys, or let that user use docker"
      : "Check DEPLOY_HOST, that its SSH port is open to this runner, and that docker is installed there";
  return new UserError(
    `${user}@${host}:${port} cannot be reached\n${said.trim().split("\n").slice(-4).join("\n")}`,
    remedy,
  );
}
