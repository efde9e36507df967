"""What staff see of the money that came in."""
