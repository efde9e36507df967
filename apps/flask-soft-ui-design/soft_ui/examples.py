"""What each component's page shows: live, and as markup to copy.

The markup of an example is `templates/examples/<slug>/<name>.html`; what is shown as its source is
that very text as it was rendered.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Example:
    """One of a component's examples; `name` is its file's, and its anchor on the page."""

    name: str
    title: str
    note: str


EXAMPLES: Mapping[str, Sequence[Example]] = {
    "alerts": (
        Example("colours", "Colours", "The colour says how serious it is, and the words say it."),
        Example("with-icon", "With an icon", "For what should catch the eye among others."),
        Example("dismissible", "Dismissible", "Closed by its button; it needs Bootstrap's script."),
    ),
    "modals": (
        Example("simple", "A question", "Keeps the focus inside until it is answered."),
        Example("notice", "A notice", "For what must be read before anything else."),
        Example("form", "A form", "For one or two fields; more deserve a page."),
    ),
    "tooltips": (
        Example("sides", "On four sides", "Shown on hover and on focus, so by keyboard, too."),
        Example("on-an-icon", "On an icon", "The label says the same to those who don't see it."),
        Example("popover", "Popover", "Opens with a click, for more than a few words."),
    ),
    "avatars": (
        Example("sizes", "Sizes", "Six of them, from a line of text to a profile."),
        Example("shapes", "Shapes", "Square, rounded or round, with a shadow or without."),
        Example("group", "In a group", "Overlapping; the last one says how many are left."),
    ),
    "badges": (
        Example("gradients", "Gradients", "One word each, in white on colour."),
        Example("pills", "Pills", "Round ends for numbers and versions."),
        Example("in-a-button", "In a button", "What the number counts is said to screen readers."),
    ),
    "breadcrumbs": (
        Example("simple", "Simple", "The last step is where you are, and no link."),
        Example("with-icon", "With an icon", "An icon for the beginning of the path."),
        Example("dark", "On a dark ground", "White on dark, with the same separators."),
    ),
    "buttons": (
        Example("gradients", "Gradients", "One of them on a page leads the eye."),
        Example("outlines", "Outlines", "For everything else, and for what can't be done now."),
        Example("sizes", "Sizes", "Small, medium and large."),
        Example("with-icon", "With an icon", "Beside the words, or alone with a label."),
    ),
    "dropdowns": (
        Example("menu", "A menu", "Opens with a click; arrow keys move, Escape closes."),
        Example("with-header", "With a header", "Headers and dividers group the entries."),
        Example("upwards", "Upwards", "Where there is no room below."),
    ),
    "progress-bars": (
        Example("colours", "Colours", "The value is said to screen readers."),
        Example("with-label", "With a label", "Say of what it is the progress."),
        Example("striped", "Striped", "For what goes on just now."),
    ),
    "toggles": (
        Example("switches", "Switches", "For what takes effect at once."),
        Example("checkboxes", "Check boxes", "For what is sent with a form."),
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
        Example("states", "States", "What is wrong is said below the field, not by colour alone."),
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
        Example("blurred", "Blurred", "Lets what is behind it shine through."),
    ),
    "pagination": (
        Example("simple", "Simple", "The page that is shown is marked for everybody."),
        Example("dark", "Dark", "What leads nowhere is no link."),
        Example("sizes", "Sizes", "Small and large."),
    ),
    "features": (
        Example("three-columns", "Three columns", "An icon, a word and a sentence each."),
        Example("beside-a-card", "Beside a card", "Words on one side, a number on the other."),
        Example("list", "As a list", "Reasons below each other."),
    ),
    "heroes": (
        Example("gradient", "On a gradient", "The shortest way to say where one is."),
        Example("picture", "On a picture", "A mask keeps the words readable."),
        Example("two-columns", "Two columns", "Words first, then what they are about."),
    ),
}
