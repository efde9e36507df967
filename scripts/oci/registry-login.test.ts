import { afterEach, expect, test } from "vitest";
import { registryClient } from "./registry.ts";
import {
  closeServers,
  basic,
  credentials,
  failureOf,
  fakeRegistry,
  layout,
  repository,
  requireLogin,
  respondWith,
} from "./testing/fake-registry.ts";

afterEach(closeServers);

test("a registry with a password", async () => {
  const fake = await fakeRegistry(
    requireLogin(
      () => `Basic realm="registry"`,
      () => [basic],
    ),
  );
  expect(await fake.client({ credentials }).push(repository, layout)).toBe(layout.digest);
  expect(fake.log.filter(({ authorization }) => authorization === undefined).length).toBeLessThanOrEqual(3);
});

/** A token service beside the registry: each token is for one scope, and the last one is good. */
async function withTokens() {
  const fake = await fakeRegistry();
  const granted: string[] = [];
  fake.faults.push(
    requireLogin(
      () => `Bearer realm="http://${fake.host}/token?x=1",service="hub",scope="ignored"`,
      () => granted.slice(-1).map((token) => `Bearer ${token}`),
    ),
    (request, response) => {
      const { pathname, searchParams } = new URL(String(request.url), "http://fake");
      if (pathname !== "/token") return false;
      const known = [undefined, basic].includes(request.headers.authorization);
      if (known)
        granted.push(
          Buffer.from(`${granted.length} ${searchParams.get("service")} ${searchParams.get("scope")}`).toString(
            "base64",
          ),
        );
      response.writeHead(known ? 200 : 401).end(known ? JSON.stringify({ token: granted.at(-1) }) : "");
      return true;
    },
  );
  const asked = () => granted.map((token) => Buffer.from(token, "base64").toString());
  return { fake, granted, asked };
}

test("a registry with tokens: one login for all that is under way", async () => {
  const { fake, asked } = await withTokens();
  expect(await fake.client({ credentials }).push(repository, layout)).toBe(layout.digest);
  expect(asked()).toEqual([`0 hub repository:${repository}:pull,push`]);
});

test("a token that ended in the middle of a push is renewed", async () => {
  const { fake, granted, asked } = await withTokens();
  fake.faults.unshift((request) => {
    if (request.method === "PUT" && granted.length === 1) granted.push("another");
    return false;
  });
  expect(await fake.client({ credentials }).push(repository, layout)).toBe(layout.digest);
  expect(asked()).toHaveLength(3);
});

test("reading needs no account where anybody may read", async () => {
  const { fake, asked } = await withTokens();
  expect(await fake.client().resolve(repository, "latest")).toBeUndefined();
  expect(asked()).toEqual([`0 hub repository:${repository}:pull`]);
});

const bearer = (realm: string) => `Bearer realm="${realm}",service="hub"`;
test.each([
  {
    what: "wrong password",
    challenge: () => `Basic realm="r"`,
    as: credentials,
    says: /refused the login for wmd\/application, of the account wmd: 401/u,
  },
  {
    what: "no password",
    challenge: () => `Basic realm="r"`,
    as: undefined,
    says: /asks for a login for wmd\/application/u,
  },
  {
    what: "wrong password for a token",
    challenge: (host: string) => bearer(`http://${host}/token`),
    as: credentials,
    says: /refused the login/u,
  },
  { what: "a challenge that is none", challenge: () => "Negotiate", as: credentials, says: /refused the login/u },
])(
  "$what: names the registry, the account and the secrets to set, never the secret",
  async ({ challenge, as, says }) => {
    const fake = await fakeRegistry(respondWith(/token/u, 99, 401));
    fake.faults.push(
      requireLogin(
        () => challenge(fake.host),
        () => [],
      ),
    );
    const failure = await failureOf(fake.client({ credentials: as }).push(repository, layout));
    expect(failure.message).toMatch(says);
    expect(failure.message).toContain(fake.host);
    expect(failure.remedy).toMatch(/DOCKER_HUB_USERNAME.*DOCKER_HUB_ACCESS_TOKEN/u);
    const everything = `${failure.stack} ${failure.remedy} ${JSON.stringify(failure)}`;
    for (const secret of [credentials.password, basic.slice(6)]) expect(everything).not.toContain(secret);
  },
);

test("403 is a refusal too", async () => {
  const fake = await fakeRegistry(
    respondWith(/POST/u, 99, 403, {}, `{"errors":[{"code":"DENIED","message":"read only"}]}`),
  );
  expect((await failureOf(fake.client({ credentials }).push(repository, layout))).message).toMatch(
    /refused the login .*403 DENIED: read only/u,
  );
});

test("403 of a proxy, where nobody logged in, is told in its own words", async () => {
  const fake = await fakeRegistry(respondWith(/GET/u, 99, 403, { "content-type": "text/plain" }, "denied by policy\n"));
  const { message } = await failureOf(fake.client().resolve(repository, "latest"));
  expect(message).toBe(`${fake.host} did not return ${repository} latest: 403 denied by policy`);
});

test("a token that fits no header is not printed", async () => {
  const { fake } = await withTokens();
  fake.faults.unshift(respondWith(/token/u, 99, 200, {}, JSON.stringify({ token: "sec\nret" })));
  const failure = await failureOf(fake.client({ credentials }).resolve(repository, "latest"));
  expect(failure.message).toContain("returned no token");
  expect(String(failure.stack)).not.toContain("sec");
});

test("Docker Hub never gets a password over plain http, whatever its challenge says", async () => {
  const asked: string[] = [];
  const headers = { "www-authenticate": bearer("http://auth.docker.invalid/token") };
  const ask: typeof fetch = async (to) => (asked.push(String(to)), new Response("", { status: 401, headers }));
  expect(
    (await failureOf(registryClient("docker.io", { fetch: ask, credentials }).resolve(repository, "latest"))).message,
  ).toMatch(/not encrypted/u);
  expect(asked).toHaveLength(1);
});
