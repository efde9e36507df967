import { isConflict, otherFaults, type Saving } from "./saving.ts";

interface SavingStatusProps {
  readonly saving: Saving;
  /** Whether there is anything to save. */
  readonly changed: boolean;
  readonly onTakeTheirs: () => void;
  readonly onOverwrite: () => void;
}

const time = new Intl.DateTimeFormat("en-GB", { timeStyle: "short" });

export const SavingStatus = ({ saving, changed, onTakeTheirs, onOverwrite }: SavingStatusProps) => (
  <>
    <output className="status">{calm(saving, changed)}</output>
    {saving.kind === "failed" && (
      <div className="refused" role="alert">
        <p>
          <strong>Not saved.</strong> {saving.error.message} Your changes are still here.
        </p>
        {otherFaults(saving.error).map((text) => (
          <p key={text}>{text}</p>
        ))}
        {isConflict(saving) && (
          <p className="actions">
            <button type="button" className="button quiet" onClick={onTakeTheirs}>
              Load the newer one
            </button>
            <button type="button" className="button bad" onClick={onOverwrite}>
              Save mine over it
            </button>
          </p>
        )}
      </div>
    )}
  </>
);

const calm = (saving: Saving, changed: boolean): string => {
  if (saving.kind === "busy") return "Saving …";
  if (changed) return "Changes not saved yet";
  return saving.kind === "saved" ? `Saved at ${time.format(new Date(saving.at))}` : "No changes";
};
