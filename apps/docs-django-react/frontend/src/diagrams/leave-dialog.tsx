import { useEffect, useRef } from "react";
import { useBlocker } from "react-router";
import { Dialog } from "../shell/dialog.tsx";

/** Asks for confirmation before unsaved changes are lost by navigation or by closing the window. */
export const useLeaveGuard = (changed: boolean) => {
  const allowed = useRef(false);
  const blocker = useBlocker(
    ({ currentLocation, nextLocation }) =>
      changed && !allowed.current && currentLocation.pathname !== nextLocation.pathname,
  );
  useEffect(() => {
    if (!changed) return undefined;
    const confirmUnload = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", confirmUnload);
    return () => window.removeEventListener("beforeunload", confirmUnload);
  }, [changed]);
  return {
    blocker,
    /** Turns the confirmation off, after the changes were saved as another diagram. */
    allowLeaving: () => {
      allowed.current = true;
    },
  };
};

interface LeaveDialogProps {
  readonly blocker: ReturnType<typeof useBlocker>;
  readonly mayWrite: boolean;
  /** Resolves to whether the diagram was saved. */
  readonly onSave: () => Promise<boolean>;
}

export const LeaveDialog = ({ blocker, mayWrite, onSave }: LeaveDialogProps) => {
  if (blocker.state !== "blocked") return null;
  const { reset, proceed } = blocker;
  const saveFirst = async () => {
    if (await onSave()) proceed();
    else reset();
  };
  return (
    <Dialog title="Leave without saving?" onClose={reset}>
      <p>This diagram has changes that are not saved yet.</p>
      <p className="actions">
        {mayWrite && (
          <button type="button" className="button" onClick={() => void saveFirst()}>
            Save and leave
          </button>
        )}
        <button type="button" className="button danger" onClick={proceed}>
          Leave without saving
        </button>
        <button type="button" className="button secondary" onClick={reset}>
          Stay
        </button>
      </p>
    </Dialog>
  );
};
