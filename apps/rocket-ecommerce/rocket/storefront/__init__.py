"""The pages of the shop for visitors. The rules are in the packages that the pages call."""
