import { Link } from "react-router";
import { type Remedy, remedyFor, otherErrors, type SaveState } from "./saving.ts";

interface SavingStatusProps {
  readonly saving: SaveState;
  /** Whether there are unsaved changes. */
  readonly changed: boolean;
  /** The URL of the sign-in page. */
  readonly signIn: string;
  readonly onTakeTheirs: () => void;
  readonly onOverwrite: () => void;
  readonly onKeepAsNew: () => void;
}

const time = new Intl.DateTimeFormat("en-GB", { timeStyle: "short" });

export const SavingStatus = ({ saving, changed, ...handlers }: SavingStatusProps) => (
  <>
    <output className="save-status">{statusText(saving, changed)}</output>
    {saving.kind === "failed" && changed && (
      <div className="save-error" role="alert">
        <p>
          <strong>Not saved.</strong> {saving.error.message} Your changes are still here.
        </p>
        {otherErrors(saving.error).map((text) => (
          <p key={text}>{text}</p>
        ))}
        <RemedyButtons remedy={remedyFor(saving.error)} {...handlers} />
      </div>
    )}
  </>
);

type RemedyButtonsProps = { readonly remedy: Remedy } & Omit<SavingStatusProps, "saving" | "changed">;

const RemedyButtons = ({ remedy, signIn, onTakeTheirs, onOverwrite, onKeepAsNew }: RemedyButtonsProps) => {
  switch (remedy) {
    case "choose":
      return (
        <p className="actions">
          <button type="button" className="button secondary" onClick={onTakeTheirs}>
            Load the newer one
          </button>
          <button type="button" className="button danger" onClick={onOverwrite}>
            Save mine over it
          </button>
        </p>
      );
    case "keep as new":
      return (
        <p className="actions">
          <button type="button" className="button secondary" onClick={onKeepAsNew}>
            Save it as a new diagram
          </button>
        </p>
      );
    case "sign in":
      return (
        <p className="actions">
          {/* In a new tab, because this one holds the unsaved changes. */}
          <Link className="button secondary" to={signIn} target="_blank">
            Sign in (in a new tab), then save again
          </Link>
        </p>
      );
    case "try again":
      return null;
  }
};

const statusText = (saving: SaveState, changed: boolean): string => {
  if (saving.kind === "saving") return "Saving …";
  if (changed) return "Changes not saved yet";
  return saving.kind === "saved" ? `Saved at ${time.format(new Date(saving.at))}` : "No changes";
};
