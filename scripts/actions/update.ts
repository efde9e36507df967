/** Updates every pin to the newest release that is old enough, with its metadata. */
import { type ActionInterface, interfaces } from "../../workflows-src/language/action-interfaces.ts";
import type { Effects } from "../core/effects.ts";
import { type GitHub, github } from "./github.ts";
import { type Interfaces, idsOf, readInterfaces, withRead } from "./metadata.ts";
import { metadataSource, metadataText } from "./metadata-file.ts";
import { type Pin, pinSource, pinsIn, withPins } from "./pins.ts";
import { choose, minimumAge } from "./releases.ts";
import { changeLines, misfitsOf } from "./report.ts";
import { workflowTexts, writeSources } from "./repository.ts";
import { usesIn } from "./uses.ts";

export async function update(now: number, fx: Effects): Promise<void> {
  const hub = github(fx);
  const source = fx.files.read(pinSource);
  const days = minimumAge(fx.files.read("renovate.json"));
  const changed: Pin[] = [];
  const lines: string[] = [];
  const read: Record<string, ActionInterface> = {};
  for (const pin of pinsIn(source)) {
    const { next, note } = await nextOf(pin, days, now, hub);
    const title = `${pin.repository} ${pin.version}`;
    lines.push(next === pin ? title : `${title} → ${next.version}`, ...note.map((text) => `  ${text}`));
    if (next !== pin) changed.push(next);
    if (idsOf(pin.repository).every((id) => interfaces[id]?.commit === next.commit)) continue;
    const found = await readInterfaces(next, hub);
    lines.push(...changeLines(interfaces, found));
    Object.assign(read, found);
  }
  if (changed.length > 0 || Object.keys(read).length > 0) await writeAll(source, changed, read, fx);
  for (const line of lines) fx.log(line);
  warnOfMisfits(read, fx);
  fx.log(changed.length > 0 ? `Updated: ${changed.map(({ repository }) => repository).join(", ")}` : "No pin changed.");
}

interface Next {
  /** The pin itself where it stays. */
  readonly next: Pin;
  readonly note: readonly string[];
}

async function nextOf(pin: Pin, days: number, now: number, hub: GitHub): Promise<Next> {
  const { release, tooYoung } = choose(pin.version, await hub.releases(pin.repository), days, now);
  const note = tooYoung ? [`${tooYoung.version} is younger than ${days} days`] : [];
  if (release === undefined) return { next: pin, note };
  const commit = await hub.commitOf(pin.repository, release.version);
  if (commit === undefined) return { next: pin, note: [...note, `${release.version} is a release without a tag`] };
  return { next: { repository: pin.repository, version: release.version, commit }, note };
}

/** Writes the pins, their metadata, and what is generated. */
export async function writeAll(source: string, changed: readonly Pin[], read: Interfaces, fx: Effects): Promise<void> {
  await writeSources(
    new Map([
      [pinSource, withPins(source, changed)],
      [metadataSource, metadataText(withRead(read))],
    ]),
    fx,
  );
}

/** Names the steps that do not fit the new metadata: they no longer compile, either. */
export function warnOfMisfits(read: Interfaces, fx: Effects): void {
  const uses = [...workflowTexts(fx)].flatMap(([file, text]) => usesIn(file, text));
  for (const { file, line, message } of misfitsOf(uses, read)) fx.warn(`${file}:${line}: ${message}`, { file, line });
}
