/**
 * `fetch` through the proxy that HTTPS_PROXY and HTTP_PROXY name, but for the hosts of NO_PROXY and for this machine.
 * Node's own `fetch` reads these variables only from Node 24 on, and only if another variable is set when the process starts.
 */
import type { Environment } from "../../contract/inputs.ts";
import { isLoopback } from "./loopback.ts";

/** @returns `direct` where the environment names no proxy */
export function proxiedFetch(env: Environment, direct: typeof fetch): typeof fetch {
  const [httpsProxy, httpProxy, noProxy] = ["HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY"].map(
    (name) => env[name.toLowerCase()] || env[name] || "",
  ) as [string, string, string];
  if (httpsProxy === "" && httpProxy === "") return direct;
  // Loaded on the first request, since most commands send none.
  let proxied: Promise<typeof fetch> | undefined;
  return async (input, init) => {
    const { host } = new URL(input instanceof Request ? input.url : input);
    if (isLoopback(host)) return direct(input, init);
    proxied ??= loadProxied({ httpsProxy, httpProxy, noProxy });
    return (await proxied)(input, init);
  };
}

async function loadProxied(options: Readonly<Record<"httpsProxy" | "httpProxy" | "noProxy", string>>) {
  const { EnvHttpProxyAgent, fetch: fetchBy } = await import("undici");
  const dispatcher = new EnvHttpProxyAgent(options);
  // Its own `fetch`: the one of Node may be of another version, which does not fit its dispatchers.
  return ((input, init) => fetchBy(input as string, { ...(init as object), dispatcher })) as typeof fetch;
}
