/** Hosts of this machine. Pure. */

/** @param host with its port or without: `127.0.0.1:5123` */
export function isLoopback(host: string): boolean {
  const { hostname } = new URL(`http://${host}`);
  return hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/u.test(hostname);
}
