/** Owners and repositories of images. Pure. */
import { UserError } from "../../contract/user-error.ts";

/**
 * The registry and the account of an owner: `wmd` is an account of Docker Hub, `127.0.0.1:5123/wmd` one of another registry.
 * The rule is Docker's own: https://pkg.go.dev/github.com/distribution/reference
 */
export function splitOwner(owner: string): { readonly host: string; readonly account: string } {
  const [first = "", ...rest] = owner.split("/");
  const elsewhere = rest.length > 0 && /[.:]|^localhost$/u.test(first);
  const host = elsewhere && first !== "index.docker.io" ? first : "docker.io";
  const account = elsewhere ? rest.join("/") : owner;
  if (!repositoryPattern.test(account) || !hostPattern.test(host))
    throw new UserError(
      `${JSON.stringify(owner)} is not a valid repository owner`,
      "Use lower-case letters, digits, `.`, `_` and `-`, with a registry before it or none: wmd, 127.0.0.1:5123/wmd",
    );
  return { host, account };
}

/** The registry, the repository and the tag that a reference without a digest names: `node:24` is one of Docker Hub's own images. */
export function splitReference(reference: string): {
  readonly host: string;
  readonly repository: string;
  readonly tag: string;
} {
  const [, name = reference, tag = "latest"] = /^(.+):([\w.-]+)$/u.exec(reference) ?? [];
  const { host, account } = splitOwner(name);
  return { host, repository: account.includes("/") || host !== "docker.io" ? account : `library/${account}`, tag };
}

const hostPattern = /^(?:[\w.-]+|\[[\da-f:]+\])(?::\d+)?$/iu;
export const repositoryPattern = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*$/u;
