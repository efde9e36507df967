/** The networks whose proxies may say who the visitor is. Pure. */
import * as v from "valibot";
import { UserError } from "./user-error.ts";

/** @throws UserError that names the part of the setting TRUSTED_PROXIES which is not a network */
export function checkNetworks(written: string): void {
  const wrong = written.split(/[\s,]+/u).find((network) => network !== "" && !isNetwork(network));
  if (wrong !== undefined)
    throw new UserError(
      `TRUSTED_PROXIES holds ${JSON.stringify(wrong)}, which is not a network`,
      "Use addresses or networks such as 10.0.0.0/8, separated by commas",
    );
}

const ipv4 = v.pipe(v.string(), v.ipv4());
const ipv6 = v.pipe(v.string(), v.ipv6());

/** A network of all addresses would let everybody choose an address. */
function isNetwork(text: string): boolean {
  const [, address = "", bits = "1"] = /^([^/]+)(?:\/([1-9]\d{0,2}))?$/u.exec(text) ?? [];
  return (v.is(ipv4, address) && Number(bits) <= 32) || (v.is(ipv6, address) && Number(bits) <= 128);
}

/**
 * The variable of the compose file and the stack.
 * @throws UserError if the setting is malformed
 */
export function proxyEnvironment(written = ""): Readonly<Record<string, string>> {
  checkNetworks(written);
  return written === "" ? {} : { TRUSTED_PROXIES: written };
}
