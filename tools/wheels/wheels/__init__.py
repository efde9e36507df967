"""Every locked requirement has a wheel for each platform, and what a musl wheel needs is there."""
