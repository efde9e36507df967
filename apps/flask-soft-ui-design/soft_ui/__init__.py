"""A design system in pages, with a contact form."""
