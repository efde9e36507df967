import { Link } from "react-router";
import { otherErrors, type Remedy, remedyFor, type SaveState } from "./saving.ts";
import { editorTexts, saveStatusText } from "./texts.ts";

interface SavingStatusProps {
  readonly saving: SaveState;
  /** Whether there are unsaved changes. */
  readonly changed: boolean;
  /** The URL of the sign-in page. */
  readonly signIn: string;
  readonly onLoadNewer: () => void;
  readonly onOverwrite: () => void;
  readonly onSaveAsNew: () => void;
}

export const SavingStatus = ({ saving, changed, ...handlers }: SavingStatusProps) => (
  <>
    <output className="save-status">{saveStatusText(saving, changed)}</output>
    {saving.kind === "failed" && changed && (
      <div className="save-error" role="alert">
        <p>
          <strong>Not saved.</strong> {saving.error.message} {editorTexts.kept}
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

const RemedyButtons = ({ remedy, signIn, onLoadNewer, onOverwrite, onSaveAsNew }: RemedyButtonsProps) => {
  switch (remedy) {
    case "resolve conflict":
      return (
        <p className="actions">
          <button type="button" className="button secondary" onClick={onLoadNewer}>
            Load the newer version
          </button>
          <button type="button" className="button danger" onClick={onOverwrite}>
            Overwrite it with mine
          </button>
        </p>
      );
    case "save as new":
      return (
        <p className="actions">
          <button type="button" className="button secondary" onClick={onSaveAsNew}>
            Save as a new diagram
          </button>
        </p>
      );
    case "sign in":
      return (
        <p className="actions">
          {/* Opens a new tab, because this one holds the unsaved changes. */}
          <Link className="button secondary" to={signIn} target="_blank">
            Sign in (in a new tab), then save again
          </Link>
        </p>
      );
    case "try again":
      return null;
  }
};
