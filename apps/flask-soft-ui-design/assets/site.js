import Collapse from "bootstrap/js/dist/collapse";

// The menu of narrow screens: bootstrap wires every element with data-bs-toggle="collapse" by itself.
export default Collapse;
