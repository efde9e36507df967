import { useState } from "react";
import { Link, useNavigate } from "react-router";
import { type ApiError, catchApiError } from "../api/client.ts";
import { createDiagram, type Drawing } from "../api/diagrams.ts";
import { Field } from "../shell/field.tsx";
import { useSignInUrl } from "../shell/session.ts";
import { limits } from "./limits.ts";

/** The content of a new diagram. */
const initialDrawing: Omit<Drawing, "name"> = {
  nodes: [
    { id: "n1", kind: "start", label: "Start", x: 0, y: 0 },
    { id: "n2", kind: "end", label: "End", x: 0, y: 130 },
  ],
  edges: [{ id: "e1", source: "n1", target: "n2", label: "" }],
};

export const Create = ({ mayWrite }: { readonly mayWrite: boolean }) => {
  const signInUrl = useSignInUrl();
  if (mayWrite) return <CreateForm />;
  return (
    <section className="card create-diagram">
      <h2>New diagram</h2>
      <p>You need an account to create a diagram.</p>
      <Link className="button" to={signInUrl}>
        Sign in to create one
      </Link>
    </section>
  );
};

const CreateForm = () => {
  const navigate = useNavigate();
  const [name, setName] = useState("");
  const [failure, setFailure] = useState<ApiError>();
  const [busy, setBusy] = useState(false);

  const create = async () => {
    setBusy(true);
    setFailure(
      await catchApiError(
        createDiagram({ name, ...initialDrawing }).then(async ({ id }) => navigate(`/diagrams/${id}`)),
      ),
    );
    setBusy(false);
  };

  return (
    <form
      className="card create-diagram"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void create();
      }}
    >
      <h2>New diagram</h2>
      <Field
        label="Name"
        value={name}
        limit={limits.name}
        error={failure && (failure.messageFor("name") ?? failure.message)}
        onChange={setName}
      />
      <button type="submit" className="button" disabled={busy}>
        Create
      </button>
    </form>
  );
};
