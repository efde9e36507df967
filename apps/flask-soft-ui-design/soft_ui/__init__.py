"""A site that shows the components of a design system, with accounts and a contact form."""
