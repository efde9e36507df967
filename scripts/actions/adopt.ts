/** Takes pins and images over into their sources that a bot changed in files with copies of them. */
import { type ActionInterface, interfaces, isFor } from "../../workflows-src/language/action-interfaces.ts";
import { grafanaImage, images } from "../../contract/base-images.ts";
import { UserError } from "../../contract/user-error.ts";
import type { Effects } from "../core/effects.ts";
import { wrongTag } from "./check-pins.ts";
import { type GitHub, Unavailable, github } from "./github.ts";
import { imageChanges, imageSource, withImages } from "./images.ts";
import { type Interfaces, idsOf, readInterfaces, withRead } from "./metadata.ts";
import { metadataSource, metadataText } from "./metadata-file.ts";
import { type Pin, adoptedPins, copiesIn, pinSource, pinsIn, withPins } from "./pins.ts";
import { changeLines } from "./report.ts";
import { imageTexts, workflowTexts, writeSources } from "./repository.ts";
import { warnOfMisfits } from "./update.ts";

export async function adopt(fx: Effects): Promise<void> {
  const source = fx.files.read(pinSource);
  const before = pinsIn(source);
  const pins = adoptedPins(
    before,
    [...workflowTexts(fx)].flatMap(([file, text]) => copiesIn(file, text)),
  );
  const files = imageTexts(fx);
  const changes = imageChanges([...Object.values(images), grafanaImage], files);
  const unread = before.filter((pin) => !isRead(pin) && !pins.some(({ repository }) => repository === pin.repository));
  if (pins.length + unread.length + changes.length === 0) {
    fx.log("Every pin and every image is the one of its source.");
    return;
  }
  const read: Record<string, ActionInterface> = {};
  const hub = github(fx);
  for (const pin of [...pins, ...unread]) Object.assign(read, await verified(pin, hub, fx));

  const texts = new Map<string, string>();
  if (pins.length > 0) texts.set(pinSource, withPins(source, pins));
  if (Object.keys(read).length > 0) texts.set(metadataSource, metadataText(withRead(read)));
  if (changes.length > 0)
    for (const [file, text] of [[imageSource, fx.files.read(imageSource)] as const, ...files])
      if (withImages(text, changes) !== text) texts.set(file, withImages(text, changes));
  await writeSources(texts, fx);

  for (const { repository, version } of pins)
    fx.log(`${repository} ${before.find((pin) => pin.repository === repository)?.version} → ${version}`);
  for (const line of changeLines(interfaces, read)) fx.log(line);
  for (const { from, to } of changes) fx.log(`${from} → ${to}`);
  warnOfMisfits(read, fx);
}

/**
 * The metadata of an adopted pin, whose commit has to be the one of its tag.
 * Without an answer of GitHub, metadata of the same major version is kept, with a warning.
 */
async function verified(pin: Pin, hub: GitHub, fx: Effects): Promise<Interfaces> {
  try {
    const commit = await hub.commitOf(pin.repository, pin.version);
    if (commit !== pin.commit)
      throw new UserError(
        `Not adopted: ${wrongTag(pin, commit)}`,
        "Close the pull request if nobody can explain the commit",
      );
    return await readInterfaces(pin, hub);
  } catch (failure) {
    if (!(failure instanceof Unavailable) || !isRead(pin)) throw failure;
    fx.warn(
      `${pin.repository} ${pin.version} was adopted without a comparison with its tag: ${failure.message}. Run \`npm run actions -- --check\` when GitHub answers`,
    );
    return {};
  }
}

/** Whether there is metadata that is for the pin. A bot that knows the source, such as Renovate, changes the pin alone. */
const isRead = (pin: Pin): boolean =>
  idsOf(pin.repository).every((id) => {
    const known = interfaces[id];
    return known !== undefined && isFor(known, pin);
  });
