import { expect, test } from "vitest";
import { UserError } from "../../contract/user-error.ts";
import { Cancelled } from "./command.ts";
import { recordingEffects } from "./recording-effects.ts";
import { waitUntil } from "./wait-until.ts";

const waiting = { timeoutMs: 1000, intervalMs: 100, onTimeout: () => new UserError("too late", "wait") };

test("returns the first result, and asks no more", async () => {
  const { fx } = recordingEffects({});
  let probes = 0;
  expect(await waitUntil(async () => (++probes < 3 ? undefined : probes), waiting, fx)).toBe(3);
  expect({ probes, elapsed: fx.now() }).toEqual({ probes: 3, elapsed: 200 });
});

test("gives up after the time, when it has asked once more", async () => {
  const { fx } = recordingEffects({});
  let probes = 0;
  await expect(waitUntil(async () => void probes++, waiting, fx)).rejects.toThrow("too late");
  expect({ probes, elapsed: fx.now() }).toEqual({ probes: 11, elapsed: 1000 });
});

test("a failure of the probe ends the wait", async () => {
  const { fx } = recordingEffects({});
  await expect(waitUntil(() => Promise.reject(new Error("broken")), waiting, fx)).rejects.toThrow("broken");
});

test("a signal ends the wait", async () => {
  const { fx, cancel } = recordingEffects({});
  const probe = async () => {
    cancel();
    return undefined;
  };
  await expect(waitUntil(probe, waiting, fx)).rejects.toThrow(Cancelled);
});
