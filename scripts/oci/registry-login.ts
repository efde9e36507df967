/**
 * Logs in to a registry: with a password, or with a token of its token service.
 * https://distribution.github.io/distribution/spec/auth/token/
 */
import { UserError } from "../../contract/user-error.ts";
import {
  type Authorization,
  type RegistryRequest,
  type RegistryResponse,
  describeResponse,
  objectOf,
} from "./registry-messages.ts";

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/**
 * Credentials without the spaces and line breaks that are pasted with them.
 * @throws UserError that names the setting whose value cannot be right, and never the value
 */
export function pastedCredentials({ username, password }: Credentials): Credentials {
  const pasted = { DOCKER_HUB_USERNAME: username.trim(), DOCKER_HUB_ACCESS_TOKEN: password.trim() };
  for (const [name, value] of Object.entries(pasted))
    if (/\p{Cc}/u.test(value))
      throw new UserError(
        `${name} contains a line break or another control character`,
        `Copy ${name} again, as one line`,
      );
  return { username: pasted.DOCKER_HUB_USERNAME, password: pasted.DOCKER_HUB_ACCESS_TOKEN };
}

export interface Login {
  readonly host: string;
  readonly repository: string;
  readonly credentials: Credentials | undefined;
}

type Send = (request: RegistryRequest, authorization: Authorization) => Promise<RegistryResponse>;

/**
 * Answers the challenge of a response with the status 401.
 * @returns the value of the authorization header
 * @throws UserError that names the registry and the account, and never the password
 */
export async function registryLogin(login: Login, challenged: RegistryResponse, send: Send): Promise<string> {
  const { host, repository, credentials } = login;
  const basic =
    credentials && `Basic ${Buffer.from(`${credentials.username}:${credentials.password}`).toString("base64")}`;
  const challenge = challenged.headers.get("www-authenticate") ?? "";
  const bearer = /\bbearer\s(?<fields>.*)/isu.exec(challenge)?.groups?.["fields"];
  if (bearer === undefined) {
    if (basic && /\bbasic\b/iu.test(challenge)) return basic;
    throw loginError(login, challenged);
  }
  const { realm, service } = Object.fromEntries(
    [...bearer.matchAll(/(\w+)="([^"]*)"/gu)].map(([, name, value]) => [name, value]),
  );
  if (realm === undefined || !URL.canParse(realm))
    throw new UserError(`${host} asks for a login but names no token service`, "Check the registry's configuration");
  const url = new URL(realm);
  if (service !== undefined) url.searchParams.set("service", service);
  url.searchParams.set("scope", `repository:${repository}:${basic ? "pull,push" : "pull"}`);
  const response = await send({ method: "GET", url }, { origin: url.origin, value: basic });
  if (response.status === 401 || response.status === 403) throw loginError(login, response);
  const { token, access_token: accessToken } = objectOf(response.bytes);
  const given = token ?? accessToken;
  // The error about a token that does not fit into a header would print it.
  if (response.status !== 200 || typeof given !== "string" || !/^[\w.~+/=-]+$/u.test(given))
    throw new UserError(
      `${url.origin} returned no token for ${host}: ${response.status}`,
      "Try again; if that fails too, look at the status page of the registry",
    );
  return `Bearer ${given}`;
}

export function loginError({ host, repository, credentials }: Login, response: RegistryResponse): UserError {
  const target = `${repository}, of the account ${repository.split("/")[0]}`;
  return credentials
    ? new UserError(
        `${host} refused the login for ${target}: ${describeResponse(response)}`,
        "Set DOCKER_HUB_USERNAME to a user who may write there, and DOCKER_HUB_ACCESS_TOKEN to a token with read and write permission",
      )
    : new UserError(
        `${host} asks for a login for ${target}, or has no such repository: ${describeResponse(response)}`,
        "Set DOCKER_HUB_USERNAME and DOCKER_HUB_ACCESS_TOKEN",
      );
}
