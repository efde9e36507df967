"""Development tools: they build the applications' images and run their tests.

A Dockerfile mounts or copies this package into stages that build or test. No image that is
published may contain it; the build stage refuses one that does.
"""
