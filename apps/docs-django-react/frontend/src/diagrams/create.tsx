import { useState } from "react";
import { Link, useNavigate } from "react-router";
import { type ApiError, failureOf } from "../api/client.ts";
import { createDiagram, type Drawing } from "../api/diagrams.ts";
import { Field } from "../shell/field.tsx";
import { useSignInAddress } from "../shell/session.ts";
import { limits } from "./limits.ts";

/** What a new diagram begins with. */
const beginning: Omit<Drawing, "name"> = {
  nodes: [
    { id: "n1", kind: "start", label: "Start", x: 0, y: 0 },
    { id: "n2", kind: "end", label: "End", x: 0, y: 130 },
  ],
  edges: [{ id: "w1", source: "n1", target: "n2", label: "" }],
};

export const Create = ({ mayWrite }: { readonly mayWrite: boolean }) => {
  const address = useSignInAddress();
  if (mayWrite) return <NameIt />;
  return (
    <section className="card create">
      <h2>A new diagram</h2>
      <p>Whoever is signed in can draw one.</p>
      <Link className="button" to={address}>
        Sign in to draw
      </Link>
    </section>
  );
};

const NameIt = () => {
  const navigate = useNavigate();
  const [name, setName] = useState("");
  const [failure, setFailure] = useState<ApiError>();
  const [busy, setBusy] = useState(false);

  const create = async () => {
    setBusy(true);
    setFailure(
      await failureOf(
        createDiagram({ name, ...beginning }).then(async ({ id }) => navigate(`/diagrams/${id}`)),
      ),
    );
    setBusy(false);
  };

  return (
    <form
      className="card create"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void create();
      }}
    >
      <h2>A new diagram</h2>
      <Field
        label="Name"
        value={name}
        limit={limits.name}
        wrong={failure && (failure.about("name") ?? failure.message)}
        onChange={setName}
      />
      <button type="submit" className="button" disabled={busy}>
        Draw it
      </button>
    </form>
  );
};
