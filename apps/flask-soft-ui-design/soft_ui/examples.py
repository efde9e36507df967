"""The examples of each component, which its page shows live and as markup to copy.

The template of an example is `templates/examples/<slug>/<name>.html`. The markup to copy is its
rendered text.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Example:
    """One example. `name` is the name of its file and of its anchor on the page."""

    name: str
    title: str
    note: str


EXAMPLES: Mapping[str, Sequence[Example]] = {
    "alerts": (
        Example("colours", "Colours", "The colour shows the severity, and the text names it."),
        Example("with-icon", "With an icon", "For a message that should stand out."),
        Example("dismissible", "Dismissible", "Closed by its button; it needs Bootstrap's script."),
    ),
    "modals": (
        Example("simple", "A question", "Keeps the focus inside until it is answered."),
        Example("notice", "A notice", "For a text that must be read first."),
        Example("form", "A form", "For one or two fields; more deserve a page."),
    ),
    "tooltips": (
        Example("sides", "On four sides", "Shown on hover and on focus, so by keyboard, too."),
        Example("on-an-icon", "On an icon", "Its label is the text for screen readers."),
        Example("popover", "Popover", "Opens with a click, for more than a few words."),
    ),
    "avatars": (
        Example("sizes", "Sizes", "Six of them, from a line of text to a profile."),
        Example("shapes", "Shapes", "Square, rounded or round, with a shadow or without."),
        Example("group", "In a group", "Overlapping; the last one shows how many more there are."),
    ),
    "badges": (
        Example("gradients", "Gradients", "One word each, in white on colour."),
        Example("pills", "Pills", "Round ends for numbers and versions."),
        Example("in-a-button", "In a button", "Screen readers also read what the number counts."),
    ),
    "breadcrumbs": (
        Example("simple", "Simple", "The last step is the current page and not a link."),
        Example("with-icon", "With an icon", "An icon for the beginning of the path."),
        Example("dark", "On a dark ground", "White on dark, with the same separators."),
    ),
    "buttons": (
        Example("gradients", "Gradients", "One of them on a page leads the eye."),
        Example("outlines", "Outlines", "For all other buttons, and for disabled ones."),
        Example("sizes", "Sizes", "Small, medium and large."),
        Example("with-icon", "With an icon", "Beside the words, or alone with a label."),
    ),
    "dropdowns": (
        Example("menu", "A menu", "Opens with a click; arrow keys move, Escape closes."),
        Example("with-header", "With a header", "Headers and dividers group the entries."),
        Example("upwards", "Upwards", "Where there is no room below."),
    ),
    "progress-bars": (
        Example("colours", "Colours", "Screen readers read the value."),
        Example("with-label", "With a label", "The label names the task."),
        Example("striped", "Striped", "For a task that is running."),
    ),
    "toggles": (
        Example("switches", "Switches", "For settings that take effect at once."),
        Example("checkboxes", "Check boxes", "For values that are sent with a form."),
        Example("radios", "Radio buttons", "One of a few, with a legend for all of them."),
    ),
    "typography": (
        Example("headings", "Headings", "Take the level for its meaning, the class for its size."),
        Example("text", "Text", "From a lead to a footnote."),
        Example("gradients", "Gradients", "For a few large words only."),
        Example("quotation", "Quotation", "Set apart, with its source below."),
    ),
    "forms": (
        Example("contact", "Contact", "Two columns that become one on narrow screens."),
        Example("sign-in", "Signing in", "The two fields that everybody knows."),
        Example("newsletter", "Newsletter", "One line: a field and its button."),
    ),
    "inputs": (
        Example(
            "states", "States", "The problem is written below the field, not shown by colour alone."
        ),
        Example("with-icon", "With an icon", "An icon beside the text, in one outline."),
        Example("choices", "Choices", "A list, a range and room for several lines."),
    ),
    "tabs": (
        Example("pills", "Pills", "One view at a time."),
        Example("with-icons", "With icons", "An icon before each word."),
        Example("vertical", "Vertical", "For more tabs than fit in a row."),
    ),
    "navbars": (
        Example("light", "Light", "White with a shadow; folds up on narrow screens."),
        Example("dark", "Dark", "A gradient with white links."),
        Example("blurred", "Blurred", "The content behind it shines through."),
    ),
    "pagination": (
        Example("simple", "Simple", "The current page is also marked for screen readers."),
        Example("dark", "Dark", "A disabled step is not a link."),
        Example("sizes", "Sizes", "Small and large."),
    ),
    "features": (
        Example("three-columns", "Three columns", "An icon, a word and a sentence each."),
        Example("beside-a-card", "Beside a card", "Words on one side, a number on the other."),
        Example("list", "As a list", "Reasons below each other."),
    ),
    "heroes": (
        Example("gradient", "On a gradient", "The shortest way to introduce a page."),
        Example("picture", "On a picture", "A mask keeps the words readable."),
        Example("two-columns", "Two columns", "Text first, then a picture of its subject."),
    ),
}
